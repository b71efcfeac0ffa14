"""Whose turn it is to ask a provider, and when: one lock and one row for all workers.

All times are the database's: the clocks of the machines that workers run on may differ.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper
from psycopg.errors import LockNotAvailable

from papers.models import Provider

# The first half of the locks' names; the second half is the provider's number. Locks named by two
# numbers are apart from those that are named by one.
PROVIDER_LOCK = 7_340_223
NUMBERS = {Provider.ARXIV: 1, Provider.BIORXIV: 2, Provider.CROSSREF: 3}

# The longest that a server may send us away for, seconds: it may have meant milliseconds.
LONGEST_BACK_OFF = 24 * 3600.0
# So long after a provider was left alone, seconds, its next refusal is the first one again.
END_OF_ROW = 2 * 3600.0

_MAKE_ROW = (
    "insert into papers_sourcestate (provider, refusals) values (%s, 0) on conflict do nothing"
)
_LOOK = """
select back_off_until, back_off_until > clock_timestamp(), refusals,
    extract(epoch from clock_timestamp() - last_request_at)::float8,
    busy_until, extract(epoch from busy_until - clock_timestamp())::float8
from papers_sourcestate where provider = %s
"""
_ASKING = """
update papers_sourcestate set last_request_at = clock_timestamp(),
    busy_until = clock_timestamp() + make_interval(secs => %s)
where provider = %s
"""
_ASKED = """
update papers_sourcestate set last_request_at = clock_timestamp(), busy_until = null
where provider = %s
"""
# Twice as long with each refusal in a row, within the bounds, and never shorter than it asked for.
# What was refused long ago is no row any more.
_REFUSED = """
with before as (
    select provider, case when back_off_until < clock_timestamp() - make_interval(secs => %(row)s)
        then 0 else refusals end as refusals
    from papers_sourcestate where provider = %(provider)s for update
)
update papers_sourcestate as state set refusals = least(before.refusals + 1, 32000),
    back_off_until = clock_timestamp() + make_interval(secs => greatest(
        least(%(least)s * power(2, least(before.refusals, 20)), %(most)s), %(asked)s))
from before where state.provider = before.provider
returning state.back_off_until, state.refusals
"""
_FORGIVEN = "update papers_sourcestate set refusals = 0 where provider = %s and refusals > 0"


class NotOurTurn(Exception):  # noqa: N818
    """Somebody else is asking the provider, for longer than one cared to wait."""


@dataclass(frozen=True, slots=True)
class BackOff:
    """Until when a provider is left alone, after how many refusals in a row.

    unfinished  True when it refused nothing, but may still be at work on a request whose sender
                was killed or lost the lock
    """

    until: datetime
    refusals: int
    unfinished: bool = False


@contextmanager
def turn(provider: Provider, patience: float, longest: float) -> Iterator[BackOff | None]:
    """Hold the provider's lock; the block sends one request, of at most `longest` seconds.

    Yields a BackOff when the provider is to be left alone: then nothing may be sent. Otherwise
    waits until the gap since the last request is over, and yields None. Waits at most `patience`
    seconds for others; raises NotOurTurn after that.
    """
    with own_cursor() as cursor, _locked(cursor, provider, patience):
        cursor.execute(_MAKE_ROW, [provider])
        cursor.execute(_LOOK, [provider])
        until, active, refusals, since, busy_until, busy = cursor.fetchone()
        if active:
            yield BackOff(until, refusals)
            return
        # We have the lock, so whoever asks has lost it. A longer time is of a clock that was put
        # back.
        if 0 < (busy or 0) <= max(settings.HARVESTING["timeout_seconds"].values()):
            yield BackOff(busy_until, refusals, unfinished=True)
            return
        _wait_out_gap(provider, since)
        # Before and after: a worker that is killed meanwhile has asked, too, and is answered.
        cursor.execute(_ASKING, [longest, provider])
        try:
            yield None
        finally:
            cursor.execute(_ASKED, [provider])


@contextmanager
def own_cursor() -> Iterator[CursorWrapper]:
    """Open another connection: what it writes others see at once, whatever is rolled back here."""
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            yield cursor
    finally:
        own.close()


def _wait_out_gap(provider: Provider, since: float | None) -> None:
    """Sleep until the gap is over; `since` is the seconds since the last request, None for never."""
    gap = float(settings.HARVESTING["gap_seconds"][provider])
    if since is not None and since < gap:
        # A time in the future, of a clock that was put back, counts as just now.
        time.sleep(gap - max(since, 0.0))


@contextmanager
def _locked(cursor: CursorWrapper, provider: Provider, patience: float) -> Iterator[None]:
    lock: list[Any] = [PROVIDER_LOCK, NUMBERS[provider]]
    milliseconds = max(int(patience * 1000), 1)
    cursor.execute("select set_config('lock_timeout', %s, false)", [f"{milliseconds}ms"])
    try:
        cursor.execute("select pg_advisory_lock(%s, %s)", lock)
    except OperationalError as error:
        if isinstance(error.__cause__, LockNotAvailable):
            raise NotOurTurn from error
        raise
    finally:
        # The connection goes back to the pool, for requests that have patience.
        cursor.execute("reset lock_timeout")
    try:
        yield
    finally:
        cursor.execute("select pg_advisory_unlock(%s, %s)", lock)


def leave_alone(provider: Provider, asked_for: float | None = None) -> BackOff:
    """Take note that the provider refused, and return until when it is left alone.

    asked_for  the seconds that it named itself, if it did
    """
    least, most = settings.HARVESTING["back_off_seconds"]
    with own_cursor() as cursor:
        cursor.execute(_MAKE_ROW, [provider])
        cursor.execute(
            _REFUSED,
            {
                "provider": provider,
                "least": least,
                "most": most,
                "row": END_OF_ROW,
                "asked": min(asked_for or 0.0, LONGEST_BACK_OFF),
            },
        )
        return BackOff(*cursor.fetchone())


def forgive(provider: Provider) -> None:
    """Take note that an answer was good: the next refusal is the first one again."""
    with own_cursor() as cursor:
        cursor.execute(_FORGIVEN, [provider])
