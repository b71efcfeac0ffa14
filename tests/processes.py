"""The processes of `make run` for a test that kills them: the same commands, without the parent."""

import os
import signal
import socket
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from config.embedded.runner import Run
from config.embedded.supervisor import Program
from tests.eventually import eventually
from tests.workers import database_url


def free_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    return port


class Processes:
    """Web server, workers and beat, each in a process group of its own. See `running_site`."""

    def __init__(self, programs: Sequence[Program], environment: dict[str, str], log: Path) -> None:
        self._commands = {program.name: list(program.command) for program in programs}
        self._environment = environment
        self._log = log
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str) -> None:
        """Start the program of this name. It is ready some seconds later."""
        with self._log.open("ab") as log:
            self._running[name] = subprocess.Popen(
                self._commands[name],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """End the program and its children at once and without notice, as kill -9 does."""
        process = self._running.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def kill_a_child(self, name: str, number: int) -> bool:
        """End one child of the program as kill -9 does; it is left to the program to replace it.

        Children are counted by age, and in a circle. Returns whether there was one.
        """
        pid = self._running[name].pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
        if not children:
            return False
        with suppress(ProcessLookupError):
            os.kill(int(children[number % len(children)]), signal.SIGKILL)
        return True

    def kill_all(self) -> None:
        for name in list(self._running):
            self.kill(name)


@contextmanager
def running_site(folder: Path, redis_url: str) -> Iterator[tuple[Processes, str]]:
    """The site on this test's database, with two workers for the rankings, and its address.

    `settings.DATA_DIR` must be `folder`, where its log is too. All ends with the block.
    """
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    programs = Run(port, 0.0).programs()
    rankings = next(program for program in programs if program.name == "rankings")
    # A second one, as when somebody started one too many.
    second = [part.replace("rankings-", "rankings-too-") for part in rankings.command]
    environment = {
        **os.environ,
        "DATABASE_URL": database_url(),
        "REDIS_URL": redis_url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser privileges",
    }
    processes = Processes(
        [*programs, Program("rankings-too", second)], environment, folder / "site.log"
    )
    try:
        processes.start("web")
        eventually(lambda: _answers(url), timeout=60)
        for name in ("worker", "rankings", "rankings-too", "beat"):
            processes.start(name)
        yield processes, url
    finally:
        processes.kill_all()


def _answers(url: str) -> bool:
    with suppress(httpx.TransportError):
        return httpx.get(f"{url}/healthz").status_code == 200
    return False
