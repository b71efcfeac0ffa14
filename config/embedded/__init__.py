"""Development servers: PostgreSQL and Valkey from their wheels, shared by every process of a checkout.

    urls()                  the addresses, computed; starts nothing, imports nothing heavy
    joined()                the servers run while the block runs; the last one out stops them
    joined_if_configured()  the same for a command, where the settings ask for these servers

Everything lies under `.data/` of the checkout (or, for root in a private folder, under
`/var/lib/offprint/`, see `places`). Production names real servers and never comes here.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from urllib.parse import quote

from .address import valkey_address
from .places import CHECKOUT, DATABASE, ROLE, EmbeddedError, Places

__all__ = ["EmbeddedError", "EmbeddedUrls", "joined", "joined_if_configured", "urls"]


@dataclass(frozen=True)
class EmbeddedUrls:
    """Where the development servers answer. `redis_url` carries no database number."""

    database_url: str
    redis_url: str


def urls(checkout: Path = CHECKOUT) -> EmbeddedUrls:
    """Return the servers' addresses without starting them.

    The first call for a checkout picks Valkey's port and password and writes them under `.data/`.
    Raises EmbeddedError on Windows, or when `.data/` cannot be read or made.
    """
    places = Places.of(checkout)
    address = valkey_address(places)
    return EmbeddedUrls(
        database_url=f"postgresql://{ROLE}@/{DATABASE}?host={quote(str(places.socket_folder))}",
        redis_url=f"redis://:{address.password}@127.0.0.1:{address.port}",
    )


@contextmanager
def joined(checkout: Path = CHECKOUT) -> Iterator[EmbeddedUrls]:
    """Keep both servers running for the length of the block, starting them when nobody has.

    Any number of processes may be inside at once; the last to leave stops the servers. The
    addresses are those of the running servers: should another program have taken Valkey's port
    meanwhile, they differ from what `urls()` said before.
    Raises EmbeddedError, in words for the person at the keyboard, when a server cannot start.
    """
    # Here, not above: settings import this module in production too, where the locking and
    # process modules (POSIX only) are not wanted.
    from .lifecycle import membership

    with membership(Places.of(checkout)):
        yield urls(checkout)


@contextmanager
def joined_if_configured() -> Iterator[None]:
    """For a whole command: `joined()` where Django's settings use these servers, else nothing.

    SIGTERM and SIGHUP unwind the block as Ctrl-C does, so that the servers do not outlive it.
    Raises EmbeddedError as `joined` does.
    """
    from django.conf import settings

    if not settings.EMBEDDED_SERVERS:
        yield
        return
    for number in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) == signal.SIG_DFL:  # but nohup stays nohup
            signal.signal(number, _exit_by_signal)
    configured = urls()
    with joined() as running:
        if running != configured:
            # Valkey had to move to another port after the settings were read: begin again.
            os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])  # noqa: S606
        yield


def _exit_by_signal(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
