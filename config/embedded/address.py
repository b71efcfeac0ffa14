"""Valkey's port and password: picked once for a checkout, kept in `.data/valkey.json`."""

import json
import os
import secrets
import socket
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from .places import EmbeddedError, Places


@dataclass(frozen=True)
class ValkeyAddress:
    """A port on 127.0.0.1 and the password asked for there."""

    port: int
    password: str


def valkey_address(places: Places) -> ValkeyAddress:
    """Read the address, picking one on the first call. Of two first calls at once one wins.

    Raises EmbeddedError when `.data` cannot be made or read.
    """
    file = _file(places)
    for _ in range(3):
        with suppress(FileNotFoundError):
            return _read(file)
        places.make_data()
        draft = _draft(file, _pick())
        try:
            os.link(draft, file)  # unlike rename, never replaces what another process just wrote
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    raise EmbeddedError(f"{file} comes and goes. Is something clearing .data?")


def move_valkey_address(places: Places) -> ValkeyAddress:
    """Pick another address, because a stranger listens on the old port. For the starter alone."""
    address = _pick()
    _draft(_file(places), address).replace(_file(places))
    return address


def _file(places: Places) -> Path:
    return places.data / "valkey.json"


def _read(file: Path) -> ValkeyAddress:
    try:
        found = json.loads(file.read_text())
        return ValkeyAddress(port=int(found["port"]), password=str(found["password"]))
    except PermissionError as error:
        raise EmbeddedError(
            f"{file} belongs to another user. Run this as that user, or set DATABASE_URL and"
            " REDIS_URL to servers of your own."
        ) from error
    except (ValueError, KeyError, TypeError) as error:
        raise EmbeddedError(f"{file} is damaged. Remove it and start again.") from error


def _pick() -> ValkeyAddress:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return ValkeyAddress(port=port, password=secrets.token_urlsafe(24))


def _draft(file: Path, address: ValkeyAddress) -> Path:
    handle, name = tempfile.mkstemp(prefix=f"{file.name}.", dir=file.parent)  # mode 0600
    with os.fdopen(handle, "w") as draft:
        json.dump(asdict(address), draft)
    return Path(name)
