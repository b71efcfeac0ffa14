"""Closing days, weeks and months: what counts, what does not, and that it happens once."""

from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User
from papers.models import Paper, PaperHeat, Standing, StandingPlace, VoteOutbox
from papers.periods import CalendarPeriod, Kind
from papers.ranking import outbox
from papers.ranking.standings import SETTLING, ClosedStandings, close, close_due, due_periods
from papers.services.moderation import hide_paper
from papers.services.votes import cast_upvote, remove_upvote
from tests.at_once import at_once, in_thread, waits_for_a_lock
from tests.eventually import eventually
from tests.factories import at, make_moderator, make_paper, make_upvote, make_user

pytestmark = pytest.mark.django_db

NOON = at("2025-03-11 12:00")  # a Tuesday, in week 11
UNTIL = at("2025-03-13 00:00")
LATER = at("2025-05-01 00:00")
SECOND = timedelta(seconds=1)


def places(kind: Kind = "day", slug: str = "2025-03-11") -> QuerySet[StandingPlace]:
    start = CalendarPeriod.parse(kind, slug).start
    return StandingPlace.objects.filter(standing__period=kind, standing__starts_on=start).order_by(
        "rank"
    )


def ranking(kind: Kind = "day", slug: str = "2025-03-11") -> list[tuple[int, str, float, int]]:
    """Rank, key, weight and number of upvotes of each place."""
    return list(places(kind, slug).values_list("rank", "paper__key", "weight", "upvotes"))


def order(kind: Kind = "day", slug: str = "2025-03-11") -> list[str]:
    return list(places(kind, slug).values_list("paper__key", flat=True))


def vote(paper: Paper, number: int, cast_at: datetime = NOON, **fields: Any) -> None:
    for _ in range(number):
        make_upvote(make_user(), paper, first_cast_at=cast_at, **fields)


def test_a_day_a_week_and_a_month_are_closed_with_their_papers() -> None:
    tuesday = make_paper(listed_at=NOON)
    thursday = make_paper(listed_at=NOON + timedelta(days=2))
    next_week = make_paper(listed_at=NOON + timedelta(days=8))
    vote(next_week, 2, NOON + timedelta(days=8))
    vote(thursday, 1, NOON + timedelta(days=2))
    assert close_due(LATER) == ClosedStandings(standings=6, places=9)
    assert order() == [tuesday.key]
    assert order("week", "2025-W11") == [thursday.key, tuesday.key]
    assert order("month", "2025-03") == [next_week.key, thursday.key, tuesday.key]


def test_the_sum_of_weights_ranks_then_the_earlier_listing_then_the_key() -> None:
    heavy = make_paper(listed_at=NOON + timedelta(hours=3))
    light = make_paper(listed_at=NOON)
    late_b = make_paper(key="2503.00002", listed_at=NOON + timedelta(hours=2))
    late_a = make_paper(key="2503.00001", listed_at=NOON + timedelta(hours=2))
    early = make_paper(key="2503.00003", listed_at=NOON + timedelta(hours=1))
    vote(heavy, 2)
    vote(light, 3, weight=0.5)
    close_due(LATER)
    assert ranking() == [
        (1, heavy.key, 2.0, 2),
        (2, light.key, 1.5, 3),
        (3, early.key, 0.0, 0),
        (4, late_a.key, 0.0, 0),
        (5, late_b.key, 0.0, 0),
    ]


def test_the_same_weights_in_another_order_are_a_tie() -> None:
    weights = (0.1, 0.2, 0.3)  # summed from the left, a trace more than from the right
    second = make_paper(listed_at=NOON + SECOND)
    first = make_paper(listed_at=NOON)
    for paper, cast in ((second, weights), (first, tuple(reversed(weights)))):
        for weight in cast:
            vote(paper, 1, weight=weight)
    close_due(LATER)
    assert order() == [first.key, second.key]
    assert len({weight for _rank, _key, weight, _upvotes in ranking()}) == 1


