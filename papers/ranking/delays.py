"""How soon votes are ranked: a histogram a day, written by what ranks them.

A delay is the time from the vote to the moment when the heat of its paper has been computed, at the
end of the very transaction that stores it. The order that people see follows within a second.
"""

import math
import time
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import Sum

from papers.models import RankingDelay

# Upper bounds of the classes, in seconds. The worker looks every second, so most votes take up to
# one; five are promised, so below that the classes are fine.
BOUNDS = (
    *(0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0),
    *(7.5, 10.0, 20.0, 30.0, 60.0, 600.0, 3600.0, math.inf),
)
PROMISED = 5.0
# So many days are summed up.
DAYS = 7
PERCENTILES = (50, 90, 95, 99)

ADD = """
insert into papers_rankingdelay (day, seconds, votes)
select %s, seconds, votes
from unnest(%s::float8[], %s::bigint[]) as added (seconds, votes)
on conflict (day, seconds) do update set votes = papers_rankingdelay.votes + excluded.votes
"""


@dataclass(frozen=True, slots=True)
class DelaySummary:
    """How soon the votes of the last days were ranked."""

    votes: int
    percentiles: list[tuple[int, float | None]]
    """(percent, seconds): so many percent of the votes were ranked within so many seconds. The
    seconds are the bound of a class, so the true number is that or less; None is beyond them all."""
    in_time: float
    """The share of the votes that were ranked within PROMISED seconds, in percent."""


def record_delays(queued: Sequence[float]) -> None:
    """Add votes that were cast at `queued`, in seconds since 1970, and are ranked now.

    In the transaction that ranks them, so that each is counted once.
    """
    if not queued:
        return
    now = time.time()
    classes = classify(now - at for at in queued)
    day = datetime.fromtimestamp(now, UTC).date()
    values: list[Any] = [day, [BOUNDS[place] for place in classes], list(classes.values())]
    with connection.cursor() as cursor:
        cursor.execute(ADD, values)


def classify(delays: Iterable[float]) -> Counter[int]:
    """Return how many delays, in seconds, are in which class of BOUNDS; below 0 counts as 0."""
    return Counter(bisect_left(BOUNDS, delay) for delay in delays)


def summarise(now: datetime) -> DelaySummary | None:
    """Return how soon votes were ranked today and on the days before; None if there were none."""
    since = (now - timedelta(days=DAYS - 1)).date()
    rows = RankingDelay.objects.filter(day__gte=since).order_by()
    votes = dict(rows.values("seconds").annotate(sum=Sum("votes")).values_list("seconds", "sum"))
    total = sum(votes.values())
    if not total:
        return None
    in_time = sum(number for seconds, number in votes.items() if seconds <= PROMISED)
    return DelaySummary(
        votes=total,
        percentiles=[(percent, _within(votes, total * percent / 100)) for percent in PERCENTILES],
        in_time=100 * in_time / total,
    )


def _within(votes: dict[float, int], wanted: float) -> float | None:
    """The bound of the class that holds the vote number `wanted`, the quickest first."""
    counted = 0
    for seconds in sorted(votes):
        counted += votes[seconds]
        if counted >= wanted and seconds < math.inf:
            return seconds
    return None
