"""Make the rows of the harvests, so that the admin shows them, and the one of the listing rules."""

from typing import ClassVar

from django.db import migrations

# Those of this release; papers/harvest/runs.py makes the rows of later ones.
NAMES = ("arxiv_ids", "arxiv_oai", "arxiv_rss", "biorxiv", "crossref", "fetch_arxiv")


def make_rows(apps, schema_editor):
    Harvest = apps.get_model("papers", "Harvest")
    for name in NAMES:
        Harvest.objects.get_or_create(name=name)
    apps.get_model("papers", "ListingRules").objects.get_or_create(id=1)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("papers", "0009_title_hashes")]

    operations: ClassVar = [
        migrations.RunPython(make_rows, migrations.RunPython.noop, elidable=False),
    ]
