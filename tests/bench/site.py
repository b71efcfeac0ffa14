"""The sites that are measured: a database each, made once and kept, and a process that answers."""

import fcntl
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psycopg

from config.embedded import joined
from config.embedded.places import DATABASE
from tests.bench.datasets import CHECKOUT, DATASETS, fingerprint
from tests.bench.measure import Subject

# A PostgreSQL and a Valkey of their own: no development data are near, and removing the folder
# removes everything.
FOLDER = CHECKOUT / ".data" / "bench"

ENVIRONMENT = {
    "OFFPRINT_IGNORE_DOTENV": "1",
    "DEBUG": "on",  # for the defaults that go with it; Django's own DEBUG is off
    "SECRET_KEY": "a key for benchmarks, known to everyone who reads this line",
    "STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
    "DJANGO_SETTINGS_MODULE": "config.settings",
}


class BenchError(Exception):
    """A benchmark cannot be run; the message says why."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the worker says of one page."""

    seconds: float
    status: int
    queries: int
    bytes: int


class Site:
    """A process that serves the pages of one database; a context manager."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.worker"],
            cwd=CHECKOUT,
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.communicate()

    def ask(self, path: str, user: str = "") -> Answer:
        """Ask for a page, which must be there. Raises BenchError."""
        answer = Answer(**self._tell({"path": path, "user": user}))
        if answer.status != 200:
            raise BenchError(f"{path} answers {answer.status}.")
        return answer

    def page(self, path: str, user: str = "") -> Subject:
        """Return the page as something to measure."""
        return lambda: self.ask(path, user).seconds

    def run(self, job: str, **arguments: Any) -> Any:
        """Have a job of `tests/bench/jobs.py` done; return what it returns. Raises BenchError."""
        return self._tell({"job": job, "arguments": arguments})

    def job(self, name: str) -> Subject:
        """Return a job that says how many seconds it took, as something to measure."""
        return lambda: float(self.run(name))

    def _tell(self, question: dict[str, Any]) -> Any:
        questions, answers = self._process.stdin, self._process.stdout
        if questions is None or answers is None:
            raise BenchError("The worker has no pipes.")
        questions.write(json.dumps(question) + "\n")
        questions.flush()
        line = answers.readline()
        if not line:
            raise BenchError(f"The worker ended at {question}; what it said stands above.")
        return json.loads(line)


class Sites:
    """The sites of a run, each made when it is first asked for."""

    def __init__(self, stack: ExitStack, database_url: str, redis_url: str) -> None:
        self._stack = stack
        self._database_url = database_url
        self._environment = {**os.environ, **ENVIRONMENT, "REDIS_URL": redis_url}
        self._sites: dict[str, Site] = {}

    def __getitem__(self, name: str) -> Site:
        """Return the site of the dataset called `name`."""
        if name not in self._sites:
            self._sites[name] = self._stack.enter_context(Site(self.environment(name)))
        return self._sites[name]

    def environment(self, name: str) -> dict[str, str]:
        """Return the environment of a program on the database of the dataset called `name`.

        The database is made, unless it is there as it should be.
        """
        database = f"bench_{name}"
        url = self._database_url.replace(f"/{DATABASE}?", f"/{database}?")
        environment = {**self._environment, "DATABASE_URL": url}
        wanted = fingerprint(DATASETS[name])
        with psycopg.connect(self._database_url, autocommit=True) as connection:
            found = connection.execute(
                "select shobj_description(oid, 'pg_database') from pg_database where datname = %s",
                [database],
            ).fetchone()
            if found == (wanted,):
                return environment
            _say(f"filling {database}: {DATASETS[name].papers:,} papers …")
            connection.execute(f"drop database if exists {database} with (force)".encode())
            connection.execute(f"create database {database}".encode())
            subprocess.run(
                [sys.executable, "-m", "tests.bench.fill", name],
                cwd=CHECKOUT,
                env=environment,
                check=True,
            )
            # Last: a database that was not filled to its end is made anew.
            connection.execute(f"comment on database {database} is '{wanted}'".encode())
        return environment


@contextmanager
def open_sites(folder: Path = FOLDER) -> Iterator[Sites]:
    """Run the servers of the benchmarks while the block runs. Raises EmbeddedError, BenchError."""
    folder.mkdir(mode=0o711, parents=True, exist_ok=True)
    with ExitStack() as stack:
        lock = stack.enter_context((folder / "lock").open("w"))
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            # Two at once would measure each other.
            raise BenchError("Another benchmark is running in this checkout.") from error
        addresses = stack.enter_context(joined(folder))
        yield Sites(stack, addresses.database_url, addresses.redis_url)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - a program for a terminal
