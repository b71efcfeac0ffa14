"""A limit on how long the database may think about a page that visitors put together themselves."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError, connection, transaction
from psycopg.errors import QueryCanceled


class TookTooLong(Exception):  # noqa: N818  # an ordinary answer, not a defect
    """The database did not find an answer in time."""


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Let no statement within the block run longer; raises TookTooLong where one would."""
    with transaction.atomic():
        before = _set_limit(f"{max(int(seconds * 1000), 1)}ms")
        try:
            yield
        except OperationalError as error:
            if isinstance(error.__cause__, QueryCanceled):
                raise TookTooLong from error
            raise
        _set_limit(before)


def _set_limit(limit: str) -> str:
    """Set the limit for the rest of this transaction and return what it was."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select current_setting('statement_timeout'),"
            " set_config('statement_timeout', %s, true)",
            [limit],
        )
        (before, _now) = cursor.fetchone()
    return str(before)
