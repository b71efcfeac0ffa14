"""Bring the rows of the ranking up to date with the votes.

Each batch is one transaction at REPEATABLE READ: it takes rows out of the outbox and counts the
votes as they are in the same snapshot, so at every instant a vote is either in a paper's stored
count or pending in the outbox, never in both and never in neither.

All who write the ranking take turns by one advisory lock. That is chosen in place of workers that
share the outbox by SKIP LOCKED and lock the rows of papers in an order: with one writer no order of
locks has to be kept, and a batch that sees one instant is exact by itself. Decision 2 says more.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count

from django.db import connection

from papers.models import Paper, RankingSettings
from papers.ranking import truth
from papers.ranking.delays import record_delays
from papers.ranking.locking import in_one_snapshot, refresh_lock
from papers.ranking.snapshots import take_snapshots

# One large batch is far cheaper than many small ones.
OUTBOX_ROWS_A_BATCH = 10_000
# Small enough that votes cast during a full refresh, taken in between chunks, rank in time.
PAPERS_A_CHUNK = 10_000

# A row that says to look at a paper again when its time has come waits until then. One of a vote
# never waits, even where it was queued by a clock that is ahead: the vote is counted with the others.
# An array of ids is taken in half the time of a subquery, which would be sorted and hashed.
TAKE_BATCH = """
with taken as (
    delete from papers_voteoutbox where id = any(array(
        select id from papers_voteoutbox where queued_at <= %s or delta <> 0
        order by id limit %s
    )) returning paper_id, delta, queued_at
)
select count(*), array_agg(distinct paper_id),
    array_agg(date_part('epoch', queued_at)) filter (where delta <> 0)
from taken
"""

# Hashed: ten thousand searches for rows that hardly ever wait would take longer than to read all.
TAKE_PAPERS = """
with taken as (
    delete from papers_voteoutbox
    where paper_id in (select unnest(%s::bigint[])) and (queued_at <= %s or delta <> 0)
    returning delta, queued_at
)
select count(*), array_agg(date_part('epoch', queued_at)) filter (where delta <> 0) from taken
"""

# Writes only rows that change. `deferred` looks again at papers whose votes or listing lie in the
# future, when the last of them has come.
WRITE = f"""
with {truth.TRUTH},
changed as (
    update papers_paperheat as heat
    set upvotes = truth.upvotes, weight = truth.weight, listed_at = truth.listed_at,
        primary_tag_id = truth.primary_tag_id,
        visible = truth.visible, trending = truth.trending,
        h_now = truth.h_now, h_week = truth.h_week, h_month = truth.h_month
    from truth
    where heat.paper_id = truth.paper_id and (
        (heat.upvotes, heat.listed_at, heat.primary_tag_id, heat.visible, heat.trending)
        is distinct from
        (truth.upvotes, truth.listed_at, truth.primary_tag_id, truth.visible, truth.trending)
        or abs(heat.weight - truth.weight) > %(same_weight)s * truth.weight
        or coalesce(abs(heat.h_now - truth.h_now) > %(same)s,
                    heat.h_now is distinct from truth.h_now)
        or coalesce(abs(heat.h_week - truth.h_week) > %(same)s,
                    heat.h_week is distinct from truth.h_week)
        or coalesce(abs(heat.h_month - truth.h_month) > %(same)s,
                    heat.h_month is distinct from truth.h_month)
    )
    returning 1
),
inserted as (
    insert into papers_paperheat
        (paper_id, upvotes, weight, listed_at, primary_tag_id, visible, trending,
         h_now, h_week, h_month)
    select paper_id, upvotes, weight, listed_at, primary_tag_id, visible, trending,
        h_now, h_week, h_month
    from truth
    where {truth.NEEDS_ROW} and not exists (
        select from papers_paperheat as heat where heat.paper_id = truth.paper_id
    )
    returning 1
),
deferred as (
    insert into papers_voteoutbox (paper_id, delta, queued_at)
    select paper_id, 0, latest_at from truth
    where latest_at > %(horizon)s and not exists (
        select from papers_voteoutbox as waiting
        where waiting.paper_id = truth.paper_id and waiting.queued_at >= truth.latest_at
    )
)
select (select count(*) from truth), (select count(*) from changed),
    (select count(*) from inserted)
