"""How soon votes are ranked: counted by what ranks them, and told as percentiles."""

import math
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from papers.models import RankingDelay, VoteOutbox
from papers.ranking import outbox
from papers.ranking.delays import BOUNDS, classify, record_delays, summarise
from papers.ranking.refresh import refresh_all, refresh_pending
from tests.ranking.world import make_world

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def add(seconds: float, votes: int, *, days_ago: int = 0) -> None:
    day = (NOW - timedelta(days=days_ago)).date()
    RankingDelay.objects.create(day=day, seconds=seconds, votes=votes)


def counted() -> dict[float, int]:
    return dict(RankingDelay.objects.values_list("seconds", "votes"))


def test_a_delay_is_in_the_class_of_the_bound_above_it() -> None:
    delays = [-1.0, 0.0, 0.25, 0.26, 4.9, 5.0, 5.1, 3600.0, 3601.0]
    found = {BOUNDS[place]: number for place, number in classify(delays).items()}
    assert found == {0.25: 3, 0.5: 1, 5.0: 2, 7.5: 1, 3600.0: 1, math.inf: 1}


def test_each_vote_is_counted_once_where_it_is_ranked() -> None:
    world = make_world(papers=3)
    refresh_pending(NOW)
    assert counted() == {}
    for member in range(4):
        world.cast(member, 0, NOW)
    VoteOutbox.objects.filter(pk=VoteOutbox.objects.latest("pk").pk).update(
        queued_at=timezone.now() - timedelta(seconds=40)
    )
    refresh_pending(timezone.now())
    refresh_pending(timezone.now())
    assert sum(counted().values()) == 4
    assert counted()[60.0] == 1


def test_what_a_full_refresh_takes_in_is_counted_too() -> None:
    world = make_world()
    world.cast(0, 0, NOW)
    refresh_all(timezone.now())
    assert sum(counted().values()) == 1


def test_what_is_no_vote_is_not_counted() -> None:
    world = make_world()
    outbox.queue([paper.pk for paper in world.papers])
    world.cast(0, 0, NOW, weight=0)
    refresh_pending(timezone.now())
    assert counted() == {}


def test_classes_add_up_over_the_batches_of_a_day() -> None:
    now = timezone.now().timestamp()
    record_delays([now, now, now - 20])
    record_delays([now - 20])
    with connection.cursor() as cursor:
        cursor.execute("select sum(votes), count(*) from papers_rankingdelay")
        assert cursor.fetchone() == (4, 2)
    assert counted()[30.0] == 2


def test_without_votes_there_is_nothing_to_tell() -> None:
    assert summarise(NOW) is None
    add(1.0, 10, days_ago=7)
    assert summarise(NOW) is None


def test_percentiles_are_the_bounds_within_which_so_many_were_ranked() -> None:
    add(0.5, 40, days_ago=6)
    add(0.5, 20)
    add(1.0, 30)
    add(5.0, 6)
    add(10.0, 4)
    found = summarise(NOW)
    assert found is not None
    assert found.votes == 100
    assert found.percentiles == [(50, 0.5), (90, 1.0), (95, 5.0), (99, 10.0)]
    assert found.in_time == pytest.approx(96.0)


def test_votes_beyond_the_last_bound_have_no_number() -> None:
    add(0.5, 60)
    add(math.inf, 40)
    found = summarise(NOW)
    assert found is not None
    assert found.percentiles[:2] == [(50, 0.5), (90, None)]
    assert found.in_time == pytest.approx(60.0)
