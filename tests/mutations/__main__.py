"""`python -m tests.mutations`: break the ranking in each way, and say which test noticed.

The exit status is 1 when a mutation survives, no longer applies, or when the tests fail without any.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg

from config.embedded import joined
from config.embedded.places import CHECKOUT, DATABASE
from tests.config.checkouts import temporary_checkout
from tests.mutations.mutations import MUTATIONS, TESTS, Mutation

COPIED = ("accounts", "config", "papers", "templates", "tests", "manage.py", "pyproject.toml")
FAILED = re.compile(r"^(?:FAILED|ERROR) (\S.*?)(?: - .*)?$", re.MULTILINE)
# Where the tests of the copy, which nobody else runs, have their database; and an untouched one.
TEST_DATABASE, PRISTINE = f"test_{DATABASE}_0_main", "pristine"
# A test that makes the database and leaves nothing in it.
ANY_TEST = "tests/ranking/test_refresh.py::test_an_empty_outbox_is_no_work"
PLUGINS = ("-p", "no:cacheprovider", "-p", "tests.mutations.no_shrinking")
# Exit statuses of pytest: all passed, some failed. Any other means that nothing was tried.
PASSED, SOME_FAILED = 0, 1


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of a run of the tests."""

    status: int
    failed: str
    """The first test that failed; empty when none did."""
    output: str


def copy_tree(target: Path) -> None:
    """Copy what the tests need into the empty folder `target`."""
    for name in COPIED:
        source = CHECKOUT / name
        if source.is_dir():
            ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
            shutil.copytree(source, target / name, ignore=ignored)
        else:
            shutil.copy2(source, target / name)


def make_database(tree: Path, server: psycopg.Connection) -> None:
    """Migrate an empty database and put it aside: to copy it takes a second, to make it many.

    Raises RuntimeError when that fails.
    """
    made = pytest(tree, [ANY_TEST], "--create-db", "--reuse-db")
    if made.status != PASSED:
        raise RuntimeError(made.output)
    server.execute(f"alter database {TEST_DATABASE} rename to {PRISTINE}")


def run_tests(tree: Path, server: psycopg.Connection, names: Sequence[str]) -> Verdict:
    """Run these tests in `tree`, in this order, until one fails; in a fresh database."""
    server.execute(f"drop database if exists {TEST_DATABASE} with (force)")
    server.execute(f"create database {TEST_DATABASE} template {PRISTINE}")
    return pytest(tree, names, "--reuse-db")


def pytest(tree: Path, names: Sequence[str], *options: str) -> Verdict:
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n0", "--tb=no", "-rfE"]
    # Else a compiled file could outlive the mistake: it is told by time and size alone.
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [*command, *PLUGINS, *options, *names],
        cwd=tree,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    failed = FAILED.search(done.stdout)
    return Verdict(done.returncode, failed[1] if failed else "", done.stdout)


def try_out(
    mutation: Mutation, tree: Path, server: psycopg.Connection, tests: Sequence[str]
) -> bool:
    """Break the tree, see whether one of `tests` notices, and mend the tree again."""
    file = tree / mutation.file
    healthy = file.read_text(encoding="utf-8")
    started = time.monotonic()
    try:
        file.write_text(mutation.applied_to(healthy), encoding="utf-8")
        verdict = run_tests(tree, server, [mutation.first, *tests])
    except (ValueError, OSError) as error:
        say(f"NOT APPLIED  {mutation}\n             {error}")
        return False
    finally:
        file.write_text(healthy, encoding="utf-8")
    seconds = f"{time.monotonic() - started:.0f} s"
    if verdict.status == PASSED:
        say(f"SURVIVED     {mutation}  ({seconds})")
        return False
    if verdict.status != SOME_FAILED or not verdict.failed:
        say(f"NOT TRIED    {mutation}\n{verdict.output}")
        return False
    say(f"caught       {mutation}  ({seconds})\n             by {verdict.failed}")
    return True


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutations", description=__doc__)
    parser.add_argument("words", nargs="*", help="only mutations with one of these in their names")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="run only the test that should notice, not all tests of the ranking",
    )
    options = parser.parse_args()
    words: list[str] = options.words
    chosen = [each for each in MUTATIONS if not words or any(word in each.name for word in words)]
    tests = [] if options.quick else TESTS
    if not chosen:
        parser.error("no mutation has one of these words in its name")
    with temporary_checkout("mutated") as tree:
        copy_tree(tree)
        # The copy's own servers, kept up between the runs.
        with joined(tree) as servers, psycopg.connect(servers.database_url) as server:
            server.autocommit = True
            make_database(tree, server)
            healthy = run_tests(
                tree, server, tests or sorted({mutation.first for mutation in chosen})
            )
            if healthy.status != PASSED:
                say(f"The tests fail without any mutation:\n{healthy.output}")
                return 1
            say("passed       the tests without any mutation")
            caught = sum(try_out(mutation, tree, server, tests) for mutation in chosen)
    say(f"mutations={len(chosen)} caught={caught}")
    return 0 if caught == len(chosen) else 1


if __name__ == "__main__":
    sys.exit(main())
