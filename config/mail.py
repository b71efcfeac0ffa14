"""A mail backend that keeps every message as a file, for machines that send no mail."""

import os
import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend


class EmlFileBackend(BaseEmailBackend):
    """Writes each message as one complete RFC 5322 file into settings.EMAIL_FILE_PATH.

    Names sort by the time of sending and never collide, whatever number of processes sends. A
    file appears whole or not at all, so whoever watches the folder never reads half a message.
    """

    def __init__(
        self, fail_silently: bool = False, file_path: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(fail_silently=fail_silently)
        folder = file_path or getattr(settings, "EMAIL_FILE_PATH", None)
        if not folder:
            raise ImproperlyConfigured(
                "EMAIL_FILE_PATH is not set. Name the folder that shall hold the mail."
            )
        self.folder = Path(folder)

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Write the messages that have a recipient; returns how many were written."""
        written = 0
        for message in email_messages:
            if not message.recipients():
                continue
            try:
                # Django's messages know `linesep`; the stubs see the standard library's.
                self._write(message.message().as_bytes(linesep="\r\n"))  # type: ignore[call-arg]
            except OSError:
                if not self.fail_silently:
                    raise
            else:
                written += 1
        return written

    def _write(self, content: bytes) -> None:
        # Mail holds password links: nobody else on this machine may read it.
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        name = _file_name(time.time_ns())
        draft = self.folder / f".{name}.part"
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        draft.rename(self.folder / name)


def _file_name(sent_at: int) -> str:
    """A name for a message sent at `sent_at`, nanoseconds since the epoch."""
    seconds, nanoseconds = divmod(sent_at, 1_000_000_000)
    moment = time.strftime("%Y%m%dT%H%M%S", time.gmtime(seconds))
    return f"{moment}.{nanoseconds:09d}Z-{secrets.token_hex(8)}.eml"
