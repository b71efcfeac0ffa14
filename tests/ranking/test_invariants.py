"""What holds for the ranking whatever happens, tried on many made-up histories."""

import math
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from papers.models import (
    Balance,
    Paper,
    PaperHeat,
    RankingSettings,
    RankingSnapshot,
    Upvote,
    VoteOutbox,
    Window,
)
from papers.ranking import outbox, refresh
from papers.ranking.applying import apply_waiting
from papers.ranking.levels import freeze_levels, level_for
from papers.ranking.parameters import numbers_of
from papers.ranking.refresh import refresh_all, refresh_pending
from papers.ranking.snapshots import read_page
from tests.factories import make_ranking_settings
from tests.ranking.world import (
    World,
    assert_same_rows,
    expected_rows,
    forget_everything,
    make_world,
    rows,
    shown_counts,
    true_counts,
)

pytestmark = pytest.mark.django_db

PAPERS, MEMBERS = 4, 5
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)

# Each example is a few dozen statements to the database, all in the one transaction of the test.
histories = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)

papers = st.integers(0, PAPERS - 1)
members = st.integers(0, MEMBERS - 1)
# Mostly days, sometimes years.
ages = st.one_of(st.integers(0, 14 * 24 * 60), st.integers(0, 20 * 365 * 24 * 60)).map(
    lambda minutes: timedelta(minutes=minutes)
)
times = ages.map(lambda age: NOW - age)
weights = st.sampled_from([1.0, 1.0, 0.625, 0.25, 0.01])

Event = Callable[[World], object]


def event(name: str, *arguments: st.SearchStrategy[object]) -> st.SearchStrategy[Event]:
    """A call of the method `name` of a world, with drawn arguments."""
    return st.tuples(*arguments).map(lambda drawn: lambda world: getattr(world, name)(*drawn))


def change(field: str, values: st.SearchStrategy[datetime | None]) -> st.SearchStrategy[Event]:
    """A change of a field of some paper."""
    return st.tuples(papers, values).map(
        lambda drawn: lambda world: world.change(drawn[0], **{field: drawn[1]})
    )


def tick(world: World) -> None:
    refresh_pending(NOW)


events = st.one_of(
    event("cast", members, papers, times, weights),
    event("cast", members, papers, times, weights),
    event("cast", members, papers, times, st.just(0.0)),
    event("take_back", members, papers),
    event("suspend", members),
    event("restore", members),
    change("listed_at", st.one_of(times, st.none())),
    change("hidden_at", st.sampled_from([NOW, None])),
    event("put_into_field", papers, st.one_of(st.none(), st.integers(0, 2))),
    st.just(tick),
)


@histories
@given(st.lists(events, max_size=25))
def test_the_rows_are_what_the_formula_says_and_shown_counts_are_exact_at_every_step(
    history: list[Event],
) -> None:
    forget_everything()
    world = make_world(PAPERS, MEMBERS, NOW - timedelta(days=3))
    for happening in history:
        happening(world)
        assert shown_counts() == true_counts()
    refresh_pending(NOW)
    assert not VoteOutbox.objects.exists()
    assert_same_rows(rows(), expected_rows(NOW))


@histories
@given(st.lists(events, max_size=25))
def test_step_by_step_or_all_at_once_gives_the_same_rows(history: list[Event]) -> None:
    forget_everything()
    world = make_world(PAPERS, MEMBERS, NOW - timedelta(days=3))
    for happening in history:
        happening(world)
    refresh_pending(NOW)
    step_by_step = rows()
    again = refresh_all(NOW)
    assert (again.changed, again.inserted) == (0, 0)
    PaperHeat.objects.all().delete()
    refresh_all(NOW)
    all_at_once = rows()
    # A paper that once had a vote in the catalogue keeps its empty row.
    for paper_id in step_by_step.keys() - all_at_once.keys():
        row = step_by_step.pop(paper_id)
        assert (row["upvotes"], row["listed_at"], row["visible"]) == (0, None, False)
    assert_same_rows(step_by_step, all_at_once)


@histories
@given(st.lists(events, max_size=15), st.integers(0, 20 * 365))
def test_time_alone_changes_neither_rows_nor_order(history: list[Event], days: int) -> None:
    forget_everything()
    world = make_world(PAPERS, MEMBERS, NOW - timedelta(days=3))
    for happening in history:
        happening(world)
    refresh_pending(NOW)
    freeze_levels(NOW)
    # Two seconds on, as the history may have made a snapshot, and there is one a second.
    refresh_pending(NOW + timedelta(seconds=2))
    before, snapshots = rows(), RankingSnapshot.objects.count()
    later = NOW + timedelta(days=days, seconds=4)
    result = refresh_all(later)
    assert (result.changed, result.inserted) == (0, 0)
    assert rows() == before
    assert RankingSnapshot.objects.count() == snapshots


