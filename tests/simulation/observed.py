"""What is taken from a file of real daily lists: how many papers a day, upvotes, and when."""

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Final

SECONDS_AN_HOUR: Final = 3600.0
COLUMNS = {"date", "snapshot_at", "upvotes", "submitted_on_daily_at"}


class ObservedError(Exception):
    """The file is not one of daily lists; the message says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Observed:
    """Days of a real site. Nothing in it says which paper it was."""

    days: tuple[tuple[int, ...], ...]
    """For each day with a list: the upvotes of each of its papers when the list was captured."""
    hours: tuple[float, ...]
    """The hour of the day, UTC, at which papers were put on the list, where it is known."""
    age: float
    """The median age of a paper when the list was captured, in hours."""

    @property
    def upvotes(self) -> list[int]:
        """The upvotes of all papers, the fewest first."""
        return sorted(count for day in self.days for count in day)


def read_observed(path: Path) -> Observed:
    """Read a CSV file (or .csv.gz) with a row for each paper of each daily list.

    The columns date, snapshot_at, upvotes and submitted_on_daily_at are read. Raises ObservedError
    for a file that has other columns, or in which a row has no number or time where one should be.
    """
    days: dict[str, list[int]] = defaultdict(list)
    hours: list[float] = []
    ages: list[float] = []
    for line, row in _rows(path, COLUMNS):
        try:
            days[row["date"]].append(int(row["upvotes"]))
            if row["submitted_on_daily_at"]:
                submitted = datetime.fromisoformat(row["submitted_on_daily_at"])
                captured = datetime.fromisoformat(row["snapshot_at"])
                hours.append(submitted.hour + submitted.minute / 60)
                ages.append((captured - submitted).total_seconds() / SECONDS_AN_HOUR)
        except (TypeError, ValueError) as error:
            raise ObservedError(f"Line {line} of {path} cannot be read: {error}.") from error
    if not ages:
        raise ObservedError(f"{path} has no paper of which it says when it was listed.")
    listed = tuple(tuple(counts) for _, counts in sorted(days.items()))
    return Observed(listed, tuple(hours), sorted(ages)[len(ages) // 2])


def _rows(path: Path, columns: set[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """The rows, each with the number of its line."""
    with (
        gzip.open(path, "rt", encoding="utf-8")
        if path.suffix == ".gz"
        else path.open(encoding="utf-8") as file
    ):
        reader = csv.DictReader(file)
        if missing := columns - set(reader.fieldnames or ()):
            raise ObservedError(f"{path} has no column {', '.join(sorted(missing))}.")
        for row in reader:
            yield reader.line_num, row


def read_growth(path: Path, *, hours: tuple[float, float]) -> float:
    """Return the factor by which upvotes grew between two captures of the same papers.

    The file has the columns arxiv_id, snapshot_at and upvotes, a row for each capture. Those
    captures of a paper count that are next to each other and so many hours apart, from the first
    to the second number. Raises ObservedError as `read_observed` does, and where there are none.
    """
    captures: dict[str, list[tuple[datetime, int]]] = defaultdict(list)
    for line, row in _rows(path, {"arxiv_id", "snapshot_at", "upvotes"}):
        try:
            captured = datetime.fromisoformat(row["snapshot_at"])
            captures[row["arxiv_id"]].append((captured, int(row["upvotes"])))
        except (TypeError, ValueError) as error:
            raise ObservedError(f"Line {line} of {path} cannot be read: {error}.") from error
    before = after = 0
    for of_one in captures.values():
        for (first, fewer), (second, more) in pairwise(sorted(of_one)):
            if hours[0] <= (second - first).total_seconds() / SECONDS_AN_HOUR <= hours[1]:
                before, after = before + fewer, after + more
    if not before:
        raise ObservedError(f"{path} has no paper that was captured twice so many hours apart.")
    return after / before
