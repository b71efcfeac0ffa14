"""Tells on standard error how far a long run is."""

import sys
import time
from typing import Final

SECONDS_BETWEEN: Final = 2.0


class Progress:
    """Counts what is done of a total, and says so every two seconds and at the end."""

    def __init__(self, what: str, total: int) -> None:
        self._what, self._total, self._done = what, total, 0
        self._began = self._said = time.monotonic()

    @property
    def seconds(self) -> float:
        """How long it has taken."""
        return time.monotonic() - self._began

    def step(self) -> None:
        """Count one more."""
        self._done += 1
        now = time.monotonic()
        if now - self._said < SECONDS_BETWEEN and self._done < self._total:
            return
        self._said = now
        rate = self._done / max(self.seconds, 1e-9)
        left = round((self._total - self._done) / rate)
        say(f"{self._what}: {self._done} of {self._total}, {rate:.2f} a second, {left} s left")


def say(text: str) -> None:
    """Write a line for whoever waits."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - progress, and what went wrong
