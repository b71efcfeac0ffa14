"""Listing a paper: by a person, and by its first eligible upvote."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from papers.models import Paper, VoteOutbox
from papers.services.errors import Refused
from papers.services.listing import list_paper
from papers.services.votes import cast_upvote, remove_upvote
from tests.at_once import at_once, in_thread, waits_for_a_lock
from tests.eventually import eventually
from tests.factories import make_paper, make_user

NOW = timezone.now() - timedelta(minutes=10)
YESTERDAY = NOW - timedelta(days=1)


def vote_on(paper: Paper, now: datetime = NOW, **account: Any) -> Paper:
    """Have a new member upvote the paper; returns the paper as stored after that."""
    cast_upvote(user=make_user(**account), paper=paper, now=now)
    return Paper.objects.get(pk=paper.pk)


def queued(paper: Paper) -> list[int]:
    rows = VoteOutbox.objects.filter(paper=paper)
    return list(rows.order_by("pk").values_list("delta", flat=True))


# --- By a person ------------------------------------------------------------------------------


def test_a_paper_of_the_catalogue_is_listed_from_now_on(db: None) -> None:
    paper = make_paper(listed=False)
    list_paper(paper=paper, now=NOW)
    assert (paper.state, paper.listed_at, paper.listed_by_person_at) == ("listed", NOW, NOW)
    assert paper.listed_on == NOW.date()
    assert queued(paper) == [0]


def test_listing_again_keeps_the_first_instant(db: None) -> None:
    paper = make_paper(listed=False)
    list_paper(paper=paper, now=YESTERDAY)
    list_paper(paper=paper, now=NOW)
    assert (paper.listed_at, paper.listed_by_person_at) == (YESTERDAY, YESTERDAY)
    assert queued(paper) == [0]


def test_the_instant_of_an_import_stays_beside_that_of_the_person(db: None) -> None:
    paper = make_paper(listed_at=YESTERDAY)
    list_paper(paper=paper, now=NOW)
    assert (paper.listed_at, paper.listed_by_person_at) == (YESTERDAY, NOW)


def test_a_clock_that_is_ahead_lists_nothing_in_the_future(db: None) -> None:
    catalogued, imported = make_paper(listed=False), make_paper()
    for paper in (catalogued, imported):
        list_paper(paper=paper, now=timezone.now() + timedelta(days=2))
        assert paper.listed_by_person_at is not None
        assert paper.listed_by_person_at <= timezone.now()
    assert catalogued.listed_at == catalogued.listed_by_person_at


@pytest.mark.parametrize(
    "fields",
    [
        lambda: {"pending_since": NOW},
        lambda: {"withdrawn_at": NOW},
        lambda: {"hidden_at": NOW},
        lambda: {"merged_into": make_paper()},
    ],
    ids=["pending", "withdrawn", "hidden", "merged"],
)
def test_a_paper_that_stands_nowhere_cannot_be_listed(
    db: None, fields: Callable[[], dict[str, Any]]
) -> None:
    paper = make_paper(listed=False, **fields())
    with pytest.raises(Refused) as refusal:
        list_paper(paper=paper, now=NOW)
    assert refusal.value.message.endswith(".")
    paper.refresh_from_db()
    assert (paper.listed_at, paper.listed_by_person_at) == (None, None)
    assert queued(paper) == []


@pytest.mark.django_db(transaction=True)
def test_a_listing_waits_for_whoever_changes_the_paper_and_sees_the_change() -> None:
    paper = make_paper(listed=False)
    with transaction.atomic():
        Paper.objects.filter(pk=paper.pk).update(hidden_at=NOW)
        listing = in_thread(partial(list_paper, paper=paper, now=NOW))
        eventually(waits_for_a_lock)
    with pytest.raises(Refused):
        listing.result(timeout=10)


# --- By an upvote -----------------------------------------------------------------------------


def test_the_first_eligible_upvote_lists_a_recent_paper(db: None) -> None:
    paper = vote_on(make_paper(listed=False))
    assert (paper.state, paper.listed_at, paper.listed_by_person_at) == ("listed", NOW, NOW)
    assert queued(paper) == [1, 0]


def test_the_second_upvote_lists_nothing_again(db: None) -> None:
    paper = vote_on(make_paper(listed=False), YESTERDAY)
    paper = vote_on(paper)
    assert paper.listed_at == YESTERDAY
    assert queued(paper) == [1, 0, 1]


def test_an_upvote_leaves_the_instant_of_an_import_alone(db: None) -> None:
    paper = vote_on(make_paper(listed_at=YESTERDAY))
    assert (paper.listed_at, paper.listed_by_person_at) == (YESTERDAY, None)


@pytest.mark.parametrize(
    "account",
    [{"verified": False}, {"quarantined_at": NOW}, {"suspended_until": NOW + timedelta(days=1)}],
)
def test_an_upvote_that_does_not_count_lists_nothing(db: None, account: dict[str, Any]) -> None:
    paper = vote_on(make_paper(listed=False), **account)
    assert paper.state == "catalogue"
    assert queued(paper) == []


def test_the_submitters_own_upvote_lists_nothing(db: None) -> None:
    alice = make_user("alice")
    paper = make_paper(listed=False, submitted_by=alice)
    cast_upvote(user=alice, paper=paper, now=NOW)
    paper.refresh_from_db()
    assert paper.state == "catalogue"


@pytest.mark.parametrize(
    ("published", "listed"),
    [
        (NOW - timedelta(days=30), True),
        (NOW - timedelta(days=30, seconds=1), False),
        (NOW + timedelta(days=1), True),
        (NOW + timedelta(days=1, seconds=1), False),
        (None, False),
    ],
    ids=["just within", "just too old", "a time zone ahead", "in the future", "undated"],
)
def test_only_a_paper_published_lately_is_listed_by_an_upvote(
    db: None, published: datetime | None, listed: bool
) -> None:
    paper = vote_on(make_paper(listed=False, published_at=published))
    assert (paper.state == "listed") is listed
    assert queued(paper) == ([1, 0] if listed else [1])


def test_the_length_of_that_time_is_a_setting(db: None, settings: Settings) -> None:
    settings.LISTING_BY_VOTE_DAYS = 1
    paper = vote_on(make_paper(listed=False, published_at=NOW - timedelta(days=2)))
    assert paper.state == "catalogue"


def test_a_vote_cast_again_lists_too_when_it_has_become_eligible(db: None) -> None:
    alice, paper = make_user("alice", verified=False), make_paper(listed=False)
    cast_upvote(user=alice, paper=paper, now=NOW)
    remove_upvote(user=alice, paper=paper, now=NOW)
    address = EmailAddress.objects.get(user=alice)
    address.verified = True
    address.save()
    paper.refresh_from_db()
    assert paper.state == "catalogue"
    cast_upvote(user=alice, paper=paper, now=NOW)
    paper.refresh_from_db()
    assert paper.state == "listed"


def test_a_listed_paper_stays_listed_when_its_votes_are_removed(db: None) -> None:
    alice, paper = make_user("alice"), make_paper(listed=False)
    cast_upvote(user=alice, paper=paper, now=NOW)
    remove_upvote(user=alice, paper=paper, now=NOW)
    paper.refresh_from_db()
    assert paper.state == "listed"


@pytest.mark.django_db(transaction=True)
def test_first_upvotes_at_once_list_the_paper_once() -> None:
    for _ in range(5):
        paper = make_paper(listed=False)
        users = [make_user() for _ in range(4)]
        at_once(*[partial(cast_upvote, user=user, paper=paper, now=NOW) for user in users])
        assert sorted(queued(paper)) == [0, 1, 1, 1, 1]
        paper.refresh_from_db()
        assert paper.listed_at == NOW
