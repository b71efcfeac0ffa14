"""The preview of the front page by other numbers: what applying them would make of it."""

from datetime import timedelta
from random import Random

import pytest
from django.utils import timezone

from papers.models import PaperHeat, RankingSettings, RankingSnapshot, Window
from papers.ranking import preview as previewing
from papers.ranking.applying import apply_waiting
from papers.ranking.preview import WindowPreview, preview
from papers.ranking.refresh import refresh_pending
from papers.ranking.snapshots import read_page
from tests.factories import make_ranking_settings
from tests.ranking.world import World, make_world, rows

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR = timedelta(hours=1)


def make_history(seed: int, papers: int = 40, members: int = 9) -> World:
    """Papers listed over forty days, with votes of any weight that came sooner or later."""
    random = Random(seed)
    world = make_world(papers, members)
    for paper in range(papers):
        listed_at = NOW - random.uniform(0, 960) * HOUR
        world.change(paper, listed_at=listed_at)
        for member in random.sample(range(members), random.randrange(members)):
            at = listed_at + random.random() ** 3 * (NOW - listed_at)
            world.cast(member, paper, at, weight=random.choice([0.0, 0.25, 0.7, 1.0]))
    refresh_pending(NOW)
    return world


def order(window: str, size: int) -> list[int]:
    return read_page(window, None, size).paper_ids


def ids(shown: WindowPreview) -> list[int]:
    return [place.paper_id for place in shown.places]


@pytest.mark.parametrize(
    "fields",
    [
        {"half_life_now": 3.0, "half_life_week": 200.0, "half_life_month": 20.0},
        {"mix": 0.0, "prior": 5.0},
        {"mix": 1.0},
        {"min_voters": 1},
        {"min_voters": 5, "half_life_week": 8760.0},
    ],
    ids=str,
)
def test_it_shows_what_applying_the_numbers_makes_of_the_front_page(
    fields: dict[str, float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(previewing, "BATCH", 3)
    make_history(seed=len(fields))
    before = {window: order(window, 1000) for window in Window.values}
    shown = preview(RankingSettings(**fields), NOW, size=8)
    make_ranking_settings(applied_at=None, **fields)
    apply_waiting(NOW)
    assert [each.window for each in shown] == Window.values
    for each in shown:
        assert each.is_exact
        assert ids(each) == order(each.window, 8)
        now = before[each.window]
        assert [place.rank for place in each.places] == list(range(1, 9))
        for place in each.places:
            expected = now.index(place.paper_id) + 1 if place.paper_id in now else None
            assert place.rank_now == expected
        assert [place.paper_id for place in each.leaving] == [
            paper_id for paper_id in now[:8] if paper_id not in ids(each)
        ]


def test_it_writes_nothing() -> None:
    make_history(seed=1)
    before, snapshots = rows(), RankingSnapshot.objects.count()
    preview(RankingSettings(half_life_week=2.0, min_voters=1), NOW)
    assert rows() == before
    assert RankingSnapshot.objects.count() == snapshots
    assert not RankingSettings.objects.exists()


def test_a_vote_that_waits_to_be_ranked_is_in_it() -> None:
    world = make_world(1)
    refresh_pending(NOW)
    for member in range(2):
        world.cast(member, 0, NOW - HOUR)
    assert PaperHeat.objects.get().upvotes == 0
    assert all(ids(each) == [world.papers[0].pk] for each in preview(RankingSettings(), NOW))


def test_only_papers_that_can_reach_the_first_places_are_computed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(previewing, "BATCH", 3)
    world = make_world(30)
    for paper in range(30):
        world.change(paper, listed_at=NOW - (2 + 100 * paper) * HOUR)
        for member in range(3):
            world.cast(member, paper, NOW - (1 + 100 * paper) * HOUR)
    refresh_pending(NOW)
    made = previewing.Computation(RankingSettings(half_life_month=40.0), NOW, 3)
    assert all(each.is_exact for each in made.windows())
    assert len(made.computed) < 15


def test_where_any_paper_might_come_back_it_says_that_it_is_not_sure(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_history(seed=2)
    monkeypatch.setattr(previewing, "MOST", 9)
    shown = preview(RankingSettings(mix=0.0), NOW, size=8)
    assert not any(each.is_exact for each in shown)


def test_without_papers_it_is_empty() -> None:
    assert [each.places for each in preview(RankingSettings(), NOW)] == [[], [], []]
