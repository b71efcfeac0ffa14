"""The line that says how far a command is."""

from io import StringIO

import pytest

from papers.management.progress import Progress, describe


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("done", "total", "seconds", "line"),
    [
        (30_000, 1_000_000, 2.5, "30,000 of 1,000,000 papers, 12,000 a second, 1 min 21 s left"),
        (9, 10, 3.0, "9 of 10 papers, 3 a second, 0 s left"),
        (10, 10, 0.0, "10 of 10 papers"),
        (0, 10, 3.0, "0 of 10 papers"),
    ],
)
def test_it_has_count_rate_and_time_left(done: int, total: int, seconds: float, line: str) -> None:
    assert describe(done, total, "papers", seconds) == line


def test_the_end_is_always_shown_and_ends_the_line() -> None:
    terminal = Terminal()
    with Progress(terminal, "papers") as progress:
        for done in range(1, 1001):
            progress(done, 1000)
    *_, last = terminal.getvalue().split("\r")
    assert last.startswith("1,000 of 1,000 papers")
    assert last.endswith("\n")
    # Not a thousand lines.
    assert terminal.getvalue().count("\r") < 100


def test_a_file_gets_nothing() -> None:
    file = StringIO()
    with Progress(file, "papers") as progress:
        progress(1, 1)
    assert file.getvalue() == ""
