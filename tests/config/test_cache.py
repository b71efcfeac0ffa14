"""The cache, on a Valkey that goes away and comes back."""

import time
from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
import redis
from django.core.cache import BaseCache, cache, caches
from django.core.cache.backends.redis import RedisCache
from pytest_django import Settings

from config import cache as module
from config.cache import RETRY_AFTER, FallbackRedisCache
from tests.at_once import at_once, in_thread
from tests.eventually import eventually
from tests.valkey import Valkey, own_valkey

TROUBLES = ["stop", "freeze"]
OVER = {"stop": "start", "freeze": "thaw"}


@pytest.fixture
def server(settings: Settings) -> Iterator[Valkey]:
    """A Valkey of this test's own, which `cache` uses."""
    with own_valkey() as valkey:
        default = {**settings.CACHES["default"], "LOCATION": f"{valkey.url}/1"}
        settings.CACHES = {"default": default}
        yield valkey


def in_redis(key: str) -> Any:
    """What Redis itself has under `key`, asked without our class."""
    configured = caches.settings["default"]
    params = {name: value for name, value in configured.items() if name != "BACKEND"}
    location = params.pop("LOCATION")
    return RedisCache(location, params).get(key)


def use_everything(used: BaseCache) -> dict[str, Any]:
    """Call each method of a cache that pages may use, and return the answers."""
    used.set("set", {"a": [1, "b"]}, 60)
    answers: dict[str, Any] = {
        "add": used.add("added", 1, 60),
        "add again": used.add("added", 2, 60),
        "get": used.get("set"),
        "get nothing": used.get("nothing", "default"),
        "get_or_set": used.get_or_set("made", lambda: 3, 60),
        "incr": used.incr("added", 4),
        "decr": used.decr("added"),
        "touch": used.touch("set", 60),
        "touch nothing": used.touch("nothing", 60),
        "has_key": used.has_key("set"),
        "in": "nothing" in used,
        "set_many": used.set_many({"one": 1, "two": 2}, 60),
        "get_many": used.get_many(["one", "two", "nothing"]),
        "incr_version": used.incr_version("one"),
        "delete": used.delete("set"),
        "delete again": used.delete("set"),
    }
    used.delete_many(["two"])
    with pytest.raises(ValueError, match="nothing"):
        used.incr("nothing")
    answers["left"] = used.get_many(["set", "added", "made", "one", "two"])
    used.clear()
    answers["cleared"] = used.get("added")
    return answers


def test_every_method_that_asks_the_server_has_a_stand_in() -> None:
    own = {name for name, value in vars(RedisCache).items() if callable(value)}
    asking = {name for name in own if not name.startswith("_")} - {"get_backend_timeout"}
    assert asking == set(module.ASKING)
    for name in asking:
        assert getattr(FallbackRedisCache, name) is not getattr(RedisCache, name)


def test_while_redis_is_there_it_is_what_answers(server: Valkey) -> None:
    cache.set("key", "value", 60)
    assert in_redis("key") == "value"


@pytest.mark.parametrize("trouble", TROUBLES)
def test_memory_answers_as_redis_does(server: Valkey, trouble: str) -> None:
    there = use_everything(cache)
    getattr(server, trouble)()
    assert use_everything(cache) == there


@pytest.mark.parametrize("trouble", TROUBLES)
def test_redis_away_costs_one_request_a_moment_and_the_others_nothing(
    server: Valkey, trouble: str
) -> None:
    cache.set("key", "value", 60)
    getattr(server, trouble)()
    began = time.monotonic()
    cache.get("key")
    assert time.monotonic() - began < 1
    began = time.monotonic()
    for _ in range(100):
        cache.get("key")
    assert time.monotonic() - began < 0.2


def test_a_redis_that_was_never_there_is_no_obstacle(server: Valkey) -> None:
    server.stop()
    began = time.monotonic()
    cache.set("key", "value", 60)
    assert cache.get("key") == "value"
    assert time.monotonic() - began < 1


