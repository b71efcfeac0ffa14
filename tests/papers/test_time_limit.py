"""A limit on how long the database may think."""

import pytest
from django.db import OperationalError, connection

from papers.time_limit import TookTooLong, time_limit

pytestmark = pytest.mark.django_db


def limit_now() -> str:
    with connection.cursor() as cursor:
        cursor.execute("show statement_timeout")
        return str(cursor.fetchone()[0])


def test_a_statement_that_takes_longer_is_ended() -> None:
    with pytest.raises(TookTooLong), time_limit(0.02), connection.cursor() as cursor:
        cursor.execute("select pg_sleep(20)")
    assert limit_now() == "0"


def test_the_limit_ends_with_the_block() -> None:
    with time_limit(2):
        assert limit_now() == "2s"
    assert limit_now() == "0"


def test_other_failures_pass_through() -> None:
    with (
        pytest.raises(OperationalError),
        time_limit(2),
        connection.cursor() as cursor,
    ):
        cursor.execute("do $$ begin raise sqlstate '57P01'; end $$")
