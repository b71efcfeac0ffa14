"""Where entries of a list stand: numbers with gaps, so that a move writes one row.

The numbers begin in the middle of what the column holds, so that there is room before the first
and after the last. They mean nothing by themselves; people see an entry's number in the order.
"""

from collections.abc import Iterator

from django.db import connection

# Room for 14 entries, each put right beside the last one put there, before all are numbered anew.
GAP = 2**14
MIDDLE = 2**30
LAST = 2**31 - 1

# What was removed keeps its place among the others: half a gap below those it stood before.
RENUMBER = """
with places as (
    select id, position, true as stands from papers_readinglistentry
    where reading_list_id = %(list)s
    union all
    select id, position, false from papers_removedentry where reading_list_id = %(list)s
), numbered as (
    select id, stands, count(*) filter (where stands) over (order by position, stands) as number,
        count(*) filter (where stands) over () as total
    from places
), fresh as (
    select id, stands, %(middle)s + (number - total / 2) * %(gap)s
        + case when stands then 0 else %(gap)s / 2 end as position
    from numbered
), removed as (
    update papers_removedentry as entry set position = fresh.position
    from fresh where entry.id = fresh.id and not fresh.stands
)
update papers_readinglistentry as entry set position = fresh.position
from fresh where entry.id = fresh.id and fresh.stands
"""


def spaced(number: int) -> Iterator[int]:
    """The positions of `number` entries with a gap between each two."""
    first = MIDDLE - number // 2 * GAP
    return iter(range(first, first + number * GAP, GAP))


def between(before: int | None, after: int | None) -> int | None:
    """A free position between two neighbours; None for a neighbour means that end of the list.

    None when there is no room: `renumber` makes some.
    """
    if before is None and after is None:
        return MIDDLE
    if after is None:
        assert before is not None  # noqa: S101 - for the type checker
        return before + GAP if before + GAP <= LAST else None
    if before is None:
        return after - GAP if after > GAP else after // 2 or None
    halfway = (before + after) // 2
    return halfway if halfway > before else None


def renumber(list_id: int) -> None:
    """Space the entries of a list evenly again; its row must be locked."""
    with connection.cursor() as cursor:
        cursor.execute(RENUMBER, {"list": list_id, "gap": GAP, "middle": MIDDLE})