"""  # noqa: S608  composed of constants; every value is a parameter


@dataclass(frozen=True, slots=True)
class RefreshResult:
    """What a refresh did; `papers` were computed, `changed` and `inserted` of them written."""

    outbox_rows: int = 0
    papers: int = 0
    changed: int = 0
    inserted: int = 0

    def __add__(self, other: "RefreshResult") -> "RefreshResult":
        return RefreshResult(
            self.outbox_rows + other.outbox_rows,
            self.papers + other.papers,
            self.changed + other.changed,
            self.inserted + other.inserted,
        )


def refresh_pending(
    now: datetime, *, wait: bool = False, max_batches: int | None = None
) -> RefreshResult:
    """Take in what waits in the outbox, and write snapshots where the order has changed.

    While another refresh runs it does nothing, or with `wait` lets that one finish first. With
    `max_batches` it leaves what is beyond so many batches. Safe to repeat at any time.
    """
    with refresh_lock(wait=wait) as held:
        if not held:
            return RefreshResult()
        result = _drain(now, max_batches)
        # Even when nothing was waiting: the last order may not be in a snapshot yet, because
        # there was one less than a second before, or because a worker died at this point.
        take_snapshots(now)
        return result


def refresh_all(now: datetime, progress: Callable[[int, int], None] | None = None) -> RefreshResult:
    """Compute every paper anew, and drain the outbox.

    `progress` is called with the number of papers done and of all papers. Can be stopped and run
    again at any time; rows that are right are not written. Waits for a refresh that is running,
    and takes in new votes between its chunks, since the others wait for it meanwhile.
    """
    started = time.monotonic()
    result = RefreshResult()
    with refresh_lock(wait=True):
        total = Paper.objects.count()
        done = last_id = 0
        paper_ids = paper_ids_after(last_id)
        while paper_ids:
            result += _refresh_chunk(paper_ids, now) + _drain(now)
            last_id = paper_ids[-1]
            done += len(paper_ids)
            if paper_ids := paper_ids_after(last_id):
                # Minutes may have passed: the front page follows the votes all the while.
                take_snapshots(now + timedelta(seconds=time.monotonic() - started))
            if progress:
                progress(done, max(done, total))
        result += _drain(now)
        take_snapshots(now + timedelta(seconds=time.monotonic() - started))
    return result


def paper_ids_after(last_id: int) -> list[int]:
    """Return the ids of the next chunk of papers, in the order of their ids."""
    ids = Paper.objects.filter(pk__gt=last_id).order_by("pk").values_list("pk", flat=True)
    return list(ids[:PAPERS_A_CHUNK])


def _drain(now: datetime, max_batches: int | None = None) -> RefreshResult:
    result = RefreshResult()
    for _ in count() if max_batches is None else range(max_batches):
        batch = in_one_snapshot(lambda: _refresh_batch(now))
        result += batch
        if batch.outbox_rows < OUTBOX_ROWS_A_BATCH:
            break
    return result


def _refresh_batch(now: datetime) -> RefreshResult:
    horizon = truth.horizon(now)
    with connection.cursor() as cursor:
        cursor.execute(TAKE_BATCH, [horizon, OUTBOX_ROWS_A_BATCH])
        outbox_rows, paper_ids, votes_queued_at = cursor.fetchone()
    if outbox_rows < OUTBOX_ROWS_A_BATCH:
        result = _write(paper_ids or [], horizon, outbox_rows=outbox_rows)
    else:
        # A full batch may end between two rows of a paper. All its votes are counted now, so the
        # others of its rows go too, or they would be counted and pending.
        result = RefreshResult(outbox_rows) + recompute(paper_ids, horizon)
    record_delays(votes_queued_at or [])
    return result


def _refresh_chunk(paper_ids: Sequence[int], now: datetime) -> RefreshResult:
    return in_one_snapshot(lambda: recompute(paper_ids, truth.horizon(now)))


def recompute(paper_ids: Sequence[int], horizon: datetime) -> RefreshResult:
    """Compute these papers by the numbers in force, and take in what waits for them.

    To be called with the lock of the refresh, in a transaction that sees one instant: else a vote
    could be counted and still be pending.
    """
    result, queued = recompute_by(paper_ids, horizon)
    record_delays(queued)
    return result


def recompute_by(
    paper_ids: Sequence[int], horizon: datetime, numbers: RankingSettings | None = None
) -> tuple[RefreshResult, list[float]]:
    """Do what `recompute` does by `numbers`, and leave the delays to the caller.

    They are those of the votes that were queued at the times returned, in seconds since 1970. Where
    much is done before the commit, they are to be recorded just before it.
    """
    with connection.cursor() as cursor:
        cursor.execute(TAKE_PAPERS, [list(paper_ids), horizon])
        taken, votes_queued_at = cursor.fetchone()
    return _write(paper_ids, horizon, numbers, outbox_rows=taken), votes_queued_at or []


def _write(
    paper_ids: Sequence[int],
    horizon: datetime,
    numbers: RankingSettings | None = None,
    *,
    outbox_rows: int,
) -> RefreshResult:
    """Compute these papers and write what differs. Papers that are gone are passed over."""
    if not paper_ids:
        return RefreshResult(outbox_rows=outbox_rows)
    with connection.cursor() as cursor:
        cursor.execute(truth.PLAN)
        tolerances = {"same": truth.SAME_HEAT, "same_weight": truth.SAME_WEIGHT}
        cursor.execute(WRITE, {**truth.parameters(paper_ids, horizon, numbers), **tolerances})
        papers, changed, inserted = cursor.fetchone()
    return RefreshResult(outbox_rows, papers, changed, inserted)
