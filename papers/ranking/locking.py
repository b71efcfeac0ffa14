"""What keeps the writers of the ranking from each other's way, and each of them exact."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from django.db import DatabaseError, connection, transaction

Result = TypeVar("Result")

# Any number that no other advisory lock of this database has.
REFRESH_LOCK = 7_340_221
# A conflict needs a paper that is deleted during the very batch that has it.
ATTEMPTS = 5
CONFLICTS = {
    "40001",  # serialization failure: a row of this batch was deleted since the snapshot
    "40P01",  # deadlock with such a deletion
    "23503",  # foreign key: a paper or tag of this batch was deleted since the snapshot
}


@contextmanager
def refresh_lock(*, wait: bool) -> Iterator[bool]:
    """Hold the lock of those who write the ranking; yield whether it was free.

    With `wait` it is waited for, and the answer is always True. It belongs to the session, not to
    a transaction: a transaction's snapshot would be older than the lock that it waited for.
    """
    with connection.cursor() as cursor:
        if wait:
            cursor.execute("select pg_advisory_lock(%s)", [REFRESH_LOCK])
            held = True
        else:
            cursor.execute("select pg_try_advisory_lock(%s)", [REFRESH_LOCK])
            held = cursor.fetchone()[0]
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(%s)", [REFRESH_LOCK])


def in_one_snapshot(work: Callable[[], Result]) -> Result:
    """Call `work` in a REPEATABLE READ transaction, where all its statements see one instant.

    When it collides with a deletion it is called again, so it must not have effects outside the
    database. Inside a transaction of the caller it takes part in that one as it is. Raises the
    DatabaseError when it collides time after time.
    """
    if connection.in_atomic_block:
        return work()
    for _ in range(ATTEMPTS - 1):
        try:
            return _repeatable_read(work)
        except DatabaseError as error:
            if getattr(error.__cause__, "sqlstate", None) not in CONFLICTS:
                raise
    return _repeatable_read(work)


def _repeatable_read(work: Callable[[], Result]) -> Result:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read")
        return work()
