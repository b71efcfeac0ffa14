"""Puts <mark> around the words that a query found. Pure: strings in, strings out.

HTML is changed between its tags only, and nothing but <mark> and </mark> is added to it: what was
safe before is safe afterwards. Plain text is escaped.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

# What to mark: words that follow each other, each in any of its spellings, in lower case.
Sequences = Sequence[Sequence[frozenset[str]]]

# Characters of an excerpt, and how many of these stand before the first word that was found.
EXCERPT_LENGTH = 300
LEAD_LENGTH = 70

WORD = re.compile(r"[^\W_]+")
# In an attribute > may stand as it is; its quotes are double.
_TAG = re.compile(
    r'(<[^<>"]*(?:"[^"]*"[^<>"]*)*>|&(?:#[0-9]+|#x[0-9a-f]+|[a-z][a-z0-9]*);)', re.IGNORECASE
)
_BETWEEN = re.compile(r"[\s-]*")
# Formulas and the source of formulas that could not be read.
_OPAQUE = ("math", "code")


@dataclass(frozen=True)
class Marked:
    """The HTML of a paper's row with its words marked. `abstract` is "" if the excerpt has all."""

    title: str
    excerpt: str
    abstract: str


@dataclass(frozen=True)
class _Token:
    piece: int
    start: int
    end: int
    word: str


def words_of(text: str) -> set[str]:
    """The different words of a text or of HTML, in lower case."""
    return {word.lower() for word in WORD.findall(text)}


def mark_html(html: str, sequences: Sequences) -> str:
    """Safe HTML with the found words of its running text marked; formulas stay as they are."""
    pieces = _TAG.split(html)
    tokens = list(_tokens(pieces))
    found: dict[int, list[tuple[int, int]]] = {}
    for token in _found(tokens, sequences):
        found.setdefault(token.piece, []).append((token.start, token.end))
    for piece, spans in found.items():
        pieces[piece] = _with_marks(pieces[piece], spans)
    return "".join(pieces)


def excerpt(text: str, sequences: Sequences) -> tuple[str, bool]:
    """The part of a plain text with most of the found words, as HTML, and whether that is all."""
    start, end = _window(text, sequences)
    shown = mark_html(escape(text[start:end].strip(), quote=False), sequences)
    before, after = "…\u00a0" if start > 0 else "", "…" if end < len(text) else ""
    return f"{before}{shown}{after}", not (before or after)


def _tokens(pieces: Sequence[str]) -> Iterator[_Token]:
    opaque = 0
    for number, piece in enumerate(pieces):
        if number % 2:  # a tag or an entity
            name = piece[1:].lstrip("/").split(" ")[0].rstrip(">").lower()
            if piece.startswith("<") and name in _OPAQUE:
                opaque += -1 if piece.startswith("</") else 1
        elif not opaque:
            for word in WORD.finditer(piece):
                yield _Token(number, word.start(), word.end(), word[0].lower())


def _found(tokens: Sequence[_Token], sequences: Sequences) -> list[_Token]:
    found: set[int] = set()
    for sequence in sequences:
        for first in range(len(tokens) - len(sequence) + 1):
            if all(tokens[first + n].word in words for n, words in enumerate(sequence)):
                found.update(range(first, first + len(sequence)))
    return [tokens[number] for number in sorted(found)]


def _with_marks(text: str, spans: Sequence[tuple[int, int]]) -> str:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and _BETWEEN.fullmatch(text, joined[-1][1], start):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    for start, end in reversed(joined):
        text = f"{text[:start]}<mark>{text[start:end]}</mark>{text[end:]}"
    return text


def _window(text: str, sequences: Sequences) -> tuple[int, int]:
    """Where an excerpt starts and ends: at words, around the densest part."""
    if len(text) <= EXCERPT_LENGTH:
        return 0, len(text)
    found = _found(list(_tokens([text])), sequences)
    best, start = 0, 0
    for place, token in enumerate(found):
        reach = token.start + EXCERPT_LENGTH - LEAD_LENGTH
        words = {other.word for other in found[place:] if other.end <= reach}
        if len(words) > best:
            best, start = len(words), max(0, token.start - LEAD_LENGTH)
    start = min(start, len(text) - EXCERPT_LENGTH)
    end = start + EXCERPT_LENGTH
    if start > 0:
        start = _after_space(text, start)
    if end < len(text):
        end = max(text.rfind(" ", start, end), start + LEAD_LENGTH)
    return start, end


def _after_space(text: str, start: int) -> int:
    space = text.find(" ", start, start + LEAD_LENGTH)
    return start if space < 0 else space + 1
