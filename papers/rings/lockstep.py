"""Accounts that upvote the same papers at the same time, again and again. Pure.

People who read alike upvote alike, and everybody upvotes the paper of the day. So three things are
asked, one after the other: which two accounts met at papers more often than their habits explain;
which groups there are in which almost any two do; and whether such a group, as a whole, carries the
papers at which it meets, or is a part of a crowd.
"""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from heapq import nsmallest
from itertools import chain

# A member, a paper, and when the vote was first cast, in seconds of any epoch.
Vote = tuple[int, int, float]
Graph = Mapping[int, Mapping[int, float]]

# Two upvotes of one paper so close, in seconds, are at the same time.
SAME_TIME = 2 * 3_600.0
# Two accounts are in lockstep that met at so many papers …
MEETINGS = 3
# … and share so much of all papers that either upvoted, popular papers discounted.
SIMILARITY = 0.04
# Where more than this upvote a paper at one time, a meeting there says less, in proportion; where
# more than the second number do, it says nothing and is not even looked at. That also bounds the
# work: at a paper nobody meets more than so many.
CROWD, MULTITUDE = 30, 300
# Whoever belongs to a group is in lockstep with this share of it.
COHESION = 0.5
# A group meets at a paper where this share of it, and at least three, upvoted at one time, and was
# this share of all who did.
ATTENDANCE, CARRIED = 0.3, 0.4

# A group so large, that met at so many papers and spent this share of all its upvotes there, is
# suspected. A journal club has a dozen members.
LARGE, LARGE_PAPERS, LARGE_SHARE = 15, 3, 0.08
# A smaller one only if it does hardly anything else.
SMALL, SMALL_PAPERS, SMALL_SHARE = 5, 5, 0.8
# Who was at this share of a group's papers belongs to it: at three of them, or at two of four, unless
# those were hardly any of the papers that this account upvoted.
REGULAR, REGULAR_SHARE = 0.25, 0.04
# Of its pairs the group names so many.
PAIRS_NAMED = 5


@dataclass(frozen=True, slots=True)
class Meeting:
    """A paper that several of a group upvoted at one time.

    members  those of the group who did
    others   how many others upvoted it in that time
    at       the first upvote of the group, in seconds of the votes' epoch
    seconds  from then to its last one
    """

    paper: int
    members: frozenset[int]
    others: int
    at: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Pair:
    """Two accounts in lockstep: at how many papers they met, and how alike they are, from 0 to 1."""

    accounts: tuple[int, int]
    papers: int
    similarity: float


@dataclass(frozen=True, slots=True)
class Lockstep:
    """A group that is suspected.

    meetings  the papers at which it met
    upvotes   the number of all its upvotes
    pairs     those of its pairs that are most alike
    """

    members: frozenset[int]
    meetings: tuple[Meeting, ...]
    upvotes: int
    pairs: tuple[Pair, ...] = ()

    @property
    def together(self) -> int:
        """How many of the upvotes were cast at meetings."""
        return sum(len(meeting.members) for meeting in self.meetings)


class Votes:
    """Votes as the search reads them: by paper in the order of their times, and by member."""

    def __init__(self, votes: Iterable[Vote]) -> None:
        by_paper: dict[int, list[tuple[float, int]]] = defaultdict(list)
        self.of_member: dict[int, dict[int, float]] = defaultdict(dict)
        # One object for each number, not one for each vote: of a million that is half the memory.
        known: dict[int, int] = {}
        for member, paper, at in votes:
            one, upvoted = known.setdefault(member, member), known.setdefault(paper, paper)
            by_paper[upvoted].append((at, one))
            self.of_member[one][upvoted] = at
        self.times: dict[int, list[float]] = {}
        self.members: dict[int, list[int]] = {}
        while by_paper:
            paper, cast = by_paper.popitem()
            cast.sort()
            self.times[paper] = [at for at, _member in cast]
            self.members[paper] = [member for _at, member in cast]

    def around(self, paper: int, at: float) -> range:
        """The places, in the order of times, of a paper's votes at the same time as `at`."""
        times = self.times[paper]
        return range(bisect_left(times, at - SAME_TIME), bisect_right(times, at + SAME_TIME))


