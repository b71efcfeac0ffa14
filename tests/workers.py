"""Real Celery processes for tests: one that works, with the beat beside it."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from django.db import connection


def database_url() -> str:
    """Return the address of this test's own database, for processes that a test starts."""
    database = connection.settings_dict
    user = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    if database["HOST"].startswith("/"):
        host = quote(database["HOST"], safe="/")
        return f"postgresql://{user}@/{database['NAME']}?host={host}"
    place = f"{database['HOST']}:{database['PORT']}".rstrip(":")
    return f"postgresql://{user}@{place}/{database['NAME']}"


class Workers:
    """A Celery worker for all queues with its own beat, on this test's database and broker.

    A context manager: it ends with the block, however the block ends.
    """

    def __init__(self, folder: Path, redis_url: str = "") -> None:
        self.folder = folder
        self.redis_url = redis_url or os.environ["REDIS_URL"]
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the processes. They are ready a few seconds later: wait for what they do."""
        command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--beat"]
        command += ["--queues", "celery,rankings", "--pool", "solo", "--loglevel", "WARNING"]
        command += ["--schedule", str(self.folder / "beat"), "--without-mingle"]
        with (self.folder / "workers.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                env={
                    **os.environ,
                    "DATABASE_URL": database_url(),
                    "DJANGO_SETTINGS_MODULE": "config.settings",
                },
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self) -> None:
        """End them at once and without notice, as kill -9 does."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.kill()
