"""Fixtures and guards for the whole suite. How the servers come up is in tests/environment.py."""

import os
import shutil
import socket
from collections.abc import Callable, Iterator
from ipaddress import ip_address
from typing import Any

import pytest
import redis
from django.apps import apps
from django.conf import settings
from django.db import connection
from playwright.sync_api import BrowserContext
from pytest_django import DjangoDbBlocker
from pytest_django.plugin import blocking_manager_key

from tests.environment import RUN

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
]
OWN_ADDRESSES = ("http://127.0.0.1:", "http://localhost:", "data:", "blob:")


def pytest_configure() -> None:
    """Hash passwords quickly: a member made for a test need not withstand a stolen database."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


# --- A database and a corner of Redis of one's own --------------------------------------------


@pytest.fixture(scope="session")
def django_db_modify_db_settings() -> None:
    """Name the test database after this run and worker, in place of pytest-django's own names."""
    database = settings.DATABASES["default"]
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    name = f"test_{database['NAME']}_{os.environ[RUN]}_{worker}"
    database.setdefault("TEST", {})["NAME"] = name


@pytest.fixture(scope="session")
def forget_redis() -> Iterator[Callable[[], None]]:
    """Return a function which drops what this worker has put into Redis, and nothing else."""
    base = settings.CELERY_BROKER_URL.removesuffix("/0")
    clients = [redis.Redis.from_url(f"{base}/{number}") for number in range(3)]

    def forget() -> None:
        for client in clients:
            # Django puts its own prefix and version around ours, Celery sometimes a queue's name.
            if keys := list(client.scan_iter(f"*{settings.REDIS_PREFIX}*", count=1000)):
                client.delete(*keys)

    yield forget
    for client in clients:
        client.close()


@pytest.fixture(autouse=True)
def _redis_is_empty(forget_redis: Callable[[], None]) -> None:
    """Begin each test without the cached pages, spent rate limits and messages of another."""
    forget_redis()


# The categories that the migrations load, to load them again in one statement.
CATEGORIES = pytest.StashKey[list[Any]]()


@pytest.fixture(scope="session")
def django_db_setup(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, pytestconfig: pytest.Config
) -> Iterator[None]:
    """Let nobody hold on to the test database when it is dropped: a killed worker, a late thread."""
    with django_db_blocker.unblock():
        pytestconfig.stash[CATEGORIES] = list(apps.get_model("papers", "Tag").objects.all())
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid()"
            " and backend_type = 'client backend'"  # only a superuser may end an autovacuum
        )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_teardown(item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
    """Load the categories again: tests that really commit end by emptying every table."""
    yield
    marker = item.get_closest_marker("django_db")
    commits = marker is not None and marker.kwargs.get("transaction", False)
    uses_committing = {"transactional_db", "live_server"} & set(getattr(item, "fixturenames", ()))
    # After the last test the database is gone already.
    if nextitem is not None and (commits or uses_committing):
        tags = apps.get_model("papers", "Tag").objects
        loaded = item.config.stash[CATEGORIES]
        with item.config.stash[blocking_manager_key].unblock():
            if not tags.exists():
                tags.bulk_create(loaded)


# --- Nothing leaves this machine --------------------------------------------------------------


@pytest.fixture(scope="session", autouse=True)
def _loopback_only() -> Iterator[None]:
    """Refuse connections to anything but this machine, and the look-up of other names."""
    connect, connect_ex, look_up = (
        socket.socket.connect,
        socket.socket.connect_ex,
        socket.getaddrinfo,
    )

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_beyond_loopback(self.family, address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_beyond_loopback(self.family, address)
        return connect_ex(self, address)

    def guarded_look_up(host: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse_beyond_loopback(socket.AF_INET, (host,))
        return look_up(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_look_up)
        yield


class BeyondLoopbackError(AssertionError):
    """A test tried to reach another machine."""


def _refuse_beyond_loopback(family: int, address: Any) -> None:
    if family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = address[0]
    if isinstance(host, bytes):
        host = host.decode()
    if host in (None, "", "localhost"):
        return
    try:
        loopback = ip_address(host).is_loopback
    except ValueError:
        loopback = False
    if not loopback:
        raise BeyondLoopbackError(f"tests may talk to this machine only, not to {host}")


# --- Browser ----------------------------------------------------------------------------------


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark browser tests. Without Chromium skip them, or stop where REQUIRE_BROWSER=1."""
    browser = [item for item in items if "browser" in getattr(item, "fixturenames", ())]
    for item in browser:
        item.add_marker("browser")
    if not browser or shutil.which(CHROMIUM):
        return
    advice = f"no Chromium at {CHROMIUM}: apt-get install chromium, or set CHROMIUM to its path"
    if os.environ.get("REQUIRE_BROWSER") == "1":
        raise pytest.UsageError(f"{len(browser)} browser tests cannot run, {advice}")
    for item in browser:
        item.add_marker(pytest.mark.skip(reason=advice))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Launch the system's Chromium."""
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": CHROMIUM_FLAGS}


@pytest.fixture(scope="session")
def base_url(live_server: Any) -> str:
    """Let pages be named by their path: `page.goto("/new/")`."""
    return str(live_server.url)


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """Look at the site the same way everywhere."""
    return {
        **browser_context_args,
        "locale": "en-GB",
        "timezone_id": "UTC",
        "reduced_motion": "reduce",
        "viewport": {"width": 1280, "height": 800},
    }


@pytest.fixture
def new_context(
    request: pytest.FixtureRequest, new_context: Callable[..., BrowserContext]
) -> Iterator[Callable[..., BrowserContext]]:
    """Make contexts whose pages may ask this machine only and may log no error.

    `page` and `context` come from here too. A test of a page that is expected to log an error
    carries the marker `allow_console_errors`.
    """
    abroad: list[str] = []
    errors: list[str] = []

    def watched(**kwargs: Any) -> BrowserContext:
        context = new_context(**kwargs)
        context.on(
            "request",
            lambda sent: None if sent.url.startswith(OWN_ADDRESSES) else abroad.append(sent.url),
        )
        context.on("weberror", lambda error: errors.append(str(error.error)))
        context.on(
            "console",
            lambda message: errors.append(message.text) if message.type == "error" else None,
        )
        return context

    yield watched
    assert not abroad, f"requests left this machine: {abroad}"
    if not request.node.get_closest_marker("allow_console_errors"):
        assert not errors, f"errors in the browser's console: {errors}"
