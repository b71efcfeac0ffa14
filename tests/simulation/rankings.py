"""The rankings under test: Offprint's, and those that others use.

All are told the same: which papers are listed, and who upvotes them when. There are no downvotes,
comments or moderators in the simulation, so the terms of a formula that concern them are left out.
Times are hours since the simulation's start.
"""

import math
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Final

from papers.ranking.heat import HeatParameters, heat_log2
from tests.simulation.metrics import Paper

START: Final = datetime(2025, 1, 6, tzinfo=UTC)
# A paper older than this is no candidate for the first page, under any ranking.
CANDIDATE_HOURS: Final = 240.0
# Level of a field: how many papers of the mean are added to its own, over how many half-lives it
# looks back, and how often it is computed.
LEVEL_PAPERS, LEVEL_HALF_LIVES, LEVEL_HOURS = 20, 4, 2.0

Parameters = Mapping[str, float]


class Ranking:
    """Ranks by `scores`; who inherits keeps them as papers are listed and upvoted."""

    def __init__(self, parameters: Parameters) -> None:
        self.parameters = parameters
        self.papers: list[Paper] = []
        self.scores: list[float] = []
        self.votes: list[int] = []
        """Upvotes of each paper, each counting one."""
        self._first = 0
        self._page: list[int] = []
        self._changed: set[int] = set()

    def list_paper(self, paper: Paper) -> None:
        """Take in a paper. Its number is that of papers before it."""
        self.papers.append(paper)
        self.votes.append(0)
        self._changed.add(paper.number)
        self.scores.append(self.score(paper.number))

    def upvote(self, number: int, at: float, weight: float) -> None:
        """Take in an upvote; `weight` is what Offprint gives it, others count it as one."""
        del at, weight
        self.votes[number] += 1
        self._changed.add(number)
        self.scores[number] = self.score(number)

    def score(self, number: int) -> float:
        """What the paper ranks by, the highest first, where that depends on its upvotes alone."""
        raise NotImplementedError

    def first_page(self, now: float, size: int) -> list[int]:
        """The numbers of the papers on the first page, the best first; of equals the newest.

        Scores only rise here, and only with an event, so who is not on the last page and had no
        event since cannot have come up; unless someone has left it for age.
        """
        candidates = self.candidates(now)
        in_question = set(self._page) | self._changed
        if len(self._page) < size or min(self._page) < self._first:
            in_question = set(candidates)
        self._changed = set()
        self._page = best(size, sorted(in_question, reverse=True), self.scores.__getitem__)
        return self._page

    def candidates(self, now: float) -> range:
        """The papers that are young enough."""
        while self.papers[self._first].listed < now - CANDIDATE_HOURS:
            self._first += 1
        return range(self._first, len(self.papers))


class Offprint(Ranking):
    """Offprint: heat, papers/ranking/heat.py, and with `balance` the heat above the field's level.

    heat_log2 sums a paper's votes anew, which a simulation of millions of upvotes cannot wait for.
    Here each upvote is added to the sum that is there. `deviation` tells how far that is from
    heat_log2; each run ends with it.
    """

    balance = False

    def __init__(self, parameters: Parameters) -> None:
        super().__init__(parameters)
        self.heat = HeatParameters(
            half_life=parameters["half_life"] * 3600.0,
            mix=parameters["mix"],
            prior=parameters["prior"],
            epoch=START,
        )
        self._fields: set[int] = set()
        self._levels: dict[int, float] = {}
        self._level_at = -math.inf
        self._cast: list[list[tuple[float, float]]] = []

    def list_paper(self, paper: Paper) -> None:
        if paper.field not in self._fields:
            self._fields.add(paper.field)
            self._level_at = -math.inf
        self._cast.append([])
        super().list_paper(paper)

    def score(self, number: int) -> float:
        half_life = self.parameters["half_life"]
        return self.papers[number].listed / half_life + math.log2(self.parameters["prior"])

    def upvote(self, number: int, at: float, weight: float) -> None:
        self._cast[number].append((at, weight))
        self.votes[number] += 1
        mix, half_life = self.parameters["mix"], self.parameters["half_life"]
        drawn = (1 - mix) * at + mix * self.papers[number].listed
        h = self.scores[number]
        self.scores[number] = h + math.log2(1 + weight * math.exp2(drawn / half_life - h))

    def first_page(self, now: float, size: int) -> list[int]:
        """The hottest with enough voters; of equally hot papers the one that came first."""
        scores, votes, voters = self.scores, self.votes, self.parameters["min_voters"]
        trending = [n for n in self.candidates(now) if votes[n] >= voters]
        if not self.balance:
            return best(size, trending, scores.__getitem__)
        levels, papers = self._field_levels(now), self.papers
        above = {number: scores[number] - levels[papers[number].field] for number in trending}
        return best(size, trending, above.__getitem__)

    def deviation(self, now: float, numbers: Sequence[int]) -> float:
        """How far h of these papers is from what heat_log2 says, at most, in half-lives."""
        return max((abs(self.scores[n] - self._heat_log2(n, now)) for n in numbers), default=0.0)

    def _heat_log2(self, number: int, now: float) -> float:
        votes = [(_instant(at), weight) for at, weight in self._cast[number]]
        listed = _instant(self.papers[number].listed)
        return heat_log2(listed, votes, self.heat, now=_instant(now))

    def _field_levels(self, now: float) -> dict[int, float]:
        if now >= self._level_at + LEVEL_HOURS:
            since = now - LEVEL_HALF_LIVES * self.parameters["half_life"]
            recent = [n for n in self.candidates(now) if self.papers[n].listed >= since]
            self._levels = field_levels(
                [(self.papers[n].field, self.scores[n]) for n in recent],
                self._fields,
            )
            self._level_at = now
        return self._levels


