"""Which commands start the development servers."""

import os
import subprocess
import sys

import pytest

from config.embedded.places import CHECKOUT
from manage import needs_servers


@pytest.mark.parametrize(
    "command",
    [
        "",
        "help",
        "--help",
        "--version",
        "version",
        "migrate --help",
        "import_papers -h",
        "check",
        "check --deploy",
        "makemigrations --check --dry-run",
        "collectstatic --noinput",
    ],
)
def test_commands_about_code_start_nothing(command: str) -> None:
    assert not needs_servers(["manage.py", *command.split()])


@pytest.mark.parametrize(
    "command",
    ["migrate", "shell", "demo --fresh", "import_papers a.json", "check --database default"],
)
def test_all_other_commands_find_the_servers_running(command: str) -> None:
    assert needs_servers(["manage.py", *command.split()])


def manage(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=CHECKOUT,
        env={"PATH": os.environ["PATH"], "OFFPRINT_IGNORE_DOTENV": "1", **environment},
        capture_output=True,
        text=True,
    )


def test_settings_that_are_not_complete_are_told_in_one_line() -> None:
    done = manage("migrate")
    assert done.returncode == 1
    assert "SECRET_KEY is not set" in done.stderr
    assert "Traceback" not in done.stderr


def test_makemigrations_neither_waits_nor_complains_without_a_database() -> None:
    done = manage(
        "makemigrations",
        "--check",
        "--dry-run",
        SECRET_KEY="key",
        DEBUG="on",
        DATABASE_URL="postgresql://nobody@127.0.0.1:1/nothing",
        REDIS_URL="redis://127.0.0.1:1",
    )
    assert done.stderr == ""
    assert done.returncode == 0, done.stdout