@histories
@given(st.lists(events, max_size=15), st.integers(1, 3), st.randoms(use_true_random=False))
def test_tasks_that_run_twice_in_batches_of_any_size_give_the_same_rows(
    history: list[Event], rows_a_batch: int, random: Random
) -> None:
    forget_everything()
    world = make_world(PAPERS, MEMBERS, NOW - timedelta(days=3))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(refresh, "OUTBOX_ROWS_A_BATCH", rows_a_batch)
        for happening in history:
            happening(world)
            # The same paper is queued once more, and a tick comes twice, or leaves the rest.
            outbox.queue([random.choice(world.papers).pk])
            for _ in range(random.randrange(3)):
                refresh_pending(NOW, max_batches=random.choice([1, None]))
            assert shown_counts() == true_counts()
        refresh_pending(NOW)
        assert refresh_pending(NOW).papers == 0
    assert_same_rows(rows(), expected_rows(NOW))


hours = st.floats(1.0, 8760.0)
numbers = st.fixed_dictionaries(
    {
        **{f"half_life_{window}": hours for window in Window.values},
        "mix": st.floats(0.0, 1.0),
        "prior": st.floats(0.001, 100.0),
        "min_voters": st.integers(1, 4),
        "field_smoothing": st.floats(0.0, 100.0),
    }
)


@histories
@given(st.lists(events, max_size=15), numbers)
def test_new_numbers_rank_as_if_they_had_always_been_in_force_and_so_do_the_old_ones_again(
    history: list[Event], new: dict[str, float]
) -> None:
    forget_everything()
    world = make_world(PAPERS, MEMBERS, NOW - timedelta(days=3))
    for happening in history:
        happening(world)
    refresh_pending(NOW)
    before = rows()
    make_ranking_settings(applied_at=None, **new)
    apply_waiting(NOW)
    assert_same_rows(rows(), expected_rows(NOW, int(new["min_voters"])))
    make_ranking_settings(applied_at=None, **numbers_of(RankingSettings()))
    apply_waiting(NOW)
    assert_same_rows(rows(), before)


votes = st.lists(
    st.tuples(members, papers, times, weights), unique_by=lambda vote: vote[:2], max_size=20
)
Vote = tuple[int, int, datetime, float]


@histories
@given(votes, st.randoms(use_true_random=False))
def test_the_order_in_which_votes_arrive_does_not_matter(cast: list[Vote], random: Random) -> None:
    forget_everything()
    world = make_world(PAPERS, MEMBERS, NOW - timedelta(days=3))
    for vote in cast:
        world.cast(*vote)
    refresh_pending(NOW)
    before = rows()
    Upvote.objects.all().delete()
    PaperHeat.objects.all().delete()
    for vote in random.sample(cast, len(cast)):
        world.cast(*vote)
        if random.random() < 0.3:
            refresh_pending(NOW)
    world.change(0)
    refresh_all(NOW)
    assert_same_rows(rows(), before)


@histories
@given(votes, papers, times, weights)
def test_a_vote_taken_back_leaves_no_trace(
    cast: list[Vote], paper: int, at: datetime, weight: float
) -> None:
    forget_everything()
    world = make_world(PAPERS, MEMBERS + 1, NOW - timedelta(days=3))
    for vote in cast:
        world.cast(*vote)
    refresh_pending(NOW)
    before = rows()
    world.cast(MEMBERS, paper, at, weight)
    refresh_pending(NOW)
    assert rows() != before
    world.take_back(MEMBERS, paper)
    refresh_pending(NOW)
    assert_same_rows(rows(), before)


@histories
@given(votes, papers, times, times, weights)
def test_cast_taken_back_and_cast_again_is_one_vote_at_its_first_time(
    cast: list[Vote], paper: int, first: datetime, second: datetime, weight: float
) -> None:
    forget_everything()
    world = make_world(PAPERS, MEMBERS + 1, NOW - timedelta(days=3))
    for vote in cast:
        world.cast(*vote)
    world.cast(MEMBERS, paper, first, weight)
    refresh_pending(NOW)
    before = rows()
    world.take_back(MEMBERS, paper)
    refresh_pending(NOW)
    world.cast(MEMBERS, paper, second)
    refresh_pending(NOW)
    assert_same_rows(rows(), before)


@histories
@given(votes, members)
def test_suspending_and_restoring_a_member_restores_the_rows_exactly(
    cast: list[Vote], member: int
) -> None:
    forget_everything()
    world = make_world(PAPERS, MEMBERS, NOW - timedelta(days=3))
    for vote in cast:
        world.cast(*vote)
    refresh_pending(NOW)
    before = rows()
    world.suspend(member)
    refresh_pending(NOW)
    votes_of_member = sum(1 for vote in cast if vote[0] == member)
    counted = sum(row["upvotes"] for row in before.values())
    assert sum(row["upvotes"] for row in rows().values()) == counted - votes_of_member
    world.restore(member)
    refresh_pending(NOW)
    assert_same_rows(rows(), before)


