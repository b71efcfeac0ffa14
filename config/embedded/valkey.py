"""The development Valkey: broker, cache and results, on a loopback port with a password."""

import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .address import ValkeyAddress, move_valkey_address, valkey_address
from .binaries import valkey_server
from .places import EmbeddedError, Places
from .process import launch, lives, tail, wait_until

ATTEMPTS = 5

CONFIGURATION = """\
bind 127.0.0.1
port {port}
requirepass {password}
dir ./
appendonly yes
save ""
maxmemory 256mb
maxmemory-policy volatile-lru
"""


@dataclass(frozen=True)
class Valkey:
    """The Valkey of one checkout. `start` and `stop` are for the holder of the start lock."""

    places: Places
    name: str = "Valkey"

    def start(self) -> None:
        """Return once it answers; start it where it does not run, on another port if need be.

        Raises EmbeddedError with the end of the server's log when it cannot.
        """
        if not self.lives():
            self._launch(valkey_address(self.places))
        for _ in range(ATTEMPTS):
            wait_until(lambda: self.answers() or not self.lives(), timeout=60)
            if self.answers():
                return
            said = tail(self._log)
            if "Address already in use" in said:
                self._launch(move_valkey_address(self.places))
            elif "reading the append only file" in said:
                # Nothing is kept in Valkey alone, so a log it cannot read is no loss.
                broken = self.places.valkey / "appendonlydir"
                broken.rename(broken.with_name(f"appendonlydir.broken-{os.getpid()}"))
                self._launch(valkey_address(self.places))
            else:
                break
        raise EmbeddedError(f"Valkey does not start. {self._log} ends:\n{tail(self._log)}")

    def stop(self) -> None:
        """Have it write out what it holds and end, and wait until it has."""
        if wait_until(self.answers, timeout=30 if self.lives() else 0):
            self._ask("SHUTDOWN")
        if not wait_until(lambda: not self.lives(), timeout=30):
            raise EmbeddedError(f"Valkey does not stop. {self._log} ends:\n{tail(self._log)}")

    def lives(self) -> bool:
        """Whether its process runs, be it starting or stopping."""
        return lives(self._lock)

    def answers(self) -> bool:
        """Whether our own server (not another program on its port) serves commands."""
        return self.lives() and b"+PONG" in self._ask("PING")

    @property
    def _lock(self) -> Path:
        return self.places.lock("valkey")

    @property
    def _log(self) -> Path:
        return self.places.log("valkey")

    def _launch(self, address: ValkeyAddress) -> None:
        # In a file rather than as arguments, which every user of the machine could read.
        file = self.places.valkey / "valkey.conf"
        file.unlink(missing_ok=True)
        file.touch(0o600)
        file.write_text(
            CONFIGURATION.format(port=address.port, password=address.password), encoding="ascii"
        )
        if self.places.account:
            os.chown(file, self.places.account.uid, self.places.account.gid)
        launch(
            [valkey_server(self.places), "valkey.conf"],
            lock=self._lock,
            log=self._log,
            account=self.places.account,
            cwd=self.places.valkey,
        )

    def _ask(self, command: str) -> bytes:
        """Send one command and return the raw answer, empty when nobody listens.

        Not by way of redis-py, which tries a refused connection again for seconds.
        """
        address = valkey_address(self.places)
        with suppress(OSError), socket.create_connection(("127.0.0.1", address.port), 5) as client:
            client.sendall(f"AUTH {address.password}\r\n{command}\r\nQUIT\r\n".encode())
            return b"".join(iter(lambda: client.recv(4096), b""))
        return b""
