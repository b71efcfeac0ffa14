"""Runs of harvests, in chunks: a worker works a while and lets others come; the next one goes on.

A run that was begun stays open until its harvester has nothing more to ask, or fails for good. All
that is needed to go on is in the row of Harvest, so a worker may be killed at any time.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from celery.exceptions import SoftTimeLimitExceeded
from django.conf import settings
from django.db import OperationalError, connection
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from papers.harvest import polite
from papers.harvest.answers import BadAnswer, BrokenAnswer, ServerFailed
from papers.harvest.intake import take_in
from papers.harvest.pages import Page, Progress
from papers.harvest.polite import Asker, ChunkOver, LeftAlone
from papers.harvest.source_state import forgive
from papers.harvest.timetable import JOBS, Job
from papers.models import Harvest, HarvestRun, SourceState
from papers.sources.cleaning import shown

logger = logging.getLogger(__name__)

# The first half of the names of the locks, the second is the number of the harvest.
HARVEST_LOCK = 7_340_224
# The runs of a harvest that are kept, with what they rejected.
KEPT_RUNS = 100
# After so many refusals in a row of its own requests, some hours, a run fails: somebody has to look.
GIVE_UP_AFTER = 12


class Outcome(Enum):
    """How a chunk ended."""

    BUSY = "another worker is at it"
    NOT_DUE = "there is nothing to do yet"
    PAUSED = "the harvest is paused"
    UNFINISHED = "there is more to ask"
    FINISHED = "everything has been read"
    FAILED = "the run failed"


@dataclass(frozen=True, slots=True)
class Chunk:
    """What became of a chunk; `wait` says until when the provider is left alone, if it is."""

    outcome: Outcome
    run: HarvestRun | None = None
    wait: LeftAlone | None = None


class Paused(ChunkOver):
    """The harvest was paused meanwhile."""


def due(now: datetime) -> list[str]:
    """Return the names of the harvests of the timetable that have something to ask now."""
    make_rows()
    resting = set(
        SourceState.objects.filter(back_off_until__gt=now).values_list("provider", flat=True)
    )
    names = [
        name for name, job in JOBS.items() if job.at is not None and job.provider not in resting
    ]
    return list(
        Harvest.objects.filter(
            Q(next_run_at__isnull=True)
            | Q(next_run_at__lte=now)
            | Q(run_requested_at__isnull=False)
            | Q(runs__finished_at__isnull=True, runs__isnull=False),
            name__in=names,
            paused=False,
        )
        .order_by("name")
        .distinct()
        .values_list("name", flat=True)
    )


def make_rows() -> None:
    """Make the rows of harvests that have none yet, as a release may bring new ones."""
    missing = JOBS.keys() - set(Harvest.objects.values_list("name", flat=True))
    Harvest.objects.bulk_create((Harvest(name=name) for name in missing), ignore_conflicts=True)


def run_chunk(
    name: str, *, seconds: float | None = None, watch: Callable[[Page], None] | None = None
) -> Chunk:
    """Let the harvest ask for a while: go on with its open run, or begin one if it is due.

    seconds  how long; the setting's, if not given
    watch    is told of each page once it is stored

    Raises KeyError for a name that no harvester has, and what the database raises.
    """
    job = JOBS[name]
    with claimed(name) as ours:
        if not ours:
            return Chunk(Outcome.BUSY)
        harvest = Harvest.objects.get(name=name)
        if harvest.paused:
            return Chunk(Outcome.PAUSED)
        run = _open_run(harvest, job, timezone.now())
        if run is None:
            return Chunk(Outcome.NOT_DUE)
        limit = settings.HARVESTING["chunk_seconds"] if seconds is None else seconds
        return _work(harvest, job, run, time.monotonic() + limit, watch or (lambda page: None))


def request(name: str, progress: Progress) -> bool:
    """Have the harvest begin here, for a person who asked for something; say whether it can.

    What was asked for before and not read to its end is given up, but where `progress["asked"]` is
    the same it goes on where it stopped, to a later "until" if that has one. False when another
    worker is at it.
    """
    with claimed(name) as ours:
        if not ours:
            return False
        harvest = Harvest.objects.get(name=name)
        harvest.run_requested_at = timezone.now()
        if harvest.progress.get("asked") != progress["asked"]:
            harvest.progress = progress
            harvest.runs.filter(finished_at__isnull=True).update(
                finished_at=timezone.now(), error=_("Another request took its place.")
            )
        elif progress.get("until", "") > harvest.progress.get("until", ""):
            # The days that have come since; there may be more papers than were counted.
            harvest.progress = {**harvest.progress, "until": progress["until"], "total": 0}
        harvest.save(update_fields=["progress", "run_requested_at"])
        return True


@contextmanager
def claimed(name: str) -> Iterator[bool]:
    """Hold the harvest's lock, if it is free; it goes with the connection of whoever is killed.

    Who holds it may claim it again: over several chunks, that nobody comes between.
    """
    make_rows()
    lock = [HARVEST_LOCK, Harvest.objects.values_list("pk", flat=True).get(name=name)]
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(%s, %s)", lock)
        (held,) = cursor.fetchone()
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s, %s)", lock)


def _open_run(harvest: Harvest, job: Job, now: datetime) -> HarvestRun | None:
    """Return the run to work on; None when there is none and none is due."""
    run = harvest.runs.filter(finished_at__isnull=True).first()
    requested = harvest.run_requested_at is not None
    scheduled = job.at is not None and (harvest.next_run_at is None or harvest.next_run_at <= now)
    if run is None and not requested and not scheduled:
        return None
    if requested or scheduled:
        harvest.run_requested_at = None
        harvest.next_run_at = job.next_after(now)
        harvest.save(update_fields=["run_requested_at", "next_run_at"])
    return run or harvest.runs.create(started_at=now, active_at=now)


def _work(
    harvest: Harvest, job: Job, run: HarvestRun, deadline: float, watch: Callable[[Page], None]
) -> Chunk:
    """Ask and store until there is nothing more, no time, or a reason to stop."""

    def stop_if_paused() -> None:
        if Harvest.objects.filter(pk=harvest.pk, paused=True).exists():
            raise Paused(_("It was paused."))

    with Asker(deadline, before=stop_if_paused) as asker:
        try:
            for page in job.pages(harvest, asker, timezone.now()):
                take_in(page, harvest, run, timezone.now())
                forgive(job.provider)
                _note_activity(run, asker, refusals=0)
                watch(page)
            return _finish(run, asker, "")
        except LeftAlone as left:
            return _wait_or_give_up(run, asker, left)
        except ChunkOver as over:
            _note_activity(run, asker)
            paused = isinstance(over, Paused)
            return Chunk(Outcome.PAUSED if paused else Outcome.UNFINISHED, run)
        except (ServerFailed, BrokenAnswer) as trouble:
            # The server is unwell: as if it had asked to be left alone.
            wait = polite.leave_alone(job.service, trouble.reason)
            return _wait_or_give_up(run, asker, wait)
        except BadAnswer as answer:
            return _finish(run, asker, answer.reason)
        except (OperationalError, SoftTimeLimitExceeded):
            # Not the source's fault, and over by the time somebody looks: the next chunk goes on.
            raise
        except Exception as error:
            _finish(run, asker, shown(f"{type(error).__name__}: {error}", 500))
            raise


def _wait_or_give_up(run: HarvestRun, asker: Asker, left: LeftAlone) -> Chunk:
    """End the chunk; end the run when its own requests were refused too often."""
    logger.info("%s", left.reason)
    # One that was not sent, because others were refused before, says nothing.
    refusals = run.refusals + 1 if left.refused else run.refusals
    _note_activity(run, asker, refusals)
    if refusals >= GIVE_UP_AFTER:
        reason = _("%(reason)s That was refusal %(number)d in a row; the next run tries again.")
        return _finish(run, asker, reason % {"reason": left.reason, "number": refusals})
    return Chunk(Outcome.UNFINISHED, run, left)


def _note_activity(run: HarvestRun, asker: Asker, refusals: int | None = None) -> None:
    """Write how much was asked, and, where it is known, how often in a row it was refused."""
    sent, asker.requests = asker.requests, 0
    if refusals is not None:
        run.refusals = refusals
    HarvestRun.objects.filter(pk=run.pk).update(
        active_at=timezone.now(), requests=F("requests") + sent, refusals=run.refusals
    )


def _finish(run: HarvestRun, asker: Asker, error: str) -> Chunk:
    _note_activity(run, asker)
    HarvestRun.objects.filter(pk=run.pk).update(finished_at=timezone.now(), error=error)
    latest = HarvestRun.objects.filter(harvest=run.harvest_id).values("pk")[:KEPT_RUNS]
    HarvestRun.objects.filter(harvest=run.harvest_id).exclude(pk__in=latest).delete()
    if error:
        logger.warning("%s: %s", run.harvest.name, error)
    return Chunk(Outcome.FAILED if error else Outcome.FINISHED, run)
