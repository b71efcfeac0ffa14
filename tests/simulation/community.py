"""A community that lists, reads and upvotes papers, under one ranking at a time.

Readers are counted, not followed: in each step of half an hour so many look at the first page, at
the newest papers, or come by a link from elsewhere; how many of them upvote a paper is drawn from a
Poisson distribution. The chance to be looked at falls with the position, as was found by
K. Lerman and T. Hogg, "Leveraging Position Bias to Improve Peer Recommendation", PLOS ONE 9(6),
2014. Who has looked at a paper does not look again, so attention to it wears off.

The papers of a seed are the same under each ranking. A seed gives the same run, always.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Final

from tests.simulation.metrics import HOURS_A_DAY, Page, Paper, Record
from tests.simulation.observed import Observed
from tests.simulation.rankings import Offprint, Ranking

STEP: Final = 0.5
WARM_UP_DAYS: Final = 7
PAGE_SIZE: Final = 30
DAYS_A_WEEK, WORKING_DAYS = 7, 5

# The site lists what so many of the file's days together list.
DAYS_IN_ONE: Final = 4
# Fields: their share of the papers, and of the readers. Small ones have fewer readers a paper.
FIELDS: Final = (
    (0.30, 0.36),
    (0.24, 0.27),
    (0.18, 0.18),
    (0.10, 0.09),
    (0.08, 0.05),
    (0.05, 0.03),
    (0.03, 0.015),
    (0.02, 0.005),
)
SMALL_FIELD: Final = 0.10
LARGE = tuple(number for number, (papers, _) in enumerate(FIELDS) if papers >= SMALL_FIELD)
SMALL = tuple(number for number, (papers, _) in enumerate(FIELDS) if papers < SMALL_FIELD)
# What a reader of another field makes of a paper, against one of its own.
OTHER_FIELDS: Final = 0.2

# Readers: how many there are, visits on a working day, and where a visit goes.
READERS: Final = 12_000
VISITS_A_DAY: Final = 20_000
WEEKEND: Final = 0.5
FRONT, NEWEST, ELSEWHERE = 0.65, 0.20, 0.15
# The chance to look at position k of the first page is k^-POSITION_BIAS.
POSITION_BIAS: Final = 0.6
# Who comes for what is new looks at so many papers of the last day, any as likely as another.
NEWEST_LOOKS, NEWEST_HOURS = 15.0, 24.0
# A link from elsewhere leads to a paper by its appeal, to half as many after so many hours, and to
# none after the second number of them.
ELSEWHERE_HALF_LIFE, ELSEWHERE_HOURS = 12.0, 48.0
# The site is busiest at this hour, UTC; at the quietest there are few.
BUSIEST, RHYTHM = 8.0, 0.5

# Interest in a paper halves in so many hours, wherever it stands: F. Wu, B. Huberman, "Novelty and
# collective attention", PNAS 104(45), 2007. How fast is chosen by how upvotes grew in real lists.
INTEREST_HALF_LIFE: Final = 12.0

# A paper's appeal comes from the upvotes u that one of the file had, blurred by a factor whose
# logarithm has this deviation: 1 - exp(-APPEAL u^APPEAL_EXPONENT).
BLUR: Final = 0.25
APPEAL, APPEAL_EXPONENT = 0.016, 0.7
GOOD_SHARE: Final = 0.1

# Upvotes by accounts in their first week: their weight rises from the first to the second.
NEW_ACCOUNTS: Final = 0.05
NEW_WEIGHT, FULL_WEIGHT, RAMP_DAYS = 0.25, 1.0, 7.0

# Every so many days 20 accounts push a paper that few like, from an hour after its listing on,
# within an hour. The rings take turns in what accounts they have and how large the field is.
RING_EVERY_DAYS: Final = 3
RING_ACCOUNTS: Final = 20
RING_HOUR: Final = 9.0
RING_APPEAL: Final = 0.1
"""The quantile of the appeals of the others."""
RINGS: Final = (("fresh", LARGE), ("aged", SMALL), ("fresh", SMALL), ("aged", LARGE))


# Ages of a paper, in hours, between which its upvotes are compared.
GROWTH_AGES: Final = (14.0, 24.0, 240.0)


@dataclass(frozen=True, slots=True)
class Run:
    """A simulated time under one ranking."""

    record: Record
    upvoted: Sequence[Sequence[float]]
    """The times of the upvotes of each paper, those of rings not among them."""

    def counts_at(self, age: float) -> list[int]:
        """The upvotes that each paper had at an age, in hours; pushed papers are left out."""
        return [
            sum(at <= paper.listed + age for at in self.upvoted[paper.number])
            for paper in self.record.papers
            if not paper.ring
        ]

    def growth(self) -> list[float]:
        """By which factor all upvotes grew from one of GROWTH_AGES to the next."""
        counts = [sum(self.counts_at(age)) for age in GROWTH_AGES]
        return [after / max(before, 1) for before, after in pairwise(counts)]


def age_weight(days: float) -> float:
    """What an upvote weighs at Offprint by an account of that age: a ramp of a week."""
    return NEW_WEIGHT + (FULL_WEIGHT - NEW_WEIGHT) * min(days / RAMP_DAYS, 1.0)


def make_papers(seed: int, observed: Observed, days: int) -> list[Paper]:
    """The papers of a seed, in the order of listing, on the working days of so many days."""
    random = Random(f"papers {seed}")
    drawn: list[tuple[float, float, int, str]] = []  # listed, appeal, field, ring
    for day in range(days):
        if day % DAYS_A_WEEK >= WORKING_DAYS:
            continue
        for upvotes in (n for _ in range(DAYS_IN_ONE) for n in random.choice(observed.days)):
            listed = day * HOURS_A_DAY + random.choice(observed.hours) + random.random() / 60
            (field,) = random.choices(range(len(FIELDS)), [papers for papers, _ in FIELDS])
            drawn.append((listed, _appeal(upvotes, random), field, ""))
    appeals = sorted(appeal for _, appeal, _, _ in drawn)
    good = appeals[math.floor((1 - GOOD_SHARE) * len(appeals))]
    # Where the turns begin depends on the seed, so that a short run of some seeds has all of them.
    for turn, day in enumerate(range(seed % RING_EVERY_DAYS, days, RING_EVERY_DAYS)):
        kind, fields = RINGS[(turn + seed) % len(RINGS)]
        appeal = appeals[math.floor(RING_APPEAL * len(appeals))]
        drawn.append((day * HOURS_A_DAY + RING_HOUR, appeal, random.choice(fields), kind))
    return [
        Paper(
            number,
            listed,
            field,
            appeal,
            is_small=field in SMALL,
            is_good=appeal >= good,
            ring=ring,
        )
        for number, (listed, appeal, field, ring) in enumerate(sorted(drawn))
    ]


def _appeal(upvotes: int, random: Random) -> float:
    blurred = max(upvotes, 0.5) * math.exp(random.gauss(0, BLUR))
    return -math.expm1(-APPEAL * blurred**APPEAL_EXPONENT)


class Community:
    """Readers of the site, whose upvotes a ranking hears of."""

    def __init__(self, seed: int, papers: Sequence[Paper], ranking: Ranking) -> None:
        self.papers = papers
        self.ranking = ranking
        self.random = Random(f"upvotes {seed}")
        self.listed = 0
        """How many papers are listed by now."""
        self.upvoted: list[list[float]] = [[] for _ in papers]
        """The times of the upvotes of each paper, those of rings not among them."""
        self._unseen = [1.0] * len(papers)
        # But for a factor that all papers have at an instant: what draws readers by links, and what
        # makes those who look at a paper upvote it.
        self._pulls = [
            paper.appeal * math.exp2(paper.listed / ELSEWHERE_HALF_LIFE) for paper in papers
        ]
        match = [readers + (1 - readers) * OTHER_FIELDS for _, readers in FIELDS]
        self._interest = [
            paper.appeal * match[paper.field] * math.exp2(paper.listed / INTEREST_HALF_LIFE)
            for paper in papers
        ]
        self._first_recent = 0
        self._biases = [(place + 1) ** -POSITION_BIAS for place in range(PAGE_SIZE)]

    def live(self, now: float) -> tuple[int, ...]:
        """Let half an hour pass, and return the first page that was shown in it."""
        papers = self.papers
        while self.listed < len(papers) and papers[self.listed].listed <= now:
            self.ranking.list_paper(papers[self.listed])
            self.listed += 1
        if not self.listed:
            return ()
        page = self.ranking.first_page(now, PAGE_SIZE)
        self._read(self._looks(now, page), now)
        self._push(now)
        return tuple(page)

    def _looks(self, now: float, page: Sequence[int]) -> dict[int, float]:
        """How many looks each paper gets, of those who have seen it and of those who have not."""
        visits, papers = visits_in_step(now), self.papers
        oldest = now - ELSEWHERE_HOURS
        while self._first_recent < self.listed and papers[self._first_recent].listed < oldest:
            self._first_recent += 1
        recent = range(self._first_recent, self.listed)
        pulls = self._pulls[self._first_recent : self.listed]
        # Who comes by a link looks at one paper.
        each = visits * ELSEWHERE / (sum(pulls) or 1.0)
        looks = {number: each * pull for number, pull in zip(recent, pulls, strict=True)}
        new = [number for number in recent if papers[number].listed >= now - NEWEST_HOURS]
        for number in new:
            looks[number] += visits * NEWEST * min(NEWEST_LOOKS / len(new), 1.0)
        for bias, number in zip(self._biases, page, strict=False):
            looks[number] = looks.get(number, 0.0) + visits * FRONT * bias
        return looks

    def _read(self, looks: Mapping[int, float], now: float) -> None:
        """Let those who look upvote: so many in all, each the one or the other paper."""
        random, unseen, interest = self.random, self._unseen, self._interest
        means = [looked * unseen[n] * interest[n] for n, looked in looks.items()]
        expected = sum(means) * math.exp2(-now / INTEREST_HALF_LIFE)
        draw, upvote = random.random, self.ranking.upvote
        for number in random.choices(list(looks), means, k=poisson(expected, random)):
            at = now + draw() * STEP
            weight = age_weight(draw() * RAMP_DAYS) if draw() < NEW_ACCOUNTS else FULL_WEIGHT
            self.upvoted[number].append(at)
            upvote(number, at, weight)
        for number, looked in looks.items():
            unseen[number] *= 1 - looked / READERS

    def _push(self, now: float) -> None:
        """Let the ring of a paper that was listed an hour ago upvote it."""
        for number in range(self.listed - 1, -1, -1):
            paper = self.papers[number]
            if paper.listed < now - 2 - STEP:
                break
            # Half of them in the first half-hour, half in the second.
            if paper.ring and 1 <= now - paper.listed < 2:
                weight = age_weight(0.0) if paper.ring == "fresh" else FULL_WEIGHT
                for _ in range(RING_ACCOUNTS // 2):
                    self.ranking.upvote(number, now + self.random.random() * STEP, weight)


def visits_in_step(now: float) -> float:
    """How many visits the half-hour from `now` on has."""
    day, hour = divmod(now, HOURS_A_DAY)
    rhythm = 1 + RHYTHM * math.cos((hour - BUSIEST) / HOURS_A_DAY * math.tau)
    share = 1.0 if day % DAYS_A_WEEK < WORKING_DAYS else WEEKEND
    return VISITS_A_DAY * share * rhythm * STEP / HOURS_A_DAY


def poisson(mean: float, random: Random) -> int:
    """Draw from the Poisson distribution. For means of some hundreds at most: it multiplies."""
    limit, product, drawn = math.exp(-mean), random.random(), 0
    while product > limit:
        product *= random.random()
        drawn += 1
    return drawn


def run(seed: int, observed: Observed, ranking: Ranking, days: int) -> Run:
    """Simulate the days that warm up and then `days` that are measured.

    Raises ArithmeticError when the heat that an Offprint ranking kept is not what heat_log2 says.
    """
    papers = make_papers(seed, observed, WARM_UP_DAYS + days)
    community = Community(seed, papers, ranking)
    pages: list[Page] = []
    for step in range(round((WARM_UP_DAYS + days) * HOURS_A_DAY / STEP)):
        now = step * STEP
        page = community.live(now)
        if now >= WARM_UP_DAYS * HOURS_A_DAY:
            pages.append(Page(now, page))
    if isinstance(ranking, Offprint) and ranking.deviation(now + STEP, pages[-1].papers) > 1e-9:
        raise ArithmeticError("The heat that was added up is not the heat of heat_log2.")
    return Run(Record(papers, pages, STEP), community.upvoted)
