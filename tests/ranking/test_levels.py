"""The levels of fields, and the order of the front page that is balanced by them."""

import math
from datetime import timedelta
from random import Random

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from papers.models import Balance, FieldLevel, Paper, PaperHeat, RankingSnapshot, Tag, Window
from papers.ranking.levels import freeze_if_due, freeze_levels, level_for
from papers.ranking.locking import REFRESH_LOCK
from papers.ranking.refresh import refresh_pending
from papers.ranking.snapshots import read_page, take_snapshots
from tests.at_once import at_once
from tests.factories import make_key, make_ranking_settings, make_tag
from tests.ranking.world import World, forget_everything, make_world

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


def in_fields(world: World, *codes: str | None) -> None:
    """Give the papers of a world these primary tags, in turn."""
    for number, code in enumerate(codes):
        tag = make_tag(code).pk if code else None
        world.change(number, primary_tag=tag)


def order(window: str = "week") -> list[int]:
    return read_page(window, None, 100, Balance.FIELDS).paper_ids


def levels(window: str = "week") -> dict[str | None, float]:
    rows = FieldLevel.objects.filter(window=window)
    return dict(rows.values_list("tag__code", "level"))


def mean(*hs: float) -> float:
    return math.fsum(math.exp2(h) for h in hs) / len(hs)


def h_of(world: World, window: str = "week") -> list[float]:
    by_paper = dict(PaperHeat.objects.values_list("paper", f"h_{window}"))
    return [by_paper[paper.pk] - by_paper[world.papers[0].pk] for paper in world.papers]


def two_fields() -> World:
    """Four papers of a busy field and one of a quiet one."""
    world = make_world(5, 5)
    in_fields(world, "cs.LG", "cs.LG", "cs.LG", "cs.LG", "math.HO")
    for paper in range(4):
        for member in range(5 if paper < 2 else 4):
            world.cast(member, paper, NOW - paper * MINUTE)
    for member in range(3):
        world.cast(member, 4, NOW - HOUR)
    refresh_pending(NOW)
    return world


# --- Levels -----------------------------------------------------------------------------------


def test_a_level_is_the_smoothed_mean_of_its_papers() -> None:
    world = two_fields()
    in_fields(world, "cs.LG", "cs.LG", "cs.LG", None, "math.HO")
    refresh_pending(NOW)
    make_ranking_settings(field_smoothing=3.0)
    assert freeze_levels(NOW) == 9
    for window in Window.values:
        base = PaperHeat.objects.values_list(f"h_{window}", flat=True).get(paper=world.papers[0])
        first, second, third, untagged, quiet = h_of(world, window)
        average = mean(first, second, third, untagged, quiet)
        busy = (math.exp2(first) + math.exp2(second) + math.exp2(third) + 3 * average) / 6
        assert levels(window) == {
            "cs.LG": pytest.approx(base + math.log2(busy), abs=1e-9),
            "math.HO": pytest.approx(
                base + math.log2((math.exp2(quiet) + 3 * average) / 4), abs=1e-9
            ),
            None: pytest.approx(base + math.log2(average), abs=1e-9),
        }
    counted = dict(FieldLevel.objects.filter(window="now").values_list("tag__code", "papers"))
    assert counted == {"cs.LG": 3, "math.HO": 1, None: 5}


def test_only_listed_papers_of_the_last_four_half_lives_make_a_level() -> None:
    world = make_world(4, 2, NOW - 47 * HOUR)
    in_fields(world, "cs.LG", "cs.AI", "cs.CV", "math.HO")
    world.change(1, listed_at=NOW - 49 * HOUR)
    world.change(2, hidden_at=NOW)
    refresh_pending(NOW)
    freeze_levels(NOW)
    assert levels("now").keys() == {"cs.LG", "math.HO", None}
    assert levels("week").keys() == {"cs.LG", "cs.AI", "math.HO", None}


def test_numbers_can_be_given_that_are_not_in_force() -> None:
    two_fields()
    freeze_levels(NOW, make_ranking_settings(field_smoothing=0.0, applied_at=None))
    (quiet,) = PaperHeat.objects.filter(primary_tag=make_tag("math.HO")).values_list(
        "h_week", flat=True
    )
    assert level_for("week", make_tag("math.HO").pk) == pytest.approx(quiet, abs=1e-9)


def test_a_field_without_recent_papers_has_the_level_of_all_and_0_before_the_first_freeze() -> None:
    two_fields()
    tag = make_tag("hep-th").pk
    assert level_for("week", tag) == 0
    freeze_levels(NOW)
    assert level_for("week", tag) == level_for("week", None) == levels()[None]


def test_without_papers_there_are_no_levels_and_the_old_ones_go() -> None:
    two_fields()
    freeze_levels(NOW)
    assert freeze_levels(NOW + timedelta(days=1000)) == 0
    assert not FieldLevel.objects.exists()


