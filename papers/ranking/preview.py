"""What the front page would show by other numbers, computed without writing anything.

To compute every paper takes as long as applying the numbers does. But what a paper's heat can be at
most follows from its row alone: as if all its votes were cast now. So papers are computed from their
votes in the order of that bound, until none that is left can reach the first places. Old papers have
low bounds, as the mix draws their votes back, and a few hundred papers are enough on most sites.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from heapq import nsmallest
from typing import Any

from django.db import connection
from psycopg import sql

from papers.models import RankingSettings, VoteOutbox, Window
from papers.ranking import truth
from papers.ranking.locking import in_one_snapshot
from papers.ranking.parameters import snapshot_size
from papers.ranking.snapshots import read_page

# Papers in one statement.
BATCH = 500
# Papers computed at most for a window; beyond it the preview says that it is not sure. With a mix
# of 0, or a half-life of a year, any paper of the past might come back.
MOST = 20_000
# Sums of weights are stored to so many digits.
SLACK = 1e-6

# The bound: the prior as it is, and the weight of all votes at the latest time that one can have.
BOUNDS = """
select paper_id, (latest - %(epoch)s) / {half_life} + ln(
    %(prior)s * exp(greatest((listed - latest) * {rate}, %(floor)s)) + weight
) / %(ln2)s as bound
from (
    select paper_id, weight, listed, %(unmixed)s * %(now)s + %(mix)s * listed as latest
    from (
        select paper_id, weight,
            date_part('epoch', least(listed_at, %(horizon)s)) as listed
        from papers_paperheat
        where visible and upvotes >= %(min_voters)s
        offset 0
    ) as paper
    offset 0
) as paper
order by bound desc, paper_id
limit %(most)s
"""

EXACT = f"""
with {truth.TRUTH}
select paper_id, h_now, h_week, h_month from truth where trending
"""  # noqa: S608  composed of constants; every value is a parameter


@dataclass(frozen=True, slots=True)
class Place:
    """Where a paper would stand, and where it stands now."""

    paper_id: int
    rank: int
    rank_now: int | None
    """None when it is not in the newest snapshot, which has the first 1,000."""


@dataclass(frozen=True, slots=True)
class WindowPreview:
    """The first places of a window by other numbers."""

    window: str
    places: list[Place]
    leaving: list[Place]
    """Papers among the first now that would not be; their `rank` is 0."""
    is_exact: bool
    """Whether no paper that was not computed could stand here."""


def preview(numbers: RankingSettings, now: datetime, size: int = 30) -> list[WindowPreview]:
    """Return the first `size` places of each window as they would be by `numbers`.

    All as of one instant, with the votes that wait to be ranked.
    """
    return in_one_snapshot(lambda: Computation(numbers, now, size).windows())


class Computation:
    """One computation: what was computed for a window serves the others too."""

    def __init__(self, numbers: RankingSettings, now: datetime, size: int) -> None:
        self.numbers = numbers
        self.size = size
        self.horizon = truth.horizon(now)
        self.heat: dict[int, dict[str, float]] = {}
        self.computed: set[int] = set()

    def windows(self) -> list[WindowPreview]:
        # Before anything is computed, as that makes the planner hash nothing.
        bounds = {window: self._bounds(window) for window in Window.values}
        pending = VoteOutbox.objects.values_list("paper", flat=True).distinct()[:MOST]
        self._compute(list(pending))
        return [self._window(window, bounds[window]) for window in Window.values]

    def _window(self, window: str, bounds: Sequence[tuple[int, float]]) -> WindowPreview:
        is_exact = False
        for first in range(0, len(bounds), BATCH):
            if self._is_settled(window, bounds[first][1]):
                is_exact = True
                break
            self._compute([paper_id for paper_id, _bound in bounds[first : first + BATCH]])
        is_exact = is_exact or len(bounds) < MOST or self._is_settled(window, bounds[-1][1])
        ranks_now = {
            paper_id: rank
            for rank, paper_id in enumerate(read_page(window, None, snapshot_size()).paper_ids, 1)
        }
        best = self._best(window)
        places = [
            Place(paper_id, rank, ranks_now.get(paper_id)) for rank, paper_id in enumerate(best, 1)
        ]
        leaving = [
            Place(paper_id, 0, rank)
            for paper_id, rank in ranks_now.items()
            if rank <= self.size and paper_id not in best
        ]
        return WindowPreview(window, places, leaving, is_exact)

    def _best(self, window: str) -> list[int]:
        return nsmallest(
            self.size, self.heat, key=lambda paper_id: (-self.heat[paper_id][window], paper_id)
        )

    def _is_settled(self, window: str, bound: float) -> bool:
        """Whether no paper with at most this bound can be among the first."""
        best = self._best(window)
        return len(best) == self.size and self.heat[best[-1]][window] > bound + SLACK

    def _bounds(self, window: str) -> list[tuple[int, float]]:
        values = {
            **truth.parameters([], self.horizon, self.numbers),
            "now": self.horizon.timestamp(),
            "most": MOST,
        }
        query = sql.SQL(BOUNDS).format(
            half_life=sql.Placeholder(f"{window}_half_life"),
            rate=sql.Placeholder(f"{window}_rate"),
        )
        with connection.cursor() as cursor:
            cursor.execute(query, values)
            return [(paper_id, bound) for paper_id, bound in cursor.fetchall()]

    def _compute(self, paper_ids: Sequence[int]) -> None:
        wanted = [paper_id for paper_id in paper_ids if paper_id not in self.computed]
        if not wanted:
            return
        self.computed.update(wanted)
        values: dict[str, Any] = truth.parameters(wanted, self.horizon, self.numbers)
        with connection.cursor() as cursor:
            cursor.execute(truth.PLAN)
            cursor.execute(EXACT, values)
            for paper_id, *heats in cursor.fetchall():
                self.heat[paper_id] = dict(zip(Window.values, heats, strict=True))