@histories
@given(votes, votes)
def test_voters_of_no_weight_change_nothing(cast: list[Vote], weightless: list[Vote]) -> None:
    forget_everything()
    world = make_world(PAPERS, 2 * MEMBERS, NOW - timedelta(days=3))
    for vote in cast:
        world.cast(*vote)
    refresh_pending(NOW)
    before = rows()
    for member, paper, at, _weight in weightless:
        world.cast(MEMBERS + member, paper, at, weight=0.0)
    assert refresh_pending(NOW).changed == 0
    assert rows() == before


@histories
@given(st.lists(events, max_size=20), st.sampled_from(Balance.values))
def test_a_snapshot_ranks_the_trending_papers_from_1_to_n(
    history: list[Event], balance: str
) -> None:
    forget_everything()
    world = make_world(PAPERS, MEMBERS, NOW - timedelta(days=3))
    for happening in history:
        happening(world)
    refresh_pending(NOW)
    freeze_levels(NOW)
    # Two seconds on, as the history may have made a snapshot, and there is one a second.
    refresh_pending(NOW + timedelta(seconds=2))
    for window in Window.values:
        trending = expected_trending(window, balance)
        ids: list[int] = []
        cursor = None
        while True:
            page = read_page(window, cursor, 2, balance)
            assert page.offset == len(ids)
            ids += page.paper_ids
            cursor = page.next_cursor
            if cursor is None:
                break
        assert len(ids) == len(set(ids)) == page.total
        assert sorted(ids) == sorted(trending)
        assert all(trending[hotter] >= trending[cooler] - 1e-9 for hotter, cooler in pairwise(ids))


def expected_trending(window: str, balance: str) -> dict[int, float]:
    def level(row: dict[str, Any]) -> float:
        return level_for(window, row["primary_tag_id"]) if balance == Balance.FIELDS else 0.0

    return {
        paper_id: row[f"h_{window}"] - level(row)
        for paper_id, row in expected_rows(NOW).items()
        if row["trending"]
    }


@histories
@given(st.integers(1, 20 * 365), st.lists(ages, max_size=6), st.sampled_from([0.0, 0.5, 1.0]))
@example(days=20 * 365, vote_ages=[timedelta(0)], mix=0.0)
@example(days=20 * 365, vote_ages=[timedelta(days=20 * 365), timedelta(0)], mix=0.0)
@example(days=20 * 365, vote_ages=[timedelta(days=20 * 365)] * 6, mix=0.0)
def test_nothing_overflows_within_twenty_years(
    days: int,
    vote_ages: list[timedelta],
    mix: float,
) -> None:
    forget_everything()
    make_ranking_settings(mix=mix)
    world = make_world(1, 7, NOW - timedelta(days=days))
    for member, age in enumerate(vote_ages):
        world.cast(member, 0, NOW - age)
    # A vote that was the latest and no longer stands.
    world.cast(6, 0, NOW)
    world.take_back(6, 0)
    refresh_pending(NOW)
    assert_same_rows(rows(), expected_rows(NOW))
    (row,) = rows().values()
    assert all(math.isfinite(row[f"h_{window}"]) for window in Window.values)


@histories
@given(
    st.timedeltas(timedelta(seconds=1), timedelta(days=20 * 365)),
    st.timedeltas(timedelta(seconds=1), timedelta(days=20 * 365)),
)
def test_a_paper_of_the_future_counts_as_of_now_until_its_time_has_come(
    listed_in: timedelta, cast_in: timedelta
) -> None:
    forget_everything()
    now = datetime(2060, 1, 1, tzinfo=UTC)  # later than this machine's clock, which counts too
    world = make_world(2, 2, now)
    refresh_pending(now)
    world.change(0, listed_at=now + listed_in)
    world.cast(0, 0, now + cast_in)
    world.cast(0, 1, now)
    refresh_pending(now)
    clamped = rows()
    early, honest = (clamped[paper.pk] for paper in world.papers)
    assert all(early[f"h_{w}"] == honest[f"h_{w}"] for w in Window.values)
    assert_same_rows(clamped, expected_rows(now))

    # It waits in the outbox, once, which changes no count and keeps no batch from ending.
    world.change(0)
    refresh_pending(now)
    assert VoteOutbox.objects.get().delta == 0
    assert shown_counts() == true_counts()
    assert refresh_pending(now).outbox_rows == 0

    when = now + max(listed_in, cast_in)
    assert refresh_pending(when).outbox_rows == 1
    assert_same_rows(rows(), expected_rows(when))
    assert not VoteOutbox.objects.exists()
    assert Paper.objects.count() == 2
