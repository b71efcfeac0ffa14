"""A month of upvotes made from a seed: honest people, groups that read together, and a ring. Pure.

People come at the hours that are theirs, look at what is new, and upvote what is good and of their
field. Among them are groups whose upvotes are not independent either, though nobody arranged them:

- laboratories, where one tells the others of a paper and several upvote it within the hour;
- journal clubs, which meet once a week and upvote what was read, at the table;
- papers that the whole world hears of within an afternoon.
"""

import gzip
import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

HOUR = 3_600.0
DAY = 24 * HOUR
DAYS = 30
FIELDS = 30
# How long a paper is new: later hardly anybody comes upon it.
NEW_DAYS = 4

# A member, a paper, and the seconds since the month began.
Vote = tuple[int, int, float]


@dataclass(frozen=True, slots=True)
class Ring:
    """Accounts that one person has.

    targets        papers that they push
    participation  share of the accounts that upvote a target, each time others
    camouflage     ordinary upvotes of each account, cast as honest people cast theirs
    within_hours   in how short a time they upvote one target
    papers_a_day   targets pushed in one go, on one day
    """

    accounts: int = 20
    targets: int = 8
    participation: float = 1.0
    camouflage: int = 0
    within_hours: float = 2.0
    papers_a_day: int = 1


@dataclass(frozen=True, slots=True)
class Month:
    """The votes by time; `ring` are the members of the ring, all others are innocent."""

    votes: list[Vote]
    ring: frozenset[int]
    groups: dict[str, list[frozenset[int]]]
    newcomers: frozenset[int]


