"""Bring numbers of the ranking into force that were set and wait.

Everything that is computed by them changes in one transaction: the row of every paper, the levels
of fields and the snapshots of the front page, together with the numbers themselves. Whoever reads meanwhile sees the
old order by the old numbers, and afterwards the new one by the new; a worker that dies in the middle
leaves the old order, and numbers that still wait.

The price: until it is done, which takes as long as `refresh_rankings --full`, no other refresh runs,
and votes that are cast meanwhile wait in the outbox. Counts are right all the while.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from papers.models import Paper, RankingSettings
from papers.ranking import truth
from papers.ranking.levels import freeze_levels
from papers.ranking.locking import in_one_snapshot, refresh_lock
from papers.ranking.refresh import RefreshResult, paper_ids_after, recompute
from papers.ranking.snapshots import take_snapshots

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Applied:
    """Numbers that came into force, and what computing every paper by them did."""

    numbers: RankingSettings
    refreshed: RefreshResult


def apply_waiting(now: datetime, progress: Progress | None = None) -> Applied | None:
    """Compute every paper by the numbers that wait, and bring them into force; None without any.

    Waits for a refresh that is running. Safe to repeat, to kill, and to run beside itself.
    `progress` is called with the number of papers done and of all papers.
    """
    if not RankingSettings.objects.filter(applied_at=None).exists():
        return None
    with refresh_lock(wait=True):
        return in_one_snapshot(lambda: _apply(now, progress))


def _apply(now: datetime, progress: Progress | None) -> Applied | None:
    started = time.monotonic()
    # Locked, so that nobody withdraws them in the middle. Perhaps somebody has meanwhile, or
    # another worker has applied them.
    numbers = RankingSettings.objects.select_for_update().filter(applied_at=None).first()
    if numbers is None:
        return None
    # First of all: in this transaction, and nowhere else, all that follows goes by them.
    numbers.applied_at = _after_all_others(now)
    numbers.save(update_fields=["applied_at"])
    refreshed = _compute_all(now, progress)
    with connection.cursor() as cursor:
        cursor.execute(truth.USUAL_PLAN)
    finished = now + timedelta(seconds=time.monotonic() - started)
    freeze_levels(finished)
    take_snapshots(finished, at_once=True)
    return Applied(numbers, refreshed)


def _after_all_others(now: datetime) -> datetime:
    """`now`, or the latest application where a clock was ahead then: the last one is in force."""
    applied = RankingSettings.objects.filter(applied_at__isnull=False).order_by("-applied_at")
    latest = applied.values_list("applied_at", flat=True).first()
    return max(now, latest) if latest else now


def _compute_all(now: datetime, progress: Progress | None) -> RefreshResult:
    result = RefreshResult()
    total = Paper.objects.count()
    done = last_id = 0
    while paper_ids := paper_ids_after(last_id):
        result += recompute(paper_ids, truth.horizon(now))
        last_id = paper_ids[-1]
        done += len(paper_ids)
        if progress:
            progress(done, total)
    return result
