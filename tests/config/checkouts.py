"""Checkouts to try the development servers in, and what runs there."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.embedded.places import CHECKOUT, Places
from config.embedded.postgres import Postgres
from config.embedded.valkey import Valkey
from tests.eventually import eventually

# Joins the servers of the folder named on its command line until its standard input ends.
MEMBER = """
import sys
from pathlib import Path
from config.embedded import joined
with joined(Path(sys.argv[1])) as addresses:
    print(addresses.database_url, addresses.redis_url, flush=True)
    sys.stdin.read()
"""


@contextmanager
def temporary_checkout(name: str = "checkout") -> Iterator[Path]:
    """An empty folder to keep servers in, which any account may enter. Nothing of it remains."""
    # Not pytest's tmp_path: that is closed to the account to which root's servers drop.
    parent = Path(tempfile.mkdtemp(prefix="offprint-test-", dir="/tmp"))
    parent.chmod(0o755)
    checkout = parent / name
    checkout.mkdir()
    checkout.chmod(0o755)
    try:
        yield checkout
    finally:
        kill_everything_in(checkout)
        socket_folder = Places.of(checkout).socket_folder
        shutil.rmtree(parent)
        shutil.rmtree(socket_folder, ignore_errors=True)


def start_member(checkout: Path) -> subprocess.Popen[str]:
    """Start another process that joins the servers of `checkout` until `leave` is called."""
    return subprocess.Popen(
        [sys.executable, "-c", MEMBER, str(checkout)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def addresses_of(member: subprocess.Popen[str]) -> tuple[str, str]:
    """Wait until a member has joined; return the database's and Valkey's URL that it was given."""
    assert member.stdout is not None
    database, redis = member.stdout.readline().split()
    return database, redis


def leave(member: subprocess.Popen[str]) -> None:
    """Have a member leave, and wait until it has."""
    member.communicate(timeout=60)
    assert member.returncode == 0


def kill(member: subprocess.Popen[str]) -> None:
    """End a member so that it cannot leave."""
    member.kill()
    member.communicate()


def servers_live(checkout: Path) -> bool:
    """Whether a process of either server is there."""
    places = Places.of(checkout)
    if not places.lock("postgres").exists():
        return False
    return Postgres(places).lives() or Valkey(places).lives()


def processes_in(folder: Path) -> set[int]:
    """Return the processes which work in `folder` or below it, or were started from there."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if (entry / "cwd").readlink().is_relative_to(folder):
                found.add(int(entry.name))
    if found or Path("/proc").exists():
        return found
    listing = subprocess.run(["ps", "-axwwo", "pid=,command="], capture_output=True, text=True)
    lines = [line.split(maxsplit=1) for line in listing.stdout.splitlines()]
    return {int(pid) for pid, command in lines if str(folder) in command}


def command_of(pid: int) -> list[str]:
    """Return a process's command line in words; empty when it has ended."""
    if Path("/proc").exists():
        try:
            return Path(f"/proc/{pid}/cmdline").read_text().split("\0")
        except OSError:
            return []
    ps = ["ps", "-wwo", "command=", "-p", str(pid)]
    return subprocess.run(ps, capture_output=True, text=True).stdout.split()


def kill_everything_in(folder: Path) -> None:
    """Kill outright what runs in `folder`, and wait until nothing does."""

    def nothing_left() -> bool:
        for pid in (pids := processes_in(folder)):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return not pids

    eventually(nothing_left, timeout=20)
