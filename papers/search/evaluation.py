"""How often a search for a known paper has it near the top, beside PostgreSQL's own ranking.

For each of some papers a query is made of random words of it. The measure is MRR@10: the mean of
1/place of the paper among the first ten, 0 where it is not among them.
"""

import random
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import fmean

from django.db import connection, transaction

from papers.models import Paper
from papers.search.candidates import candidates
from papers.search.engine import ranking
from papers.search.language import parse_query
from papers.search.ranking import BLEND, Blend

PLACES = 10
ABSTRACT_WORDS = 4
TITLE_WORDS = 3

# Each occurrence in the text is as likely as any other.
_WORD = re.compile(r"[A-Za-z]{3,}")


@dataclass(frozen=True)
class Item:
    """A query and the paper that it was made of."""

    kind: str
    query: str
    paper: int


@dataclass(frozen=True)
class _Known:
    pk: int
    title: str
    abstract: str
    authors: Sequence[str]
    year: int | None


KINDS = (
    "4 words of the abstract",
    "4 words of the abstract, no stop words",
    "3 words of the title",
    "3 words of the title, no stop words",
    "first author and year",
)


def draw_items(papers: int, seed: int, *, for_tuning: bool = False) -> list[Item]:
    """Queries for a random sample of the papers that can be found, the same for the same seed.

    The papers for tuning are others than those for measuring, of the same seed, as long as there
    are enough for both.
    """
    chance = random.Random(seed)  # noqa: S311 - a sample, not a secret
    ids = list(Paper.objects.searchable().order_by("key").values_list("pk", flat=True))
    chance.shuffle(ids)
    drawn = ids[-papers:] if for_tuning else ids[:papers]
    found = Paper.objects.in_bulk(drawn)
    known = [
        _Known(
            pk,
            found[pk].title_text,
            found[pk].abstract_text,
            found[pk].authors,
            published.year if (published := found[pk].published_at) else None,
        )
        for pk in drawn
    ]
    stop_words = _stop_words(known)
    return [item for paper in known for item in _items_of(paper, stop_words, chance)]


def _items_of(paper: _Known, stop_words: set[str], chance: random.Random) -> Iterator[Item]:
    for kinds, text, number in (
        (KINDS[0:2], paper.abstract, ABSTRACT_WORDS),
        (KINDS[2:4], paper.title, TITLE_WORDS),
    ):
        words = [word.lower() for word in _WORD.findall(text)]
        telling = [word for word in words if word not in stop_words]
        for kind, choice in zip(kinds, (words, telling), strict=True):
            if len(choice) >= number:
                yield Item(kind, " ".join(chance.sample(choice, number)), paper.pk)
    if paper.authors and paper.year:
        family_name = paper.authors[0].split()[-1]
        yield Item(KINDS[4], f"{family_name} {paper.year}".lower(), paper.pk)


def _stop_words(papers: Iterable[_Known]) -> set[str]:
    """Those words of the papers that PostgreSQL's English configuration leaves out."""
    words = {word.lower() for paper in papers for word in _WORD.findall(paper.title)}
    words |= {word.lower() for paper in papers for word in _WORD.findall(paper.abstract)}
    with connection.cursor() as cursor:
        cursor.execute(
            "select word from unnest(%s::text[]) as w (word)"
            " where ts_lexize('english_stem', word) = '{}'",
            [sorted(words)],
        )
        return {word for (word,) in cursor.fetchall()}


Search = Callable[[str], list[int]]


def mrr(items: Iterable[Item], search: Search) -> dict[str, float]:
    """MRR@10 of a search, by the kind of query."""
    scores: dict[str, list[float]] = {}
    for item in items:
        found = search(item.query)[:PLACES]
        score = 1 / (found.index(item.paper) + 1) if item.paper in found else 0.0
        scores.setdefault(item.kind, []).append(score)
    return {kind: fmean(values) for kind, values in scores.items()}


def our_search(blend: Blend = BLEND) -> Search:
    """The search of this site, best first."""
    visible = Paper.objects.searchable()

    def search(text: str) -> list[int]:
        query = parse_query(text)
        found = candidates(visible, query)
        return [pk for _score, pk in ranking(query, found.ids, blend)]

    return search


@contextmanager
def plain_search() -> Iterator[Search]:
    """PostgreSQL's `ts_rank` over title and abstract: English stems, all words must match."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            """
            create temporary table plain on commit drop as
            select id, to_tsvector('english', title_text || ' ' || abstract_text) as words
            from papers_paper where state in ('listed', 'catalogue', 'withdrawn');
            create index on plain using gin (words);
            analyze plain;
            """
        )

        def search(text: str) -> list[int]:
            cursor.execute(
                "select id from plain, plainto_tsquery('english', %s) as query"
                " where words @@ query order by ts_rank(words, query) desc, id desc limit %s",
                [text, PLACES],
            )
            return [pk for (pk,) in cursor.fetchall()]

        yield search
