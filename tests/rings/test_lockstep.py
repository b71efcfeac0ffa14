"""Who upvotes in lockstep, and who merely reads what others read."""

import random
import tracemalloc
from itertools import chain

import pytest

from papers.rings.lockstep import (
    MULTITUDE,
    PAIRS_NAMED,
    Lockstep,
    Vote,
    Votes,
    find_lockstep,
    similarities,
)
from tests.bench.month_of_votes import DAY, HOUR, Month, Ring, make_month

ACCOUNTS = range(20)


def meet(
    papers: range, accounts: range = ACCOUNTS, *, hours: float = 1.0, first: int = 1
) -> list[Vote]:
    """These accounts upvote these papers, one a day, evenly within some hours."""
    step = hours * HOUR / max(1, len(accounts) - 1)
    return [
        (account, paper, (first + number) * DAY + place * step)
        for number, paper in enumerate(papers)
        for place, account in enumerate(accounts)
    ]


def alone(accounts: range, votes: int) -> list[Vote]:
    """Each of these upvotes papers that nobody else does."""
    return [
        (account, 10_000 + account * 100 + number, number * HOUR)
        for account in accounts
        for number in range(votes)
    ]


def small_month(seed: int, ring: Ring | None = None) -> Month:
    return make_month(seed, ring=ring, votes=9_000, members=800, papers_a_day=20)


def members_of(found: list[Lockstep]) -> set[int]:
    return set(chain.from_iterable(each.members for each in found))


@pytest.mark.parametrize(
    "ring",
    [
        pytest.param(Ring(targets=3), id="three papers and nothing else"),
        pytest.param(Ring(targets=8, camouflage=20, participation=0.8), id="camouflage"),
        pytest.param(Ring(targets=12, camouflage=40, participation=0.6), id="much camouflage"),
        pytest.param(Ring(targets=5, camouflage=10, papers_a_day=5), id="all in one day"),
        pytest.param(Ring(accounts=8, targets=8), id="eight accounts that do nothing else"),
        pytest.param(Ring(accounts=60, targets=6, camouflage=10), id="sixty accounts"),
    ],
)
def test_a_ring_among_the_votes_of_a_month_is_found_and_nobody_else(ring: Ring) -> None:
    month = small_month(7, ring)
    found = members_of(find_lockstep(month.votes))
    assert found <= month.ring
    assert len(found) >= 0.85 * len(month.ring)


@pytest.mark.parametrize("seed", range(3))
def test_laboratories_journal_clubs_and_papers_of_the_day_are_not_suspected(seed: int) -> None:
    month = small_month(seed)
    assert all(len(groups) > 20 for groups in month.groups.values())
    assert find_lockstep(month.votes) == []


def test_the_order_in_which_votes_are_read_changes_nothing() -> None:
    votes = small_month(3, Ring(camouflage=10)).votes
    shuffled = random.Random(1).sample(votes, len(votes))
    found = find_lockstep(votes)
    assert found
    assert find_lockstep(shuffled) == found


def test_what_is_found_says_where_the_accounts_met_and_who_else_was_there() -> None:
    others = [(100, 1, DAY + 60.0), (101, 1, DAY + 90.0), (102, 1, 9 * DAY)]
    (group,) = find_lockstep([*meet(range(1, 5)), *alone(ACCOUNTS, 6), *others])
    assert group.members == set(ACCOUNTS)
    assert [meeting.paper for meeting in group.meetings] == [1, 2, 3, 4]
    first = group.meetings[0]
    assert (len(first.members), first.others) == (20, 2)
    assert first.at == DAY
    assert first.seconds == pytest.approx(HOUR)
    assert (group.together, group.upvotes) == (80, 200)


def test_the_pairs_that_are_most_alike_are_named_with_their_figures() -> None:
    # Two of them upvoted nothing else; the third was at five papers of six.
    votes = [vote for vote in meet(range(1, 7)) if vote[:2] != (2, 6)]
    (group,) = find_lockstep([*votes, *alone(range(3, 20), 6)])
    pairs = {pair.accounts: pair for pair in group.pairs}
    assert next(iter(pairs)) == (0, 1)
    assert (pairs[0, 1].papers, pairs[0, 1].similarity) == (6, 1.0)
    assert (pairs[0, 2].papers, pairs[0, 2].similarity) == (5, 0.8333)
    assert len(group.pairs) == PAIRS_NAMED


def crowd_at(paper: int, number: int, first: int) -> list[Vote]:
    """So many who upvote a paper within two hours of when `meet` does, and nothing else."""
    step = 2 * HOUR / number
    return [(first + each, paper, paper * DAY + each * step) for each in range(number)]


def test_papers_with_a_multitude_of_voters_say_nothing() -> None:
    everybody = range(400)
    at_one_time = meet(range(1, 6), everybody, hours=1.9)
    assert len(everybody) > MULTITUDE
    assert similarities(Votes(at_one_time)) == {}
    # Spread over days the same upvotes are of no multitude.
    assert similarities(Votes(meet(range(1, 6), everybody, hours=60)))


def test_a_paper_that_became_famous_later_still_says_who_came_before() -> None:
    later = [
        (member, paper, at + 10 * HOUR)
        for paper in range(1, 6)
        for member, paper, at in crowd_at(paper, 400, 1_000 * paper)
    ]
    (group,) = find_lockstep([*meet(range(1, 6)), *later])
    assert group.members == set(ACCOUNTS)


def test_memory_does_not_grow_with_the_number_of_pairs() -> None:
    # 200 strangers at each of 60 papers: a million pairs, hardly one of them twice.
    rng = random.Random(5)
    votes = [
        (member, paper, paper * DAY / 4 + place * 30.0)
        for paper in range(60)
        for place, member in enumerate(rng.sample(range(4_000), 200))
    ]
    table = Votes(votes)
    tracemalloc.start()
    try:
        similarities(table)
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    # A million pairs in one table would be a hundred.
    assert peak < 8 * 1024 * 1024


def test_two_rings_are_two_groups() -> None:
    votes = [*meet(range(1, 6)), *meet(range(6, 11), range(20, 45))]
    found = find_lockstep(votes)
    assert [each.members for each in found] == [set(range(20, 45)), set(ACCOUNTS)]


@pytest.mark.parametrize(("hours", "is_found"), [(2.0, True), (48.0, False)])
def test_upvotes_are_at_one_time_within_two_hours(hours: float, is_found: bool) -> None:
    assert bool(find_lockstep(meet(range(1, 9), hours=hours))) == is_found


def test_at_two_papers_anybody_may_meet() -> None:
    assert find_lockstep(meet(range(1, 3))) == []


def test_an_account_that_hardly_took_part_is_left_out() -> None:
    once = [(500, 1, DAY + 60.0), (501, 2, 2 * DAY + 60.0)]
    (group,) = find_lockstep([*meet(range(1, 9)), *once])
    assert group.members == set(ACCOUNTS)


def test_a_group_that_is_lost_in_a_crowd_carried_nothing() -> None:
    crowd = [
        (1_000 + paper * 100 + number, paper, paper * DAY + number * 30.0)
        for paper in range(1, 9)
        for number in range(80)
    ]
    ring = meet(range(1, 9))
    assert find_lockstep(ring)
    assert find_lockstep([*ring, *crowd]) == []


def test_a_dozen_who_read_much_else_are_a_reading_group() -> None:
    dozen = range(12)
    assert find_lockstep([*meet(range(1, 9), dozen), *alone(dozen, 8)]) == []
    assert find_lockstep(meet(range(1, 9), dozen))
