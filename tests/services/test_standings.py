"""Correcting closed standings: what changes, what does not, and what is kept of it."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from papers.models import (
    ModerationLogEntry,
    Paper,
    Standing,
    StandingCorrection,
    StandingPlace,
    Upvote,
)
from papers.periods import CalendarPeriod
from papers.ranking.corrections import differences, digest, standing_now
from papers.ranking.standings import SETTLING, close, close_due
from papers.services.errors import Refused
from papers.services.members import quarantine_member, release_member
from papers.services.merging import merge_papers, separate_papers
from papers.services.moderation import hide_paper, restore_paper
from papers.services.standings import correct_standing
from papers.services.votes import cast_upvote, remove_upvote
from tests.at_once import at_once
from tests.factories import at, make_moderator, make_paper, make_upvote, make_user

pytestmark = pytest.mark.django_db

NOON = at("2025-03-11 12:00")
UNTIL = at("2025-03-13 00:00")
DAY = CalendarPeriod.parse("day", "2025-03-11")
SET_ASIDE = {"weight": 0, "weight_reason": "quarantined"}
Row = tuple[int, str, float, int]


@pytest.fixture
def carol(db: None) -> User:
    return make_moderator("carol")


def make_papers(*upvotes: int) -> list[Paper]:
    """Papers of the day, in the order of their listing, each with so many upvotes."""
    papers = [
        make_paper(listed_at=NOON + timedelta(minutes=place)) for place in range(len(upvotes))
    ]
    for paper, number in zip(papers, upvotes, strict=True):
        for _ in range(number):
            make_upvote(make_user(), paper, first_cast_at=NOON)
    return papers


def closed() -> Standing:
    close(DAY)
    return Standing.objects.get(period="day", starts_on=DAY.start)


def places(standing: Standing) -> list[Row]:
    rows = standing.places.order_by("rank")
    return list(rows.values_list("rank", "paper__key", "weight", "upvotes"))


def correct(standing: Standing, carol: User, reason: str = "Bought.") -> StandingCorrection:
    return correct_standing(standing=standing, moderator=carol, reason=reason, now=timezone.now())


def test_upvotes_that_count_no_more_are_taken_out_and_the_log_says_so(carol: User) -> None:
    first, second = make_papers(2, 1)
    standing = closed()
    for voter in User.objects.filter(upvotes__paper=first):
        quarantine_member(member=voter, moderator=carol, reason="A ring.")
    correction = correct(standing, carol, "A ring of accounts.")
    assert places(standing) == [(1, second.key, 1.0, 1), (2, first.key, 0.0, 0)]
    assert correction.changes == [
        {"paper": second.pk, "from": 2, "to": 1},
        {"paper": first.pk, "from": 1, "to": 2},
    ]
    entry = ModerationLogEntry.objects.get(action="correct")
    assert (entry.standing, entry.actor, entry.reason) == (standing, carol, "A ring of accounts.")
    assert correction.log_entry == entry


def test_what_is_corrected_and_undone_is_as_it_was(carol: User) -> None:
    first, _second = make_papers(2, 1)
    standing = closed()
    before = places(standing)
    voters = list(User.objects.filter(upvotes__paper=first))
    for voter in voters:
        quarantine_member(member=voter, moderator=carol, reason="A ring.")
    correct(standing, carol)
    for voter in voters:
        release_member(member=voter, moderator=carol, reason="No ring.")
    correct(standing, carol)
    assert places(standing) == before


def test_a_hidden_paper_leaves_and_has_its_place_again_when_it_is_restored(carol: User) -> None:
    first, second = make_papers(2, 1)
    standing = closed()
    before = places(standing)
    hide_paper(paper=first, moderator=carol, reason="Spam.")
    assert correct(standing, carol).changes == [
        {"paper": second.pk, "from": 2, "to": 1},
        {"paper": first.pk, "from": 1, "to": None},
    ]
    assert places(standing) == [(1, second.key, 1.0, 1)]
    restore_paper(paper=first, moderator=carol, reason="A paper after all.")
    correct(standing, carol)
    assert places(standing) == before


def test_a_paper_that_came_late_enters_only_with_upvotes_cast_in_time(carol: User) -> None:
    (first,) = make_papers(2)
    standing = closed()
    late, known = make_papers(0, 1)
    assert [change.paper_id for change in differences(standing)] == [known.pk]
    correct(standing, carol)
    assert [key for _rank, key, _weight, _upvotes in places(standing)] == [first.key, known.key]
    assert not StandingPlace.objects.filter(paper=late).exists()


def test_a_paper_that_an_import_lists_on_another_day_keeps_its_place(carol: User) -> None:
    first, second = make_papers(2, 1)
    standing = closed()
    Paper.objects.filter(pk=first.pk).update(listed_at=NOON + timedelta(days=9))
    assert differences(standing) == []
    Upvote.objects.filter(paper=second).delete()
    correct(standing, carol)
    assert [key for _rank, key, _weight, _upvotes in places(standing)] == [first.key, second.key]


def test_a_weight_alone_is_corrected_without_a_change_of_rank(carol: User) -> None:
    first, second = make_papers(3, 1)
    standing = closed()
    Upvote.objects.filter(pk=Upvote.objects.filter(paper=first)[0].pk).update(**SET_ASIDE)
    assert correct(standing, carol).changes == []
    assert places(standing) == [(1, first.key, 2.0, 2), (2, second.key, 1.0, 1)]


def test_nothing_to_correct_is_refused_and_not_logged(carol: User) -> None:
    make_papers(2, 1)
    standing = closed()
    with pytest.raises(Refused, match="nothing would change"):
        correct(standing, carol)
    assert not ModerationLogEntry.objects.exists()
    assert not StandingCorrection.objects.exists()


@pytest.mark.parametrize("reason", ["", " \n", "\u200b"])
def test_without_a_reason_nothing_is_corrected(carol: User, reason: str) -> None:
    make_papers(1)
    standing = closed()
    before = places(standing)
    Upvote.objects.all().delete()
    with pytest.raises(ValidationError):
        correct(standing, carol, reason)
    assert places(standing) == before


def test_what_would_change_otherwise_than_was_seen_is_refused(carol: User) -> None:
    first, second = make_papers(2, 1)
    standing = closed()
    Upvote.objects.filter(paper=first).delete()
    seen = digest(differences(standing))
    Upvote.objects.filter(paper=second).delete()
    act = partial(
        correct_standing, standing=standing, moderator=carol, reason="Bought.", now=timezone.now()
    )
    with pytest.raises(Refused, match="Look at it again"):
        act(seen=seen)
    assert places(standing)[0][1] == first.key
    act(seen=digest(differences(standing)))
    assert places(standing) == [(1, first.key, 0.0, 0), (2, second.key, 0.0, 0)]


def test_a_merge_that_is_undone_after_a_correction_finds_the_places_that_stayed(
    carol: User,
) -> None:
    kept = make_paper("Kept", listed_at=NOON - timedelta(days=3))
    (moved, other) = make_papers(1, 2)
    standing = closed()
    record = merge_papers(
        one=kept, other=moved, moderator=carol, reason="One work.", now=timezone.now()
    )
    Upvote.objects.filter(paper=other).delete()
    correct(standing, carol)
    assert places(standing)[0][1] == kept.key
    separate_papers(record=record, moderator=carol, reason="Two works.", now=timezone.now())
    assert [key for _rank, key, _weight, _upvotes in places(standing)] == [moved.key, other.key]


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_at_once_the_second_is_told_that_nothing_would_change(
    transactional_db: None,
) -> None:
    carol = make_moderator("carol")
    first, _second = make_papers(2, 1)
    standing = closed()
    Upvote.objects.filter(paper=first).delete()

    def press() -> bool:
        try:
            correct(standing, carol)
        except Refused:
            return False
        return True

    assert sorted(at_once(press, press)) == [False, True]
    assert StandingCorrection.objects.count() == ModerationLogEntry.objects.count() == 1
    assert [rank for rank, *_rest in places(standing)] == [1, 2]


def test_a_correction_costs_as_many_queries_for_many_papers_as_for_few(carol: User) -> None:
    costs = []
    for day, number in ((11, 3), (12, 30)):
        for place in range(number):
            paper = make_paper(listed_at=at(f"2025-03-{day} 12:00") + timedelta(minutes=place))
            make_upvote(make_user(), paper, first_cast_at=at(f"2025-03-{day} 13:00"))
        period = CalendarPeriod.parse("day", f"2025-03-{day}")
        close(period)
        standing = Standing.objects.get(starts_on=period.start)
        Upvote.objects.filter(paper__listed_on=period.start).update(**SET_ASIDE)
        make_upvote(make_user(), paper, first_cast_at=at(f"2025-03-{day} 13:00"))
        with CaptureQueriesContext(connection) as queries:
            correct(standing, carol)
        costs.append(len(queries))
    assert costs[0] == costs[1]


PAPERS, MEMBERS = 4, 4
early = st.integers(-36 * 60, -1)
late = st.integers(0, 400 * 24 * 60)
votes = st.lists(st.tuples(st.integers(0, MEMBERS - 1), st.integers(0, PAPERS - 1), early))
later = st.lists(
    st.tuples(
        st.sampled_from(["cast", "take back"]),
        st.integers(0, MEMBERS - 1),
        st.integers(0, PAPERS - 1),
        late,
    ),
    min_size=1,
)


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(votes=votes, later=later)
def test_what_is_voted_after_the_closing_instant_changes_no_standing_nor_its_correction(
    votes: list[tuple[int, int, int]], later: list[tuple[str, int, int, int]]
) -> None:
    Standing.objects.all().delete()
    Paper.objects.filter(listed_on=DAY.start).update(listed_at=NOON - timedelta(days=60))
    papers = make_papers(*[0] * PAPERS)
    members = [make_user() for _ in range(MEMBERS)]

    def at_minute(minute: int) -> datetime:
        return UNTIL + timedelta(minutes=minute)

    for member, paper, minute in votes:
        cast_upvote(user=members[member], paper=papers[paper], now=at_minute(minute))
    close_due(UNTIL + SETTLING)
    standing = Standing.objects.get(period="day", starts_on=DAY.start)
    before = places(standing)
    for act, member, paper, minute in later:
        service = cast_upvote if act == "cast" else remove_upvote
        service(user=members[member], paper=papers[paper], now=at_minute(minute))
    make_paper(listed_at=NOON)
    close_due(UNTIL + timedelta(days=500))
    assert places(standing) == before
    assert differences(standing) == []
    assert [place.rank for place in standing_now(standing)] == list(range(1, PAPERS + 1))
