"""What every test process starts with: its environment, and the servers. A pytest plugin.

Named with `-p` in pyproject.toml, because Django's settings are read before any conftest.py is.

The process that was started by hand (with xdist, the controller) joins the development servers and
leaves them at its end; its workers find the addresses in their environment. With DATABASE_URL and
REDIS_URL set, tests use those servers and start none. A developer's .env is never read.

Runs beside each other in one checkout keep apart: each holds a number of its own, which is part of
the names of its databases and of its keys in Redis.
"""

import fcntl
import os
import signal
import tempfile
from contextlib import ExitStack
from itertools import count

import pytest

from config.embedded import joined
from config.embedded.places import CHECKOUT, Places
from config.embedded.process import open_lock

ENVIRONMENT = {
    "OFFPRINT_IGNORE_DOTENV": "1",
    "DEBUG": "on",  # for the defaults that go with it; Django's own DEBUG is off in tests
    "SECRET_KEY": "a key for tests, known to everyone who reads this line",
    # Hashed names need collectstatic, and a live server answers 404 for them.
    "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
    # Playwright runs an event loop in the thread that runs the test.
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}
RUN = "OFFPRINT_TEST_RUN"


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> None:
    """Prepare the environment, before pytest-django reads the settings."""
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if worker is None:
        stack = ExitStack()
        early_config.add_cleanup(stack.close)  # also when this start-up fails further on
        os.environ.update(ENVIRONMENT)
        os.environ["STATIC_ROOT"] = stack.enter_context(tempfile.TemporaryDirectory())
        os.environ[RUN] = str(_hold_free_number(stack))
        if _runs_tests(early_config):
            _join_servers(stack)
    os.environ["OFFPRINT_REDIS_PREFIX"] = f"test-{os.environ[RUN]}-{worker or 'main'}:"


def _runs_tests(config: pytest.Config) -> bool:
    options = config.known_args_namespace
    return not (options.help or options.version or options.collectonly)


def _join_servers(stack: ExitStack) -> None:
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        return
    # `timeout`, a service manager or a closed terminal ends a run as Ctrl-C does.
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    addresses = stack.enter_context(joined())
    for name, value in (
        ("DATABASE_URL", addresses.database_url),
        ("REDIS_URL", addresses.redis_url),
    ):
        if not os.environ.get(name):
            os.environ[name] = value


def _hold_free_number(stack: ExitStack) -> int:
    """Return the smallest number that no run in this checkout holds, and hold it to the end.

    A number, rather than something unique, so that what a killed run left is found and replaced.
    """
    places = Places.of(CHECKOUT)
    places.make_locks()
    for number in count():
        descriptor = open_lock(places.lock(f"tests-{number}"))
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
        else:
            stack.callback(os.close, descriptor)
            return number
    raise AssertionError("count() ends never")
