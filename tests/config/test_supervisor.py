"""Several processes in one foreground."""

import os
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from config.embedded.supervisor import Log, Program, Supervisor
from config.embedded.watcher import watched
from tests.eventually import eventually


class Enough(Exception):  # noqa: N818, a reason to stop rather than an error
    """The test has seen what it wanted."""


def supervise(
    programs: list[Program], until: Callable[[], bool], timeout: float = 10.0
) -> list[int]:
    """Run programs until `until` holds; return the process numbers there were at that moment."""
    pids: list[int] = []
    deadline = time.monotonic() + timeout

    def look() -> None:
        if until():
            pids.extend(supervisor.pids())
            raise Enough
        assert time.monotonic() < deadline, "what was waited for did not happen"

    with watched() as watcher, suppress(Enough):
        supervisor = Supervisor(
            programs=programs,
            log=Log([program.name for program in programs]),
            watcher=watcher,
            environment={**os.environ, "PYTHONUNBUFFERED": "1"},
            each_tick=look,
            tick=0.02,
        )
        supervisor.run()
    return pids


def python(name: str, source: str) -> Program:
    return Program(name, [sys.executable, "-c", source])


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


class Seen:
    """What the supervisor has printed so far."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.text = ""

    def has(self, *words: str) -> bool:
        self.text += self._capsys.readouterr().out
        return all(word in self.text for word in words)


@pytest.fixture
def seen(capsys: pytest.CaptureFixture[str]) -> Seen:
    return Seen(capsys)


def test_each_line_begins_with_the_name_of_who_wrote_it(seen: Seen) -> None:
    wait = "import time; time.sleep(60)"
    programs = [
        python("web", f"print('first\\nsecond'); {wait}"),
        python("worker", f"import sys; sys.stderr.write('oops\\n'); {wait}"),
    ]
    supervise(programs, lambda: seen.has("web    | first\nweb    | second\n", "worker | oops\n"))


def test_the_end_of_a_line_may_come_late_or_never(seen: Seen) -> None:
    program = python("web", "import sys; sys.stdout.write('no end')")
    supervise([program], lambda: seen.has("web | no end\n", "web | ended with 0"))


def test_what_dies_is_started_again_after_a_growing_pause(seen: Seen) -> None:
    program = python("web", "import sys; print('here'); sys.exit(3)")
    supervise([program], lambda: seen.has("ended with 3; it starts again in 2 s"))
    assert seen.text.count("here") == 2


def test_nothing_is_left_when_it_ends(seen: Seen) -> None:
    child = "import time; print(1); time.sleep(60)"
    family = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}])"
    pids = supervise(
        [python("one", family), python("two", family)], lambda: seen.has("one | 1", "two | 1")
    )
    assert len(pids) == 2
    for pid in pids:
        assert gone(pid)
        # Its group; somebody has to bury the last of it.
        eventually(partial(gone, -pid))


@pytest.mark.long
def test_what_does_not_listen_is_killed(seen: Seen) -> None:
    deaf = "import signal, time; signal.signal(15, signal.SIG_IGN); print('deaf'); time.sleep(600)"
    (pid,) = supervise([python("web", deaf)], lambda: seen.has("deaf"))
    seen.has("")
    assert "killed" in seen.text
    assert gone(pid)
