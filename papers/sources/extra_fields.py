"""Zotero's “Extra”: lines ``Name: value`` for what it has no field for. Pure."""

import re
from collections.abc import Iterator

_NAME = re.compile(r"[A-Za-z][A-Za-z _-]*")
_PREFIXES = ("tex.", "bibtex.")
_DIRECT = frozenset({"doi", "url", "number", "pubdoi"})
_ARXIV = frozenset({"arxiv", "arxivid", "arxiv id", "eprint"})


def fields_in_extra(extra: str) -> dict[str, str]:
    """Return the fields that the lines give, by name in lower case, without “tex.”."""
    found: dict[str, str] = {}
    for line in extra.splitlines():
        name, *value = re.split("[:=]", line, maxsplit=1)
        name = name.strip().lower()
        for prefix in _PREFIXES:
            name = name.removeprefix(prefix)
        if value and value[0].strip() and _NAME.fullmatch(name):
            found.setdefault(name, value[0].strip())
    return found


def ids_in_extra(extra: str) -> Iterator[str]:
    """Yield what may be an id: the values of DOI, URL, arXiv and eprint."""
    for name, value in fields_in_extra(extra).items():
        if name in _DIRECT:
            yield value
        elif name in _ARXIV:
            yield value if value.lower().startswith("arxiv") else f"arXiv:{value}"
