"""How well each of some papers answers a query.

A blend of two numbers. The first is BM25 over title, authors and abstract: rare words weigh more, a
word that is repeated counts less each time, long abstracts must say it more often. The second is
the share of the query that stands in the title or among the authors, to a high power: it decides
where people type a title or a name, and hardly speaks where they do not. docs/search.md says how
the parameters were chosen.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connection

from papers.search.language import Field, Query
from papers.search.vector import ENGLISH, SIMPLE, broken

# The rarest words of a longer query decide alone.
MAX_RANKED_WORDS = 10
# Scores are compared and put into addresses as whole numbers of millionths.
UNIT = 1_000_000


@dataclass(frozen=True)
class Blend:
    """The parameters of the score; `manage.py evaluate_search --tune` chooses among others."""

    # BM25: how soon repeating a word counts for no more, and how much a long text is held back.
    saturation: float = 4.0
    length: float = 0.75
    # What the title is worth beside it, and how nearly all of the query must stand there.
    title: float = 0.2
    title_power: float = 6.0


BLEND = Blend()

# ts_rank of one word is the sum of 1/j² over its occurrences j, divided by π²/6. PostgreSQL
# computes it from the stored vector far faster than occurrences could be counted in SQL.
_SCORES = """
with asked as (
    select word, nullif(year, 0) as year, named, lexeme as name,
        coalesce((tsvector_to_array(to_tsvector(%(english)s::regconfig, lexeme)))[1], lexeme) as stem
    from unnest(%(words)s::text[], %(years)s::int[], %(named)s::boolean[]) as a (word, year, named)
    cross join lateral unnest(to_tsvector(%(simple)s::regconfig, word)) as l (lexeme, p, w)
),
size as (
    select greatest(reltuples, 1)::float8 as papers from pg_class
    where oid = 'papers_paper'::regclass
),
term as materialized (
    select distinct year,
        case when named then null else quote_literal(stem)::tsquery end as stem,
        case when named or name <> stem then quote_literal(name)::tsquery end as name,
        ln(1 + greatest(papers, held) / held) as rarity
    from asked cross join size cross join lateral (
        select coalesce(sum(w.papers), 0) + 1 as held from papers_searchword as w
        where w.stem = asked.stem
    ) as h
    order by rarity desc limit %(most)s
),
paper as (
    -- joined to nothing, so that it is unpacked once and not for each word
    select id, search || '' as search, ts_filter(search, '{a,b}') as head, extract(year from published_at) as year,
        1 - %(length)s + %(length)s * length(search) / %(usual)s as room
    from papers_paper where id = any(%(ids)s)
    offset 0
)
select paper.id, round(%(unit)s * (
        sum(rarity * held / (held + %(saturation)s * room)) / sum(rarity)
        + %(title)s * power(sum(rarity * (ahead)::int) / sum(rarity), %(title_power)s)
    ))::bigint
from paper cross join term cross join lateral (
    select greatest(
            1.645 * ts_rank('{0, 1, 1, 1}', search, stem),
            1.645 * ts_rank('{0, 1, 1, 1}', search, name),
            (term.year = paper.year)::int, 0
        ) as held,
        coalesce(head @@ stem or head @@ name or term.year = paper.year, false) as ahead
) as found
group by paper.id
"""

# Different words of a paper, on average over the abstracts of arXiv.
_USUAL_LENGTH = 98.0


def scores(query: Query, ids: Sequence[int], blend: Blend = BLEND) -> dict[int, int]:
    """The score of each paper, in millionths, by its id; empty for a query without words."""
    if not query.sought or not ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            _SCORES,
            {
                "english": ENGLISH,
                "simple": SIMPLE,
                "words": [broken(text.text) for text in query.sought],
                "years": [text.year or 0 for text in query.sought],
                "named": [text.field is Field.AUTHOR for text in query.sought],
                "most": MAX_RANKED_WORDS,
                "ids": list(ids),
                "usual": _USUAL_LENGTH,
                "unit": UNIT,
                "length": blend.length,
                "saturation": blend.saturation,
                "title": blend.title,
                "title_power": blend.title_power,
            },
        )
        return dict(cursor.fetchall())
