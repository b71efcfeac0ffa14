"""`make run` as a whole, in a copy of this checkout whose path has a space."""

import os
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from http.client import HTTPConnection
from pathlib import Path

import psycopg
import pytest

from config.embedded import urls
from config.embedded.places import CHECKOUT
from tests.config.checkouts import (
    addresses_of,
    command_of,
    kill_everything_in,
    leave,
    processes_in,
    servers_live,
    start_member,
    temporary_checkout,
)
from tests.eventually import eventually

SOURCES = ("config", "papers", "accounts", "templates")


@pytest.fixture(scope="module")
def copy() -> Iterator[Path]:
    with temporary_checkout("check out") as checkout:
        for name in SOURCES:
            shutil.copytree(CHECKOUT / name, checkout / name)
        yield checkout


class Run:
    """A `make run` without make, its output kept in a file."""

    def __init__(self, checkout: Path) -> None:
        self.output = checkout / "output.txt"
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port: int = probe.getsockname()[1]
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.embedded.runner"],
                cwd=checkout,
                env={
                    "PATH": os.environ["PATH"],
                    "SECRET_KEY": "a key for this run",
                    "DEBUG": "on",
                    "DEMO": "0",
                    "PORT": str(self.port),
                },
                stdout=output,
                stderr=output,
            )
        eventually(lambda: self.said("Ready after"), timeout=120)

    def said(self, words: str) -> bool:
        assert self.process.poll() is None, self.output.read_text()
        return words in self.output.read_text()

    def status(self, path: str, host: str = "127.0.0.1") -> int:
        connection = HTTPConnection(host, self.port, timeout=10)
        try:
            connection.request("GET", path)
            return connection.getresponse().status
        finally:
            connection.close()

    def end(self, number: int) -> None:
        self.process.send_signal(number)
        assert self.process.wait(timeout=60) == 0, self.output.read_text()


def working(checkout: Path, *words: str) -> list[int]:
    """Return the processes in the checkout which have these words on their command line."""
    return [pid for pid in processes_in(checkout) if set(words) <= set(command_of(pid))]


def test_a_taken_port_is_told_before_anything_starts() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        run = subprocess.run(
            [sys.executable, "-m", "config.embedded.runner"],
            cwd=CHECKOUT,
            env={**os.environ, "PORT": str(port)},
            capture_output=True,
            text=True,
        )
    assert run.returncode == 1
    assert run.stdout == ""
    assert f"Port {port} is taken" in run.stderr


@pytest.mark.long
def test_it_serves_the_site_and_leaves_nothing_when_it_is_ended(copy: Path) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        run = Run(copy)
        assert run.status("/") == 200
        assert run.status("/", host="localhost") == 200
        assert working(copy, "gunicorn")
        for words in (["--queues=celery"], ["--queues=rankings"], ["celery", "beat"]):
            eventually(partial(working, copy, *words), timeout=20)
        run.end(number)
        assert not processes_in(copy)
        assert not servers_live(copy)


@pytest.mark.long
def test_it_leaves_the_servers_to_those_who_still_use_them(copy: Path) -> None:
    run = Run(copy)
    member = start_member(copy)
    database_url, _ = addresses_of(member)
    run.end(signal.SIGINT)
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    leave(member)
    assert not processes_in(copy)


@pytest.mark.long
def test_a_process_of_it_that_dies_is_started_again(copy: Path) -> None:
    run = Run(copy)
    (worker,) = eventually(lambda: working(copy, "--queues=rankings"), timeout=20)
    os.kill(worker, signal.SIGKILL)
    eventually(lambda: run.said("rankings | ended by signal 9"))
    eventually(lambda: working(copy, "--queues=rankings") not in ([], [worker]), timeout=20)
    run.end(signal.SIGTERM)
    assert not processes_in(copy)


@pytest.mark.long
def test_killed_outright_it_takes_everything_with_it(copy: Path) -> None:
    run = Run(copy)
    eventually(lambda: working(copy, "celery", "beat"), timeout=20)
    run.process.kill()
    run.process.wait()
    eventually(lambda: not processes_in(copy), timeout=40)


@pytest.mark.long
def test_after_everything_was_killed_it_starts_again_with_all_data(copy: Path) -> None:
    run = Run(copy)
    with psycopg.connect(urls(copy).database_url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 17 AS number")
    kill_everything_in(copy)
    run.process.wait()
    run = Run(copy)
    assert not run.said("migrations")
    with psycopg.connect(urls(copy).database_url) as connection:
        assert connection.execute("SELECT number FROM kept").fetchone() == (17,)
    run.end(signal.SIGINT)
    assert not processes_in(copy)
