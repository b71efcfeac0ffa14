"""Upvotes of one paper by many members at once, over HTTP: as fast as inserts, and none lost."""

import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Thread

from tests.bench.datasets import CHECKOUT
from tests.bench.load import LoadError, form_post, send_all
from tests.bench.measure import Finding, Subject, compare
from tests.bench.site import BenchError, Site, Sites
from tests.eventually import eventually

CLIENTS = 32
SESSIONS_EACH = 10
# Upvotes reach 0.7 times the throughput of inserts: they may take so many times as long.
BAR = 1 / 0.7
START_SECONDS = 300


def hot(sites: Sites) -> Iterator[Finding]:
    """Upvotes of the hottest paper by 32 clients, against a view that inserts one row."""
    site, environment = sites["votes"], sites.environment("votes")
    site.run("make_insert_table")
    begun = site.run("begin_hot", clients=CLIENTS, sessions_each=SESSIONS_EACH)
    sessions, paper = begun["sessions"], begun["paper"]
    insert_path = f"/bench/insert/{paper}/"
    with Site(environment) as ticker, serving(environment) as port, every_second(ticker):
        for case, htmx, status in (("by form", False, 302), ("by htmx", True, 200)):
            # Every member's vote, and then each of them once more by another client.
            votes = [form_post(f"{begun['path']}upvote/", key, htmx=htmx) for key in sessions]
            twice = [*_shares(votes), *_shares(votes[1:] + votes[:1])]
            _vote(site, port, twice, status, paper, len(votes))
            inserts = [form_post(insert_path, key) for key in sessions]
            subjects = (
                _sending(port, _shares(inserts), 302),
                _voting(site, port, _shares(votes), status, paper),
            )
            yield compare("hot", f"upvotes {case}", *subjects, BAR)


def _shares(requests: list[bytes]) -> list[list[bytes]]:
    """The requests of each client."""
    return [requests[client::CLIENTS] for client in range(CLIENTS)]


def _sending(port: int, shares: list[list[bytes]], status: int) -> Subject:
    def send() -> float:
        with _as_bench_error():
            return send_all(port, shares, status)

    return send


def _voting(site: Site, port: int, shares: list[list[bytes]], status: int, paper: int) -> Subject:
    return lambda: _vote(site, port, shares, status, paper, sum(map(len, shares)))


def _vote(
    site: Site, port: int, shares: list[list[bytes]], status: int, paper: int, expected: int
) -> float:
    """Send upvotes; return the seconds. Raises BenchError unless so many are cast and ranked."""
    seconds = _sending(port, shares, status)()
    if not site.run("check_hot", paper=paper, votes=expected):
        raise BenchError("Upvotes were lost or doubled.")
    return seconds


@contextmanager
def serving(environment: Mapping[str, str]) -> Iterator[int]:
    """Serve the site as `make run` does, with the inserting view; yields the port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    # fmt: off
    command = [
        sys.executable, "-m", "gunicorn", "config.wsgi:application", f"--bind=127.0.0.1:{port}",
        "--worker-class=gthread", "--workers=2", "--threads=4", "--preload",
        "--graceful-timeout=3", "--log-level=warning", "--no-control-socket",
    ]
    # fmt: on
    with tempfile.NamedTemporaryFile() as log:
        server = subprocess.Popen(
            command,
            cwd=CHECKOUT,
            env={**environment, "DJANGO_SETTINGS_MODULE": "tests.bench.inserts.settings"},
            stdout=log,
            stderr=log,
        )
        try:
            _wait_for(server, port, Path(log.name))
            yield port
        finally:
            server.terminate()
            server.wait()


def _wait_for(server: "subprocess.Popen[bytes]", port: int, log: Path) -> None:
    def answers_or_ended() -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return True
        return server.poll() is not None

    with suppress(AssertionError):
        eventually(answers_or_ended, START_SECONDS)
        if server.poll() is None:
            return
    raise BenchError(f"The web server does not start: {log.read_text()[-2000:]}")


@contextmanager
def every_second(ticker: Site) -> Iterator[None]:
    """Have the ranking take in the votes every second, as its worker does."""
    ended = Event()

    def tick() -> None:
        while not ended.wait(timeout=1):
            ticker.run("tick")

    thread = Thread(target=tick)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


@contextmanager
def _as_bench_error() -> Iterator[None]:
    try:
        yield
    except LoadError as error:
        raise BenchError(str(error)) from error