class OffprintByFields(Offprint):
    """Offprint with balance=fields."""

    balance = True


class HackerNews(Ranking):
    """Hacker News: (p - 1)^e / (t + 2)^g for p points at the age of t hours.

    P. Graham, news.arc, as he posted it (news.ycombinator.com/item?id=1781013): gravity 1.8, time
    base 120 minutes; widely told with e = 1, in that source e = 0.8. A post starts with the point
    of its submitter. Its penalties and its filter of voters are not public.
    """

    def score(self, number: int) -> float:
        return float(self.votes[number] ** self.parameters["exponent"])

    def first_page(self, now: float, size: int) -> list[int]:
        gravity, papers = self.parameters["gravity"], self.papers
        candidates = self.candidates(now)[::-1]
        ages = (now - papers[number].listed for number in candidates)
        ranks = {
            number: self.scores[number] / (age + 2) ** gravity
            for number, age in zip(candidates, ages, strict=True)
        }
        return best(size, candidates, ranks.__getitem__)


class RedditHot(Ranking):
    """Reddit's hot: log10(max(s, 1)) + t / 45000 for the score s and the time of submission t, s.

    reddit-archive/reddit, r2/r2/lib/db/_sorts.pyx. A post starts with its submitter's vote.
    """

    def score(self, number: int) -> float:
        age = self.papers[number].listed / self.parameters["tenfold"]
        return math.log10(self.votes[number] + 1) + age


class Lobsters(Ranking):
    """Lobsters' hotness: log10(s + 1) + t / 22 h for the score s and the time of submission t.

    lobsters/lobsters, app/models/story.rb: calculated_hotness and HOTNESS_WINDOW, without tags,
    flags and comments. A story starts with its submitter's vote.
    """

    def score(self, number: int) -> float:
        age = self.papers[number].listed / self.parameters["tenfold"]
        return math.log10(self.votes[number] + 2) + age


class CountInWindow(Ranking):
    """Upvotes of the last hours, as pages of trending things have it: "the most stars today"."""

    def __init__(self, parameters: Parameters) -> None:
        super().__init__(parameters)
        self._cast: deque[tuple[float, int]] = deque()

    def score(self, number: int) -> float:
        return float(self.votes[number])

    def upvote(self, number: int, at: float, weight: float) -> None:
        super().upvote(number, at, weight)
        self._cast.append((at, number))

    def first_page(self, now: float, size: int) -> list[int]:
        # Within a step upvotes come in no order, so one may go up to a step late.
        while self._cast and self._cast[0][0] <= now - self.parameters["window"]:
            _, number = self._cast.popleft()
            self.votes[number] -= 1
            self.scores[number] = self.score(number)
        return best(size, reversed(self.candidates(now)), self.scores.__getitem__)


class VoteDecay(Ranking):
    """Upvotes that each halve with their own age: no mix, no prior, no least number of voters.

    Forward decay (G. Cormode and others, ICDE 2009) as Offprint's, of which this is the case of
    mix 0 with the prior gone.
    """

    def score(self, number: int) -> float:
        return -math.inf

    def upvote(self, number: int, at: float, weight: float) -> None:
        term, h = at / self.parameters["half_life"], self.scores[number]
        self.votes[number] += 1
        self._changed.add(number)
        self.scores[number] = term + math.log2(1 + math.exp2(h - term))


def best(size: int, numbers: Iterable[int], score: Callable[[int], float]) -> list[int]:
    """The numbers with the highest scores, best first; of equals those that come first."""
    return sorted(numbers, key=score, reverse=True)[:size]


def field_levels(heats: Sequence[tuple[int, float]], fields: set[int]) -> dict[int, float]:
    """The level of each of `fields`, in half-lives, from (field, h) of the recent papers.

    level = log2((sum of F in the field + k mean F) / (n + k)), where the mean is over all.
    """
    if not heats:
        return dict.fromkeys(fields, 0.0)
    # Relative to the highest, as 2^h may leave the range of a float.
    highest = max(h for _, h in heats)
    sums, numbers = dict.fromkeys(fields, 0.0), dict.fromkeys(fields, 0)
    for field, h in heats:
        sums[field] += math.exp2(h - highest)
        numbers[field] += 1
    added = LEVEL_PAPERS * sum(sums.values()) / len(heats)
    return {
        field: highest + math.log2((sums[field] + added) / (numbers[field] + LEVEL_PAPERS))
        for field in fields
    }


def _instant(hours: float) -> datetime:
    return START + timedelta(hours=hours)
