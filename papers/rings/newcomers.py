"""Crowds of new accounts that upvote one paper. Pure.

A paper that the world hears of brings new members too, but with them come many who were here
before. So a crowd is suspected where new accounts are most of those who upvoted a paper within a
day, and came to the site together.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

HOUR = 3_600.0
# An account is new that upvotes so soon, in seconds, after it was made.
NEW = 3 * 24 * HOUR
# The accounts were made, and upvoted the paper, within this time.
WITHIN = 24 * HOUR
# So many of them, and so large a share of all who upvoted the paper meanwhile.
CROWD, SHARE = 8, 0.6
# Two crowds are one that have so large a share of their accounts in common.
SAME_CROWD = 0.5


@dataclass(frozen=True, slots=True)
class Arrival:
    """An upvote of one paper: by whom, when it was cast, and when the account was made (seconds)."""

    member: int
    at: float
    joined_at: float

    @property
    def is_new(self) -> bool:
        return self.at - self.joined_at <= NEW


@dataclass(frozen=True, slots=True)
class Crowd:
    """New accounts, with the papers that they upvoted: each with its accounts and the others.

    `at` and `seconds` are the first upvote of the first paper and the time to the last one;
    `joined_within` is the time, in seconds, in which the accounts were made.
    """

    members: frozenset[int]
    papers: tuple[tuple[int, int, int], ...]
    at: float
    seconds: float
    joined_within: float


def find_crowds(papers: Iterable[tuple[int, Sequence[Arrival]]]) -> list[Crowd]:
    """Return the crowds at these papers, each given with all of its upvotes that stand.

    One crowd at several papers is one.
    """
    crowds: list[Crowd] = []
    for paper, arrivals in papers:
        crowd = crowd_at(paper, arrivals)
        if crowd is not None:
            same = next((each for each in crowds if _is_same(each.members, crowd.members)), None)
            if same is not None:
                crowds.remove(same)
                crowd = _joined(same, crowd)
            crowds.append(crowd)
    return crowds


def crowd_at(paper: int, arrivals: Sequence[Arrival]) -> Crowd | None:
    """Return the largest crowd of new accounts at a paper, None where there is none."""
    cast = sorted(arrivals, key=lambda each: (each.at, each.member))
    best: list[Arrival] = []
    others = 0
    first = 0
    for last, arrival in enumerate(cast):
        while cast[first].at < arrival.at - WITHIN:
            first += 1
        if not arrival.is_new:
            continue
        here = cast[first : last + 1]
        together = _made_together([each for each in here if each.is_new])
        if len(together) >= max(CROWD, len(best) + 1, SHARE * len(here)):
            best, others = together, len(here) - len(together)
    if not best:
        return None
    times, joined = [each.at for each in best], [each.joined_at for each in best]
    return Crowd(
        members=frozenset(each.member for each in best),
        papers=((paper, len(best), others),),
        at=min(times),
        seconds=max(times) - min(times),
        joined_within=max(joined) - min(joined),
    )


def _made_together(new: Sequence[Arrival]) -> list[Arrival]:
    """The most of these accounts that were made within WITHIN."""
    made = sorted(new, key=lambda each: (each.joined_at, each.member))
    best: list[Arrival] = []
    first = 0
    for last, arrival in enumerate(made):
        while made[first].joined_at < arrival.joined_at - WITHIN:
            first += 1
        if last + 1 - first > len(best):
            best = made[first : last + 1]
    return best


def _is_same(some: Collection[int], others: Collection[int]) -> bool:
    some, others = set(some), set(others)
    return len(some & others) > SAME_CROWD * min(len(some), len(others))


def _joined(one: Crowd, other: Crowd) -> Crowd:
    return Crowd(
        members=one.members | other.members,
        papers=(*one.papers, *other.papers),
        at=min(one.at, other.at),
        seconds=max(one.at + one.seconds, other.at + other.seconds) - min(one.at, other.at),
        joined_within=max(one.joined_within, other.joined_within),
    )
