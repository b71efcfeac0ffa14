"""Limits on how often something is done."""

from datetime import datetime, timedelta
from functools import partial

import pytest
import redis
from pytest_django import Settings

from papers.limits import seconds_to_wait
from tests.at_once import at_once
from tests.valkey import own_valkey

NOON = datetime.fromisoformat("2026-03-01T12:00:00Z")

use = partial(seconds_to_wait, "knock", limit=3, per=60)


def test_uses_are_free_up_to_the_limit_and_then_wait_for_the_end_of_the_window() -> None:
    assert [use(now=NOON) for _ in range(3)] == [0, 0, 0]
    assert use(now=NOON) == 60
    assert use(now=NOON + timedelta(seconds=59, milliseconds=900)) == 1


def test_the_next_window_is_free_again() -> None:
    for _ in range(5):
        use(now=NOON)
    assert use(now=NOON + timedelta(seconds=60)) == 0


def test_names_limits_and_windows_count_apart() -> None:
    for _ in range(4):
        use(now=NOON)
    assert seconds_to_wait("other", limit=3, per=60, now=NOON) == 0
    assert seconds_to_wait("knock", limit=3, per=3600, now=NOON) == 0


def test_uses_at_once_are_all_counted() -> None:
    for minute in range(20):
        now = NOON + timedelta(minutes=minute)
        waits = at_once(*[partial(use, now=now)] * 6)
        assert sorted(waits) == [0] * 3 + [60] * 3


def test_a_count_outlives_its_window_and_then_expires(settings: Settings) -> None:
    use(now=NOON)
    with redis.Redis.from_url(settings.CACHES["default"]["LOCATION"]) as client:
        (key,) = client.keys(f"{settings.REDIS_PREFIX}*")
        assert 60 < client.ttl(key) <= 120


@pytest.mark.parametrize("trouble", ["stop", "freeze"])
def test_limits_hold_in_memory_while_redis_is_away(settings: Settings, trouble: str) -> None:
    with own_valkey() as server:
        default = {**settings.CACHES["default"], "LOCATION": f"{server.url}/1"}
        settings.CACHES = {"default": default}
        assert [use(now=NOON) for _ in range(2)] == [0, 0]
        getattr(server, trouble)()
        # Memory begins to count anew: looser than before, never open.
        assert [use(now=NOON) for _ in range(4)] == [0, 0, 0, 60]