def find_lockstep(votes: Iterable[Vote]) -> list[Lockstep]:
    """Return the groups that are suspected, the largest first; no account is in two."""
    table = Votes(votes)
    found: list[Lockstep] = []
    taken: set[int] = set()
    graph = similarities(table)
    for group in cohesive_groups(graph):
        suspected = judge(table, regulars(table, group) - taken)
        if suspected is not None:
            pairs = strongest_pairs(table, graph, suspected.members)
            found.append(replace(suspected, pairs=pairs))
            taken |= suspected.members
    return sorted(found, key=lambda each: (-len(each.members), min(each.members)))


def similarities(table: Votes) -> Graph:
    """Return how alike any two accounts are that are in lockstep: a Jaccard index, above 0."""
    graph: dict[int, dict[int, float]] = defaultdict(dict)
    for one, other, met in _frequent_pairs(table):
        # Most pairs are done with here: those of people who upvote a lot.
        if met < SIMILARITY * len(table.of_member[other]):
            continue
        if (alike := _similarity(table, one, other)) >= SIMILARITY:
            graph[one][other] = graph[other][one] = alike
    return graph


def strongest_pairs(table: Votes, graph: Graph, group: Collection[int]) -> tuple[Pair, ...]:
    """Return the pairs of a group that are most alike, PAIRS_NAMED at most."""
    alike = (
        (-round(similarity, 4), one, other)
        for one in group
        for other, similarity in graph.get(one, {}).items()
        if one < other and other in group
    )
    return tuple(
        Pair((one, other), len(_met_at(table, one, other)), -similarity)
        for similarity, one, other in nsmallest(PAIRS_NAMED, alike)
    )


def cohesive_groups(graph: Graph) -> Iterator[frozenset[int]]:
    """Yield groups in which each is in lockstep with half of the others; none is in two.

    Each grows from the account that is most in lockstep, by whoever has the most ties to it.
    """
    free = set(graph)
    for seed in sorted(graph, key=lambda each: (-sum(graph[each].values()), each)):
        if seed not in free:
            continue
        group = _grown(graph, seed, free)
        if len(group) >= SMALL:
            free -= group
            yield group
        else:
            free.discard(seed)


