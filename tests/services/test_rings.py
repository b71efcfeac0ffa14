"""What moderators decide of suspected rings, and that undoing it leaves no trace in the ranking."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from papers.models import ModerationLogEntry, RingDecision, SuspectedRing, Upvote
from papers.ranking.refresh import refresh_all, refresh_pending
from papers.services.errors import Refused
from papers.services.members import quarantine_member, release_member
from papers.services.rings import Outdated, clear_ring, quarantine_ring, release_ring
from papers.services.votes import cast_upvote
from tests.factories import make_moderator, make_paper, make_user
from tests.ranking.world import assert_same_rows, forget_everything, make_world, rows

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WHY = "A ring of votes."


def make_ring(members: list[User], name: str = "") -> SuspectedRing:
    ring = SuspectedRing.objects.create(
        pattern="lockstep",
        fingerprint=name or "f" * 64,
        first_seen_at=NOW,
        last_seen_at=NOW,
    )
    ring.members.set(members)
    return ring


@pytest.fixture
def carol() -> User:
    return make_moderator("carol")


def votes() -> list[tuple[Any, ...]]:
    return list(Upvote.objects.order_by("pk").values_list())


def test_all_accounts_are_quarantined_and_released_together(carol: User) -> None:
    members = [make_user() for _number in range(3)]
    paper = make_paper()
    for member in members:
        cast_upvote(user=member, paper=paper, now=timezone.now())
    before = votes()
    ring = make_ring(members)
    assert quarantine_ring(ring=ring, moderator=carol, reason=WHY, now=NOW) == 3
    assert (ring.decision, ring.decided_at, ring.decided_by) == ("quarantined", NOW, carol)
    assert not Upvote.objects.counted().exists()
    later = NOW + timedelta(hours=1)
    assert release_ring(ring=ring, moderator=carol, reason="It was none.", now=later) == (3, 0)
    assert (ring.decision, ring.decided_at) == (RingDecision.INNOCENT, later)
    assert votes() == before
    log = ModerationLogEntry.objects.order_by("pk").values_list("action", "member", "reason")
    assert list(log) == [
        *(("quarantine", member.pk, WHY) for member in members),
        *(("release", member.pk, "It was none.") for member in members),
    ]


ages = st.integers(0, 30 * 24 * 60).map(lambda minutes: NOW - timedelta(minutes=minutes))
casts = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3), ages), max_size=15)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    cast=casts,
    ring=st.sets(st.integers(0, 4), min_size=1),
    taken_back=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 3)), max_size=4),
    apart_before=st.sets(st.integers(0, 4), max_size=2),
)
def test_releasing_a_ring_leaves_every_row_as_it_was(
    cast: list[tuple[int, int, datetime]],
    ring: set[int],
    taken_back: list[tuple[int, int]],
    apart_before: set[int],
) -> None:
    SuspectedRing.objects.all().delete()
    EmailAddress.objects.all().delete()
    forget_everything()
    world = make_world(papers=4, members=5, listed_at=NOW - timedelta(days=30))
    moderator = make_moderator(f"carol-{world.papers[0].pk}")
    for account in world.members:
        address = f"{account.username}@example.org"
        EmailAddress.objects.create(user=account, email=address, verified=True)
    for member, paper, at in cast:
        world.cast(member, paper, at)
    for member, paper in taken_back:
        world.take_back(member, paper)
    for member in sorted(apart_before):
        quarantine_member(member=world.members[member], moderator=moderator, reason=WHY)
    refresh_pending(NOW)
    heat_before, votes_before = rows(), votes()
    accounts_before = list(User.objects.order_by("pk").values())

    suspected = make_ring([world.members[each] for each in ring])
    quarantine_ring(ring=suspected, moderator=moderator, reason=WHY, now=NOW)
    assert not Upvote.objects.counted().filter(user__in=suspected.members.all()).exists()
    refresh_pending(NOW)
    release_ring(ring=suspected, moderator=moderator, reason="None.", now=NOW)
    refresh_pending(NOW)

    assert votes() == votes_before
    assert list(User.objects.order_by("pk").values()) == accounts_before
    assert_same_rows(rows(), heat_before)
    assert refresh_all(NOW).changed == 0


def test_who_was_quarantined_for_something_else_stays_so(carol: User) -> None:
    before, since, ring_only = (make_user() for _number in range(3))
    quarantine_member(member=before, moderator=carol, reason="Spam.")
    ring = make_ring([before, since, ring_only])
    assert quarantine_ring(ring=ring, moderator=carol, reason=WHY, now=NOW) == 2
    since.refresh_from_db()
    release_member(member=since, moderator=carol, reason="A mistake.")
    quarantine_member(member=since, moderator=carol, reason="Spam.")
    assert release_ring(ring=ring, moderator=carol, reason="None.", now=NOW) == (1, 0)
    apart = User.objects.filter(quarantined_at__isnull=False)
    assert set(apart) == {before, since}


def quarantined(users: list[User]) -> list[bool]:
    return [User.objects.get(pk=each.pk).quarantined_at is not None for each in users]


@pytest.mark.parametrize("hand_first", [True, False])
def test_an_account_of_two_rings_is_free_once_both_are_released(
    carol: User, hand_first: bool
) -> None:
    by_hand, only_first, both, only_second = users = [make_user() for _number in range(4)]
    quarantine_member(member=by_hand, moderator=carol, reason="Spam.")
    first = make_ring([by_hand, only_first, both], "1" * 64)
    second = make_ring([by_hand, both, only_second], "2" * 64)
    soon = NOW + timedelta(minutes=1)
    assert quarantine_ring(ring=first, moderator=carol, reason=WHY, now=NOW) == 2
    assert quarantine_ring(ring=second, moderator=carol, reason=WHY, now=soon) == 1
    one, other = (first, second) if hand_first else (second, first)
    assert release_ring(ring=one, moderator=carol, reason="None.", now=soon) == (1, 1)
    assert quarantined(users) == [True, not hand_first, True, hand_first]
    assert release_ring(ring=other, moderator=carol, reason="None.", now=soon) == (2, 0)
    assert quarantined(users) == [True, False, False, False]


def test_a_release_goes_by_whom_the_quarantine_recorded(carol: User) -> None:
    members = [make_user() for _number in range(3)]
    ring = make_ring(members)
    quarantine_ring(ring=ring, moderator=carol, reason=WHY, now=NOW)
    ring.members.set([members[0], make_user()])
    assert release_ring(ring=ring, moderator=carol, reason="None.", now=NOW) == (3, 0)
    assert quarantined(members) == [False, False, False]
    assert ring.evidence == {}


@pytest.mark.parametrize("act", [quarantine_ring, clear_ring])
def test_other_accounts_than_were_shown_are_not_decided_of(carol: User, act: Any) -> None:
    shown = make_ring([make_user()])
    SuspectedRing.objects.update(fingerprint="e" * 64)
    values = {"reason": WHY} if act is quarantine_ring else {}
    with pytest.raises(Outdated, match="shown to you"):
        act(ring=shown, moderator=carol, now=NOW, **values)
    assert SuspectedRing.objects.get().decision == ""


def test_nothing_wrong_is_decided_without_a_line_in_the_log(carol: User) -> None:
    ring = make_ring([make_user()])
    clear_ring(ring=ring, moderator=carol, now=NOW)
    assert (ring.decision, ring.decided_at) == (RingDecision.INNOCENT, NOW)
    assert not ModerationLogEntry.objects.exists()


def test_who_was_found_innocent_can_be_quarantined_after_all(carol: User) -> None:
    ring = make_ring([make_user()])
    clear_ring(ring=ring, moderator=carol, now=NOW)
    assert quarantine_ring(ring=ring, moderator=carol, reason=WHY, now=NOW) == 1


def test_what_cannot_be_done_is_refused_and_changes_nothing(carol: User) -> None:
    ring = make_ring([make_user(), make_moderator("dave")])
    with pytest.raises(Refused, match="administrator"):
        quarantine_ring(ring=ring, moderator=carol, reason=WHY, now=NOW)
    assert not User.objects.filter(quarantined_at__isnull=False).exists()
    assert not SuspectedRing.objects.exclude(decision="").exists()
    own = make_ring([carol, make_user()], "e" * 64)
    for act in (quarantine_ring, clear_ring):
        reason = {"reason": WHY} if act is quarantine_ring else {}
        with pytest.raises(Refused, match="their own account"):
            act(ring=own, moderator=carol, now=NOW, **reason)


def test_what_was_decided_meanwhile_is_refused(carol: User) -> None:
    ring = make_ring([make_user()])
    seen_by_another = SuspectedRing.objects.get()
    quarantine_ring(ring=ring, moderator=carol, reason=WHY, now=NOW)
    with pytest.raises(Refused, match="meanwhile"):
        quarantine_ring(ring=seen_by_another, moderator=carol, reason=WHY, now=NOW)
    with pytest.raises(Refused, match="meanwhile"):
        clear_ring(ring=seen_by_another, moderator=carol, now=NOW)
    release_ring(ring=ring, moderator=carol, reason="None.", now=NOW)
    with pytest.raises(Refused, match="not quarantined"):
        release_ring(ring=seen_by_another, moderator=carol, reason="None.", now=NOW)


def test_a_ring_without_accounts_is_refused(carol: User) -> None:
    with pytest.raises(Refused, match="erased"):
        quarantine_ring(ring=make_ring([]), moderator=carol, reason=WHY, now=NOW)


def test_without_a_reason_nobody_is_quarantined(carol: User) -> None:
    ring = make_ring([make_user()])
    with pytest.raises(ValidationError, match="reason"):
        quarantine_ring(ring=ring, moderator=carol, reason=" ", now=NOW)
