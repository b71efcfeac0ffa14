"""Several processes in one foreground: their output with a name before each line, all of them
started, kept up and ended together.
"""

import math
import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from .places import CHECKOUT
from .watcher import PATIENCE, Watcher

FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds before a process that died is started again
STEADY = 30.0  # seconds after which a process counts as well, and its next death as its first
COLOURS = ("36", "33", "35", "32")  # cyan, yellow, magenta, green


@dataclass(frozen=True)
class Program:
    """What to run, the name before its lines, and whether it waits until `release` is called."""

    name: str
    command: Sequence[str]
    waits: bool = False


@dataclass
class Child:
    """A program and the process that runs it at the moment, if one does."""

    program: Program
    process: subprocess.Popen[bytes] | None = None
    unfinished: bytes = b""  # a line that has begun
    started: float = 0.0
    start_at: float = 0.0
    pause: float = FIRST_PAUSE


class Log:
    """Lines on standard output, each after the name of who says it."""

    def __init__(self, names: Sequence[str]) -> None:
        self._width = max(map(len, names))
        coloured = sys.stdout.isatty() and "NO_COLOR" not in os.environ
        self._colour = dict(zip(names, COLOURS * len(names), strict=False)) if coloured else {}

    def line(self, name: str, text: str) -> None:
        prefix = f"{name:<{self._width}} |"
        if colour := self._colour.get(name):
            prefix = f"\033[{colour}m{prefix}\033[0m"
        # With the terminal closed, or `| head` gone, there is nobody to tell; work goes on.
        with suppress(OSError):
            sys.stdout.write(f"{prefix} {text}\n")
            sys.stdout.flush()


@dataclass
class Supervisor:
    """Runs programs until it is told to stop, by an exception raised out of a signal handler."""

    programs: Sequence[Program]
    log: Log
    watcher: Watcher
    environment: Mapping[str, str]
    each_tick: Callable[[], None]  # called several times a second; may raise to stop
    tick: float = 0.1
    _children: list[Child] = field(init=False)
    _selector: selectors.BaseSelector = field(default_factory=selectors.DefaultSelector)

    def __post_init__(self) -> None:
        self._children = [
            Child(program, start_at=math.inf if program.waits else 0.0) for program in self.programs
        ]

    def run(self) -> None:
        """Start the programs and keep them up. Ends only by an exception, all of them ended."""
        try:
            while True:
                for child in self._children:
                    self._look_after(child)
                self._pass_on_output(self.tick)
                self.each_tick()
        finally:
            self._end_all()

    def release(self) -> None:
        """Start the programs that wait."""
        for child in self._children:
            child.start_at = min(child.start_at, time.monotonic())

    def pids(self) -> list[int]:
        """Return the process numbers of the programs that run at the moment."""
        return [child.process.pid for child in self._children if child.process is not None]

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.start_at:
                self._start(child)
        elif (code := child.process.poll()) is not None:
            self._let_go(child)
            if now - child.started > STEADY:
                child.pause = FIRST_PAUSE
            how = f"by signal {-code}" if code < 0 else f"with {code}"
            self.log.line(child.program.name, f"ended {how}; it starts again in {child.pause:g} s")
            child.start_at = now + child.pause
            child.pause = min(child.pause * 2, LONGEST_PAUSE)

    def _start(self, child: Child) -> None:
        child.started = time.monotonic()
        child.process = subprocess.Popen(  # noqa: S603
            _bound(child.program.command),
            cwd=CHECKOUT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            # Ctrl-C at the terminal is for us to hear, and for them to be told in turn.
            start_new_session=True,
        )
        self.watcher.tell("start", child.process.pid)
        if child.process.stdout is not None:
            os.set_blocking(child.process.stdout.fileno(), False)
            self._selector.register(child.process.stdout, selectors.EVENT_READ, child)

    def _let_go(self, child: Child) -> None:
        """Clear up after a process that has ended: its group, its output, its entry."""
        process = child.process
        if process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        self.watcher.tell("end", process.pid)
        if process.stdout is not None:
            self._read(child)
            with suppress(KeyError):
                self._selector.unregister(process.stdout)
            process.stdout.close()
        if child.unfinished:
            self._say(child, child.unfinished)
            child.unfinished = b""
        child.process = None

    def _pass_on_output(self, timeout: float) -> None:
        for key, _ in self._selector.select(timeout):
            if not self._read(key.data):
                self._selector.unregister(key.fileobj)

    def _read(self, child: Child) -> bool:
        """Pass on what the child has written. False at the end of its output."""
        if child.process is None or child.process.stdout is None:
            return False
        try:
            while chunk := os.read(child.process.stdout.fileno(), 65536):
                *lines, child.unfinished = (child.unfinished + chunk).split(b"\n")
                for line in lines:
                    self._say(child, line)
        except BlockingIOError:
            return True
        return False

    def _say(self, child: Child, line: bytes) -> None:
        if text := line.decode(errors="replace").rstrip():
            self.log.line(child.program.name, text)

    def _end_all(self) -> None:
        """End every process: first asked, then, when it takes too long, forced."""
        running = [child for child in self._children if child.process is not None]
        for child in running:
            if child.process is not None:
                child.process.terminate()
        deadline = time.monotonic() + PATIENCE
        while running and time.monotonic() < deadline:
            self._pass_on_output(0.02)
            for child in running:
                if child.process is not None and child.process.poll() is not None:
                    self._let_go(child)
            running = [child for child in running if child.process is not None]
        for child in running:
            if child.process is not None:
                self.log.line(child.program.name, f"does not end within {PATIENCE:g} s: killed")
                os.killpg(child.process.pid, signal.SIGKILL)
                child.process.wait()
                self._let_go(child)


def _bound(command: Sequence[str]) -> list[str]:
    """Return `command` such that the kernel ends it with us.

    Linux alone can; elsewhere the watcher is all there is.
    """
    if sys.platform != "linux":
        return list(command)
    bound = str(Path(__file__).with_name("bound.py"))
    return [sys.executable, "-I", "-S", bound, str(os.getpid()), *command]
