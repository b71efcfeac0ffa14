"""From the votes in the database to the moderators' queue."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from papers.models import Paper, Pattern, SuspectedRing, Upvote
from papers.rings.detect import detect_lockstep, detect_sudden
from papers.rings.suspicions import Stored
from papers.services.votes import cast_upvote
from tests.factories import make_paper, make_upvote, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MINUTE = timedelta(minutes=1)


def make_members(number: int, joined: datetime) -> list[User]:
    return [make_user(date_joined=joined + place * MINUTE) for place in range(number)]


def upvote_together(members: Sequence[User], papers: Sequence[Paper]) -> None:
    """One paper a day, minutes apart."""
    for days, paper in enumerate(papers, start=1):
        for place, member in enumerate(members):
            at = NOW - timedelta(days=days) + place * MINUTE
            make_upvote(member, paper, first_cast_at=at)


def test_accounts_in_lockstep_go_into_the_queue_with_what_they_did() -> None:
    members = make_members(16, NOW - timedelta(days=90))
    papers = [make_paper() for _number in range(4)]
    upvote_together(members, papers)
    make_upvote(make_user(), papers[0], first_cast_at=NOW - timedelta(days=1) + MINUTE)
    before = list(Upvote.objects.order_by("pk").values())
    assert detect_lockstep(NOW) == Stored(added=1)
    assert detect_lockstep(NOW + MINUTE) == Stored(updated=1)
    ring = SuspectedRing.objects.get()
    assert ring.pattern == Pattern.LOCKSTEP
    assert set(ring.members.all()) == set(members)
    evidence = ring.evidence
    assert (evidence["papers_in_all"], evidence["together"], evidence["upvotes"]) == (4, 64, 64)
    named = {paper["id"]: paper for paper in evidence["papers"]}
    assert set(named) == {paper.pk for paper in papers}
    first = named[papers[0].pk]
    assert (first["accounts"], first["others"], first["minutes"]) == (16, 1, 15)
    assert {account for pair in evidence["pairs"] for account in pair["accounts"]} <= {
        member.pk for member in members
    }
    assert {(pair["papers"], pair["similarity"]) for pair in evidence["pairs"]} == {(4, 1.0)}
    # A worker suspects; only a moderator changes anything.
    assert list(Upvote.objects.order_by("pk").values()) == before


def test_votes_of_long_ago_and_votes_taken_back_are_left_out() -> None:
    members = make_members(16, NOW - timedelta(days=90))
    upvote_together(members, [make_paper() for _number in range(4)])
    assert detect_lockstep(NOW + timedelta(days=40)) == Stored()
    Upvote.objects.update(removed_at=NOW)
    assert detect_lockstep(NOW) == Stored()


def test_a_crowd_of_new_accounts_goes_into_the_queue() -> None:
    paper = make_paper()
    members = make_members(9, NOW - timedelta(days=2))
    upvote_together(members, [paper])
    upvote_together(make_members(3, NOW - timedelta(days=90)), [paper])
    assert detect_sudden(NOW) == Stored(added=1)
    ring = SuspectedRing.objects.get()
    assert ring.pattern == Pattern.NEWCOMERS
    assert set(ring.members.all()) == set(members)
    assert ring.evidence["papers"] == [{"id": paper.pk, "accounts": 9, "others": 3}]
    assert ring.evidence["joined_within_minutes"] == 8


def test_accounts_of_one_network_go_into_the_queue_without_their_address() -> None:
    paper = make_paper()
    members = make_members(7, NOW - timedelta(days=90))
    for place, member in enumerate(members):
        cast_upvote(user=member, paper=paper, now=NOW, address=f"192.0.2.{place}")
    cast_upvote(user=make_user(), paper=paper, now=NOW, address="198.51.100.1")
    assert detect_sudden(NOW) == Stored(added=1)
    ring = SuspectedRing.objects.get()
    assert ring.pattern == Pattern.NETWORK
    assert set(ring.members.all()) == set(members)
    assert ring.evidence["papers"] == [{"id": paper.pk, "accounts": 7, "others": 1}]
    assert "192" not in str({**ring.evidence, "papers": []})


def test_the_number_of_queries_does_not_grow_with_the_votes() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            detect_lockstep(NOW)
            detect_sudden(NOW)
        return len(captured)

    few = make_members(4, NOW - timedelta(days=2))
    upvote_together(few, [make_paper()])
    before = queries()
    upvote_together([*few, *make_members(2, NOW - timedelta(days=2))], [make_paper()])
    assert queries() == before
