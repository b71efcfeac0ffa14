"""The hash of the title of every paper, and a word of the log for papers that are kept apart."""

from typing import Any, ClassVar

from django.db import migrations, models

from papers.identifiers import title_hash

PAPERS_AT_ONCE = 5_000
WRITE = """
update papers_paper as paper set title_hash = fresh.hash
from unnest(%s::bigint[], %s::text[]) as fresh (id, hash) where paper.id = fresh.id
"""


def hash_titles(apps: Any, schema_editor: Any) -> None:
    """Write the hash where there is none, in the order of papers, some thousands at once."""
    papers = apps.get_model("papers", "Paper").objects.filter(title_hash="").order_by("pk")
    last = 0
    while rows := list(papers.filter(pk__gt=last).values_list("pk", "title_text")[:PAPERS_AT_ONCE]):
        last = rows[-1][0]
        with schema_editor.connection.cursor() as cursor:
            ids, titles = zip(*rows, strict=True)
            cursor.execute(WRITE, [list(ids), [title_hash(title) for title in titles]])


class Migration(migrations.Migration):
    dependencies: ClassVar = [("papers", "0008_biorxiv_categories")]

    operations: ClassVar = [
        migrations.RunPython(hash_titles, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="moderationlogentry",
            name="action",
            field=models.CharField(
                choices=[
                    ("hide", "hidden"),
                    ("restore", "restored"),
                    ("merge", "merged"),
                    ("separate", "separated again"),
                    ("apart", "kept apart from a paper like it"),
                    ("suspend", "suspended"),
                    ("unsuspend", "suspension ended"),
                    ("quarantine", "quarantined"),
                    ("release", "released"),
                ],
                max_length=12,
            ),
        ),
        migrations.RemoveConstraint(
            model_name="moderationlogentry", name="moderationlogentry_has_subject"
        ),
        migrations.AddConstraint(
            model_name="moderationlogentry",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("action__in", ["hide", "restore", "merge", "separate", "apart"]),
                        ("paper__isnull", False),
                    ),
                    models.Q(
                        ("action__in", ["suspend", "unsuspend", "quarantine", "release"]),
                        ("member__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="moderationlogentry_has_subject",
            ),
        ),
    ]
