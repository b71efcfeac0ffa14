"""The front page of past days: as its order stood when the day ended, in UTC.

That is the last snapshot that was taken before the end of the day, which `snapshots.prune` keeps.
`ArchivedRank` has the ranks of the order that the front page shows by itself, one row a paper and
day, so that the ranks of one paper over the days are found without reading every snapshot.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection

from papers.models import Balance, Window

DAY = timedelta(days=1)
# A snapshot carries the time at which the making of it began, so it may appear a little later.
SETTLED_AFTER = timedelta(minutes=10)

# One row, also when there is no snapshot.
READ_DAY = """
select snapshot.taken_at, snapshot.paper_ids[%(offset)s + 1:%(offset)s + %(size)s],
    cardinality(snapshot.paper_ids),
    (
        select min(taken_at) from papers_rankingsnapshot
        where "window" = %(window)s and balance = %(balance)s
    )
from (values (true)) as one
left join lateral (
    select taken_at, paper_ids from papers_rankingsnapshot
    where "window" = %(window)s and balance = %(balance)s and taken_at < %(end)s
    order by taken_at desc, id desc limit 1
) as snapshot on true
"""

# Days that were over before `settled`, from that of the first snapshot on, of which nothing is
# written. None that is not over by the clock of the database too: what is written of a day stays.
DUE = """
select series.day::date from generate_series(
    (
        select (min(taken_at) at time zone 'UTC')::date::timestamp from papers_rankingsnapshot
        where "window" = %(window)s and balance = %(balance)s
    ),
    date_trunc(
        'day', least(%(settled)s, statement_timestamp() - %(settled_after)s) at time zone 'UTC'
    ) - interval '1 day',
    interval '1 day'
) as series (day)
where not exists (
    select from papers_archivedrank as written where written.day = series.day::date
)
order by series.day
"""

# A paper that was deleted since leaves its rank empty. One that was merged since leaves it to the
# paper that was kept, unless that has its own; of several such the best.
ARCHIVE = """
insert into papers_archivedrank (paper_id, day, rank)
select distinct on (kept.id) kept.id, %(day)s, ranked.rank
from (
    select paper_ids from papers_rankingsnapshot
    where "window" = %(window)s and balance = %(balance)s and taken_at < %(end)s
    order by taken_at desc, id desc limit 1
) as snapshot
cross join lateral unnest(snapshot.paper_ids) with ordinality as ranked (paper_id, rank)
join papers_paper as paper on paper.id = ranked.paper_id
join papers_paper as kept on kept.id = coalesce(paper.merged_into_id, paper.id)
order by kept.id, kept.id <> paper.id, ranked.rank
on conflict do nothing
"""


@dataclass(frozen=True, slots=True)
class ArchivedPage:
    """A page of the order at the end of a day. Ranks on it are `offset` + 1, + 2, and so on."""

    taken_at: datetime | None
    """When the order became what it was then; None before the first snapshot."""
    paper_ids: list[int]
    offset: int
    total: int
    first_day: date | None
    """The first day of the archive."""
    next_offset: int | None = None


def end_of(day: date) -> datetime:
    """Return the first instant after a UTC day. Raises OverflowError for the calendar's last."""
    return datetime.combine(day, time(), UTC) + DAY


def read_day(day: date, window: str, balance: str, *, offset: int, size: int) -> ArchivedPage:
    """Return `size` papers, after `offset` others, of an order as it was when `day` ended.

    One query. Before the first snapshot there are none.
    """
    values: dict[str, Any] = {
        "window": window,
        "balance": balance,
        "end": end_of(day),
        "offset": offset,
        "size": size,
    }
    with connection.cursor() as cursor:
        cursor.execute(READ_DAY, values)
        taken_at, paper_ids, total, first = cursor.fetchone()
    following = offset + size
    return ArchivedPage(
        taken_at=taken_at,
        paper_ids=paper_ids or [],
        offset=offset,
        total=total or 0,
        first_day=first.astimezone(UTC).date() if first else None,
        next_offset=following if following < (total or 0) else None,
    )


def archive_day(day: date) -> int:
    """Write the ranks at the end of a day, if none are there; return how many were written."""
    values: dict[str, Any] = {
        "window": Window.WEEK,
        "balance": Balance.NONE,
        "day": day,
        "end": end_of(day),
    }
    with connection.cursor() as cursor:
        cursor.execute(ARCHIVE, values)
        written: int = cursor.rowcount
    return written


def archive_due(now: datetime) -> int:
    """Write the ranks of every day that is over and has none yet; return how many days.

    Each day is a statement of its own, the oldest first, so this may be stopped, run again, and
    run beside itself at any time.
    """
    return sum(archive_day(day) > 0 for day in due_days(now))


def due_days(now: datetime) -> list[date]:
    """The days that were over ten minutes before `now` and of which nothing is written."""
    values: dict[str, Any] = {
        "window": Window.WEEK,
        "balance": Balance.NONE,
        "settled": now - SETTLED_AFTER,
        "settled_after": SETTLED_AFTER,
    }
    with connection.cursor() as cursor:
        cursor.execute(DUE, values)
        days: list[tuple[date]] = cursor.fetchall()
    return [day for (day,) in days]
