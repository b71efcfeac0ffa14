"""Weights of upvotes, and how they follow what happens to the account."""

import random
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import product
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, transaction
from django.db.models import Sum
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from papers.models import (
    ModerationLogEntry,
    Paper,
    PaperClaim,
    Upvote,
    VoteOutbox,
    WeightReason,
)
from papers.ranking.weights import (
    end_expired_suspensions,
    forget_votes,
    lock_member,
    revalue_votes,
    weight_for,
)
from papers.services.errors import Refused
from papers.services.members import end_suspension, suspend_member
from papers.services.votes import cast_upvote, remove_upvote
from tests.at_once import at_once, in_thread, waits_for_a_lock
from tests.eventually import eventually
from tests.factories import (
    make_list,
    make_moderator,
    make_paper,
    make_ranking_settings,
    make_upvote,
    make_user,
)

NOW = timezone.now() - timedelta(minutes=10)


def verify(user: User, verified: bool = True) -> None:
    """Change the row of the address and nothing else."""
    EmailAddress.objects.filter(user=user).update(verified=verified)


def deltas() -> list[tuple[int, int]]:
    return list(VoteOutbox.objects.order_by("pk").values_list("paper", "delta"))


def assert_counts_are_exact() -> None:
    """What the outbox says of each paper is what its votes say, as nothing has drained it."""
    for paper in Paper.objects.all():
        said = VoteOutbox.objects.filter(paper=paper).aggregate(total=Sum("delta"))["total"] or 0
        assert said == Upvote.objects.counted().filter(paper=paper).count()


# --- weight_for -------------------------------------------------------------------------------


@pytest.mark.parametrize("states", list(product([False, True], repeat=5)))
def test_a_vote_counts_when_nothing_speaks_against_it(db: None, states: tuple[bool, ...]) -> None:
    unverified, suspended, inactive, quarantined, own = states
    alice = make_user(
        verified=not unverified,
        suspended_until=NOW + timedelta(days=1) if suspended else None,
        is_active=not inactive,
        quarantined_at=NOW if quarantined else None,
    )
    paper = make_paper(submitted_by=alice if own else None)
    weight, earned, reason = weight_for(alice, paper, NOW)
    assert weight == (0 if any(states) else 1)
    assert earned == 1
    assert (reason == WeightReason.COUNTED) is not any(states)


def test_any_verified_address_will_do(db: None) -> None:
    alice = make_user("alice", verified=False)
    EmailAddress.objects.create(user=alice, email="second@example.org", verified=True)
    assert weight_for(alice, make_paper(), NOW) == (1, 1, WeightReason.COUNTED)


def test_an_author_s_vote_for_their_own_paper_does_not_count(db: None) -> None:
    alice, paper = make_user(), make_paper()
    PaperClaim.objects.create(user=alice, paper=paper, claimed_at=NOW)
    assert weight_for(alice, paper, NOW) == (0, 1, WeightReason.AUTHOR)
    assert weight_for(alice, make_paper(), NOW) == (1, 1, WeightReason.COUNTED)


@pytest.mark.parametrize(
    ("days", "earned"),
    [(-1, 0.25), (0, 0.25), (1, 0.25 + 0.75 / 7), (3.5, 0.625), (7, 1), (400, 1)],
)
def test_a_vote_earns_by_the_age_of_its_account(db: None, days: float, earned: float) -> None:
    alice = make_user(date_joined=NOW - timedelta(days=days))
    weight, kept, reason = weight_for(alice, make_paper(), NOW)
    assert (weight, kept) == pytest.approx((earned, earned))
    assert reason == WeightReason.COUNTED


def test_where_newcomers_weigh_as_much_as_others_nothing_rises(db: None) -> None:
    make_ranking_settings(newcomer_weight=1)
    newcomer = make_user(date_joined=NOW)
    assert weight_for(newcomer, make_paper(), NOW)[0] == 1
    make_ranking_settings(newcomer_weight=0.1, newcomer_days=0)
    assert weight_for(newcomer, make_paper(), NOW)[0] == 1


