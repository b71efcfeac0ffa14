"""Counts in how many papers each word stands, for ranking and for "did you mean"."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db import connection, transaction

from papers.models import Paper, SearchWord
from papers.querysets import STATES_FOR_STRANGERS, Place
from papers.search.vector import BREAKS, ENGLISH, SIMPLE, SPACES

# Of a batch of papers, all words stand in memory at once.
BATCH = 20_000
# Of one counting at a time; any number that no other lock of this site has.
LOCK = 7_340_281

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class CountedWords:
    """What a count found and what it changed."""

    words: int
    changed: int
    removed: int


def refresh_words(progress: Progress | None = None) -> CountedWords | None:
    """Count the words of all papers that strangers can find; None while another count runs.

    Readers see the former count until this one is whole. `progress` is told of papers done, by
    their ids, and the largest id.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_xact_lock(%s)", [LOCK])
        if not cursor.fetchone()[0]:
            return None
        cursor.execute("create temporary table counted (word text, papers integer)")
        newest = Paper.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
        for start in range(0, newest, BATCH):
            cursor.execute(
                "insert into counted select word, ndoc from ts_stat(%s) where length(word) <= 40",
                [_words_of_batch(start)],
            )
            if progress is not None:
                progress(min(start + BATCH, newest), newest)
        return _replace_words()


def _words_of_batch(start: int) -> str:
    """The SQL of the words, as they are written, of the papers with ids after `start`."""
    states = ", ".join(f"'{state}'" for state in STATES_FOR_STRANGERS[Place.SEARCH])
    return f"""
        select to_tsvector('{SIMPLE}', translate(
            title_text || ' ' || abstract_text || ' ' || authors_text, '{BREAKS}', '{SPACES}'
        ))
        from papers_paper
        where id > {start} and id <= {start + BATCH} and state in ({states})
    """  # noqa: S608 - constants of ours and a number


def _replace_words() -> CountedWords:
    """Make the table say what was counted, writing only what differs."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            create temporary table total as
            select word, sum(papers)::integer as papers from counted group by word;
            create unique index on total (word);
            analyze total;
            """
        )
        cursor.execute(
            "delete from papers_searchword as old"
            " where not exists (select from total where total.word = old.word)"
        )
        removed = cursor.rowcount
        cursor.execute(
            """
            insert into papers_searchword as old (word, stem, papers)
            select word,
                coalesce(left((tsvector_to_array(to_tsvector(%s::regconfig, word)))[1], 40), word),
                papers
            from total
            on conflict (word) do update set papers = excluded.papers, stem = excluded.stem
            where (old.papers, old.stem) is distinct from (excluded.papers, excluded.stem)
            """,
            [ENGLISH],
        )
        changed = cursor.rowcount
        cursor.execute("drop table counted, total")
    return CountedWords(SearchWord.objects.count(), changed, removed)
