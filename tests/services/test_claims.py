"""Authors' claims, and what becomes of authors' upvotes."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from papers.models import Paper, PaperClaim, PaperHeat, Upvote, WeightReason
from papers.ranking.reconcile import reconcile
from papers.ranking.refresh import refresh_pending
from papers.ranking.weights import lock_member
from papers.services.claims import record_claim, withdraw_claim
from papers.services.errors import Refused
from papers.services.members import quarantine_member, release_member
from papers.services.votes import cast_upvote, remove_upvote
from tests.at_once import in_thread, waits_for_a_lock
from tests.eventually import eventually
from tests.factories import make_moderator, make_paper, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()


@pytest.fixture
def alice() -> User:
    return make_user("alice")


@pytest.fixture
def paper() -> Paper:
    return make_paper()


def votes() -> list[tuple[float, str]]:
    return list(Upvote.objects.order_by("pk").values_list("weight", "weight_reason"))


def count_of(paper: Paper) -> int:
    refresh_pending(timezone.now())
    return PaperHeat.objects.get(paper=paper).upvotes


def test_an_authors_upvote_stops_counting_and_no_other(alice: User, paper: Paper) -> None:
    cast_upvote(user=alice, paper=paper, now=NOW)
    cast_upvote(user=make_user(), paper=paper, now=NOW)
    cast_upvote(user=alice, paper=make_paper(), now=NOW)
    assert count_of(paper) == 2
    record_claim(user=alice, paper=paper, now=NOW)
    assert votes() == [(0.0, WeightReason.AUTHOR), (1.0, "counted"), (1.0, "counted")]
    assert count_of(paper) == 1


def test_withdrawn_the_upvote_is_as_it_was(alice: User, paper: Paper) -> None:
    cast_upvote(user=alice, paper=paper, now=NOW)
    count_of(paper)
    before, heat = Upvote.objects.values().get(), PaperHeat.objects.values().get()
    record_claim(user=alice, paper=paper, now=NOW)
    assert count_of(paper) == 0
    withdraw_claim(user=alice, paper=paper, now=NOW)
    assert count_of(paper) == 1
    assert Upvote.objects.values().get() == before
    assert PaperHeat.objects.values().get() == heat
    assert not PaperClaim.objects.exists()


def test_an_upvote_cast_or_cast_again_after_the_claim_does_not_count(
    alice: User, paper: Paper
) -> None:
    record_claim(user=alice, paper=paper, now=NOW)
    cast_upvote(user=alice, paper=paper, now=NOW)
    remove_upvote(user=alice, paper=paper, now=NOW)
    cast_upvote(user=alice, paper=paper, now=NOW)
    assert votes() == [(0.0, WeightReason.AUTHOR)]
    assert reconcile(timezone.now(), accounts=True).misjudged_members == set()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("act", [record_claim, withdraw_claim])
def test_a_claim_waits_for_the_member_without_keeping_the_paper(
    act: Callable[..., object], alice: User, paper: Paper
) -> None:
    with transaction.atomic():
        lock_member(alice.pk)
        claim = in_thread(partial(act, user=alice, paper=paper, now=NOW))
        eventually(waits_for_a_lock)
        # As a vote does, which has the member and now lists the paper.
        Paper.objects.select_for_update(no_key=True, nowait=True).get(pk=paper.pk)
    claim.result(timeout=20)


def test_both_may_be_repeated(alice: User, paper: Paper) -> None:
    first = record_claim(user=alice, paper=paper, now=NOW)
    assert record_claim(user=alice, paper=paper, now=NOW + timedelta(hours=1)) == first
    for _ in range(2):
        withdraw_claim(user=alice, paper=paper, now=NOW)
    assert not PaperClaim.objects.exists()


def test_a_claim_made_during_a_quarantine_outlives_it(alice: User, paper: Paper) -> None:
    carol = make_moderator()
    cast_upvote(user=alice, paper=paper, now=NOW)
    quarantine_member(member=alice, moderator=carol, reason="A ring of votes.")
    record_claim(user=alice, paper=paper, now=NOW)
    release_member(member=alice, moderator=carol, reason="It was none.")
    assert votes() == [(0.0, WeightReason.AUTHOR)]


def test_a_merged_paper_is_claimed_where_it_went(alice: User, paper: Paper) -> None:
    Paper.objects.filter(pk=paper.pk).update(merged_into=make_paper())
    with pytest.raises(Refused, match="Claim that one"):
        record_claim(user=alice, paper=paper, now=NOW)


def test_what_is_gone_is_refused(alice: User, paper: Paper) -> None:
    gone = User.objects.get(pk=make_user("gone").pk)
    User.objects.filter(pk=gone.pk).delete()
    with pytest.raises(Refused, match="account"):
        record_claim(user=gone, paper=paper, now=NOW)
    lost = Paper.objects.get(pk=make_paper().pk)
    Paper.objects.filter(pk=lost.pk).delete()
    with pytest.raises(Refused, match="paper"):
        record_claim(user=alice, paper=lost, now=NOW)
    assert not PaperClaim.objects.exists()