def test_a_vote_keeps_what_it_earned_whatever_happens_to_its_account_and_the_settings(
    db: None,
) -> None:
    newcomer = make_user(date_joined=NOW)
    make_upvote(newcomer, make_paper(), weight=0.25)
    later = NOW + timedelta(days=30)
    for quarantined_at, weight in [(later, 0), (None, 0.25)]:
        User.objects.filter(pk=newcomer.pk).update(quarantined_at=quarantined_at)
        make_ranking_settings(newcomer_weight=0.5)
        assert revalue_votes(newcomer.pk, later) == 1
        assert Upvote.objects.get().weight == weight


# --- revalue_votes ----------------------------------------------------------------------------


def test_votes_follow_the_account_and_the_counts_follow_the_votes(db: None) -> None:
    alice, papers = make_user("alice"), [make_paper(), make_paper()]
    for paper in papers:
        cast_upvote(user=alice, paper=paper, now=NOW)
    verify(alice, False)
    assert revalue_votes(alice.pk, NOW) == 2
    assert {vote.weight_reason for vote in Upvote.objects.all()} == {"unverified"}
    verify(alice)
    assert revalue_votes(alice.pk, NOW) == 2
    assert {vote.weight_reason for vote in Upvote.objects.all()} == {"counted"}
    assert [delta for _paper, delta in deltas()] == [1, 1, -1, -1, 1, 1]
    assert_counts_are_exact()


def test_revaluing_what_is_right_changes_nothing(db: None) -> None:
    alice = make_user("alice")
    cast_upvote(user=alice, paper=make_paper(), now=NOW)
    before = deltas()
    assert revalue_votes(alice.pk, NOW) == 0
    assert deltas() == before


def test_other_members_votes_are_left_alone(db: None) -> None:
    alice, bob, paper = make_user("alice"), make_user("bob"), make_paper()
    for user in (alice, bob):
        cast_upvote(user=user, paper=paper, now=NOW)
    verify(alice, False)
    verify(bob, False)
    revalue_votes(alice.pk, NOW)
    assert Upvote.objects.get(user=bob).weight == 1


def test_a_vote_taken_back_is_kept_right_without_being_counted(db: None) -> None:
    alice, paper = make_user("alice", verified=False), make_paper()
    cast_upvote(user=alice, paper=paper, now=NOW)
    remove_upvote(user=alice, paper=paper, now=NOW)
    verify(alice)
    assert revalue_votes(alice.pk, NOW) == 1
    assert deltas() == []
    assert cast_upvote(user=alice, paper=paper, now=NOW).weight == 1
    assert deltas() == [(paper.pk, 1)]


def test_a_change_of_reason_alone_is_stored_and_counts_nothing(db: None) -> None:
    alice = make_user("alice", verified=False)
    cast_upvote(user=alice, paper=make_paper(), now=NOW)
    User.objects.filter(pk=alice.pk).update(quarantined_at=NOW)
    assert revalue_votes(alice.pk, NOW) == 1
    assert Upvote.objects.get().weight_reason == "quarantined"
    assert deltas() == []


def test_ones_own_submission_stays_at_0_whatever_happens_to_the_account(db: None) -> None:
    alice = make_user("alice", verified=False)
    cast_upvote(user=alice, paper=make_paper(submitted_by=alice), now=NOW)
    verify(alice)
    assert revalue_votes(alice.pk, NOW) == 0
    assert Upvote.objects.get().weight_reason == "submitter"


def test_a_paper_that_became_ones_own_submission_loses_the_vote(db: None) -> None:
    alice, paper = make_user("alice"), make_paper()
    cast_upvote(user=alice, paper=paper, now=NOW)
    Paper.objects.filter(pk=paper.pk).update(submitted_by=alice)
    assert revalue_votes(alice.pk, NOW) == 1
    assert Upvote.objects.get().weight_reason == "submitter"
    assert_counts_are_exact()


