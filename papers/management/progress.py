"""One line on a terminal that says how far a long command is."""

import time
from typing import TextIO

from django.core.management.base import OutputWrapper

SECONDS_BETWEEN_LINES = 0.2


class Progress:
    """Call it with how many are done and how many there are; it writes on terminals only.

    As a context manager it ends the line, so that what is printed next starts a new one.
    """

    def __init__(self, stream: OutputWrapper | TextIO, noun: str) -> None:
        self._stream = stream
        self._noun = noun
        self._shown = stream.isatty()
        self._started = time.monotonic()
        self._last_line = 0.0

    def __enter__(self) -> "Progress":
        return self

    def __exit__(self, *exception: object) -> None:
        if self._last_line:
            self._stream.write("\n")

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._shown or (done < total and now - self._last_line < SECONDS_BETWEEN_LINES):
            return
        self._last_line = now
        # A carriage return goes back over the line before, the escape clears what is left of it.
        self._stream.write(f"\r{describe(done, total, self._noun, now - self._started)}\x1b[K")
        self._stream.flush()


def describe(done: int, total: int, noun: str, seconds: float) -> str:
    """Return e.g. "30,000 of 1,000,000 papers, 12,000 a second, 1 min 21 s left"."""
    rate = done / seconds if seconds > 0 else 0.0
    if not rate:
        return f"{done:,} of {total:,} {noun}"
    left = round((total - done) / rate)
    time_left = f"{left // 60} min {left % 60} s" if left >= 60 else f"{left} s"
    return f"{done:,} of {total:,} {noun}, {rate:,.0f} a second, {time_left} left"
