"""What is measured on: how many papers, and whose libraries. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]

# Papers come in day by day, the last on this day: more papers means a longer history, not fuller
# days.
LAST_DAY = date(2026, 1, 31)
PAPERS_A_DAY = 100
LISTED_A_DAY = 30
# What the clock of the site shows while it is measured.
NOW = datetime.combine(LAST_DAY, time(18), UTC)


@dataclass(frozen=True, slots=True)
class Dataset:
    """`libraries` are members by user name, each with the size of their library.

    With `votes`, every paper is listed, so many upvotes are cast, and the ranking is computed of
    them; without, it is made up.
    """

    papers: int
    libraries: Mapping[str, int] = field(default_factory=dict)
    votes: int = 0


SHORT_SHELF, LONG_SHELF = "short_shelf", "long_shelf"
# The numbers of their lists begin here.
FIRST_LIST: Mapping[str, int] = {SHORT_SHELF: 100, LONG_SHELF: 200}
DATASETS: Mapping[str, Dataset] = {
    "small": Dataset(10_000),
    "large": Dataset(200_000),
    "library": Dataset(20_000, {SHORT_SHELF: 200, LONG_SHELF: 20_000}),
    "rings": Dataset(1_000),
    "votes": Dataset(10_000, votes=200_000),
}


def instant(days_ago: int) -> datetime:
    """Return the morning of a day."""
    return datetime.combine(LAST_DAY - timedelta(days=days_ago), time(8), UTC)


def fingerprint(dataset: Dataset) -> str:
    """Return what the data depend on, as a hash: the tables, who fills them, and how much."""
    sizes = (dataset.papers, sorted(dataset.libraries.items()), dataset.votes)
    digest = hashlib.sha256(repr(sizes).encode())
    here = Path(__file__).parent
    sources = [
        *sorted(CHECKOUT.glob("*/migrations/*.py")),
        *(here / name for name in ("datasets.py", "fill.py", "fill_votes.py", "words.py")),
    ]
    for source in sources:
        digest.update(source.read_bytes())
    return digest.hexdigest()