def regulars(table: Votes, group: frozenset[int]) -> frozenset[int]:
    """Return who was regularly at the papers of a group: without chance members, with the missed."""
    meetings = meetings_of(table, group)
    seen: Counter[int] = Counter()
    for meeting in meetings:
        # Around the middle of the group's upvotes, so that nobody is in who came hours later.
        times = sorted(table.of_member[member][meeting.paper] for member in meeting.members)
        around = table.around(meeting.paper, times[len(times) // 2])
        seen.update(table.members[meeting.paper][place] for place in around)
    least = max(min(MEETINGS, len(meetings) / 2), REGULAR * len(meetings))
    return frozenset(
        member
        for member, count in seen.items()
        if count >= least and count >= REGULAR_SHARE * len(table.of_member[member])
    )


def meetings_of(table: Votes, group: Collection[int]) -> list[Meeting]:
    """Return the papers that a group carries: it came together, and was much of who came."""
    upvoted = Counter(paper for member in group for paper in table.of_member[member])
    least = max(3, ATTENDANCE * len(group))
    meetings = []
    for paper, count in upvoted.items():
        if count >= least:
            meeting = _meeting(table, group, paper)
            here = len(meeting.members)
            if here >= least and here >= CARRIED * (here + meeting.others):
                meetings.append(meeting)
    return sorted(meetings, key=lambda each: (-len(each.members), each.paper))


def judge(table: Votes, group: frozenset[int]) -> Lockstep | None:
    """Return the group with what speaks against it if that is enough, otherwise None."""
    meetings = tuple(meetings_of(table, group))
    upvotes = sum(len(table.of_member[member]) for member in group)
    suspected = Lockstep(group, meetings, upvotes)
    for size, papers, share in (
        (LARGE, LARGE_PAPERS, LARGE_SHARE),
        (SMALL, SMALL_PAPERS, SMALL_SHARE),
    ):
        if len(group) >= size and len(meetings) >= papers and suspected.together >= share * upvotes:
            return suspected
    return None


def _frequent_pairs(table: Votes) -> Iterator[tuple[int, int, int]]:
    """Two accounts each that met at MEETINGS papers or more, and at how many.

    Member by member, so that no more is held at a time than whom one of them met.
    """
    cast = _outside_multitudes(table)
    for one, upvoted in table.of_member.items():
        if len(upvoted) < MEETINGS:
            continue
        met = Counter(chain.from_iterable(_company(table, cast, upvoted)))
        # Fewer cannot be SIMILARITY of what this one upvoted.
        least = max(MEETINGS, SIMILARITY * len(upvoted))
        for other, count in met.items():
            if count >= least and one < other:
                yield one, other, count


def _outside_multitudes(table: Votes) -> dict[int, tuple[list[float], list[int]]]:
    """The times and members of each paper's votes, without those that can make no pair.

    Those are votes amid a multitude, and those of members who cast fewer than MEETINGS.
    """
    few = {member for member, cast in table.of_member.items() if len(cast) < MEETINGS}
    left = {}
    for paper, times in table.times.items():
        kept = [
            (at, member)
            for at, member in zip(times, table.members[paper], strict=True)
            if member not in few and not _is_amid_multitude(table, paper, at)
        ]
        if len(kept) > 1:
            left[paper] = [at for at, _member in kept], [member for _at, member in kept]
    return left


def _is_amid_multitude(table: Votes, paper: int, at: float) -> bool:
    return len(table.times[paper]) > MULTITUDE and len(table.around(paper, at)) > MULTITUDE


def _company(
    table: Votes, cast: Mapping[int, tuple[list[float], list[int]]], upvoted: Mapping[int, float]
) -> Iterator[list[int]]:
    """Who upvoted each of these papers at the time that stands beside it: nobody of a multitude."""
    for paper, at in upvoted.items():
        if paper in cast and not _is_amid_multitude(table, paper, at):
            times, members = cast[paper]
            first = bisect_left(times, at - SAME_TIME)
            yield members[first : bisect_right(times, at + SAME_TIME, first)]


def _met_at(table: Votes, one: int, other: int) -> list[tuple[int, int]]:
    """The papers at which two accounts met, each with how many upvoted it at that time."""
    mine, theirs = table.of_member[one], table.of_member[other]
    met = []
    for paper in mine.keys() & theirs.keys():
        if abs(mine[paper] - theirs[paper]) <= SAME_TIME:
            there = len(table.around(paper, (mine[paper] + theirs[paper]) / 2))
            if there <= MULTITUDE:
                met.append((paper, there))
    return met


def _similarity(table: Votes, one: int, other: int) -> float:
    """The Jaccard index of two accounts' papers, where a shared paper counts if they met there."""
    shared = sum(min(1.0, CROWD / there) for _paper, there in _met_at(table, one, other))
    return shared / len(table.of_member[one].keys() | table.of_member[other].keys())


def _grown(graph: Graph, seed: int, free: Collection[int]) -> frozenset[int]:
    group = {seed}
    ties = Counter({each: 1 for each in graph[seed] if each in free})
    weights = dict(graph[seed])
    while ties:
        best = max(ties, key=lambda each: (ties[each], weights[each], -each))
        if ties[best] < COHESION * len(group):
            break
        group.add(best)
        del ties[best]
        for each, weight in graph[best].items():
            if each in free and each not in group:
                ties[each] += 1
                weights[each] = weights.get(each, 0.0) + weight
    return frozenset(group)


def _meeting(table: Votes, group: Collection[int], paper: int) -> Meeting:
    """The busiest time of a group at a paper: from one of its upvotes on, SAME_TIME long."""
    times, members = table.times[paper], table.members[paper]
    own = [place for place, member in enumerate(members) if member in group]
    best: tuple[int, int] = (0, 0)
    last = 0
    for first, place in enumerate(own):
        while last < len(own) and times[own[last]] <= times[place] + SAME_TIME:
            last += 1
        if last - first > best[1] - best[0]:
            best = first, last
    chosen = own[best[0] : best[1]]
    everybody = chosen[-1] - chosen[0] + 1
    return Meeting(
        paper=paper,
        members=frozenset(members[place] for place in chosen),
        others=everybody - len(chosen),
        at=times[chosen[0]],
        seconds=times[chosen[-1]] - times[chosen[0]],
    )
