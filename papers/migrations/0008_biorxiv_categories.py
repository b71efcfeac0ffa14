"""Load the subjects of bioRxiv and medRxiv, so that their preprints find their tags.

The two servers share two subjects, pathology and epidemiology; each is one tag.
"""

import json
import re
from pathlib import Path
from typing import Any, ClassVar

from django.db import migrations

FACTS = Path(__file__).parent / "data" / "biorxiv_categories.json"


def code_of(name: str) -> str:
    """As papers/sources/biorxiv_categories.py writes it."""
    return " ".join(re.findall("[a-z0-9]+", name.lower()))


def slug_of(server: str, code: str) -> str:
    """With the server's name: a community may have a topic “neuroscience” already."""
    return f"{server}-{code}".replace(" ", "-")


def load_categories(apps: Any, schema_editor: Any) -> None:
    tags = apps.get_model("papers", "Tag").objects
    facts = json.loads(FACTS.read_text(encoding="utf-8"))
    by_code = {}
    servers = {}
    for server in facts["servers"]:
        root = tags.create(
            scheme="biorxiv", code=server["code"], slug=server["code"], name=server["name"]
        )
        for name in server["categories"]:
            code = code_of(name)
            servers[code] = server["code"]
            by_code[code] = tags.create(
                scheme="biorxiv",
                code=code,
                slug=slug_of(server["code"], code),
                name=name,
                parent=root,
            )
    for alias in facts["aliases"]:
        tag = by_code[alias["of"]]
        tags.create(
            scheme="biorxiv",
            code=alias["alias"],
            slug=slug_of(servers[alias["of"]], alias["alias"]),
            name=tag.name,
            synonym_of=tag,
        )


# By hand: on the way back the models of the migrations do not know each other well enough to delete.
REMOVE = """
create temporary table gone on commit drop as select id from papers_tag where scheme = 'biorxiv';
update papers_paper set primary_tag_id = null where primary_tag_id in (table gone);
update papers_paperheat set primary_tag_id = null where primary_tag_id in (table gone);
delete from papers_papertag where tag_id in (table gone);
delete from papers_listingrules_categories where tag_id in (table gone);
delete from papers_tag where id in (table gone);
"""


def remove_categories(apps: Any, schema_editor: Any) -> None:
    schema_editor.execute(REMOVE)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("papers", "0007_sources")]

    operations: ClassVar = [
        migrations.RunPython(load_categories, remove_categories, elidable=False)
    ]