def test_votes_count_up_to_the_closing_instant_however_late_the_closing_comes() -> None:
    paper = make_paper(listed_at=NOON)
    vote(paper, 1, UNTIL - timedelta(microseconds=1))
    vote(paper, 4, UNTIL)
    close_due(LATER)
    assert ranking() == [(1, paper.key, 1.0, 1)]
    assert Standing.objects.get(period="day").votes_until == UNTIL


def test_a_vote_counts_if_it_stood_at_the_closing_instant() -> None:
    paper = make_paper(listed_at=NOON)
    vote(paper, 1, removed_at=UNTIL - timedelta(microseconds=1))
    vote(paper, 2, removed_at=UNTIL)
    close_due(LATER)
    assert ranking() == [(1, paper.key, 2.0, 2)]


@pytest.mark.parametrize(("late", "counted"), [(False, 0), (True, 1)])
def test_a_vote_away_at_the_closing_instant_counts_only_if_it_was_back_when_the_closing_came(
    late: bool, counted: int
) -> None:
    paper, member = make_paper(listed_at=NOON), make_user(date_joined=at("2024-03-11 12:00"))
    cast_upvote(user=member, paper=paper, now=NOON)
    remove_upvote(user=member, paper=paper, now=UNTIL - SECOND)
    if not late:
        close_due(UNTIL + SETTLING)
    cast_upvote(user=member, paper=paper, now=UNTIL + SECOND)
    close_due(LATER)
    assert ranking() == [(1, paper.key, float(counted), counted)]


def test_votes_without_weight_do_not_count() -> None:
    paper = make_paper(listed_at=NOON)
    vote(paper, 3, weight=0.0)
    close_due(LATER)
    assert ranking() == [(1, paper.key, 0.0, 0)]


def test_a_period_is_due_a_minute_after_its_closing_instant_and_not_a_moment_before() -> None:
    make_paper(listed_at=NOON)
    due = UNTIL + SETTLING
    assert due_periods(due - timedelta(microseconds=1)) == []
    assert close_due(due - timedelta(microseconds=1)) == ClosedStandings()
    assert [period.slug for period in due_periods(due)] == ["2025-03-11"]
    assert close_due(due) == ClosedStandings(standings=1, places=1)
    assert [period.slug for period in due_periods(LATER)] == ["2025-W11", "2025-03"]


def test_a_worker_whose_clock_is_ahead_closes_nothing_before_its_time() -> None:
    paper = make_paper(listed_at=timezone.now() - timedelta(seconds=1))
    assert paper.listed_at is not None
    today = CalendarPeriod.containing("day", paper.listed_at.astimezone(UTC).date())
    assert due_periods(today.closes_at + timedelta(days=1)) == []
    assert close_due(today.closes_at + timedelta(days=1)) == ClosedStandings()
    assert close(today) == (0, 0)


def test_a_period_is_not_closed_while_votes_cast_in_time_may_still_be_on_their_way() -> None:
    paper = make_paper(listed_at=NOON)
    facts = {"kind": "day", "start": paper.listed_on, "last": paper.listed_on}
    for seconds, closed in ((50, (0, 0)), (61, (1, 1))):
        ended: Any = SimpleNamespace(**facts, closes_at=timezone.now() - timedelta(seconds=seconds))
        assert close(ended) == closed


def test_the_day_begins_and_ends_at_midnight_utc() -> None:
    midnight = datetime(2025, 3, 11, tzinfo=UTC)
    first = make_paper(listed_at=midnight)
    last = make_paper(listed_at=midnight + timedelta(days=1, microseconds=-1))
    make_paper(listed_at=midnight - timedelta(microseconds=1))
    make_paper(listed_at=midnight + timedelta(days=1))
    close_due(LATER)
    assert order() == [first.key, last.key]


@pytest.mark.parametrize("state", ["hidden_at", "withdrawn_at", "pending_since"])
def test_only_listed_papers_have_a_place_and_nothing_else_makes_a_standing(state: str) -> None:
    paper = make_paper(listed_at=NOON)
    make_paper(listed=False, published_at=NOON)
    Paper.objects.filter(pk=paper.pk).update(**{state: NOON})
    assert close_due(LATER) == ClosedStandings()
    assert not Standing.objects.exists()


