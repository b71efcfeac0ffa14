"""What is measured of a ranking, and what each measure weighs. Written before any result.

docs/ranking/simulation.md says why; the numbers here and there are the same, which a test holds.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

HOURS_A_DAY: Final = 24.0
# A paper was shown once it had stood on the first page this long, all in all.
SHOWN_HOURS: Final = 1.0
# How long after its listing a good paper may be found, any paper have its chance, and a ring's
# paper be counted.
GOOD_WITHIN: Final = 72.0
NEW_WITHIN: Final = 24.0
RING_WITHIN: Final = 168.0
# The hour of the day, UTC, at which one day's first page is held against the next one's.
COMPARED_AT: Final = 12.0
OVERLAP_BAND: Final = (0.2, 0.5)
# A ring that holds a place this long has had all that it can wish for.
WORST_RING_HOURS: Final = 48.0


@dataclass(frozen=True, slots=True)
class Paper:
    """A simulated paper."""

    number: int
    """0, 1, 2 … in the order of listing."""
    listed: float
    """Hours since the simulation's start."""
    field: int
    appeal: float
    """The chance, from 0 to 1, that a reader of its field who looks at it upvotes it."""
    is_small: bool = False
    """Its field is one of the small ones."""
    is_good: bool = False
    """It is in the best tenth by appeal."""
    ring: str = ""
    """The kind of accounts that push it (`fresh` or `aged`), "" for papers that nobody pushes."""


@dataclass(frozen=True, slots=True)
class Page:
    """The first page from one instant to the next: the numbers of the papers, best first."""

    since: float
    """Hours since the simulation's start."""
    papers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What a ranking showed during the measured days, after the days that warm it up."""

    papers: Sequence[Paper]
    """All papers: the number of one is its index."""
    pages: Sequence[Page]
    """In the order of time, each standing for `step` hours."""
    step: float

    @property
    def begins(self) -> float:
        """The first measured instant, in hours."""
        return self.pages[0].since

    @property
    def ends(self) -> float:
        """The last measured instant, in hours."""
        return self.pages[-1].since + self.step

    def listed_with(self, hours: float) -> list[Paper]:
        """The papers listed in the measured time, with at least so many hours of it after that."""
        last = self.ends - hours
        return [paper for paper in self.papers if self.begins <= paper.listed <= last]

    def hours_shown(self, within: float) -> list[float]:
        """For each paper: how long it stood on the first page in its first `within` hours."""
        hours = [0.0] * len(self.papers)
        for page in self.pages:
            for number in page.papers:
                if page.since < self.papers[number].listed + within:
                    hours[number] += self.step
        return hours


def good_papers_shown(record: Record) -> float:
    """The share of good papers that stood an hour on the first page in their first three days."""
    good = [p for p in record.listed_with(GOOD_WITHIN) if p.is_good and not p.ring]
    return _share_shown(good, record.hours_shown(GOOD_WITHIN))


def new_paper_chance(record: Record) -> float:
    """The share of all papers that stood an hour on the first page in their first day."""
    papers = [paper for paper in record.listed_with(NEW_WITHIN) if not paper.ring]
    return _share_shown(papers, record.hours_shown(NEW_WITHIN))


def overlap(record: Record) -> float:
    """The mean share of a noon's first page that was on the first page a day before."""
    noons = [
        frozenset(page.papers)
        for page in record.pages
        if COMPARED_AT <= page.since % HOURS_A_DAY < COMPARED_AT + record.step
    ]
    shares = [len(today & before) / len(today) for before, today in pairwise(noons) if today]
    return _mean(shares)


def ring_hours(record: Record, kind: str = "") -> float:
    """The mean hours that a pushed paper stood on the first page in its first week.

    With a `kind`, of those pushed by that kind of accounts only.
    """
    hours = record.hours_shown(RING_WITHIN)
    pushed = [p for p in record.listed_with(RING_WITHIN) if p.ring and kind in {"", p.ring}]
    return _mean([hours[paper.number] for paper in pushed])


def small_field_exposure(record: Record) -> float:
    """The share of places held by papers of small fields, over the share of papers in them.

    1 is as much of the first page as of the papers. Pushed papers count as neither.
    """
    listed = [paper for paper in record.listed_with(0) if not paper.ring]
    small_listed = sum(paper.is_small for paper in listed)
    shown = small_shown = 0
    for page in record.pages:
        for number in page.papers:
            paper = record.papers[number]
            if not paper.ring:
                shown += 1
                small_shown += paper.is_small
    if not shown or not small_listed:
        return 0.0
    return (small_shown / shown) / (small_listed / len(listed))


def score_of_overlap(value: float) -> float:
    """1 within the band, falling to 0 towards none and all."""
    low, high = OVERLAP_BAND
    if value < low:
        return value / low
    return min(1.0, (1 - value) / (1 - high))


def score_of_ring_hours(value: float) -> float:
    """1 for no hour, 0 for two days and more."""
    return max(0.0, 1 - value / WORST_RING_HOURS)


def score_of_exposure(value: float) -> float:
    """1 at par, falling alike for half as much and for twice as much."""
    return min(value, 1 / value) if value > 0 else 0.0


def ring_curve(record: Record, ages: Sequence[float]) -> list[float]:
    """For each age in hours: the share of pushed papers that stood on the first page at it."""
    pushed = [paper for paper in record.listed_with(ages[-1] + record.step) if paper.ring]
    pages = [frozenset(page.papers) for page in record.pages]
    shown = [0] * len(ages)
    for paper in pushed:
        for index, age in enumerate(ages):
            page = int((paper.listed + age - record.begins) / record.step)
            shown[index] += paper.number in pages[page]
    return [count / len(pushed) if pushed else 0.0 for count in shown]


@dataclass(frozen=True, slots=True)
class Metric:
    """A measure, and how much of the whole its score is."""

    name: str
    title: str
    weight: float
    measure: Callable[[Record], float]
    score: Callable[[float], float]
    """From 0 to 1, more is better."""
    better: str
    """In words: more, less, or the middle."""
    band: tuple[float, float] | None = None


def _itself(value: float) -> float:
    return value


METRICS: Final = (
    Metric("good", "Good papers shown", 0.35, good_papers_shown, _itself, "more"),
    Metric("ring", "Hours of the ring", 0.25, ring_hours, score_of_ring_hours, "less"),
    Metric(
        "overlap",
        "Day-over-day overlap",
        0.15,
        overlap,
        score_of_overlap,
        "the band",
        band=OVERLAP_BAND,
    ),
    Metric("small", "Exposure of small fields", 0.15, small_field_exposure, score_of_exposure, "1"),
    Metric("new", "Chance of a new paper", 0.10, new_paper_chance, _itself, "more"),
)


def measured(record: Record) -> dict[str, float]:
    """Return each metric's value, and under `total` the weighted sum of their scores, 0 to 1."""
    values = {metric.name: metric.measure(record) for metric in METRICS}
    values["total"] = sum(metric.weight * metric.score(values[metric.name]) for metric in METRICS)
    values["ring_fresh"] = ring_hours(record, "fresh")
    values["ring_aged"] = ring_hours(record, "aged")
    return values


def _share_shown(papers: Sequence[Paper], hours: Sequence[float]) -> float:
    return _mean([float(hours[paper.number] >= SHOWN_HOURS) for paper in papers])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0
