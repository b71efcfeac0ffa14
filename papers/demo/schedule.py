"""When which paper was listed, and by whom: eight weeks of a reading group."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

from papers.demo.facts import HIDDEN_PAPER, WITHDRAWN_PAPER, PaperFacts
from papers.demo.people import Member, uneven_shares

DAYS = 56
CATALOGUE_ONLY = 12
EMPTY_WEEKDAYS = 2
EMPTY_WEEKENDS = 3
WEEKDAY = (3, 8)
WEEKEND = (0, 3)
QUALITY_SPREAD = 0.72
WITHDRAWN_AGO = timedelta(days=4)

# Members list papers from six in the morning to ten in the evening, UTC, mostly around noon.
LISTING_WEIGHTS = (0,) * 6 + (1, 2, 4, 6, 7, 7, 6, 6, 7, 6, 5, 4, 3, 3, 2, 1) + (0,) * 2
FIRST_HOUR, LAST_HOUR = 6, 22


@dataclass(frozen=True)
class Listing:
    """A paper's entry into the community."""

    arxiv_id: str
    categories: tuple[str, ...]
    listed_at: datetime
    submitter: Member
    quality: float
    """1 for the typical paper; votes come in proportion."""
    withdrawn_at: datetime | None = None


def make_schedule(
    rng: Random, until: datetime, papers: Sequence[PaperFacts], members: Sequence[Member]
) -> list[Listing]:
    """Every paper but CATALOGUE_ONLY of them, listed once, oldest listing first."""
    shuffled = list(papers)
    rng.shuffle(shuffled)
    # These two have had a life before they went: they belong to the first weeks.
    special = [paper for paper in shuffled if paper.arxiv_id in (WITHDRAWN_PAPER, HIDDEN_PAPER)]
    others = [paper for paper in shuffled if paper not in special][CATALOGUE_ONLY:]
    early = rng.sample(range(20, 80), len(special))
    for place, paper in sorted(zip(early, special, strict=True), key=lambda pair: pair[0]):
        others.insert(place, paper)
    qualities = uneven_shares(rng, len(others), QUALITY_SPREAD)
    listings = [
        Listing(
            arxiv_id=paper.arxiv_id,
            categories=paper.categories,
            listed_at=instant,
            submitter=_pick_submitter(rng, instant, paper, members),
            quality=quality,
            withdrawn_at=until - WITHDRAWN_AGO if paper.arxiv_id == WITHDRAWN_PAPER else None,
        )
        for instant, paper, quality in zip(
            _make_instants(rng, until, len(others)), others, qualities, strict=True
        )
    ]
    return _leave_sleepers(listings)


def _make_instants(rng: Random, until: datetime, count: int) -> list[datetime]:
    today = until.date()
    days = [today - timedelta(days=DAYS - 1 - number) for number in range(DAYS)]
    quotas = _share_out(rng, [_bounds(day, until) for day in days], count)
    instants = []
    for day, quota in zip(days, quotas, strict=True):
        midnight = datetime.combine(day, time(), UTC)
        minutes: dict[int, None] = {}
        # Five minutes from the end, so that nothing is listed as one looks.
        last = int((until - midnight) / timedelta(minutes=1)) - 5
        while len(minutes) < quota:
            hour = rng.choices(range(24), LISTING_WEIGHTS)[0]
            minute = 60 * hour + rng.randrange(60)
            if minute <= last:
                minutes.setdefault(minute)
        instants += [midnight + timedelta(minutes=minute) for minute in sorted(minutes)]
    return instants


def _bounds(day: date, until: datetime) -> tuple[int, int]:
    """The fewest and most papers of a day."""
    low, high = WEEKEND if day.weekday() >= 5 else WEEKDAY
    age = (until.date() - day).days
    # Whoever opens the site finds something new, at weekends too.
    if age <= 2:
        low = max(low, 3 if age < 2 else 2)
    if age == 0:
        elapsed = until - datetime.combine(day, time(FIRST_HOUR), UTC)
        part = max(0.0, min(1.0, elapsed / timedelta(hours=LAST_HOUR - FIRST_HOUR)))
        return round(low * part), round(high * part)
    return low, high


def _share_out(rng: Random, bounds: list[tuple[int, int]], count: int) -> list[int]:
    """`count` papers over the days, within each day's bounds, some earlier days left empty."""
    bounds = list(bounds)
    earlier = range(len(bounds) - 8)
    weekdays = [number for number in earlier if bounds[number][1] == WEEKDAY[1]]
    weekends = [number for number in earlier if bounds[number][1] == WEEKEND[1]]
    for number in rng.sample(weekdays, EMPTY_WEEKDAYS) + rng.sample(weekends, EMPTY_WEEKENDS):
        bounds[number] = (0, 0)
    quotas = [rng.randint(low, high) for low, high in bounds]
    while (missing := count - sum(quotas)) != 0:
        number = rng.randrange(len(quotas))
        step = 1 if missing > 0 else -1
        if bounds[number][0] <= quotas[number] + step <= bounds[number][1]:
            quotas[number] += step
    return quotas


def _pick_submitter(
    rng: Random, instant: datetime, paper: PaperFacts, members: Sequence[Member]
) -> Member:
    able = [member for member in members if member.verified and member.joined_at < instant]
    keenness = [member.activity * member.appeal(paper.categories) ** 2 for member in able]
    return rng.choices(able, keenness)[0]


def _leave_sleepers(listings: list[Listing]) -> list[Listing]:
    """Some of the newest papers that hardly anybody has found yet, as on every real site."""
    for place in (-1, -3, -5):
        listings[place] = replace(listings[place], quality=0.02)
    return listings
