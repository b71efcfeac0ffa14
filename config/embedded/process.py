"""Starting a server that outlives us, and knowing whether it still lives.

A server inherits an open file with an exclusive flock on it, and so do the processes it forks. The
kernel frees the lock when the last of them has ended, however it ended, so "is it running" needs
no pid file: zombies, reused pids and kill -9 cannot deceive it.
"""

import fcntl
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from .places import Account, EmbeddedError

LOG_LIMIT = 5_000_000  # bytes, above which a server's log is set aside when it next starts

# Nothing of the caller's (PG*, LD_*, LC_*) may change how a server behaves.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "HOME": "/", "LC_ALL": "C", "TZ": "UTC"}

# The shell puts the server in the background and ends, so the server is nobody's child: a
# long-lived starter has no zombie when it stops, and nothing to wait for at its own exit.
DETACH = '"$@" &'

Command = Sequence[str | Path]  # of our own making, hence the S603 below


@contextmanager
def locked(file: Path) -> Iterator[int]:
    """Hold the exclusive lock on `file`, waiting for it; yields the descriptor."""
    descriptor = open_lock(file)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield descriptor
    finally:
        os.close(descriptor)


def open_lock(file: Path) -> int:
    """Open a lock file, making it where it is missing."""
    return os.open(file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def lives(lock: Path) -> bool:
    """Whether any process of a server that `launch` started with this lock still runs."""
    descriptor = open_lock(lock)
    try:
        # Shared, so that two processes which look at once do not take each other for the server.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def launch(command: Command, *, lock: Path, log: Path, account: Account | None, cwd: Path) -> None:
    """Start `command` as a daemon which holds `lock`, its output appended to `log`.

    Returns as soon as it is on its way; whether it came up is for the caller to see.
    """
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        with locked(lock) as descriptor:
            subprocess.run(  # noqa: S603
                ["/bin/sh", "-c", DETACH, "sh", *command],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=[descriptor],
                start_new_session=True,  # out of reach of the terminal's Ctrl-C and hang-up
                env=ENVIRONMENT,
                cwd=cwd,
                **_drop_to(account),
            )
    finally:
        os.close(output)


def run(command: Command, *, account: Account | None) -> None:
    """Run `command` to its end. Raises EmbeddedError with its output when it fails."""
    with tempfile.TemporaryFile("w+") as output:
        code = subprocess.run(  # noqa: S603
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            env=ENVIRONMENT,
            cwd="/",
            **_drop_to(account),
        ).returncode
        if code != 0:
            output.seek(0)
            raise EmbeddedError(f"{command[0]} failed with {code}:\n{output.read()[-3000:]}")


def wait_until(predicate: Callable[[], bool], timeout: float) -> bool:
    """Wait up to `timeout` seconds for `predicate`; returns its last answer."""
    deadline = time.monotonic() + timeout
    pause = 0.005
    while not predicate():
        if time.monotonic() > deadline:
            return False
        time.sleep(pause)
        pause = min(pause * 1.5, 0.1)
    return True


def tail(log: Path, lines: int = 15) -> str:
    """Return the last lines of a log, for an error message."""
    try:
        return "\n".join(log.read_text(errors="replace").splitlines()[-lines:])
    except OSError:
        return f"(no {log})"


def _drop_to(account: Account | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.uid, "group": account.gid, "extra_groups": []}
