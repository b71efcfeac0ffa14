"""Doing things at once in tests: threads with database connections of their own."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from threading import Barrier, Event
from typing import TypeVar

from django.db import connection, transaction

Result = TypeVar("Result")


def in_thread(call: Callable[[], Result]) -> "Future[Result]":
    """Begin `call` in another thread, with another database connection; returns its future."""
    executor = ThreadPoolExecutor(max_workers=1)
    future = executor.submit(_with_own_connection, call)
    executor.shutdown(wait=False)
    return future


def at_once(*calls: Callable[[], Result]) -> list[Result]:
    """Let all `calls` go at the same moment, and return what they returned, in their order.

    Raises what one of them raised, once all have ended.
    """
    start = Barrier(len(calls))

    def waiting(call: Callable[[], Result]) -> Result:
        with suppress(BaseException):  # a barrier that broke: the others have failed already
            start.wait(timeout=20)
        return call()

    futures = [in_thread(lambda call=call: waiting(call)) for call in calls]  # type: ignore[misc]
    return [future.result(timeout=60) for future in futures]


def waits_for_a_lock() -> bool:
    """Whether some connection to this database waits until another one's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_stat_activity"
            " where datname = current_database() and wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


def _with_own_connection(call: Callable[[], Result]) -> Result:
    try:
        return call()
    finally:
        connection.close()


@contextmanager
def table_locked(name: str) -> Iterator[None]:
    """Meanwhile another connection holds the table, and whoever reads it waits."""
    locked, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"lock table {name} in access exclusive mode")
            locked.set()
            done.wait(20)

    holder = in_thread(hold)
    try:
        assert locked.wait(10)
        yield
    finally:
        done.set()
        holder.result()
