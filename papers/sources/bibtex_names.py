r"""The names in a field of BibTeX, as they are printed: “Ludwig van Beethoven”. Pure.

bibtexparser knows BibTeX's three forms: “First von Last”, “von Last, First” and “von Last, Jr, First”.
BibLaTeX's names by parts (``family=Beethoven, given=Ludwig, prefix=van``) are read here.

Two things of the parser are not used as they are. Its way to part names loses the beginning of one
that is a command (``and \'{E}mile``), so that is done here. And it takes the ~ of ``Mu\~noz`` and
the blank of ``Stra\ss e`` for the end of a word, so letters made by commands get braces before.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from bibtexparser.middlewares.names import parse_single_name_into_parts

from papers.sources.people import people_of_line
from papers.sources.tex_text import plain_line

# What changes the depth of braces, and what parts names where that is none. Of two that follow each
# other, one is a slip.
_BRACE_OR_AND = re.compile(
    r"\\.|[{}]|(?:\A|(?<=\s))and(?:\s+and)*(?=\s|\Z)", re.IGNORECASE | re.DOTALL
)
# An accent with the letter that it stands on, and commands that are letters.
_LETTER = re.compile(
    r"""\\(?:
        (?:['`^"~=.]|[uvHckrbdh](?![A-Za-z])\s*)
        (?:\{(?:[^{}]|\{[^{}]*\})*\}|\\[A-Za-z]+\s*|[^\W\d_])
        |(?:ss|SS|o|O|l|L|aa|AA|ae|AE|oe|OE|i|j|dh|DH|th|TH|dj|DJ|ng|NG)(?![A-Za-z])\s*
    )""",
    re.VERBOSE,
)
# The accent of a name that went through a program which took its backslash for a sign.
_ESCAPED_ACCENT = re.compile(r"\\textbackslash(?:\{\}|\s+)?(?=['`^\"~=.][A-Za-z])")
_BRACES = re.compile(r"\{(?:[^{}]|\{[^{}]*\})*\}")
_INITIAL = re.compile(r"[^\W\d_]\.?")
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
    field = _ESCAPED_ACCENT.sub(r"\\", _ESCAPED_BRACE.sub(r"\\", field))
    if ";" in field and not re.search(r"[{}]|\sand\s|&\w+;", field):
        # Nothing in BibTeX, but what it meant by it is plain.
        field = field.replace(";", " and ")
    for name in _parted(field):
        if _OTHERS.fullmatch(name.strip()):
            continue
        yield from _people_between_commas(name) or filter(None, [printed_name(name)])


def _people_between_commas(name: str) -> list[str]:
    """Return the people of a “name” with more commas than BibTeX knows, or whose parts are names.

    None for what is one name; so are initials that commas part, “Weaver, A., B., C.”
    """
    if _BY_PARTS.match(name):
        return []
    parts = [part.split() for part in _BRACES.sub("{}", name).strip().rstrip(",; ").split(",")]
    if len(parts) < 3 or (len(parts) == 3 and not all(len(part) > 1 for part in parts)):
        return []
    people = list(people_of_line(plain_line(name)))
    return [] if any(_INITIAL.fullmatch(person) for person in people) else people


def _parted(field: str) -> Iterator[str]:
    """Yield the names between the words “and” that stand in no braces."""
    depth = begin = 0
    for found in _BRACE_OR_AND.finditer(field):
        sign = found[0]
        if sign == "{":
            depth += 1
        elif sign == "}":
            depth = max(depth - 1, 0)
        elif depth == 0 and not sign.startswith("\\"):
            yield field[begin : found.start()]
            begin = found.end()
    yield field[begin:]


@lru_cache(maxsize=8_192)
def printed_name(name: str) -> str:
    """Return one name in the order of print, without TeX."""
    name = _HOMONYM.sub("", name.strip().rstrip(",; "))
    if _BY_PARTS.match(name):
        return _from_parts(name)
    parts = parse_single_name_into_parts(_LETTER.sub(r"{\g<0>}", name), strict=False)
    words = (*parts.first, *parts.von, *parts.last, *parts.jr)
    # Each apart, so that a brace that one word lacks does not reach the next.
    return " ".join(filter(None, (plain_line(word) for word in words)))


def _from_parts(name: str) -> str:
    if name[:1] + name[-1:] in ('""', "{}"):
        name = name[1:-1]
    parts = {found["name"]: found["value"].strip().strip('"') for found in _PART.finditer(name)}
    words = (plain_line(parts.get(part, "")) for part in ("given", "prefix", "family", "suffix"))
    return " ".join(filter(None, words))
