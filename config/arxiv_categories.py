"""The archives and categories that may stand in ARXIV_CATEGORIES."""

import json
from collections.abc import Iterable
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

KNOWN = Path(__file__).resolve().parent.parent / "papers/migrations/data/arxiv_categories.json"
# Groups of archives have no feed and no set of their own.
GROUP = "grp_"


def arxiv_categories(codes: Iterable[str]) -> list[str]:
    """Return the codes without blanks around them; raises ImproperlyConfigured for an unknown one."""
    wanted = [code for text in codes if (code := text.strip())]
    if unknown := [code for code in wanted if code not in _known()]:
        raise ImproperlyConfigured(
            f"ARXIV_CATEGORIES names what is no archive or category of arXiv: {', '.join(unknown)}."
            " Write codes as arXiv does, with commas: ARXIV_CATEGORIES=cs.LG,stat.ML,hep-th"
        )
    return wanted


def _known() -> set[str]:
    content = json.loads(KNOWN.read_text("utf-8"))
    codes = {category["code"] for category in content["categories"]}
    # Other names of today; those without a dot are of archives that were closed long ago.
    aliases = {alias["alias"] for alias in content["aliases"] if "." in alias["alias"]}
    return {code for code in codes | aliases if not code.startswith(GROUP)}
