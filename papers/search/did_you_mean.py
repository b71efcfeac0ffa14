"""Offers another spelling where a query finds next to nothing.

Only words of papers that strangers can find are offered, and only when the corrected query finds
one of these now: what was hidden since the words were counted is not told.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice, product
from string import ascii_lowercase

from django.db import connection

from papers.querysets import PaperQuerySet
from papers.search.language import Query, Text
from papers.search.vector import ENGLISH, SIMPLE, broken

# Misspelt words that are looked at, spellings for each, and queries that are tried.
MAX_WORDS = 3
MAX_SPELLINGS = 3
MAX_TRIES = 4
# Shorter words are a letter away from many others.
MIN_LENGTH = 4
# A word that a few papers have is a slip of the pen where another is so many times as common.
TIMES_AS_COMMON = 100

_WORD = re.compile(rf"[^\W\d_]{{{MIN_LENGTH},40}}")

_KNOWN = """
select typed, lexeme, coalesce(sum(w.papers), 0)
from unnest(%(words)s::text[]) as t (typed)
cross join lateral unnest(to_tsvector(%(simple)s::regconfig, typed)) as l (lexeme, p, ws)
left join papers_searchword as w on w.word = lexeme
    or w.stem = (tsvector_to_array(to_tsvector(%(english)s::regconfig, lexeme)))[1]
group by typed, lexeme
"""

# All that are one slip away, by their names; those that are two away look alike.
_SIMILAR = """
select word, papers from papers_searchword where word = any(%(near)s)
union
(
    select word, papers from papers_searchword where word %% %(word)s
    order by similarity(word, %(word)s) desc, papers desc limit 20
)
"""


@dataclass(frozen=True)
class _Misspelt:
    typed: str
    spellings: list[str]


def did_you_mean(query: Query, visible: PaperQuerySet) -> Query | None:
    """The query with its misspelt words corrected, if that finds any of the `visible` papers."""
    misspelt = [word for word in _doubtful(query) if word.spellings]
    choices = product(*(word.spellings for word in misspelt))
    for spellings in islice(choices if misspelt else (), MAX_TRIES):
        right = dict(zip((word.typed for word in misspelt), spellings, strict=True))
        corrected = query.with_texts(lambda text, right=right: _corrected(text, right))  # type: ignore[misc]
        if visible.matching(corrected).exists():
            return corrected
    return None


def _corrected(text: Text, right: dict[str, str]) -> Text:
    return replace(text, text=_WORD.sub(lambda word: right.get(word[0], word[0]), text.text))


def _doubtful(query: Query) -> Iterator[_Misspelt]:
    words = [word for text in query.sought for word in _WORD.findall(broken(text.text))]
    if not words:
        return
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, {"words": words, "simple": SIMPLE, "english": ENGLISH})
        known = cursor.fetchall()
    for typed, lexeme, papers in sorted(known, key=lambda row: row[2])[:MAX_WORDS]:
        yield _Misspelt(typed, _spellings(lexeme, papers * TIMES_AS_COMMON))


def _spellings(word: str, more_than: int) -> list[str]:
    """Words like `word`, the likeliest first."""
    with connection.cursor() as cursor:
        cursor.execute(_SIMILAR, {"word": word, "near": sorted(one_slip_away(word) - {word})})
        similar = [(found, papers) for found, papers in cursor.fetchall() if papers > more_than]
    most_slips = 1 if len(word) < 6 else 2
    rated = [(slips(word, found), -papers, found) for found, papers in similar if found != word]
    return [found for few, _papers, found in sorted(rated) if few <= most_slips][:MAX_SPELLINGS]


def one_slip_away(word: str) -> set[str]:
    """All strings that a letter left out, put in, mistaken or swapped makes of a word."""
    letters = set(ascii_lowercase) | set(word)
    splits = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    return {
        *(left + right[1:] for left, right in splits if right),
        *(left + right[1] + right[0] + right[2:] for left, right in splits if len(right) > 1),
        *(left + letter + right[1:] for left, right in splits if right for letter in letters),
        *(left + letter + right for left, right in splits for letter in letters),
    }


def slips(typed: str, meant: str) -> int:
    """How many letters were left out, put in, mistaken, or swapped with their neighbour."""
    before: list[int] = []
    row = list(range(len(meant) + 1))
    for i, letter in enumerate(typed, start=1):
        two_before, before, row = before, row, [i]
        for j, other in enumerate(meant, start=1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == meant[j - 2] and typed[i - 2] == other:
                cost = min(cost, two_before[j - 2] + 1)
            row.append(cost)
    return row[-1]
