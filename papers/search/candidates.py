"""Which of the matches are ranked: all of a rare query's, the newest of a common one's.

To rank a hundred thousand papers would take seconds, and so would finding the newest thousand of
them in either of the obvious ways. Newest first, PostgreSQL would compare the words of each paper
with the query until it has enough. By the index of words, it would read every match to learn its
date. So the newest are looked for in a window of dates which is likely to hold enough of them, where
both indexes together leave few papers to read.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.db.models import Q
from django.db.models.expressions import RawSQL

from papers.querysets import PaperQuerySet
from papers.search.language import Query
from papers.search.vector import ENGLISH, broken

# Beyond this a total is "1,000+", and only so many of the matches are ranked.
MATCHES_RANKED = 1000
# Of those that have the words in their titles.
TITLES_RANKED = 300

# Words that a larger share of all papers has are soon met by going through these newest first.
_COMMON = 0.2
# A window that should hold twice as many matches as are wanted; where it does not, a wider one.
_MARGIN = 2.0
_WIDER = 4.0


@dataclass(frozen=True)
class Candidates:
    """Ids of papers to rank. Where `is_capped`, there are more matches than these."""

    ids: list[int]
    is_capped: bool

    @property
    def total(self) -> int:
        return MATCHES_RANKED if self.is_capped else len(self.ids)


def candidates(papers: PaperQuerySet, query: Query) -> Candidates:
    """The papers among `papers` that are to be ranked for the query, which asks for words."""
    ids: list[int] = []
    if _share_of_papers(query) > _COMMON:
        ids = _ids(papers.matching(query).newest_first(), MATCHES_RANKED + 1)
    with _by_indexes():
        if len(ids) <= MATCHES_RANKED:
            ids, is_capped = _newest(papers.matching(query), MATCHES_RANKED)
            if not is_capped:
                return Candidates(ids, is_capped=False)
        in_titles, _more = _newest(papers.matching(query.in_titles()), TITLES_RANKED)
        return Candidates(list({*ids[:MATCHES_RANKED], *in_titles}), is_capped=True)


def _share_of_papers(query: Query) -> float:
    """The share of all papers that match, guessed from how common each word is; 0 if unknown."""
    words = [str(clause) for clause in query.clauses]
    if words != [broken(text.text) for text in query.sought]:
        return 0.0  # there is more to it than words
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select coalesce(exp(sum(ln(least(1, (held + 0.1) / greatest(reltuples, 1))))), 0)
            from pg_class, unnest(to_tsvector(%s::regconfig, %s)) cross join lateral (
                select coalesce(sum(papers), 0) as held from papers_searchword where stem = lexeme
            ) as found
            where oid = 'papers_paper'::regclass
            """,
            [ENGLISH, " ".join(words)],
        )
        return float(cursor.fetchone()[0])


@contextmanager
def _by_indexes() -> Iterator[None]:
    """Have PostgreSQL find papers by sets of places that indexes name, as long as this lasts.

    It takes a comparison of words for as cheap as one of numbers, and so would rather compare. The
    memory is for the sets: one that has none left forgets which papers of a page it means.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "select set_config('enable_seqscan', 'off', true),"
            " set_config('enable_indexscan', 'off', true),"
            " set_config('work_mem', '64MB', true)"
        )
        yield
        # What a transaction around this one does next is none of our business.
        cursor.execute(
            "select set_config('enable_seqscan', 'on', true),"
            " set_config('enable_indexscan', 'on', true)"
        )


def _newest(matching: PaperQuerySet, wanted: int) -> tuple[list[int], bool]:
    """Ids of the newest `wanted` of the papers, or of all, and whether there are more."""
    page = RawSQL("(papers_paper.ctid::text::point)[0]::bigint", [])
    found = list(matching.order_by().annotate(page=page).values_list("pk", "page")[: wanted + 1])
    if len(found) <= wanted:
        return [pk for pk, _page in found], False
    # They come in the order of the table: how far it was read for them says how many there are.
    last_page = max(page for _pk, page in found)
    share = _MARGIN * wanted / len(found) * (last_page + 1) / max(_pages_of_papers(), last_page + 1)
    ordered = matching.newest_first()
    edges = _hundredths_of_dates()
    while edges and share < 1:
        since = edges[int(len(edges) * (1 - share))]
        ids = _ids(ordered.filter(Q(shown_date__gte=since)), wanted)
        if len(ids) == wanted:
            return ids, True
        share *= _WIDER
    return _ids(ordered, wanted), True


def _ids(papers: PaperQuerySet, wanted: int) -> list[int]:
    return list(papers.values_list("pk", flat=True)[:wanted])


def _pages_of_papers() -> int:
    with connection.cursor() as cursor:
        cursor.execute("select relpages from pg_class where oid = 'papers_paper'::regclass")
        return int(cursor.fetchone()[0])


def _hundredths_of_dates() -> list[datetime]:
    """Dates that part the papers into about a hundred parts, oldest first; none while unknown."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select unnest(histogram_bounds::text::timestamptz[]) from pg_stats"
            " where schemaname = current_schema() and tablename = 'paper_newest'"
            " and histogram_bounds is not null and attname = 'coalesce'"
        )
        return [edge for (edge,) in cursor.fetchall()]