def test_votes_of_hidden_papers_are_kept_right_as_well(db: None) -> None:
    alice, paper = make_user("alice"), make_paper()
    cast_upvote(user=alice, paper=paper, now=NOW)
    Paper.objects.filter(pk=paper.pk).update(hidden_at=NOW)
    verify(alice, False)
    assert revalue_votes(alice.pk, NOW) == 1
    assert_counts_are_exact()


def test_revaluing_nobodys_votes_does_nothing(db: None) -> None:
    assert revalue_votes(0, NOW) == 0


def test_a_paper_is_listed_when_its_first_vote_becomes_eligible(db: None) -> None:
    alice = make_user("alice", verified=False)
    recent = make_paper(listed=False)
    old = make_paper(listed=False, published_at=NOW - timedelta(days=40))
    taken_back = make_paper(listed=False)
    for paper in (recent, old, taken_back):
        cast_upvote(user=alice, paper=paper, now=NOW - timedelta(days=1))
    remove_upvote(user=alice, paper=taken_back, now=NOW)
    verify(alice)
    revalue_votes(alice.pk, NOW)
    states = [Paper.objects.get(pk=paper.pk).state for paper in (recent, old, taken_back)]
    assert states == ["listed", "catalogue", "catalogue"]
    assert Paper.objects.get(pk=recent.pk).listed_at == NOW
    assert_counts_are_exact()


