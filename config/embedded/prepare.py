"""What lies between an empty database and a site to look at; quick when there is nothing to do.

Needs Django set up and the servers running.
"""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from papers.demo.build import is_empty

Say = Callable[[str], None]


def prepare(say: Say, *, demo: bool) -> None:
    """Bring database, static files and, when `demo`, the demo community up to date."""
    migrate(say)
    collect_static(say, Path(settings.DATA_DIR) / "static.fingerprint")
    if demo and is_empty():
        say("Making the demo community")
        call_command("demo", if_empty=True, verbosity=0)


def migrate(say: Say) -> None:
    """Apply the migrations that are missing, if any are."""
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if missing:
        say(f"Applying {len(missing)} migrations")
        call_command("migrate", interactive=False, verbosity=0)


def collect_static(say: Say, stamp: Path) -> None:
    """Collect the static files when one of them, or the way they are stored, has changed.

    `stamp` keeps the fingerprint of the last time.
    """
    fingerprint = static_fingerprint()
    if stamp.exists() and stamp.read_text() == fingerprint and Path(settings.STATIC_ROOT).exists():
        return
    say("Collecting static files")
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(fingerprint)


def static_fingerprint() -> str:
    """Return a digest of every static source file's name, size and time, and of the storage."""
    digest = hashlib.sha256(repr((settings.STORAGES["staticfiles"], settings.STATIC_ROOT)).encode())
    for finder in get_finders():
        for name, storage in finder.list([]):
            found = os.stat(storage.path(name))  # noqa: PTH116, many files, and called at each start
            digest.update(f"{name}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()
