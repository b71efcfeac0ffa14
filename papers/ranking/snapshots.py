"""Snapshots of the front page's order: taken, read page by page, and pruned."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import product
from typing import Any

from django.db import connection
from psycopg import sql

from papers.models import Balance, RankingSettings, Window
from papers.ranking.orders import order_sql
from papers.ranking.parameters import snapshot_size

# An order gets at most one snapshot in this time.
INTERVAL = timedelta(seconds=1)
# How long a reader may turn pages after a snapshot was replaced by a newer one.
LIFETIME = timedelta(hours=1)
NEW_PAPERS = 10

# Times come from the caller, whose clock may be ahead; none is stored that is later than that of the
# database. A snapshot from the future all the same, as of a database whose own clock was put right,
# is brought back to the present: left as it is, it would be the newest until its time had come.
#
# One that was taken later than `now` does not hold this one up; it only must not seem the newer.
TAKE = """
with mended as (
    update papers_rankingsnapshot set taken_at = statement_timestamp()
    where "window" = %(window)s and balance = %(balance)s and taken_at > statement_timestamp()
)
insert into papers_rankingsnapshot ("window", balance, taken_at, paper_ids)
select %(window)s, %(balance)s,
    least(greatest(%(now)s, newest.taken_at), statement_timestamp()), ranked.paper_ids
from (
    select array({order}) as paper_ids
) as ranked
left join lateral (
    select taken_at, paper_ids from papers_rankingsnapshot
    where "window" = %(window)s and balance = %(balance)s
    order by taken_at desc, id desc limit 1
) as newest on true
where ranked.paper_ids <> coalesce(newest.paper_ids, '{{}}')
  and (newest.taken_at is null or newest.taken_at > %(now)s
       or newest.taken_at <= %(young_since)s)
"""

# A snapshot is over when the next one is taken. The last of a UTC day is the archive.
PRUNE = """
delete from papers_rankingsnapshot where id in (
    select id from (
        select id, taken_at, lead(taken_at) over (
            partition by "window", balance order by taken_at, id
        ) as over_at
        from papers_rankingsnapshot
    ) as snapshot
    where over_at < least(%(now)s, statement_timestamp()) - %(lifetime)s
      and (over_at at time zone 'UTC')::date = (taken_at at time zone 'UTC')::date
)
"""

# One row, also when there is no snapshot. A paper on the page is not among the new ones too,
# which can be for the moment between the loss of a vote and the next snapshot.
READ = """
select snapshot.id, snapshot.taken_at,
    snapshot.paper_ids[place.first + 1:place.first + %(size)s],
    cardinality(snapshot.paper_ids), place.first,
    case when place.first = 0 then array(
        select paper_id from papers_paperheat
        where visible and not trending
          and (snapshot.id is null or paper_id <> all (snapshot.paper_ids))
        order by listed_at desc, paper_id desc limit %(new)s
    ) else '{}' end,
    (
        select case %(window)s when 'now' then half_life_now
            when 'week' then half_life_week else half_life_month end
        from papers_rankingsettings where applied_at is not null
        order by applied_at desc, id desc limit 1
    )
from (values (true)) as one
left join papers_rankingsnapshot as named
    on named.id = %(named)s and named."window" = %(window)s and named.balance = %(balance)s
left join papers_rankingsnapshot as snapshot on snapshot.id = coalesce(named.id, (
    select id from papers_rankingsnapshot
    where "window" = %(window)s and balance = %(balance)s
    order by taken_at desc, id desc limit 1
))
cross join lateral (
    select case when named.id is null then 0 else %(offset)s end as first
) as place
"""

# Ids of bigint, offsets of int, without a sign or leading zeros.
CURSOR = re.compile(r"([1-9][0-9]{0,17})-(0|[1-9][0-9]{0,8})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SnapshotPage:
    """A page of the front page's order. Ranks on it are `offset` + 1, + 2, and so on."""

    snapshot_id: int | None
    """None before the first snapshot of the order."""
    taken_at: datetime | None
    paper_ids: list[int]
    """The papers of this page, best first."""
    offset: int
    """The number of papers on the pages before."""
    total: int
    """The number of papers in the snapshot."""
    half_life_hours: float
    """The half-life of the window that is in force."""
    new_ids: list[int] = field(default_factory=list)
    """"New, not yet trending", newest first; only on the first page."""
    next_cursor: str | None = None
    expired: bool = False
    """The cursor named a snapshot that is gone; this is the first page of the newest."""


def take_snapshots(
    now: datetime, *, balances: Iterable[str] = Balance.values, at_once: bool = False
) -> int:
    """Write the order of each window, as it is with each balance, where the newest differs.

    Return how many were written. An order whose newest snapshot is younger than a second is left
    to the next call, which compares anew, so the refresh calls this at every tick; with `at_once`
    it is written all the same.
    """
    values: dict[str, Any] = {
        "now": now,
        "young_since": now if at_once else now - INTERVAL,
        "size": snapshot_size(),
    }
    written = 0
    with connection.cursor() as cursor:
        for window, balance in product(Window.values, balances):
            take = sql.SQL(TAKE).format(order=order_sql(window, balance))
            cursor.execute(take, {**values, "window": window, "balance": balance})
            written += cursor.rowcount
    return written


def prune(now: datetime) -> int:
    """Delete snapshots that were replaced more than an hour ago; return how many.

    The newest of each order stays, and as an archive the last of each UTC day.
    """
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"now": now, "lifetime": LIFETIME}
        cursor.execute(PRUNE, values)
        pruned: int = cursor.rowcount
    return pruned


def read_page(
    window: str, cursor: str | None, size: int, balance: str = Balance.NONE
) -> SnapshotPage:
    """Return `size` papers of a window's order, in one query.

    `cursor` is the `next_cursor` of the page before and keeps to its snapshot; None starts with
    the newest. Raises ValueError when it is none of ours.
    """
    named, offset = _parse_cursor(cursor) if cursor is not None else (None, 0)
    values = {
        "window": window,
        "balance": balance,
        "named": named,
        "offset": offset,
        "size": size,
        "new": NEW_PAPERS,
    }
    with connection.cursor() as db:
        db.execute(READ, values)
        snapshot_id, taken_at, paper_ids, total, first, new_ids, half_life = db.fetchone()
    following = first + size
    return SnapshotPage(
        snapshot_id=snapshot_id,
        taken_at=taken_at,
        paper_ids=paper_ids or [],
        offset=first,
        total=total or 0,
        half_life_hours=half_life or RankingSettings().half_life_hours(window),
        new_ids=new_ids,
        next_cursor=f"{snapshot_id}-{following}" if following < (total or 0) else None,
        expired=named is not None and named != snapshot_id,
    )


def _parse_cursor(cursor: str) -> tuple[int, int]:
    match = CURSOR.fullmatch(cursor)
    if match is None:
        raise ValueError(f"not a place in a ranking: {cursor!r}")
    return int(match[1]), int(match[2])
