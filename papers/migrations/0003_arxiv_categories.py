"""Load arXiv's category tree, so that imported papers find their tags."""

import json
from pathlib import Path

from django.db import migrations

FACTS = Path(__file__).parent / "data" / "arxiv_categories.json"


def slug_of(code):
    # The group "physics" holds the archive "physics"; each needs an address of its own.
    if code.startswith("grp_"):
        return "all-" + code.removeprefix("grp_")
    return code.lower().replace(".", "-")


def load_categories(apps, schema_editor):
    Tag = apps.get_model("papers", "Tag")
    facts = json.loads(FACTS.read_text(encoding="utf-8"))
    by_code = {}
    for category in facts["categories"]:
        by_code[category["code"]] = Tag.objects.create(
            scheme="arxiv",
            code=category["code"],
            slug=slug_of(category["code"]),
            name=category["name"],
            parent=by_code[category["parent"]] if category["parent"] else None,
        )
    for alias in facts["aliases"]:
        tag = by_code[alias["of"]]
        Tag.objects.create(
            scheme="arxiv",
            code=alias["alias"],
            slug=slug_of(alias["alias"]),
            name=tag.name,
            synonym_of=tag,
        )


def remove_categories(apps, schema_editor):
    apps.get_model("papers", "Tag").objects.filter(scheme="arxiv").delete()


class Migration(migrations.Migration):
    dependencies = [("papers", "0002_triggers_and_storage")]

    operations = [migrations.RunPython(load_categories, remove_categories, elidable=False)]
