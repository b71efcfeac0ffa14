"""How well each of some papers answers a query.

A blend of three numbers. The first is BM25 over title, authors and abstract: rare words weigh more,
a word that is repeated counts less each time, long abstracts must say it more often. The others are
shares of the query, to a power that keeps them silent unless nearly all of it is there: how much
stands in the title or among the authors, which decides where people type a title or a name, and how
much is spelt exactly as it was typed. docs/search.md says how the parameters were chosen.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

from django.db import connection

from papers.search.language import Field, Query, Text
from papers.search.marks import WORD
from papers.search.vector import ENGLISH, SIMPLE, broken

# The rarest words of a longer query decide alone.
MAX_RANKED_WORDS = 10
# Scores are compared and put into addresses as whole numbers of millionths.
UNIT = 1_000_000


@dataclass(frozen=True)
class Blend:
    """The parameters of the score; `manage.py evaluate_search --tune` chooses among others."""

    # BM25: how soon repeating a word counts for no more, and how much a long text is held back.
    saturation: float = 2.0
    length: float = 0.75
    # What the title and the authors are worth beside it, and how nearly all must stand there.
    title: float = 0.5
    title_power: float = 6.0
    # The same for words that are spelt as they were typed.
    spelling: float = 0.2
    spelling_power: float = 3.0


BLEND = Blend()

# ts_rank of one word is the sum of 1/j² over its occurrences j, divided by π²/6. PostgreSQL
# computes it from the stored vector far faster than occurrences could be counted in SQL.
_SCORES = r"""
with size as (
    select greatest(reltuples, 1)::float8 as papers from pg_class
    where oid = 'papers_paper'::regclass
),
asked as (
    -- a number of a text, or the typed form of one of its words, and a lexeme of it
    select nullif(year, 0) as year, named, typed, lexeme as name,
        coalesce((tsvector_to_array(to_tsvector(%(english)s::regconfig, lexeme)))[1], lexeme) as stem
    from unnest(%(words)s::text[], %(years)s::int[], %(named)s::boolean[], %(typed)s::text[])
        as a (word, year, named, typed)
    cross join lateral unnest(to_tsvector(%(simple)s::regconfig, word)) as l (lexeme, p, w)
),
weighed as materialized (
    select asked.*, ln(1 + greatest(papers, held) / held) as rarity
    from asked cross join size cross join lateral (
        select coalesce(sum(w.papers), 0) + 1 as held from papers_searchword as w
        where w.stem = asked.stem
    ) as found
),
term as materialized (
    select distinct year, rarity,
        case when not named then quote_literal(stem)::tsquery end as stem,
        case when named or name <> stem then quote_literal(name)::tsquery end as name
    from weighed where typed = '' order by rarity desc limit %(most)s
),
spelling as materialized (
    select distinct year, rarity, '\m' || typed || '\M' as pattern
    from weighed where typed <> '' order by rarity desc limit %(most)s
),
paper as (
    -- The vector is joined to nothing, so that it is unpacked once and not for each word.
    select id, search || '' as search, ts_filter(search, '{a,b}') as head,
        lower(concat_ws(' ', title_text, left(authors_text, 2000), abstract_text)) as text,
        extract(year from published_at) as year,
        1 - %(length)s + %(length)s * length(search) / %(usual)s as room
    from papers_paper where id = any(%(ids)s)
    offset 0
)
select paper.id, round(%(unit)s * (
        bm25 + %(title)s * power(ahead, %(title_power)s)
        + %(spelling)s * power(coalesce(exactly, 0), %(spelling_power)s)
    ))::bigint
from paper cross join lateral (
    select sum(rarity * held / (held + %(saturation)s * room)) / sum(rarity) as bm25,
        sum(rarity * leads::int) / sum(rarity) as ahead
    from term cross join lateral (
        select greatest(
                1.645 * ts_rank('{0, 1, 1, 1}', search, stem),
                1.645 * ts_rank('{0, 1, 1, 1}', search, name),
                (term.year = paper.year)::int, 0
            ) as held,
            coalesce(head @@ stem or head @@ name or term.year = paper.year, false) as leads
    ) as each
) as by_stems cross join lateral (
    select sum(rarity * coalesce(text ~ pattern or spelling.year = paper.year, false)::int)
        / sum(rarity) as exactly
    from spelling
) as by_spelling
where bm25 is not null
"""

# Different words of a paper, on average over the abstracts of arXiv.
_USUAL_LENGTH = 98.0


@dataclass(frozen=True)
class _Asked:
    """A text of the query, or one of its words as `typed`."""

    word: str
    year: int
    named: bool
    typed: str = ""


def scores(query: Query, ids: Sequence[int], blend: Blend = BLEND) -> dict[int, int]:
    """The score of each paper, in millionths, by its id; empty for a query without words."""
    asked = [each for text in query.sought for each in _asked(text)]
    if not asked or not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _SCORES,
            {
                "english": ENGLISH,
                "simple": SIMPLE,
                "words": [each.word for each in asked],
                "years": [each.year for each in asked],
                "named": [each.named for each in asked],
                "typed": [each.typed for each in asked],
                "most": MAX_RANKED_WORDS,
                "ids": list(ids),
                "usual": _USUAL_LENGTH,
                "unit": UNIT,
                **asdict(blend),
            },
        )
        return dict(cursor.fetchall())


def _asked(text: Text) -> Iterator[_Asked]:
    named, year = text.field is Field.AUTHOR, text.year or 0
    yield _Asked(broken(text.text), year, named)
    for word in WORD.findall(text.text):
        yield _Asked(word, year, named, typed=word.lower())
