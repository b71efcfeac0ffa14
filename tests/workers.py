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
        database = connection.settings_dict
        user = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
        place = f"{database['HOST']}:{database['PORT']}"
        if database["HOST"].startswith("/"):
            place = f"/{database['NAME']}?host={quote(database['HOST'], safe='/')}"
            url = f"postgresql://{user}@{place}"
        else:
            url = f"postgresql://{user}@{place.rstrip(':')}/{database['NAME']}"
        command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker", "--beat"]
        command += ["--queues", "celery,rankings", "--pool", "solo", "--loglevel", "WARNING"]
        command += ["--schedule", str(self.folder / "beat"), "--without-mingle"]
        with (self.folder / "workers.log").open("ab") as log:
            self.process = subprocess.Popen(
                command,
                env={
                    **os.environ,
                    "DATABASE_URL": url,
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
