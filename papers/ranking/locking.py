"""What keeps the writers of the ranking from each other's way, and each of them exact."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, connection, transaction
from tenacity import Retrying, retry_if_exception, stop_after_attempt

Result = TypeVar("Result")
Given = ParamSpec("Given")

# Any number that no other advisory lock of this database has.
REFRESH_LOCK = 7_340_221
# A conflict needs a paper that is deleted during the very batch that has it.
ATTEMPTS = 5
DEADLOCK = "40P01"
CONFLICTS = {
    "40001",  # serialization failure: a row of this batch was deleted since the snapshot
    DEADLOCK,  # deadlock with such a deletion
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


def again_on_deadlock(work: Callable[Given, Result]) -> Callable[Given, Result]:
    """Have a function that is one transaction called again when it loses a deadlock.

    It must not have effects outside the database. Inside a transaction of the caller, which is
    lost then, it is called once.
    """

    @wraps(work)
    def repeating(*args: Given.args, **kwargs: Given.kwargs) -> Result:
        attempts = 1 if connection.in_atomic_block else ATTEMPTS
        retrying = Retrying(
            stop=stop_after_attempt(attempts), retry=retry_if_exception(_is_deadlock), reraise=True
        )
        return retrying(work, *args, **kwargs)

    return repeating


def _is_deadlock(error: BaseException) -> bool:
    return getattr(error.__cause__, "sqlstate", None) == DEADLOCK


def _repeatable_read(work: Callable[[], Result]) -> Result:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read")
        return work()