def test_levels_stay_finite_over_twenty_years() -> None:
    world = make_world(2, 2, NOW - timedelta(days=7300))
    in_fields(world, "cs.LG", "math.HO")
    for member in range(2):
        world.cast(member, 0, NOW)
    refresh_pending(NOW)
    # Both papers are recent to this half-life, and F of one is 1,400 half-lives beyond the other's.
    numbers = make_ranking_settings(half_life_now=8760.0, half_life_week=8760.0)
    freeze_levels(NOW - timedelta(days=6000), numbers)
    assert all(
        math.isfinite(level) for window in Window.values for level in levels(window).values()
    )


# --- Freezing ---------------------------------------------------------------------------------


def test_levels_are_frozen_for_ten_minutes() -> None:
    world = two_fields()
    assert freeze_if_due(NOW)
    frozen = levels()
    for member in range(3, 5):
        world.cast(member, 4, NOW)
    refresh_pending(NOW + MINUTE)
    assert not freeze_if_due(NOW + 9 * MINUTE)
    assert levels() == frozen
    assert freeze_if_due(NOW + 10 * MINUTE)
    assert levels() != frozen


def test_levels_of_a_clock_that_was_ahead_are_replaced() -> None:
    two_fields()
    freeze_levels(NOW + HOUR)
    assert freeze_if_due(NOW)


@pytest.mark.django_db(transaction=True)
def test_while_a_refresh_runs_the_levels_wait() -> None:
    two_fields()
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [REFRESH_LOCK])
    try:
        assert at_once(lambda: freeze_if_due(NOW)) == [False]
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [REFRESH_LOCK])
    assert freeze_if_due(NOW)


# --- The order --------------------------------------------------------------------------------


def test_the_best_of_a_quiet_field_stands_before_the_ordinary_of_a_busy_one() -> None:
    world = make_world(8, 5)
    in_fields(world, *["cs.LG"] * 4, *["math.HO"] * 4)
    for paper, votes in enumerate([5, 5, 4, 4, 3]):
        for member in range(votes):
            world.cast(member, paper, NOW - paper * MINUTE)
    refresh_pending(NOW)
    plain = read_page("week", None, 10).paper_ids
    quiet = world.papers[4].pk
    assert plain[-1] == quiet
    # Before the first freeze no field has a level.
    assert order() == plain
    make_ranking_settings(field_smoothing=1.0)
    freeze_levels(NOW)
    take_snapshots(NOW + MINUTE)
    balanced = order()
    assert balanced == [quiet, *plain[:-1]]
    assert read_page("week", None, 10).paper_ids == plain


def test_the_order_stays_between_two_freezes_whatever_the_time() -> None:
    two_fields()
    freeze_levels(NOW)
    take_snapshots(NOW + MINUTE)
    before = order()
    assert take_snapshots(NOW + timedelta(days=4000)) == 0
    assert order() == before


def bulk(numbers: list[tuple[int | None, float]]) -> dict[int, tuple[int | None, float]]:
    """Trending papers with these tags and h, written as the refresh would; by their ids."""
    keys = [make_key() for _ in numbers]
    papers = Paper.objects.bulk_create(
        Paper(key=key, title=key, title_text=key, title_html=key, listed_at=NOW, primary_tag_id=tag)
        for key, (tag, _h) in zip(keys, numbers, strict=True)
    )
    PaperHeat.objects.bulk_create(
        PaperHeat(
            paper=paper, h_now=h, h_week=h, h_month=h, upvotes=2, weight=2.0, listed_at=NOW,
            primary_tag_id=tag, visible=True, trending=True,
        )
        for paper, (tag, h) in zip(papers, numbers, strict=True)
    )  # fmt: skip
    return {paper.pk: number for paper, number in zip(papers, numbers, strict=True)}


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(
    sizes=st.lists(st.integers(0, 12), min_size=1, max_size=8),
    untagged=st.integers(0, 5),
    smoothing=st.sampled_from([0.0, 0.5, 20.0]),
    kept=st.sampled_from([1, 5, 20, 1000]),
    random=st.randoms(use_true_random=False),
)
def test_merging_the_fields_is_sorting_all_papers_by_what_is_above_their_level(
    sizes: list[int],
    untagged: int,
    smoothing: float,
    kept: int,
    random: Random,
    settings: Settings,
) -> None:
    forget_everything()
    settings.RANKING = {**settings.RANKING, "snapshot_size": kept}
    make_ranking_settings(field_smoothing=smoothing)
    tags = Tag.objects.filter(scheme="arxiv", children=None).order_by("pk")[: len(sizes)]
    fields = [(tag.pk, size) for tag, size in zip(tags, sizes, strict=True)] + [(None, untagged)]
    # Few values, so that there are ties.
    papers = bulk(
        [(tag, random.randint(1000, 1006) / 2) for tag, size in fields for _ in range(size)]
    )
    freeze_levels(NOW)
    take_snapshots(NOW)

    def place(pk: int) -> tuple[float, int]:
        tag, h = papers[pk]
        return -(h - level_for("week", tag)), pk

    wanted = sorted(papers, key=place)[:kept]
    stored = RankingSnapshot.objects.filter(window="week", balance=Balance.FIELDS)
    assert [snapshot.paper_ids for snapshot in stored] == ([wanted] if wanted else [])
