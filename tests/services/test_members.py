"""What moderators do to accounts, and what it does to upvotes."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from papers.models import ModerationLogEntry, Upvote, VoteOutbox
from papers.services.errors import Refused
from papers.services.members import (
    LONGEST_SUSPENSION,
    end_suspension,
    quarantine_member,
    release_member,
    suspend_member,
)
from papers.services.votes import cast_upvote
from tests.at_once import at_once
from tests.factories import make_moderator, make_paper, make_user

TOMORROW = timezone.now() + timedelta(days=1)
Act = Callable[..., ModerationLogEntry]

suspend = partial(suspend_member, until=TOMORROW)
# Each act, and the one that undoes it.
PAIRS = [
    pytest.param(suspend, end_suspension, id="suspension"),
    pytest.param(quarantine_member, release_member, id="quarantine"),
]
# Each act, and one that has to come before it.
ACTS = [
    pytest.param(suspend, None, id="suspend"),
    pytest.param(end_suspension, suspend, id="end suspension"),
    pytest.param(quarantine_member, None, id="quarantine"),
    pytest.param(release_member, quarantine_member, id="release"),
]


@pytest.fixture
def alice(db: None) -> User:
    return make_user("alice")


@pytest.fixture
def carol(db: None) -> User:
    return make_moderator("carol")


def counts() -> tuple[list[tuple[int, float, str]], int]:
    """All votes as they are weighed, and what the outbox adds to the counts."""
    votes = Upvote.objects.order_by("pk").values_list("pk", "weight", "weight_reason")
    return list(votes), sum(VoteOutbox.objects.values_list("delta", flat=True))


@pytest.mark.parametrize(("act", "undo"), PAIRS)
def test_ending_it_restores_every_vote_and_count_exactly(
    alice: User, carol: User, act: Act, undo: Act
) -> None:
    for paper in (make_paper(), make_paper(), make_paper(submitted_by=alice)):
        cast_upvote(user=alice, paper=paper, now=timezone.now())
    before = counts()
    act(member=alice, moderator=carol, reason="A ring of votes.")
    assert not Upvote.objects.counted().exists()
    assert counts()[1] == 0
    undo(member=alice, moderator=carol, reason="It was none.")
    assert counts() == before


@pytest.mark.parametrize(
    ("act", "undo", "suspended_until", "is_quarantined", "actions"),
    [
        pytest.param(
            suspend, end_suspension, TOMORROW, False, ("suspend", "unsuspend"), id="suspension"
        ),
        pytest.param(
            quarantine_member,
            release_member,
            None,
            True,
            ("quarantine", "release"),
            id="quarantine",
        ),
    ],
)
def test_it_is_seen_on_the_member_and_in_the_log(
    alice: User,
    carol: User,
    act: Act,
    undo: Act,
    suspended_until: datetime | None,
    is_quarantined: bool,
    actions: tuple[str, str],
) -> None:
    act(member=alice, moderator=carol, reason="  A ring of votes. ")
    for member in (alice, User.objects.get(pk=alice.pk)):
        assert member.suspended_until == suspended_until
        assert (member.quarantined_at is not None) is is_quarantined
    undo(member=alice, moderator=carol, reason="It was none.")
    assert (alice.suspended_until, alice.quarantined_at) == (None, None)
    stored = User.objects.get(pk=alice.pk)
    assert (stored.suspended_until, stored.quarantined_at) == (None, None)
    last, first = ModerationLogEntry.objects.order_by("-id")
    assert (first.member, first.actor, first.reason) == (alice, carol, "A ring of votes.")
    assert (last.member, last.actor, last.reason) == (alice, carol, "It was none.")
    assert (first.action, last.action) == actions


@pytest.mark.parametrize(("act", "before"), ACTS)
def test_a_reason_is_published_without_what_could_disguise_it(
    alice: User, carol: User, act: Act, before: Act | None
) -> None:
    if before:
        before(member=alice, moderator=carol, reason="So that there is something to undo.")
    entry = act(member=alice, moderator=carol, reason="Not\u202e abuse.\r\n\x07Look \u2066here.")
    assert entry.reason == "Not abuse.\nLook here."


@pytest.mark.parametrize(("act", "before"), ACTS)
def test_a_reason_must_be_given(alice: User, carol: User, act: Act, before: Act | None) -> None:
    if before:
        before(member=alice, moderator=carol, reason="So that there is something to undo.")
    entries = ModerationLogEntry.objects.count()
    for blank in ("", " \n\t", "\u202e", "\u200b \u2060", "\x00"):
        with pytest.raises(ValidationError, match="reason"):
            act(member=alice, moderator=carol, reason=blank)
    assert ModerationLogEntry.objects.count() == entries


@pytest.mark.parametrize(("act", "before"), ACTS)
def test_what_would_change_nothing_is_refused(
    alice: User, carol: User, act: Act, before: Act | None
) -> None:
    if before:
        before(member=alice, moderator=carol, reason="So that there is something to undo.")
    act(member=alice, moderator=carol, reason="Once.")
    with pytest.raises(Refused):
        act(member=alice, moderator=carol, reason="Twice.")
    assert not ModerationLogEntry.objects.filter(reason="Twice.").exists()


@pytest.mark.parametrize(("act", "before"), ACTS)
def test_nobody_moderates_their_own_account_not_even_an_administrator(
    db: None, act: Act, before: Act | None
) -> None:
    root, other = (make_user(name, is_superuser=True, is_staff=True) for name in ("one", "two"))
    if before:
        before(member=root, moderator=other, reason="So that there is something to undo.")
    with pytest.raises(Refused, match="their own"):
        act(member=root, moderator=root, reason="It is me.")


@pytest.mark.parametrize(("act", "before"), ACTS)
def test_only_an_administrator_judges_a_moderator(
    carol: User, act: Act, before: Act | None
) -> None:
    dan = make_moderator("dan")
    root = make_user("root-user", is_superuser=True, is_staff=True)
    for judged in (dan, make_user("owner", is_superuser=True)):
        if before:
            before(member=judged, moderator=root, reason="So that there is something to undo.")
        with pytest.raises(Refused):
            act(member=judged, moderator=carol, reason="We disagree.")
        assert act(member=judged, moderator=root, reason="A ring of votes.").actor == root


def test_a_suspension_ends_in_the_future(alice: User, carol: User) -> None:
    with pytest.raises(ValidationError, match="future"):
        suspend_member(member=alice, until=timezone.now(), moderator=carol, reason="Too late.")
    assert not ModerationLogEntry.objects.exists()


@pytest.mark.parametrize(
    "until",
    [
        timezone.now() + LONGEST_SUSPENSION + timedelta(hours=1),
        datetime.max.replace(tzinfo=UTC),
        datetime.max.replace(tzinfo=ZoneInfo("America/New_York")),
    ],
    ids=["a little more", "the last instant", "none in UTC"],
)
def test_a_suspension_lasts_ten_years_at_most(alice: User, carol: User, until: datetime) -> None:
    with pytest.raises(ValidationError, match="ten years at most"):
        suspend_member(member=alice, until=until, moderator=carol, reason="For ever.")
    assert not ModerationLogEntry.objects.exists()
    longest = timezone.now() + LONGEST_SUSPENSION
    suspend_member(member=alice, until=longest, moderator=carol, reason="Nearly for ever.")
    assert alice.suspended_until == longest


def test_a_suspension_can_be_made_longer_or_shorter(alice: User, carol: User) -> None:
    suspend(member=alice, moderator=carol, reason="A day.")
    week = timezone.now() + timedelta(days=7)
    suspend_member(member=alice, until=week, moderator=carol, reason="A week rather.")
    assert alice.suspended_until == week
    assert ModerationLogEntry.objects.count() == 2


def test_votes_stay_out_until_the_last_of_two_measures_has_ended(alice: User, carol: User) -> None:
    cast_upvote(user=alice, paper=make_paper(), now=timezone.now())
    suspend(member=alice, moderator=carol, reason="A ring of votes.")
    quarantine_member(member=alice, moderator=carol, reason="More of it.")
    end_suspension(member=alice, moderator=carol, reason="Served.")
    assert Upvote.objects.get().weight_reason == "quarantined"
    release_member(member=alice, moderator=carol, reason="It was none.")
    assert Upvote.objects.get().weight_reason == "counted"
    assert counts()[1] == 1


def test_an_act_that_fails_leaves_nothing_behind(alice: User, carol: User) -> None:
    erased = make_user("erased")
    member = User.objects.get(pk=erased.pk)
    erased.delete()
    with pytest.raises(Refused):
        suspend(member=member, moderator=carol, reason="Gone.")
    assert not ModerationLogEntry.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_who_do_the_same_at_once_one_is_refused() -> None:
    alice, carol, dan = make_user("alice"), make_moderator("carol"), make_moderator("dan")

    def quarantine(moderator: User) -> bool:
        try:
            member = User.objects.get(pk=alice.pk)
            quarantine_member(member=member, moderator=moderator, reason="A ring of votes.")
        except Refused:
            return False
        return True

    done = at_once(partial(quarantine, carol), partial(quarantine, dan))
    assert sorted(done) == [False, True]
    assert ModerationLogEntry.objects.count() == 1
