"""What moderators have in their queue after the same things were found again and again."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from papers.models import Pattern, RingDecision, RingMember, SuspectedRing
from papers.rings.suspicions import FRESH, Finding, Stored, store
from papers.services.rings import quarantine_ring, release_ring
from tests.at_once import in_thread, waits_for_a_lock
from tests.eventually import eventually
from tests.factories import make_moderator, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LATER = NOW + timedelta(days=1)


@pytest.fixture
def accounts() -> list[int]:
    return [make_user().pk for _number in range(16)]


def finding(members: list[int], pattern: Pattern = Pattern.LOCKSTEP, papers: int = 3) -> Finding:
    return Finding(pattern, frozenset(members), {"papers_in_all": papers})


def decide(decision: RingDecision) -> None:
    SuspectedRing.objects.update(decision=decision, decided_at=NOW)


def members() -> list[set[int]]:
    rings = SuspectedRing.objects.order_by("pk")
    return [set(ring.members.values_list("pk", flat=True)) for ring in rings]


def test_what_is_found_goes_into_the_queue(accounts: list[int]) -> None:
    assert store([finding(accounts)], NOW) == Stored(added=1)
    ring = SuspectedRing.objects.get()
    assert (ring.pattern, ring.decision) == (Pattern.LOCKSTEP, "")
    assert (ring.first_seen_at, ring.last_seen_at) == (NOW, NOW)
    assert ring.evidence == {"papers_in_all": 3}
    assert members() == [set(accounts)]


def test_found_again_it_is_brought_up_to_date_not_repeated(accounts: list[int]) -> None:
    store([finding(accounts[:12])], NOW)
    first = SuspectedRing.objects.get()
    assert store([finding(accounts[2:], papers=7)], LATER) == Stored(updated=1)
    ring = SuspectedRing.objects.get()
    assert (ring.first_seen_at, ring.last_seen_at) == (NOW, LATER)
    assert ring.evidence == {"papers_in_all": 7}
    assert ring.fingerprint != first.fingerprint
    assert members() == [set(accounts[2:])]


def test_a_small_part_of_it_does_not_replace_it(accounts: list[int]) -> None:
    store([finding(accounts)], NOW)
    assert store([finding(accounts[:5], papers=9)], LATER) == Stored(updated=1)
    ring = SuspectedRing.objects.get()
    assert (ring.evidence, ring.last_seen_at) == ({"papers_in_all": 3}, LATER)
    assert members() == [set(accounts)]


def test_other_accounts_or_another_pattern_are_another_suspicion(accounts: list[int]) -> None:
    store([finding(accounts[:8])], NOW)
    again = [finding(accounts[8:]), finding(accounts[:8], Pattern.NEWCOMERS)]
    assert store(again, LATER) == Stored(added=2)


@pytest.mark.parametrize("decision", RingDecision.values)
def test_what_was_decided_stays_decided(accounts: list[int], decision: RingDecision) -> None:
    store([finding(accounts[:12])], NOW)
    decide(decision)
    grown = accounts[: 12 + FRESH - 1]
    assert store([finding(grown), finding(accounts[:6])], LATER) == Stored(decided=2)
    ring = SuspectedRing.objects.get()
    assert (ring.decision, ring.decided_at, ring.last_seen_at) == (decision, NOW, LATER)
    assert members() == [set(accounts[:12])]


def test_when_more_accounts_have_joined_it_is_asked_anew(accounts: list[int]) -> None:
    store([finding(accounts[:10])], NOW)
    decide(RingDecision.QUARANTINED)
    grown = accounts[: 10 + FRESH]
    assert store([finding(grown)], LATER) == Stored(added=1)
    assert store([finding(grown)], LATER) == Stored(updated=1)
    assert SuspectedRing.objects.filter(decision="").count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_decided_while_the_search_stores_is_left_alone(accounts: list[int]) -> None:
    moderator = make_moderator()
    store([finding(accounts[:6])], NOW)
    ring = SuspectedRing.objects.get()
    with transaction.atomic():
        quarantine_ring(ring=ring, moderator=moderator, reason="A ring.", now=NOW)
        # Reads the suspicion as it was before, and waits to write it.
        stored = in_thread(lambda: store([finding(accounts[2:10])], LATER))
        eventually(waits_for_a_lock)
    assert stored.result(30) == Stored(decided=1)
    assert members() == [set(accounts[:6])]
    assert release_ring(ring=ring, moderator=moderator, reason="None.", now=NOW) == (6, 0)
    assert not User.objects.filter(quarantined_at__isnull=False).exists()


def test_of_two_that_fit_the_one_that_is_the_same_is_updated(accounts: list[int]) -> None:
    store([finding(accounts[:8])], NOW)
    store([finding(accounts[8:])], NOW)
    # One has grown by half of the other: each has accounts of it now.
    store([finding(accounts[:12]), finding(accounts[8:])], LATER)
    assert store([finding(accounts[8:])], LATER) == Stored(updated=1)
    assert members()[1] == set(accounts[8:])


def test_who_erased_the_account_is_in_no_suspicion(accounts: list[int]) -> None:
    User.objects.get(pk=accounts[0]).delete()
    store([finding(accounts)], NOW)
    assert members() == [set(accounts[1:])]
    User.objects.get(pk=accounts[1]).delete()
    assert members() == [set(accounts[2:])]


def test_a_suspicion_goes_with_its_last_account(accounts: list[int]) -> None:
    store([finding(accounts[:5])], NOW)
    for pk in accounts[:5]:
        User.objects.get(pk=pk).delete()
    store([], LATER)
    assert not SuspectedRing.objects.exists()
    assert not RingMember.objects.exists()
