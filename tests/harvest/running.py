"""Letting harvests run in tests, and time pass between their chunks."""

from datetime import datetime

from django.utils import timezone

from papers.harvest.runs import Chunk, Outcome, make_rows, run_chunk
from papers.harvest.source_state import own_cursor
from papers.models import Harvest, HarvestRun, Provider


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
    with own_cursor() as cursor:
        cursor.execute("update papers_sourcestate set back_off_until = null")


def database_now() -> datetime:
    """The time by the clock that back-offs are kept by, which no test can turn."""
    with own_cursor() as cursor:
        cursor.execute("select clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now


def set_state(provider: Provider, **fields: datetime | int) -> None:
    """Set what is known of a provider, for all connections; the test's own is inside a transaction."""
    with own_cursor() as cursor:
        cursor.execute(
            "insert into papers_sourcestate"
            " (provider, last_request_at, busy_until, back_off_until, refusals)"
            " values (%s, %s, %s, %s, %s)",
            [
                provider,
                fields.get("last_request_at"),
                fields.get("busy_until"),
                fields.get("back_off_until"),
                fields.get("refusals", 0),
            ],
        )


def forget_states() -> None:
    """Forget all providers. Their rows are not the test's to roll back."""
    with own_cursor() as cursor:
        cursor.execute("delete from papers_sourcestate")


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