def test_the_statements_do_not_grow_with_the_votes(
    db: None, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    alice = make_user("alice", verified=False)
    for listed in (True, False) * 10:
        make_upvote(alice, make_paper(listed=listed), weight=0.0)
    verify(alice)
    with django_assert_max_num_queries(18):
        assert revalue_votes(alice.pk, NOW) == 20


# --- Suspensions that run out -----------------------------------------------------------------


def test_a_suspension_that_has_run_out_ends_with_a_line_in_the_log(db: None) -> None:
    alice, carol, paper = make_user("alice"), make_moderator("carol"), make_paper()
    cast_upvote(user=alice, paper=paper, now=NOW)
    until = timezone.now() + timedelta(hours=1)
    suspend_member(member=alice, until=until, moderator=carol, reason="An hour.")

    assert end_expired_suspensions(until - timedelta(seconds=1)) == 0
    assert Upvote.objects.get().weight == 0
    assert end_expired_suspensions(until) == 1
    assert Upvote.objects.get().weight == 1
    assert_counts_are_exact()
    assert User.objects.get(pk=alice.pk).suspended_until is None
    entry = ModerationLogEntry.objects.latest("id")
    assert (entry.action, entry.actor, entry.member) == ("unsuspend", None, alice)
    assert entry.reason

    assert end_expired_suspensions(until) == 0
    assert ModerationLogEntry.objects.count() == 2


def test_only_suspensions_end_by_themselves(db: None) -> None:
    alice = make_user("alice", suspended_until=NOW, quarantined_at=NOW)
    cast_upvote(user=alice, paper=make_paper(), now=NOW)
    assert end_expired_suspensions(NOW) == 1
    alice.refresh_from_db()
    assert alice.quarantined_at == NOW
    assert Upvote.objects.get().weight_reason == "quarantined"


def test_where_one_cannot_be_ended_the_others_are(db: None) -> None:
    alice, bob = make_user("alice", suspended_until=NOW), make_user("bob", suspended_until=NOW)
    with connection.cursor() as cursor:
        cursor.execute(
            "create function refuse() returns trigger language plpgsql as"
            " $$ begin raise exception 'Not this one.'; end $$"
        )
        cursor.execute(
            "create trigger refuse before update on accounts_user for each row"
            " when (old.username = 'alice') execute function refuse()"
        )
    assert end_expired_suspensions(NOW) == 1
    still = User.objects.filter(suspended_until__isnull=False)
    assert (still.get(), bob in still) == (alice, False)
    assert ModerationLogEntry.objects.get().member == bob


@pytest.mark.django_db(transaction=True)
def test_a_suspension_made_longer_meanwhile_does_not_end() -> None:
    alice = make_user("alice", suspended_until=NOW)
    with transaction.atomic():
        User.objects.filter(pk=alice.pk).update(suspended_until=NOW + timedelta(days=1))
        sweep = in_thread(partial(end_expired_suspensions, NOW))
        eventually(waits_for_a_lock)
    assert sweep.result(timeout=10) == 0
    assert not ModerationLogEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_end_each_suspension_once() -> None:
    for _ in range(10):
        make_user(suspended_until=NOW)
    assert sum(at_once(*[partial(end_expired_suspensions, NOW)] * 2)) == 10
    assert ModerationLogEntry.objects.count() == 10


# --- Erased accounts --------------------------------------------------------------------------


def test_forgotten_votes_leave_the_counts(db: None) -> None:
    alice, bob, paper = make_user("alice"), make_user("bob"), make_paper()
    taken_back, own = make_paper(), make_paper(submitted_by=alice)
    for user, voted in ((alice, paper), (bob, paper), (alice, taken_back), (alice, own)):
        cast_upvote(user=user, paper=voted, now=NOW)
    remove_upvote(user=alice, paper=taken_back, now=NOW)
    forget_votes(alice.pk)
    assert [vote.user for vote in Upvote.objects.all()] == [bob]
    assert_counts_are_exact()


# --- At once ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_locked_member_can_still_be_referred_to() -> None:
    alice = make_user("alice")
    with transaction.atomic():
        lock_member(alice.pk)
        assert in_thread(partial(make_list, alice)).result(timeout=10).owner == alice


@pytest.mark.django_db(transaction=True)
def test_a_vote_cast_while_the_address_is_being_verified_counts() -> None:
    alice, paper = make_user("alice", verified=False), make_paper()
    with transaction.atomic():
        verify(alice)
        revalue_votes(alice.pk, NOW)
        vote = in_thread(partial(cast_upvote, user=alice, paper=paper, now=NOW))
        eventually(waits_for_a_lock)
    assert vote.result(timeout=10).weight == 1
    assert_counts_are_exact()


@pytest.mark.django_db(transaction=True)
def test_an_address_verified_while_a_vote_is_being_cast_makes_it_count() -> None:
    alice, paper = make_user("alice", verified=False), make_paper()

    def verify_and_revalue() -> None:
        verify(alice)
        revalue_votes(alice.pk, NOW)

    with transaction.atomic():
        cast_upvote(user=alice, paper=paper, now=NOW)
        verification = in_thread(verify_and_revalue)
        eventually(waits_for_a_lock)
    verification.result(timeout=10)
    assert Upvote.objects.get().weight == 1
    assert_counts_are_exact()


@pytest.mark.django_db(transaction=True)
def test_counts_stay_exact_while_everything_happens_at_once() -> None:
    carol = make_moderator("carol")
    members = [make_user() for _ in range(3)]
    papers = [make_paper(listed=index < 2) for index in range(4)]

    def some_acts(seed: int) -> None:
        chance = random.Random(seed)
        for _ in range(40):
            now = timezone.now()
            user, paper = chance.choice(members), chance.choice(papers)
            until = now + timedelta(seconds=chance.randint(1, 10_000))
            judged: dict[str, Any] = {"member": user, "moderator": carol, "reason": "By chance."}
            acts: list[Callable[[], object]] = [
                partial(cast_upvote, user=user, paper=paper, now=now),
                partial(cast_upvote, user=user, paper=paper, now=now),
                partial(remove_upvote, user=user, paper=paper, now=now),
                partial(suspend_member, until=until, **judged),
                partial(end_suspension, **judged),
                partial(end_expired_suspensions, now + timedelta(hours=1)),
            ]
            try:
                chance.choice(acts)()
            except Refused:
                continue

    at_once(*[partial(some_acts, seed) for seed in range(6)])
    assert_counts_are_exact()
    for user in members:
        assert revalue_votes(user.pk, timezone.now()) == 0
