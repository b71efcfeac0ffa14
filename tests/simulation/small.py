"""A small world for the tests of the simulation: a file of a few days, papers and pages by hand."""

from collections.abc import Sequence
from pathlib import Path

from tests.simulation.metrics import Page, Paper, Record
from tests.simulation.observed import Observed, read_observed

HEAD = "date,snapshot_at,arxiv_id,upvotes,submitted_on_daily_at"
DAILY = f"""{HEAD}
2025-03-10,2025-03-10T10:00:00Z,2503.00001,12,2025-03-10T02:30:00.000Z
2025-03-10,2025-03-10T10:00:00Z,2503.00002,3,2025-03-10T03:00:00.000Z
2025-03-10,2025-03-10T10:00:00Z,2503.00003,1,2025-03-10T04:00:00.000Z
2025-03-11,2025-03-11T10:00:00Z,2503.00004,40,2025-03-11T01:00:00.000Z
2025-03-11,2025-03-11T10:00:00Z,2503.00005,5,
"""


def daily_file(folder: Path, text: str = DAILY) -> Path:
    """Write a file of daily lists."""
    path = folder / "daily.csv"
    path.write_text(text, encoding="utf-8")
    return path


def small_world(folder: Path) -> Observed:
    """What the small file says."""
    return read_observed(daily_file(folder))


def paper(number: int, listed: float = 0.0, *, field: int = 0, ring: str = "") -> Paper:
    """A paper that is neither good nor of a small field."""
    return Paper(number, listed, field, 0.1, ring=ring)


def record(papers: Sequence[Paper], pages: Sequence[tuple[int, ...]], *, step: float) -> Record:
    """What was shown from hour 0 on, each page for `step` hours."""
    return Record(papers, [Page(at * step, shown) for at, shown in enumerate(pages)], step)
