"""Who uses the servers, and so who starts and who stops them.

Each user holds a shared lock for as long as it needs the servers. On leaving it asks for the lock
alone: the one who gets it was the last, and stops them. A user killed outright lets go of its lock
too; the servers it left are joined, or stopped, by whoever comes and goes next.
"""

import fcntl
import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from .places import Places
from .postgres import Postgres
from .process import locked, open_lock
from .valkey import Valkey

INTERRUPTIONS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def membership(places: Places) -> Iterator[None]:
    """Be a user of the servers for the length of the block.

    Raises EmbeddedError when they cannot be started.
    """
    places.make_locks()
    users = open_lock(places.lock("users"))
    joined_by = os.getpid()
    try:
        # Waits while the last user before us is stopping them.
        fcntl.flock(users, fcntl.LOCK_SH)
        _start(places)
        yield
    finally:
        # A forked child which unwinds through here leaves its parent's servers alone.
        if os.getpid() == joined_by:
            with _uninterrupted():
                _stop_if_last(places, users)
        os.close(users)


def stop_if_unused(places: Places) -> None:
    """Stop the servers unless somebody uses them: on behalf of a user that was killed."""
    places.make_locks()
    users = open_lock(places.lock("users"))
    try:
        _stop_if_last(places, users)
    finally:
        os.close(users)


def _start(places: Places) -> None:
    with locked(places.lock("start")):
        places.make_folders()
        if places.home != places.data:
            sys.stderr.write(
                f"The servers' account cannot enter {places.checkout}:"
                f" the development database lies in {places.home}\n"
            )
        for server in (Postgres(places), Valkey(places)):
            server.start()


def _stop_if_last(places: Places, users: int) -> None:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return
    for server in (Valkey(places), Postgres(places)):
        server.stop()
    with suppress(OSError):
        places.socket_folder.rmdir()  # it may lie in /tmp, where nothing of ours shall stay


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Put off signals that would end us: a server must not be left half stopped.

    It takes a moment; a second Ctrl-C is heard after it.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTIONS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