class Crowd:
    """Honest people, their hours and their fields, and the papers of a month."""

    def __init__(self, rng: random.Random, members: int, papers_a_day: int) -> None:
        self.rng = rng
        self.papers_a_day = papers_a_day
        papers = papers_a_day * DAYS
        # A few papers are upvoted by hundreds, most by a handful.
        self.quality = [min(rng.paretovariate(1.1), 120.0) for _paper in range(papers)]
        self.field = [rng.randrange(FIELDS) for _paper in range(papers)]
        self.hour = [rng.gauss(0.0, 5.0) % 24 for _member in range(members)]
        self.fields = [rng.sample(range(FIELDS), rng.randint(1, 3)) for _member in range(members)]
        self.eagerness = [rng.lognormvariate(0.0, 1.1) for _member in range(members)]
        self._of_field: dict[tuple[int, int], tuple[list[int], list[float]]] = {}
        self._of_day: dict[int, tuple[list[int], list[float]]] = {}

    def new_on(self, day: int) -> range:
        first = max(0, day - NEW_DAYS + 1) * self.papers_a_day
        return range(first, (day + 1) * self.papers_a_day)

    def seen_on(self, day: int, field: int | None) -> tuple[list[int], list[float]]:
        """What is new on a day, of a field or of all, with cumulative chances."""
        key = (day, -1 if field is None else field)
        if key not in self._of_field:
            papers = [p for p in self.new_on(day) if field in (None, self.field[p])]
            chances = [self.quality[p] * 0.5 ** (day - p // self.papers_a_day) for p in papers]
            self._of_field[key] = papers, list(itertools.accumulate(chances))
        return self._of_field[key]

    def session(self, member: int, day: int, size: int) -> Iterator[Vote]:
        """A visit: a few upvotes within minutes, for papers of one's fields or the front page."""
        at = day * DAY + ((self.hour[member] + self.rng.gauss(0.0, 1.5)) % 24) * HOUR
        for _vote in range(size):
            own = self.rng.random() < 0.6
            papers, chances = self.seen_on(
                day, self.rng.choice(self.fields[member]) if own else None
            )
            if papers:
                (paper,) = self.rng.choices(papers, cum_weights=chances)
                # Nobody upvotes what is not there yet.
                yield member, paper, max(at, paper // self.papers_a_day * DAY + 60.0)
            at += self.rng.expovariate(1 / 120.0)

    def visits(self, members: Sequence[int], votes: int) -> Iterator[Vote]:
        """So many upvotes in visits of these members, the eager more often."""
        chances = list(itertools.accumulate(self.eagerness[member] for member in members))
        made = 0
        while made < votes:
            (member,) = self.rng.choices(members, cum_weights=chances)
            size = min(1 + int(self.rng.expovariate(0.4)), votes - made)
            for vote in self.session(member, self.rng.randrange(DAYS), size):
                made += 1
                yield vote


def make_month(
    seed: int,
    *,
    ring: Ring | None = None,
    votes: int = 70_000,
    members: int = 4_000,
    papers_a_day: int = 100,
    libraries: Path | None = None,
) -> Month:
    """Return a month of about so many votes in which `ring` is hidden.

    With `libraries`, a file of citeulike-a (gzip; a line a person: a number, then the ids of what
    they keep), the honest upvotes are what these people kept: who reads alike is then not made up.
    """
    rng = random.Random(seed)
    crowd = Crowd(rng, members, papers_a_day)
    everybody = range(members)
    groups = {
        "laboratory": groups_of(rng, members, count=40, smallest=4, largest=8),
        "journal club": groups_of(rng, members, count=25, smallest=5, largest=12),
    }
    arranged = [
        *itertools.chain.from_iterable(laboratory(crowd, g) for g in groups["laboratory"]),
        *itertools.chain.from_iterable(journal_club(crowd, g) for g in groups["journal club"]),
        *itertools.chain.from_iterable(paper_of_the_day(crowd, everybody) for _day in range(5)),
    ]
    accounts = range(members, members + ring.accounts) if ring else range(0)
    pushed = list(push(crowd, ring, accounts)) if ring else []
    cast = [*pushed, *arranged]
    if libraries is not None:
        cast += kept_libraries(crowd, libraries, votes - len(cast))
    # Some would have upvoted the same paper twice.
    while len(distinct := once_each(cast)) < votes:
        cast += crowd.visits(everybody, votes - len(distinct))
    return Month(
        votes=distinct,
        ring=frozenset(accounts),
        groups=groups,
        newcomers=frozenset(),
    )


def groups_of(
    rng: random.Random, members: int, *, count: int, smallest: int, largest: int
) -> list[frozenset[int]]:
    return [
        frozenset(rng.sample(range(members), rng.randint(smallest, largest)))
        for _group in range(count)
    ]


def laboratory(crowd: Crowd, group: frozenset[int]) -> Iterator[Vote]:
    """Up to three times a week somebody tells the others, and half of them upvote it soon."""
    rng = crowd.rng
    field = crowd.fields[min(group)][0]
    for day in range(DAYS):
        papers, chances = crowd.seen_on(day, field)
        if papers and rng.random() < 0.35:
            (paper,) = rng.choices(papers, cum_weights=chances)
            told = day * DAY + rng.uniform(8, 18) * HOUR
            for member in sorted(group):
                if rng.random() < 0.5:
                    yield member, paper, told + rng.expovariate(1 / HOUR)


def journal_club(crowd: Crowd, group: frozenset[int]) -> Iterator[Vote]:
    """Once a week those who came upvote the one or two papers that were read."""
    rng = crowd.rng
    field = crowd.fields[min(group)][0]
    weekday, hour = rng.randrange(5), rng.uniform(9, 17)
    for day in range(weekday, DAYS, 7):
        papers = [p for p in range(day * crowd.papers_a_day + 1) if crowd.field[p] == field]
        read = rng.sample(papers, min(len(papers), rng.randint(1, 2)))
        for member in sorted(group):
            if rng.random() < 0.8:
                for paper in read:
                    yield member, paper, day * DAY + hour * HOUR + rng.uniform(0, 20 * 60)


def paper_of_the_day(crowd: Crowd, everybody: Sequence[int]) -> Iterator[Vote]:
    """Hundreds upvote one paper in an afternoon."""
    rng = crowd.rng
    paper = rng.randrange(len(crowd.quality))
    start = paper // crowd.papers_a_day * DAY + rng.uniform(6, 20) * HOUR
    for member in rng.sample(everybody, min(len(everybody) // 10, rng.randint(150, 400))):
        yield member, paper, start + rng.expovariate(1 / (2 * HOUR))


def push(crowd: Crowd, ring: Ring, accounts: Sequence[int]) -> Iterator[Vote]:
    """The ring at work: its targets are new papers that few others would upvote."""
    rng = crowd.rng
    days = rng.sample(range(1, DAYS), -(-ring.targets // ring.papers_a_day))
    for number in range(ring.targets):
        day = days[number // ring.papers_a_day]
        paper = rng.choice([p for p in crowd.new_on(day) if crowd.quality[p] < 3])
        start = day * DAY + rng.uniform(1, 23 - ring.within_hours) * HOUR
        for account in rng.sample(accounts, round(len(accounts) * ring.participation)):
            yield account, paper, start + rng.uniform(0, ring.within_hours) * HOUR
    for account in accounts:
        crowd_member = rng.randrange(len(crowd.hour))
        left = ring.camouflage
        while left > 0:
            size = min(left, 1 + int(rng.expovariate(0.4)))
            for _member, paper, at in crowd.session(crowd_member, rng.randrange(DAYS), size):
                yield account, paper, at
            left -= size


def kept_libraries(crowd: Crowd, path: Path, votes: int) -> Iterator[Vote]:
    """What real people keep, as upvotes: each paper new on some day, found in the days after it."""
    rng = crowd.rng
    with gzip.open(path, "rt", encoding="ascii") as file:
        kept = [[int(number) for number in line.split()[1:]] for line in file]
    pairs = [(person, paper) for person, papers in enumerate(kept) for paper in papers]
    first = len(crowd.quality)
    came_on: dict[int, int] = {}
    for person, item in rng.sample(pairs, min(votes, len(pairs))):
        member = person % len(crowd.hour)
        came = came_on.setdefault(item, rng.randrange(DAYS))
        day = min(DAYS - 1, came + int(rng.expovariate(0.7)))
        hour = (crowd.hour[member] + rng.gauss(0.0, 1.5)) % 24
        yield member, first + item, day * DAY + hour * HOUR


def once_each(votes: list[Vote]) -> list[Vote]:
    """Each member's first vote for each paper, within the month, by time."""
    cast: dict[tuple[int, int], float] = {}
    for member, paper, at in votes:
        if 0 <= at < DAYS * DAY:
            cast[member, paper] = min(at, cast.get((member, paper), at))
    return sorted(
        ((member, paper, at) for (member, paper), at in cast.items()), key=lambda vote: vote[2]
    )
