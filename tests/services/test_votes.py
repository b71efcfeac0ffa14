"""Casting and removing upvotes."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from accounts.models import User
from papers.models import Paper, RankingSettings, Upvote, VoteOutbox, WeightReason
from papers.ranking.weights import earned_weight
from papers.services.errors import LimitReached, Refused
from papers.services.members import suspend_member
from papers.services.votes import cast_upvote, remove_upvote
from tests.at_once import at_once, in_thread, waits_for_a_lock
from tests.eventually import eventually
from tests.factories import make_moderator, make_paper, make_upvote, make_user
from tests.valkey import own_valkey

NOW = timezone.now() - timedelta(minutes=10)
LATER = NOW + timedelta(minutes=1)

ACCOUNTS: dict[WeightReason, dict[str, Any]] = {
    WeightReason.UNVERIFIED: {"verified": False},
    WeightReason.SUSPENDED: {"suspended_until": NOW + timedelta(days=1)},
    WeightReason.QUARANTINED: {"quarantined_at": NOW},
}
CLOSED: dict[str, Callable[[], dict[str, Any]]] = {
    "pending": lambda: {"pending_since": NOW},
    "withdrawn": lambda: {"withdrawn_at": NOW},
    "hidden": lambda: {"hidden_at": NOW},
    "merged": lambda: {"merged_into": make_paper()},
}


def deltas(paper: Paper) -> list[int]:
    return list(
        VoteOutbox.objects.filter(paper=paper).order_by("pk").values_list("delta", flat=True)
    )


def counted(paper: Paper) -> int:
    return Upvote.objects.counted().filter(paper=paper).count()


# --- Casting ----------------------------------------------------------------------------------


def test_a_vote_is_stored_with_its_time_and_counts(db: None) -> None:
    alice, paper = make_user("alice"), make_paper()
    vote = cast_upvote(user=alice, paper=paper, now=NOW)
    assert (vote.first_cast_at, vote.removed_at) == (NOW, None)
    assert (vote.weight, vote.weight_reason) == (1.0, WeightReason.COUNTED)
    assert Upvote.objects.get() == vote
    assert deltas(paper) == [1]


def test_a_clock_that_is_ahead_casts_nothing_in_the_future(db: None) -> None:
    before = timezone.now()
    ahead = before + timedelta(hours=3)
    vote = cast_upvote(user=make_user(), paper=make_paper(), now=ahead)
    assert before - timedelta(seconds=5) <= vote.first_cast_at <= timezone.now()


def test_a_clock_that_is_ahead_makes_no_account_older_and_ends_no_suspension(db: None) -> None:
    now = timezone.now()
    ahead = now + timedelta(days=8)
    newcomer = make_user(date_joined=now - timedelta(minutes=1))
    vote = cast_upvote(user=newcomer, paper=make_paper(), now=ahead)
    in_time = earned_weight(newcomer.date_joined, vote.first_cast_at, RankingSettings())
    assert vote.weight == in_time < 0.5
    suspended = make_user(suspended_until=now + timedelta(days=7))
    vote = cast_upvote(user=suspended, paper=make_paper(), now=ahead)
    assert vote.weight_reason == WeightReason.SUSPENDED


def test_casting_again_changes_nothing_and_is_no_error(db: None) -> None:
    alice, paper = make_user("alice"), make_paper()
    first = cast_upvote(user=alice, paper=paper, now=NOW)
    again = cast_upvote(user=alice, paper=paper, now=LATER)
    assert again == first
    assert again.first_cast_at == NOW
    assert deltas(paper) == [1]


def test_each_member_has_their_own_vote(db: None) -> None:
    paper = make_paper()
    for user in (make_user("alice"), make_user("bob")):
        cast_upvote(user=user, paper=paper, now=NOW)
    assert counted(paper) == 2
    assert deltas(paper) == [1, 1]


def test_a_vote_takes_three_statements(
    db: None, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    alice, paper = make_user("alice"), make_paper()
    # The member's lock, what decides on its weight, the vote; and a savepoint's two.
    with django_assert_num_queries(3 + 2):
        cast_upvote(user=alice, paper=paper, now=NOW)


# --- Weights ----------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", ACCOUNTS)
def test_an_account_that_does_not_count_votes_with_weight_0_and_is_told_why(
    db: None, reason: WeightReason
) -> None:
    paper = make_paper()
    vote = cast_upvote(user=make_user("alice", **ACCOUNTS[reason]), paper=paper, now=NOW)
    assert (vote.weight, vote.weight_reason) == (0, reason)
    assert deltas(paper) == []


def test_a_closed_account_counts_as_suspended(db: None) -> None:
    vote = cast_upvote(user=make_user(is_active=False), paper=make_paper(), now=NOW)
    assert vote.weight_reason == WeightReason.SUSPENDED


def test_a_suspension_that_has_run_out_holds_nothing_back(db: None) -> None:
    alice = make_user("alice", suspended_until=NOW)
    assert cast_upvote(user=alice, paper=make_paper(), now=NOW).weight == 1


def test_ones_own_submission_never_counts(db: None) -> None:
    alice = make_user("alice")
    paper = make_paper(submitted_by=alice)
    vote = cast_upvote(user=alice, paper=paper, now=NOW)
    assert (vote.weight, vote.weight_reason) == (0, WeightReason.SUBMITTER)
    assert cast_upvote(user=make_user("bob"), paper=paper, now=NOW).weight == 1


def test_the_reason_given_is_the_one_that_lasts_longest(db: None) -> None:
    everything: dict[str, Any] = {
        "verified": False,
        "suspended_until": NOW + timedelta(days=1),
    }
    alice = make_user("alice", **everything)
    dave = make_user("dave", **everything, quarantined_at=NOW)
    own = make_paper(submitted_by=dave)
    votes = [(alice, make_paper()), (dave, make_paper()), (dave, own)]
    reasons = [cast_upvote(user=u, paper=p, now=NOW).weight_reason for u, p in votes]
    assert reasons == ["suspended", "quarantined", "submitter"]


def test_the_weight_is_that_of_the_account_as_stored_now(db: None) -> None:
    alice, paper = make_user("alice"), make_paper()
    User.objects.filter(pk=alice.pk).update(quarantined_at=NOW)  # since `alice` was read
    assert cast_upvote(user=alice, paper=paper, now=NOW).weight == 0


# --- Which papers take votes ------------------------------------------------------------------


@pytest.mark.parametrize("state", CLOSED)
def test_a_paper_that_takes_no_votes_refuses_in_words(db: None, state: str) -> None:
    alice, paper = make_user("alice"), make_paper()
    Paper.objects.filter(pk=paper.pk).update(**CLOSED[state]())  # since the page was shown
    with pytest.raises(Refused) as refusal:
        cast_upvote(user=alice, paper=paper, now=NOW)
    assert refusal.value.status == 409
    assert refusal.value.message.endswith(".")
    assert not Upvote.objects.exists()
    assert deltas(paper) == []


@pytest.mark.parametrize("state", CLOSED)
def test_a_vote_can_be_removed_whatever_the_state_of_the_paper(db: None, state: str) -> None:
    alice, paper = make_user("alice"), make_paper()
    cast_upvote(user=alice, paper=paper, now=NOW)
    Paper.objects.filter(pk=paper.pk).update(**CLOSED[state]())
    remove_upvote(user=alice, paper=paper, now=LATER)
    assert not Upvote.objects.active().exists()
    assert deltas(paper) == [1, -1]


def test_a_paper_of_the_catalogue_takes_votes(db: None) -> None:
    paper = make_paper(listed=False)
    assert cast_upvote(user=make_user(), paper=paper, now=NOW).weight == 1


# --- Removing, and casting once more ----------------------------------------------------------


def test_a_removed_vote_stays_as_a_row_that_does_not_count(db: None) -> None:
    alice, paper = make_user("alice"), make_paper()
    cast_upvote(user=alice, paper=paper, now=NOW)
    remove_upvote(user=alice, paper=paper, now=LATER)
    assert Upvote.objects.get().removed_at == LATER
    assert counted(paper) == 0
    assert deltas(paper) == [1, -1]


def test_removing_again_changes_nothing_and_is_no_error(db: None) -> None:
    alice, paper = make_user("alice"), make_paper()
    remove_upvote(user=alice, paper=paper, now=NOW)
    cast_upvote(user=alice, paper=paper, now=NOW)
    remove_upvote(user=alice, paper=paper, now=LATER)
    remove_upvote(user=alice, paper=paper, now=LATER + timedelta(minutes=1))
    assert Upvote.objects.get().removed_at == LATER
    assert deltas(paper) == [1, -1]


def test_removing_touches_nobody_elses_vote_and_no_other_paper(db: None) -> None:
    alice, bob, paper, other = make_user("alice"), make_user("bob"), make_paper(), make_paper()
    for user, voted in ((alice, paper), (alice, other), (bob, paper)):
        cast_upvote(user=user, paper=voted, now=NOW)
    remove_upvote(user=alice, paper=paper, now=LATER)
    left = Upvote.objects.active().values_list("user", "paper")
    assert set(left) == {(alice.pk, other.pk), (bob.pk, paper.pk)}


def test_a_vote_cast_again_is_the_same_vote_at_its_first_time(db: None) -> None:
    alice, paper = make_user("alice"), make_paper()
    first = cast_upvote(user=alice, paper=paper, now=NOW)
    remove_upvote(user=alice, paper=paper, now=LATER)
    again = cast_upvote(user=alice, paper=paper, now=LATER + timedelta(minutes=1))
    assert again == first
    assert (again.first_cast_at, again.removed_at) == (NOW, None)
    assert deltas(paper) == [1, -1, 1]


def test_taking_back_a_vote_of_weight_0_leaves_the_counts_alone(db: None) -> None:
    alice, paper = make_user("alice", verified=False), make_paper()
    cast_upvote(user=alice, paper=paper, now=NOW)
    remove_upvote(user=alice, paper=paper, now=LATER)
    assert Upvote.objects.get().removed_at == LATER
    assert deltas(paper) == []


def test_a_vote_is_never_removed_before_it_was_cast(db: None) -> None:
    alice, paper = make_user("alice"), make_paper()
    cast_upvote(user=alice, paper=paper, now=NOW)
    remove_upvote(user=alice, paper=paper, now=NOW - timedelta(hours=1))
    assert Upvote.objects.get().removed_at == NOW


def test_a_clock_that_is_ahead_removes_nothing_in_the_future(db: None) -> None:
    alice, paper = make_user("alice"), make_paper()
    cast_upvote(user=alice, paper=paper, now=NOW)
    remove_upvote(user=alice, paper=paper, now=timezone.now() + timedelta(hours=3))
    removed_at = Upvote.objects.get().removed_at
    assert removed_at is not None
    assert removed_at <= timezone.now()


# --- How often --------------------------------------------------------------------------------


def test_more_upvotes_than_the_limit_of_an_hour_are_refused_until_it_ends(
    db: None, settings: Settings
) -> None:
    settings.UPVOTES_PER_HOUR = 2
    begin = datetime.fromisoformat("2026-03-01T12:00:00Z")
    alice = make_user("alice", date_joined=begin - timedelta(days=30))
    papers = [make_paper() for _ in range(3)]
    for paper in papers[:2]:
        cast_upvote(user=alice, paper=paper, now=begin)
    with pytest.raises(LimitReached) as refusal:
        cast_upvote(user=alice, paper=papers[2], now=begin + timedelta(minutes=20))
    assert (refusal.value.status, refusal.value.retry_after) == (429, 40 * 60)
    assert refusal.value.message.endswith("Go on in 40 minutes.")
    assert Upvote.objects.count() == 2

    cast_upvote(user=make_user("bob"), paper=papers[2], now=begin)
    remove_upvote(user=alice, paper=papers[0], now=begin + timedelta(minutes=20))
    assert cast_upvote(user=alice, paper=papers[2], now=begin + timedelta(hours=1)).weight == 1


def test_six_hundred_upvotes_an_hour_are_free(settings: Settings) -> None:
    assert settings.UPVOTES_PER_HOUR == 600


@pytest.mark.parametrize("trouble", ["stop", "freeze"])
def test_votes_are_accepted_at_once_while_redis_is_away(
    db: None, settings: Settings, trouble: str
) -> None:
    alice, papers = make_user("alice"), [make_paper() for _ in range(3)]
    settings.UPVOTES_PER_HOUR = 2
    with own_valkey() as server:
        default = {**settings.CACHES["default"], "LOCATION": f"{server.url}/1"}
        settings.CACHES = {"default": default}
        getattr(server, trouble)()
        for paper in papers[:2]:
            began = time.monotonic()
            cast_upvote(user=alice, paper=paper, now=NOW)
            assert time.monotonic() - began < 1
            assert deltas(paper) == [1]
        with pytest.raises(LimitReached):  # the limit holds in this process
            cast_upvote(user=alice, paper=papers[2], now=NOW)


# --- At once ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_same_vote_cast_many_times_at_once_is_one_vote() -> None:
    alice, papers = make_user("alice"), [make_paper() for _ in range(5)]
    for paper in papers:
        cast = partial(cast_upvote, user=alice, paper=paper, now=NOW)
        votes = at_once(*[cast] * 8)
        assert len({vote.pk for vote in votes}) == 1
        assert deltas(paper) == [1]
        assert counted(paper) == 1


@pytest.mark.django_db(transaction=True)
def test_casting_and_removing_at_once_ends_in_what_the_counts_say() -> None:
    alice, papers = make_user("alice"), [make_paper() for _ in range(10)]
    for paper in papers:
        cast: Callable[[], object] = partial(cast_upvote, user=alice, paper=paper, now=NOW)
        remove: Callable[[], object] = partial(remove_upvote, user=alice, paper=paper, now=NOW)
        at_once(*[cast, remove] * 3)
        assert sum(deltas(paper)) == counted(paper)
        assert all(a != b for a, b in zip(deltas(paper), deltas(paper)[1:], strict=False))


@pytest.mark.django_db(transaction=True)
def test_votes_of_many_members_on_one_paper_do_not_wait_for_each_other() -> None:
    alice, bob, paper = make_user("alice"), make_user("bob"), make_paper()
    with transaction.atomic():
        cast_upvote(user=alice, paper=paper, now=NOW)
        in_thread(partial(cast_upvote, user=bob, paper=paper, now=NOW)).result(timeout=10)
    assert counted(paper) == 2


@pytest.mark.django_db(transaction=True)
def test_a_vote_cast_during_a_suspension_waits_for_it_and_does_not_count() -> None:
    alice, carol, paper = make_user("alice"), make_moderator("carol"), make_paper()
    until = timezone.now() + timedelta(days=1)
    with transaction.atomic():
        suspend_member(member=alice, until=until, moderator=carol, reason="A ring of votes.")
        vote = in_thread(partial(cast_upvote, user=alice, paper=paper, now=NOW))
        eventually(waits_for_a_lock)
    assert vote.result(timeout=10).weight_reason == WeightReason.SUSPENDED
    assert deltas(paper) == []


@pytest.mark.django_db(transaction=True)
def test_a_suspension_during_a_vote_waits_for_it_and_takes_it_out() -> None:
    alice, carol, paper = make_user("alice"), make_moderator("carol"), make_paper()
    until = timezone.now() + timedelta(days=1)
    suspend = partial(suspend_member, member=alice, until=until, moderator=carol, reason="A ring.")
    with transaction.atomic():
        cast_upvote(user=alice, paper=paper, now=NOW)
        suspension = in_thread(suspend)
        eventually(waits_for_a_lock)
    suspension.result(timeout=10)
    assert Upvote.objects.get().weight_reason == WeightReason.SUSPENDED
    assert deltas(paper) == [1, -1]


def test_the_time_of_an_older_vote_is_left_alone(db: None) -> None:
    alice, paper = make_user("alice"), make_paper()
    long_ago = NOW - timedelta(days=90)
    make_upvote(alice, paper, first_cast_at=long_ago)
    assert cast_upvote(user=alice, paper=paper, now=NOW).first_cast_at == long_ago
