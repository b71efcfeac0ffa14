"""A Valkey of a test's own, which it may stop, freeze and start again."""

import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from config.embedded.binaries import valkey_server
from config.embedded.places import CHECKOUT, Places
from tests.eventually import eventually


class Valkey:
    """A server on a free loopback port, empty at every start."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    @property
    def url(self) -> str:
        """Its address, without the number of a database."""
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start it, and return once it answers."""
        options = (
            f"--port {self.port} --bind 127.0.0.1 --save  --appendonly no --dir {self._folder}"
        )
        self._process = subprocess.Popen(
            [valkey_server(Places.of(CHECKOUT)), *options.split(" ")], stdout=subprocess.DEVNULL
        )
        eventually(self._answers, timeout=20)

    def stop(self) -> None:
        """End it; connections to it are refused from then on."""
        if self._process is not None:
            self._process.send_signal(signal.SIGCONT)
            self._process.terminate()
            self._process.wait(timeout=20)
            self._process = None

    def freeze(self) -> None:
        """Let it hang: connections are accepted, and nothing is ever answered."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)
        eventually(self._answers, timeout=20)

    def _answers(self) -> bool:
        # Not by way of redis-py, which is part of what the tests are about.
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 1) as client:
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        return False


@contextmanager
def own_valkey() -> Iterator[Valkey]:
    """A running Valkey for the length of the block."""
    with tempfile.TemporaryDirectory() as folder:
        server = Valkey(folder)
        server.start()
        try:
            yield server
        finally:
            server.stop()
