"""Bring numbers of the ranking into force that were set and wait.

Everything that is computed by them changes in one transaction: the row of every paper, the levels
of fields and the snapshots of the front page, together with the numbers themselves. Whoever reads
meanwhile sees the old order by the old numbers, and afterwards the new one by the new; a worker that
dies in the middle leaves the old order, and numbers that still wait.

The price: until it is done, which takes as long as `refresh_rankings --full`, no other refresh runs,
and votes that are cast meanwhile wait in the outbox. Counts are right all the while. So the numbers
may be withdrawn until the last moment: their row is not locked before the end, and the computing
stops after the chunk of papers that it is at.
"""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import connection, transaction

from papers.models import Paper, RankingSettings
from papers.ranking import truth
from papers.ranking.delays import record_delays
from papers.ranking.levels import freeze_levels
from papers.ranking.locking import in_one_snapshot, refresh_lock
from papers.ranking.refresh import RefreshResult, paper_ids_after, recompute_by
from papers.ranking.snapshots import take_snapshots

logger = logging.getLogger(__name__)

Progress = Callable[[int, int], None]

# After an attempt that failed, or whose worker died, votes are ranked for so long before the next.
PAUSE = timedelta(minutes=10)


class WithdrawnError(Exception):
    """The numbers were withdrawn while papers were computed by them."""


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
        try:
            return in_one_snapshot(lambda: _apply(now, progress))
        except WithdrawnError:
            return None


def attempt_waiting(now: datetime) -> None:
    """Apply what waits, unless an attempt is under way or has failed a short while ago.

    For the sweep. A failure is logged with what to do, and not raised.
    """
    waiting = RankingSettings.objects.filter(applied_at=None).first()
    if waiting is None:
        return
    mark, pause = f"ranking-settings-attempt-{waiting.pk}", PAUSE.total_seconds()
    if not cache.add(mark, value=True, timeout=pause):
        return
    try:
        # A worker that is killed leaves the mark, which runs out by itself.
        apply_waiting(now, lambda _done, _total: cache.set(mark, value=True, timeout=pause))
    except Exception:
        cache.set(mark, value=True, timeout=pause)
        logger.exception(
            "New numbers of the ranking could not be brought into force. The old ones stay, and "
            "votes are ranked by them; in %d minutes it is tried again. Withdraw the numbers in "
            "the admin, or mend the cause below and run: manage.py refresh_rankings",
            PAUSE.total_seconds() // 60,
        )
    else:
        cache.delete(mark)


def _apply(now: datetime, progress: Progress | None) -> Applied | None:
    started = time.monotonic()
    # Perhaps they were withdrawn meanwhile, or another worker has applied them.
    numbers = RankingSettings.objects.filter(applied_at=None).first()
    if numbers is None:
        return None
    refreshed, queued = _compute_all(numbers, now, progress)
    with connection.cursor() as cursor:
        cursor.execute(truth.USUAL_PLAN)
    finished = now + timedelta(seconds=time.monotonic() - started)
    freeze_levels(finished, numbers)
    take_snapshots(finished, at_once=True)
    # From here to the commit, a moment, a withdrawal waits, and then comes too late. One that came
    # before makes this a conflict, after which the whole is tried again and finds nothing.
    numbers.applied_at = _after_all_others(now)
    waits = RankingSettings.objects.filter(pk=numbers.pk, applied_at=None)
    if not waits.update(applied_at=numbers.applied_at):
        raise WithdrawnError
    # Last of all, as votes are ranked once this is committed.
    record_delays(queued)
    return Applied(numbers, refreshed)


def _after_all_others(now: datetime) -> datetime:
    """`now`, or the latest application where a clock was ahead then: the last one is in force."""
    applied = RankingSettings.objects.filter(applied_at__isnull=False).order_by("-applied_at")
    latest = applied.values_list("applied_at", flat=True).first()
    return max(now, latest) if latest else now


def _compute_all(
    numbers: RankingSettings, now: datetime, progress: Progress | None
) -> tuple[RefreshResult, list[float]]:
    """What was done, and when the votes taken in were queued, in seconds since 1970."""
    result = RefreshResult()
    queued: list[float] = []
    total = Paper.objects.count()
    done = last_id = 0
    while paper_ids := paper_ids_after(last_id):
        computed, times = recompute_by(paper_ids, truth.horizon(now), numbers)
        result += computed
        queued += times
        last_id = paper_ids[-1]
        done += len(paper_ids)
        if progress:
            progress(done, total)
        _check_that_it_waits(numbers)
    return result, queued


def _check_that_it_waits(numbers: RankingSettings) -> None:
    """Raise what ends the transaction where the numbers were withdrawn since it began.

    It sees them as they were then. But a row that was deleted cannot be locked: that is a conflict,
    as with any other deletion. The lock goes with the savepoint, so nobody has to wait for it.
    """
    with transaction.atomic():
        found = RankingSettings.objects.select_for_update().filter(pk=numbers.pk).first()
        transaction.set_rollback(True)
    if found is None:
        raise WithdrawnError
