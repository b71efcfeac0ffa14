"""The orders of the front page in SQL: papers by heat, or by heat above the level of their field."""

from psycopg import sql

from papers.models import Balance

# Walks a partial index from the top.
PLAIN = """
select paper_id from papers_paperheat where trending
order by {heat} desc, paper_id limit %(size)s
"""

# Ranks by h less the level of the paper's field, see `papers/ranking/levels.py`. Each field is an
# index scan from its top, and they are merged in two steps. The first looks at a few papers of each
# field; the value of the last that would fit bounds what is read of each field in the second. So
# about three times the papers wanted are read, whatever the size of the site: for the first 1,000
# of 155 fields some 3,600 index entries, of 60,000 papers as of 1,000,000. Only where nearly all
# fields have a handful of papers does the first step find too few, and of each of the others as
# many are read as are wanted.
#
# `field` finds the fields by one look into the index each; its last row, with a null, stands for
# the papers without a field. A paper that is listed into a field without a level of its own takes
# the level of all papers, which is the row without a tag. Before the first freeze all levels are 0.
#
# The bound is lowered by a little, as h - level and bound + level are rounded apart.
BALANCED = """
with recursive field (tag_id) as (
    (
        select primary_tag_id from papers_paperheat where trending
        order by primary_tag_id limit 1
    )
    union all
    select (
        select primary_tag_id from papers_paperheat
        where trending and primary_tag_id > field.tag_id
        order by primary_tag_id limit 1
    )
    from field where field.tag_id is not null
),
level as materialized (
    select field.tag_id, coalesce(own.level, everything.level, 0) as level,
        ceil(2.0 * %(size)s / count(*) over ())::bigint as few
    from field
    left join papers_fieldlevel as own on own."window" = {window} and own.tag_id = field.tag_id
    left join papers_fieldlevel as everything
        on everything."window" = {window} and everything.tag_id is null
),
few as materialized (
    select heat.h - level.level as above
    from level cross join lateral (
        select {heat} as h from papers_paperheat
        where trending and primary_tag_id = level.tag_id
        order by {heat} desc, paper_id limit level.few
    ) as heat
    union all
    select heat.h - level.level
    from level cross join lateral (
        select {heat} as h from papers_paperheat
        where trending and primary_tag_id is null
        order by {heat} desc, paper_id limit level.few
    ) as heat
    where level.tag_id is null
),
bound as materialized (
    select coalesce(
        (select above from few order by above desc offset %(size)s - 1 limit 1), '-infinity'
    ) - 1e-6 as above
)
select paper_id from (
    select heat.paper_id, heat.h - level.level as above
    from level cross join bound cross join lateral (
        select paper_id, {heat} as h from papers_paperheat
        where trending and primary_tag_id = level.tag_id
          and {heat} >= bound.above + level.level
        order by {heat} desc, paper_id limit %(size)s
    ) as heat
    union all
    select heat.paper_id, heat.h - level.level
    from level cross join bound cross join lateral (
        select paper_id, {heat} as h from papers_paperheat
        where trending and primary_tag_id is null
          and {heat} >= bound.above + level.level
        order by {heat} desc, paper_id limit %(size)s
    ) as heat
    where level.tag_id is null
) as merged
order by above desc, paper_id limit %(size)s
"""


def order_sql(window: str, balance: str) -> sql.Composed:
    """Return the query of the ids of the first `%(size)s` papers of an order, best first."""
    order = BALANCED if balance == Balance.FIELDS else PLAIN
    return sql.SQL(order).format(heat=sql.Identifier(f"h_{window}"), window=sql.Literal(window))
