"""The names in a field of BibTeX, as they are printed: “Ludwig van Beethoven”. Pure.

bibtexparser knows BibTeX's three forms: “First von Last”, “von Last, First” and “von Last, Jr, First”.
BibLaTeX's names by parts (``family=Beethoven, given=Ludwig, prefix=van``) are read here.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from bibtexparser.middlewares.names import (
    parse_single_name_into_parts,
    split_multiple_persons_names,
)

from papers.sources.tex_text import plain_line

_OTHERS = re.compile(r"others|et\.? al\.?", re.IGNORECASE)
_PART = re.compile(
    r"""\s*(?P<name>family|given|prefix|suffix|[a-z]+(?:-i)?)\s*=\s*
    (?P<value>"(?:[^"\\]|\\.)*"|\{(?:[^{}]|\{[^{}]*\})*\}|(?:[^,{}]|\{[^{}]*\})*)\s*(?:,|\Z)""",
    re.VERBOSE,
)
_BY_PARTS = re.compile(r"""[\s"{]*(?:family|given|prefix|suffix|useprefix)\s*=""")
# A slip in writing {\'e}: the brace that should open the group is escaped, and so nothing closes it.
_ESCAPED_BRACE = re.compile(r"\\\{(?=['`^\"~=.][A-Za-z])")
# DBLP's numbers of people of one name: “Jörg Weaver 0001”.
_HOMONYM = re.compile(r"\s0[0-9]{3}\Z")


def names_in(field: str) -> Iterator[str]:
    """Yield the printed names of an author field, without “and others”."""
    field = _ESCAPED_BRACE.sub(r"\\", field)
    if ";" in field and not re.search(r"[{}]|\sand\s|&\w+;", field):
        # Nothing in BibTeX, but what it meant by it is plain.
        field = field.replace(";", " and ")
    for name in split_multiple_persons_names(field):
        if not _OTHERS.fullmatch(name.strip()) and (printed := printed_name(name)):
            yield printed


@lru_cache(maxsize=8_192)
def printed_name(name: str) -> str:
    """Return one name in the order of print, without TeX."""
    name = _HOMONYM.sub("", name.strip().rstrip(",; "))
    if _BY_PARTS.match(name):
        return _from_parts(name)
    parts = parse_single_name_into_parts(name, strict=False)
    words = (*parts.first, *parts.von, *parts.last, *parts.jr)
    # Each apart, so that a brace that one word lacks does not reach the next.
    return " ".join(filter(None, (plain_line(word) for word in words)))


def _from_parts(name: str) -> str:
    if name[:1] + name[-1:] in ('""', "{}"):
        name = name[1:-1]
    parts = {found["name"]: found["value"].strip().strip('"') for found in _PART.finditer(name)}
    words = (plain_line(parts.get(part, "")) for part in ("given", "prefix", "family", "suffix"))
    return " ".join(filter(None, words))
