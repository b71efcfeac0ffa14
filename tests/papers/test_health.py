"""Whether the parts that the site stands on are alive."""

import time
from collections.abc import Iterator

import pytest
import redis
from django.db import connections
from pytest_django import Settings

from papers import health
from tests.valkey import Valkey, own_valkey

ALIVE = {"database": True, "broker": True, "cache": True}


@pytest.fixture
def server(settings: Settings) -> Iterator[Valkey]:
    with own_valkey() as valkey:
        default = {**settings.CACHES["default"], "LOCATION": f"{valkey.url}/1"}
        settings.CACHES = {"default": default}
        settings.CELERY_BROKER_URL = f"{valkey.url}/0"
        yield valkey


def test_all_is_well(db: None, server: Valkey) -> None:
    assert health.checks() == ALIVE


@pytest.mark.parametrize("trouble", ["stop", "freeze"])
def test_redis_away_is_told_soon_for_both_its_uses(db: None, server: Valkey, trouble: str) -> None:
    getattr(server, trouble)()
    began = time.monotonic()
    assert health.checks() == {**ALIVE, "broker": False, "cache": False}
    assert time.monotonic() - began < 2
    assert health.checks()["cache"] is False  # although the cache itself goes on in memory


def test_a_wrong_password_is_told_too(db: None, server: Valkey, settings: Settings) -> None:
    with redis.Redis(port=server.port) as client:
        client.config_set("requirepass", "right")
    settings.CELERY_BROKER_URL = server.url.replace("://", "://:right@") + "/0"
    assert health.checks() == {**ALIVE, "cache": False}


def test_a_database_away_is_told_soon(
    db: None, server: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connections["default"].settings_dict, "HOST", "/nonexistent")
    began = time.monotonic()
    assert health.checks() == {**ALIVE, "database": False}
    assert time.monotonic() - began < 3
