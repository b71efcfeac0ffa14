"""How many upvotes stand, by why they count or not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from papers.models import VoteCensus, WeightReason
from papers.ranking.census import take_census
from tests.factories import make_paper, make_upvote, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def told() -> dict[str, tuple[int, float]]:
    rows = VoteCensus.objects.values_list("weight_reason", "votes", "weight")
    return {reason: (votes, weight) for reason, votes, weight in rows}


def test_every_reason_has_its_number_and_what_its_votes_weigh() -> None:
    paper = make_paper()
    make_upvote(make_user(), paper)
    make_upvote(make_user(), paper, weight=0.25)
    make_upvote(make_user(), paper, weight=0, weight_reason=WeightReason.SUSPENDED)
    assert take_census(NOW) == 3
    assert told() == {
        **dict.fromkeys(WeightReason.values, (0, 0.0)),
        "counted": (2, 1.25),
        "suspended": (1, 0.0),
    }


def test_upvotes_taken_back_do_not_stand() -> None:
    make_upvote(make_user(), make_paper(), removed_at=NOW)
    assert take_census(NOW) == 0


def test_a_later_census_takes_the_place_of_the_former() -> None:
    vote = make_upvote(make_user(), make_paper())
    take_census(NOW - timedelta(hours=1))
    vote.delete()
    take_census(NOW)
    assert told()["counted"] == (0, 0.0)
    assert set(VoteCensus.objects.values_list("counted_at", flat=True)) == {NOW}
