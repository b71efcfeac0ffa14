"""Names of people as bibliographies write them, turned into the form in which they are printed. Pure."""

import re
from collections.abc import Iterator

from papers.sources import arxiv

_SUFFIX = re.compile(r"(?:[JS]r\.?|I{2,3}|IV|V|Esq\.?)", re.IGNORECASE)
_AND = re.compile(r",?(?: (?:and|&))+ ")
_ET_AL = re.compile(r",? (?:et al\.?|and others)\Z", re.IGNORECASE)
_INITIALS = re.compile(r"(?:[^\W\d_]\.[\s-]*)+|[A-Z]{1,2}")


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

    Several are told by semicolons, by “and” between names that all have their comma (the “and” of
    “Institute of Arts and Sciences” parts nothing), or by commas alone: “Lovelace, A., Babbage, C.”
    """
    for part in text.split(";"):
        names = _inverted_names(part) or [part]
        yield from (printed for name in names if (printed := printed_name(name)))


def people_of_line(text: str) -> Iterator[str]:
    """Yield the printed names of a field that is meant for all: “A. Weaver, B. Carder and C. Dyer”.

    “Weaver, Ada; Carder, Ben”, “Weaver, Ada and Carder, Ben” and “Weaver, A., Carder, B.” are
    understood too, and so is one “Weaver, Ada”.
    """
    if ";" in text or _inverted_names(text):
        yield from people(text)
    else:
        yield from arxiv.names_in(text)


def _inverted_names(text: str) -> list[str]:
    """Return the names of “Lovelace, Ada, Babbage, C. and King, Martin, Jr.”, none for other forms."""
    line = _ET_AL.sub("", " ".join(text.split()))
    groups = [
        [piece for piece in (piece.strip() for piece in group.split(",")) if piece]
        for group in _AND.split(line)
    ]
    is_lone = len(groups) == 1
    names: list[str] = []
    for pieces in groups:
        persons = list(_persons(pieces))
        if not persons or not all(
            _is_inverted(person, is_lone=is_lone and len(persons) == 1) for person in persons
        ):
            return []
        names += (", ".join(person) for person in persons)
    return names


def _persons(pieces: list[str]) -> Iterator[list[str]]:
    """Yield what stands between commas by twos, with the suffixes that belong to each two."""
    person: list[str] = []
    parts = 0
    for piece in pieces:
        is_suffix = bool(person) and _SUFFIX.fullmatch(piece) is not None
        if parts == 2 and not is_suffix:
            yield person
            person, parts = [], 0
        person.append(piece)
        parts += not is_suffix
    if person:
        yield person


def _is_inverted(person: list[str], *, is_lone: bool) -> bool:
    """Say whether this is “Lovelace, Ada” rather than two names or a whole one.

    One word for the family or initials for the rest tell it. Of a person alone, one word after the
    comma does too, and “Martin King, Jr.” is as good as inverted.
    """
    family, *others = person
    given = [part for part in others if not _SUFFIX.fullmatch(part)]
    if not given:
        return is_lone and bool(others)
    # “van der Berg” is as good as one word.
    *small, _last = family.split()
    if all(word[0].islower() for word in small) or _INITIALS.fullmatch(given[0]):
        return True
    return is_lone and " " not in given[0] and given[0] == others[0]
