"""Waiting in tests: poll a predicate, never sleep and hope."""

import inspect
import time
from collections.abc import Callable
from typing import TypeVar

Value = TypeVar("Value")


def eventually(
    predicate: Callable[[], Value], timeout: float = 5.0, interval: float = 0.05
) -> Value:
    """Call `predicate` every `interval` seconds and return its first truthy value.

    An AssertionError from the predicate counts as "not yet", so it may assert instead of return.
    Raises AssertionError when `timeout` seconds pass without one; the message has the predicate's
    source and its last value or complaint.
    """
    deadline = time.monotonic() + timeout
    while True:
        try:
            value = predicate()
            last = f"last value: {value!r}"
        except AssertionError as error:
            last = f"last complaint: {error}"
        else:
            if value:
                return value
        if time.monotonic() >= deadline:
            raise AssertionError(f"Not within {timeout:g} s: {_source(predicate)} ({last})")
        time.sleep(interval)


def _source(predicate: Callable[[], object]) -> str:
    try:
        return " ".join(inspect.getsource(predicate).split())
    except (OSError, TypeError):
        return repr(predicate)
