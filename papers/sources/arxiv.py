"""What arXiv's formats have in common: names, links and withdrawals as its authors write them. Pure."""

import re
from collections.abc import Iterable, Iterator

from papers import mathtext
from papers.identifiers import parse_identifier

# A blank line, or a line that is indented, starts a paragraph.
_PARAGRAPH = re.compile(r"\n[ \t]*\n|\n[ \t]{2,}")

# The name of a repository may have its underscores escaped for TeX.
_CODE = re.compile(
    r"https?://(?:www\.)?github\.com/([a-z0-9](?:[a-z0-9-]*[a-z0-9])?)/((?:[a-z0-9._-]|\\_)+)",
    re.IGNORECASE,
)

# Anchored, because "accepted at X after having been withdrawn from Y" withdraws nothing here.
_WITHDRAWN = re.compile(
    r"\s*(?:this\s+(?:paper|article|submission|manuscript)\s+(?:has\s+been|is)\s+withdrawn"
    r"|withdrawn)\b",
    re.IGNORECASE,
)

# Formats of arXiv list the classes of the mathematicians and of the ACM (68T05, I.2.7) as well.
_CATEGORY = re.compile(r"[a-z]+(?:-[a-z]+)*(?:\.[a-z]+(?:-[a-z]+)*)?", re.IGNORECASE)

# Some DOIs have commas and semicolons within them.
_BETWEEN_DOIS = re.compile(r"\s+|[,;](?=10\.[0-9]{4})")

# Some write the command for a letter or a cedilla and the next letter as one: “Hj\orungnes”.
_RUN_TOGETHER = re.compile(r"\\(?:[oOlL](?=[a-df-z][a-z])|c(?=[cst][a-z]))(?!dots|ambda)")

_ET_AL = re.compile(r",? et al\.?(?=$|[,;:])")
_BETWEEN_NAMES = re.compile(r"\s*[,;:]\s*(?:and\s+)?|(?:\s+(?:and|&))+\s+")
_SUFFIX = re.compile(r"(?:[JS]r\.?|I{1,3}|IV|V)")


def paragraphs(abstract: str) -> str:
    """Return an abstract without the line breaks that only wrap it; blank lines part paragraphs."""
    pieces = (" ".join(piece.split()) for piece in _PARAGRAPH.split(abstract))
    return "\n\n".join(piece for piece in pieces if piece)


def code_link(*texts: str) -> str:
    """Return the first GitHub repository that one of the texts names, "" if none does."""
    for text in texts:
        if found := _CODE.search(text):
            name = found[2].replace("\\_", "_").rstrip("._-").removesuffix(".git")
            if name:
                return f"https://github.com/{found[1]}/{name}"
    return ""


def dois_in(text: str) -> Iterator[tuple[str, str]]:
    """Yield the journal's DOIs, parted by blanks, commas or semicolons, as (kind, value) pairs.

    What is no DOI is dropped, and so is a DOI by arXiv, which belongs to the arXiv id.
    """
    for part in _BETWEEN_DOIS.split(text):
        found = parse_identifier(part)
        if found is not None and found.kind == "doi":
            yield (found.kind, found.value)


def categories_in(terms: Iterable[str], primary: str = "") -> tuple[str, ...]:
    """Return arXiv's categories among the terms, each once, the primary one first."""
    codes = (term.strip() for term in (primary, *terms))
    return tuple(dict.fromkeys(code for code in codes if _CATEGORY.fullmatch(code)))


def is_withdrawal(comments: str) -> bool:
    """Say whether the authors' comments on the latest version withdraw the paper."""
    return _WITHDRAWN.match(comments) is not None


def full_name(family: str, given: str = "", suffix: str = "") -> str:
    """Return a name as it is printed, from its parts as arXiv keeps them."""
    name = " ".join(f"{given} {family} {suffix}".split())
    # arXiv parts "C.-P." into "C. -P."
    return _without_tex(name.replace(". -", ".-"))


def names_in(authors: str) -> Iterator[str]:
    """Yield the names of a line such as ``A. Weaver (Leeds), B. Carder, Jr. and C. Dyer``."""
    line = _ET_AL.sub("", " ".join(_without_tex(_without_brackets(authors)).split()))
    name = ""
    for piece in _BETWEEN_NAMES.split(line):
        if name and _SUFFIX.fullmatch(piece):
            name = f"{name} {piece}"
            continue
        if name:
            yield name
        name = "" if piece == "and" else piece
    if name:
        yield name


def _without_brackets(text: str) -> str:
    """Drop the affiliations, which stand in brackets and may have brackets of their own."""
    kept: list[str] = []
    depth = 0
    for char in text:
        depth += char == "("
        kept.append(" " if depth else char)
        depth -= char == ")" and depth > 0
    return "".join(kept)


def _without_tex(name: str) -> str:
    if not any(sign in name for sign in "\\{}$~"):
        return name
    return " ".join(mathtext.render(_RUN_TOGETHER.sub(r"\g<0> ", name)).text.split())