def test_what_is_closed_never_changes_by_itself() -> None:
    first, second = make_paper(listed_at=NOON), make_paper(listed_at=NOON + SECOND)
    vote(first, 1)
    close_due(LATER)
    before = ranking()
    vote(second, 5)
    make_paper(listed_at=NOON - SECOND)
    hide_paper(paper=first, moderator=make_moderator(), reason="Spam.")
    assert close_due(LATER) == ClosedStandings()
    assert ranking() == before


def test_a_day_into_which_papers_are_imported_much_later_is_closed_then() -> None:
    make_paper(listed_at=NOON)
    close_due(LATER)
    make_paper(listed_at=NOON - timedelta(days=365))
    assert close_due(LATER) == ClosedStandings(standings=3, places=3)


def test_the_outbox_is_drained_before_anything_is_closed() -> None:
    paper = make_paper(listed_at=NOON)
    vote(paper, 1)
    outbox.queue([paper.pk], 1)
    close_due(timezone.now())
    assert not VoteOutbox.objects.exists()
    assert PaperHeat.objects.get(paper=paper).upvotes == 1


def test_a_listing_far_in_the_future_holds_nothing_up() -> None:
    make_paper(listed_at=NOON)
    make_paper(listed_at=datetime(9999, 12, 31, 23, tzinfo=UTC))
    assert close_due(LATER).standings == 3


def test_many_days_are_closed_in_parts_and_with_progress() -> None:
    first = at("2020-01-01 12:00")
    papers = [make_paper(listed_at=first + timedelta(days=number)) for number in range(30)]
    told: list[tuple[int, int]] = []
    part = close_due(LATER, seconds=-1, progress=lambda done, total: told.append((done, total)))
    assert (part.standings, part.left) == (1, told[0][1] - 1)
    rest = close_due(LATER, progress=lambda done, total: told.append((done, total)))
    assert rest.left == 0
    assert rest.standings == part.left
    assert told[-1] == (part.left, part.left)
    assert StandingPlace.objects.count() == 3 * len(papers)


def test_the_oldest_are_closed_first_and_a_period_is_there_wholly_or_not_at_all() -> None:
    for days in (2, 0, 1):
        make_paper(listed_at=NOON + timedelta(days=days))

    def die(done: int, total: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        close_due(LATER, progress=die)
    closed = Standing.objects.order_by("starts_on").values_list("starts_on", flat=True)
    assert [day.isoformat() for day in closed] == ["2025-03-11", "2025-03-12"]
    assert StandingPlace.objects.count() == 2
    assert close_due(LATER).standings == 3


@pytest.mark.django_db(transaction=True)
def test_two_closers_at_once_write_one_standing_with_each_paper_once() -> None:
    voters: list[User] = [make_user() for _ in range(3)]
    papers = [make_paper(listed_at=NOON + timedelta(hours=6 * number)) for number in range(20)]
    for number, paper in enumerate(papers):
        for voter in voters[: number % 4]:
            make_upvote(voter, paper, first_cast_at=NOON)
    done = at_once(*(partial(close_due, LATER) for _ in range(3)))
    kinds = Standing.objects.values_list("period", "starts_on")
    assert len(set(kinds)) == len(kinds) == sum(closed.standings for closed in done)
    assert StandingPlace.objects.count() == sum(closed.places for closed in done) == 60


@pytest.mark.django_db(transaction=True)
def test_who_comes_second_waits_for_the_first_and_writes_nothing() -> None:
    make_paper(listed_at=NOON)
    day = CalendarPeriod.parse("day", "2025-03-11")
    with transaction.atomic():
        assert close(day) == (1, 1)
        second = in_thread(partial(close, day))
        eventually(waits_for_a_lock, timeout=10)
    assert second.result(timeout=10) == (0, 0)
    assert StandingPlace.objects.count() == 1
