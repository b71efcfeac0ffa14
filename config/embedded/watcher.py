"""Sees to it that nothing is left when `make run` itself is killed outright.

A process of its own, in its own session. It reads from the runner which processes there are; when
the line ends without a word of farewell, it ends those processes and, unless somebody else uses
them, the servers.

    start PID    a process to look after, the leader of its group
    end PID      it has ended
    done         the runner has cleaned up after itself
"""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import IO

from .lifecycle import stop_if_unused
from .places import CHECKOUT, Places
from .process import wait_until

PATIENCE = 10.0  # seconds that processes get to end by themselves


class Watcher:
    """The runner's end of the line."""

    def __init__(self, line: IO[bytes]) -> None:
        self._line = line

    def tell(self, word: str, pid: int | None = None) -> None:
        """Send one line. A watcher that is gone is no reason to stop."""
        with suppress(OSError):
            self._line.write(f"{word} {pid or ''}\n".encode())
            self._line.flush()


@contextmanager
def watched() -> Iterator[Watcher]:
    """Be watched for the length of the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", "config.embedded.watcher"],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    if process.stdin is None:
        raise AssertionError("stdin is a pipe")
    watcher = Watcher(process.stdin)
    try:
        yield watcher
    finally:
        watcher.tell("done")
        with suppress(OSError):
            process.stdin.close()
        process.wait()


def end_processes(pids: set[int], patience: float = PATIENCE) -> None:
    """End processes, each the leader of a group: politely, then the rest of the group by force.

    The polite signal is for the leader alone: Celery lets the task at hand finish, which it cannot
    when the signal also hits the process that runs it.
    """
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, signal.SIGTERM)
    wait_until(lambda: not any(map(_is_there, pids)), patience)
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)


def _is_there(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def main() -> None:
    """Listen to the runner until it ends, one way or the other."""
    pids: set[int] = set()
    for line in sys.stdin:
        word, _, number = line.strip().partition(" ")
        if word == "start":
            pids.add(int(number))
        elif word == "end":
            pids.discard(int(number))
        elif word == "done":
            return
    end_processes(pids)
    stop_if_unused(Places.of(CHECKOUT))


if __name__ == "__main__":
    main()
