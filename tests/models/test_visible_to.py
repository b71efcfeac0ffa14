"""Who sees a paper in which state, and where: the whole table, cell by cell."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from accounts.models import Viewer
from papers.models import Paper
from papers.querysets import Place
from tests.factories import make_moderator, make_paper, make_user

pytestmark = pytest.mark.django_db

STATES = ("pending", "catalogue", "listed", "withdrawn", "hidden", "merged")

# For each place and visitor the states that are seen; every other state is not.
SEEN = {
    (Place.LISTINGS, "stranger"): {"listed"},
    (Place.LISTINGS, "submitter"): {"listed"},
    (Place.LISTINGS, "moderator"): {"listed"},
    (Place.TAGS, "stranger"): {"listed", "catalogue"},
    (Place.TAGS, "submitter"): {"listed", "catalogue"},
    (Place.TAGS, "moderator"): {"listed", "catalogue"},
    (Place.SEARCH, "stranger"): {"listed", "catalogue", "withdrawn"},
    (Place.SEARCH, "submitter"): {"listed", "catalogue", "withdrawn"},
    (Place.SEARCH, "moderator"): {"listed", "catalogue", "withdrawn"},
    (Place.PAGE, "stranger"): {"listed", "catalogue", "withdrawn"},
    (Place.PAGE, "submitter"): {"listed", "catalogue", "withdrawn", "pending"},
    (Place.PAGE, "moderator"): set(STATES),
}
# A list: strangers, its owner, moderators.
SEEN_IN_LIST = {
    "stranger": {"listed", "catalogue", "withdrawn"},
    "owner": {"listed", "catalogue", "withdrawn", "hidden"},
    "moderator": {"listed", "catalogue", "withdrawn", "hidden"},
}


@pytest.fixture
def visitors() -> dict[str, Viewer]:
    return {
        "stranger": AnonymousUser(),
        "submitter": make_user("alice"),
        "moderator": make_moderator("carol"),
    }


@pytest.fixture
def papers(visitors: dict[str, Viewer]) -> dict[str, Paper]:
    now = timezone.now()
    alice = visitors["submitter"]
    listed = make_paper(submitted_by=alice)
    return {
        "pending": make_paper(listed=False, pending_since=now, submitted_by=alice),
        "catalogue": make_paper(listed=False, submitted_by=alice),
        "listed": listed,
        "withdrawn": make_paper(withdrawn_at=now, submitted_by=alice),
        "hidden": make_paper(hidden_at=now, submitted_by=alice),
        "merged": make_paper(merged_into=listed, submitted_by=alice),
    }


def test_the_state_follows_from_what_happened(papers: dict[str, Paper]) -> None:
    assert {name: paper.state for name, paper in papers.items()} == {
        state: state for state in STATES
    }


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize(("place", "visitor"), SEEN)
def test_each_cell_of_the_table(
    papers: dict[str, Paper], visitors: dict[str, Viewer], place: Place, visitor: str, state: str
) -> None:
    seen = Paper.objects.visible_to(visitors[visitor], place)
    expected = state in SEEN[place, visitor]
    assert seen.filter(pk=papers[state].pk).exists() is expected


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("visitor", SEEN_IN_LIST)
def test_each_cell_of_a_list(
    papers: dict[str, Paper], visitors: dict[str, Viewer], visitor: str, state: str
) -> None:
    owner = make_user("owner")
    seen = Paper.objects.visible_in_list({**visitors, "owner": owner}[visitor], owner.pk)
    assert seen.filter(pk=papers[state].pk).exists() is (state in SEEN_IN_LIST[visitor])


def test_another_member_sees_what_a_stranger_sees(papers: dict[str, Paper]) -> None:
    bob = make_user("bob")
    seen = set(Paper.objects.visible_to(bob, Place.PAGE).values_list("state", flat=True))
    assert seen == SEEN[Place.PAGE, "stranger"]


def test_only_pending_papers_of_strangers_are_as_if_they_were_not_there(
    papers: dict[str, Paper], visitors: dict[str, Viewer]
) -> None:
    known = Paper.objects.known_to(visitors["stranger"]).values_list("state", flat=True)
    assert set(known) == set(STATES) - {"pending"}


def test_restoring_a_hidden_paper_gives_back_the_state_it_had(papers: dict[str, Paper]) -> None:
    for state in ("catalogue", "listed", "withdrawn"):
        paper = papers[state]
        Paper.objects.filter(pk=paper.pk).update(hidden_at=timezone.now())
        Paper.objects.filter(pk=paper.pk).update(hidden_at=None)
        paper.refresh_from_db()
        assert paper.state == state


def test_the_day_of_listing_is_utcs() -> None:
    late = timezone.now().replace(hour=23, minute=59) - timedelta(days=3)
    assert make_paper(listed_at=late).listed_on == late.date()
