"""Standings: the final ranks of days, weeks and months, written once when a period closes.

A period closes 24 hours after its end. What counts is what stood at that instant, so a closing
that comes late, or in parts, writes the same ranks as one in time, but for two things that nobody
kept. One is a weight of the past: a vote weighs what it weighs when the closing comes. The other is
a gap in a vote: taken back before that instant and cast again after it, it is the same vote from
its first time on, so a closing in time leaves it out and one after it was cast again counts it.

A closing waits a minute more, by the clock of the database, and so sees what was cast at the last
moment and committed just after it; and no worker whose clock is ahead closes a period early.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import connection

from papers.models import Standing
from papers.periods import KINDS, CalendarPeriod
from papers.ranking.refresh import refresh_pending

# Longer than any vote takes from the time that it carries to its commit.
SETTLING = timedelta(minutes=1)

# Each day that has papers, found by one look into the index a day instead of a walk through all
# papers: a hundred times less for a site of years.
LISTING_DAYS = """
with recursive day (listed_on) as (
    select min(listed_on) from papers_paper where state = 'listed'
    union all
    select (
        select min(listed_on) from papers_paper
        where state = 'listed' and listed_on > day.listed_on
    )
    from day where day.listed_on is not null
)
select listed_on from day where listed_on is not null
"""

# What a paper had at the instant `until`, of the votes that count today. Weights are added in their
# own order: papers with the same weights have the same sum, to the last digit. A vote that was taken
# back after that instant stood at it; the index of standing votes does not have it, the one by paper
# has. One taken back before it and cast again since cannot be told from one that always stood.
COUNTED = """
cross join lateral (
    select coalesce(sum(weight order by weight), 0) as weight, count(*) as upvotes
    from papers_upvote
    where paper_id = paper.id and weight > 0 and first_cast_at < %(until)s
      and (removed_at is null or removed_at >= %(until)s)
) as counted
"""

# The rank of each row of `listed`, which has what COUNTED makes.
RANKED = """
select id as paper_id,
    row_number() over (order by weight desc, listed_at, key) as rank,
    weight, upvotes
from listed
"""

# One statement sees one instant. Whoever is second to close a period waits for the first at the
# unique constraint, then inserts nothing.
CLOSE = f"""
with listed as materialized (
    select paper.id, paper.key, paper.listed_at, counted.weight, counted.upvotes
    from papers_paper as paper {COUNTED}
    where paper.state = 'listed' and paper.listed_on between %(first)s and %(last)s
),
standing as (
    insert into papers_standing (period, starts_on, votes_until, closed_at)
    select %(kind)s, %(first)s, %(until)s, clock_timestamp()
    where exists (select from listed) and statement_timestamp() >= %(until)s + %(settling)s
    on conflict (period, starts_on) do nothing
    returning id
),
place as (
    insert into papers_standingplace (standing_id, paper_id, rank, weight, upvotes)
    select standing.id, ranked.paper_id, ranked.rank, ranked.weight, ranked.upvotes
    from standing cross join ({RANKED}) as ranked
    returning 1
)
select (select count(*) from standing), (select count(*) from place)
"""  # noqa: S608  composed of constants; every value is a parameter


@dataclass(frozen=True, slots=True)
class ClosedStandings:
    """What was closed: standings written, their places, and due periods left to the next run."""

    standings: int = 0
    places: int = 0
    left: int = 0


def close_due(
    now: datetime,
    *,
    progress: Callable[[int, int], None] | None = None,
    seconds: float | None = None,
) -> ClosedStandings:
    """Close the periods that have papers, are due at `now`, and are still open.

    Votes that wait in the outbox are ranked first. Each period is a transaction of its own, the
    oldest first, so this may be stopped at any time, run again, and run beside itself; after
    `seconds` it leaves the rest to the next run. `progress` is called with the number of periods
    done and of all that were due.
    """
    due = due_periods(now)
    if not due:
        return ClosedStandings()
    refresh_pending(now, wait=True)
    deadline = None if seconds is None else time.monotonic() + seconds
    standings = places = done = 0
    for done, period in enumerate(due, start=1):
        written = close(period)
        standings += written[0]
        places += written[1]
        if progress:
            progress(done, len(due))
        if deadline is not None and time.monotonic() > deadline:
            break
    return ClosedStandings(standings, places, len(due) - done)


def due_periods(now: datetime) -> list[CalendarPeriod]:
    """The periods with papers that should be closed at `now` and are not, the oldest first.

    That is a minute after their closing instants, also by the clock of the database.
    """
    with connection.cursor() as cursor:
        cursor.execute("select least(%s, statement_timestamp())", [now])
        settled = cursor.fetchone()[0] - SETTLING
        cursor.execute(LISTING_DAYS)
        # A date of the far future has no period that could end.
        days: list[date] = [day for (day,) in cursor.fetchall() if day < settled.date()]
    over = {
        period
        for kind in KINDS
        for period in {CalendarPeriod.containing(kind, day) for day in days}
        if period.closes_at <= settled
    }
    closed = set(Standing.objects.values_list("period", "starts_on"))
    open_ones = (period for period in over if (period.kind, period.start) not in closed)
    return sorted(open_ones, key=lambda period: (period.closes_at, period.start))


def close(period: CalendarPeriod) -> tuple[int, int]:
    """Write the standing of one period; return how many standings and places that were.

    Both are 0 where it has no listed papers, is closed already, or is not to be closed yet.
    """
    values: dict[str, Any] = {
        "kind": period.kind,
        "first": period.start,
        "last": period.last,
        "until": period.closes_at,
        "settling": SETTLING,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, values)
        standings, places = cursor.fetchone()
    return standings, places
