"""Names of people as bibliographies write them, turned into the form in which they are printed. Pure."""

import re
from collections.abc import Iterator

from papers.sources import arxiv

_SUFFIX = re.compile(r"(?:[JS]r\.?|I{2,3}|IV|V|Esq\.?)", re.IGNORECASE)


def printed_name(name: str) -> str:
    """Return “Ada Lovelace” for “Lovelace, Ada”, and what has no comma as it is.

    A suffix may stand last or in the middle (“King, Martin, Jr.”, “King, Jr., Martin”), and a part
    may be missing (“, Ada”).
    """
    parts = [part for part in (" ".join(part.split()) for part in name.split(",")) if part]
    if len(parts) < 2:
        return "".join(parts)
    family, *others = parts
    suffixes = [part for part in others if _SUFFIX.fullmatch(part)]
    given = [part for part in others if part not in suffixes]
    return " ".join((*given, family, *suffixes))


def people(text: str) -> Iterator[str]:
    """Yield the printed names of a field that is meant for one person and may hold several.

    Several are told by semicolons, or by “and” between names that all have their comma: the “and”
    of “Institute of Arts and Sciences” parts nothing.
    """
    for part in text.split(";"):
        names = _at_and(part)
        if not all(_is_inverted(name) for name in names):
            names = [part]
        yield from (printed for name in names if (printed := printed_name(name)))


def people_of_line(text: str) -> Iterator[str]:
    """Yield the printed names of a field that is meant for all: “A. Weaver, B. Carder and C. Dyer”.

    “Weaver, Ada; Carder, Ben” and “Weaver, Ada and Carder, Ben” are understood too, and so is one
    “Weaver, Ada”.
    """
    if ";" in text or all(_is_inverted(name) for name in _at_and(text)):
        yield from people(text)
    else:
        yield from arxiv.names_in(text)


def _at_and(text: str) -> list[str]:
    return " ".join(text.split()).split(" and ")


def _is_inverted(name: str) -> bool:
    """Say whether a name is “Lovelace, Ada” rather than two names: one side is a single word."""
    parts = [part.split() for part in name.split(",")]
    if len(parts) == 3:
        return any(_SUFFIX.fullmatch(" ".join(part)) for part in parts[1:])
    return len(parts) == 2 and all(parts) and any(len(part) == 1 for part in parts)