@pytest.mark.parametrize("trouble", TROUBLES)
def test_redis_is_used_again_once_it_is_back(
    server: Valkey, monkeypatch: pytest.MonkeyPatch, trouble: str
) -> None:
    monkeypatch.setattr(module, "RETRY_AFTER", 0.2)
    cache.set("before", 1, 60)
    getattr(server, trouble)()
    cache.set("meanwhile", 2, 60)
    assert cache.get("meanwhile") == 2
    getattr(server, OVER[trouble])()

    def is_used() -> bool:
        cache.set("after", 3, 60)
        return bool(in_redis("after") == 3)

    eventually(is_used)


def test_it_is_tried_again_within_seconds() -> None:
    assert RETRY_AFTER <= 5


def test_what_memory_held_is_forgotten_when_redis_is_back(
    server: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_AFTER", 0.2)
    server.stop()
    cache.set("key", "old", 60)
    server.start()
    eventually(lambda: cache.get("key") is None)
    cache.set("key", "new", 60)
    server.stop()
    assert cache.get("key") is None  # nothing rather than something old


def test_leaving_and_coming_back_are_logged_once_each(
    server: Valkey, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "RETRY_AFTER", 0.05)
    server.stop()
    cache.set("key", "value", 60)
    (away,) = caplog.messages
    assert "Redis is away" in away
    long_enough = time.monotonic() + 0.3
    eventually(lambda: cache.get("key") == "value" and time.monotonic() > long_enough)
    assert len(caplog.messages) == 1
    server.start()
    eventually(lambda: cache.get("key") is None)
    assert caplog.messages[1:] == ["Redis is back."]


def test_threads_share_the_memory_and_what_one_found_out(server: Valkey) -> None:
    server.freeze()
    cache.set("key", "value", 60)

    def get_quickly() -> tuple[Any, bool]:
        began = time.monotonic()
        value = cache.get("key")
        return value, time.monotonic() - began < 0.2

    assert in_thread(get_quickly).result() == ("value", True)


def test_one_thread_tries_again_while_the_others_go_on(
    server: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "RETRY_AFTER", 1)
    server.freeze()
    cache.set("key", "value", 60)
    due = time.monotonic() + 1.1
    eventually(lambda: time.monotonic() > due)

    def seconds() -> float:
        began = time.monotonic()
        assert cache.get("key") == "value"
        return time.monotonic() - began

    took = sorted(at_once(*[seconds] * 6))
    assert took[-2] < 0.2 < took[-1] < 1


def test_connections_that_broke_with_the_server_are_not_used_again(
    server: Valkey, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    at_once(*[partial(cache.set, "key", "value", 60)] * 4)
    cache.set("key", "value", 60)
    server.stop()
    server.start()
    cache.set("key", "value", 60)
    assert in_redis("key") == "value"
    assert caplog.messages == []


def test_a_full_redis_is_no_obstacle(server: Valkey) -> None:
    with redis.Redis(port=server.port) as client:
        client.config_set("maxmemory", "1")
    cache.set("key", "value", 60)
    assert cache.get("key") == "value"


def test_a_replica_that_takes_no_writes_is_no_obstacle(server: Valkey) -> None:
    with redis.Redis(port=server.port) as client:
        client.replicaof("127.0.0.1", 1)
    cache.set("key", "value", 60)
    assert cache.get("key") == "value"


def test_a_mistake_of_the_caller_is_not_taken_for_an_outage(server: Valkey) -> None:
    cache.set("word", "no number", 60)
    with pytest.raises(Exception, match="not an integer"):
        cache.incr("word")
    cache.set("key", "value", 60)
    assert in_redis("key") == "value"


def test_every_key_expires(server: Valkey, settings: Settings) -> None:
    cache.set("key", "value")
    with redis.Redis(port=server.port, db=1) as client:
        assert 0 < client.ttl(cache.make_key("key")) <= settings.CACHES["default"]["TIMEOUT"]


def test_options_of_the_settings_come_before_ours(server: Valkey, settings: Settings) -> None:
    default = {**settings.CACHES["default"], "OPTIONS": {"socket_timeout": 0.05}}
    settings.CACHES = {"default": default}
    cache.set("key", "value", 60)
    server.freeze()
    began = time.monotonic()
    cache.set("key", "value", 60)
    assert time.monotonic() - began < 0.3
