"""Letting harvests run in tests, and time pass between their chunks."""

from datetime import timedelta

from django.db.models.functions import Now
from django.utils import timezone

from papers.harvest.runs import Chunk, Outcome, make_rows, run_chunk
from papers.models import Harvest, HarvestRun, SourceState


def harvest_of(name: str) -> Harvest:
    make_rows()
    return Harvest.objects.get(name=name)


def chunk(name: str, seconds: float | None = None) -> Chunk:
    """Run one chunk of a harvest, due as if somebody had pressed "run now"."""
    make_rows()
    Harvest.objects.filter(name=name).update(run_requested_at=timezone.now())
    return run_chunk(name, seconds=seconds)


def let_back_offs_pass() -> None:
    """Let it be later than every provider wanted to be left alone until."""
    SourceState.objects.update(back_off_until=Now() - timedelta(seconds=1))


def harvest_to_its_end(name: str, chunks: int = 12) -> HarvestRun:
    """Run chunks until the run has finished, leaving the provider alone in between."""
    for _number in range(chunks):
        done = chunk(name)
        if done.outcome == Outcome.FINISHED:
            assert done.run is not None
            done.run.refresh_from_db()
            return done.run
        assert done.outcome == Outcome.UNFINISHED, done
        let_back_offs_pass()
    raise AssertionError(f"{name} did not end in {chunks} chunks")
