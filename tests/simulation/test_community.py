"""The simulated community: the same for the same seed, and as its numbers say."""

import math
from pathlib import Path
from random import Random
from statistics import fmean

import pytest

from tests.simulation.community import (
    FIELDS,
    RING_ACCOUNTS,
    STEP,
    Community,
    Run,
    age_weight,
    make_papers,
    poisson,
    run,
    visits_in_step,
)
from tests.simulation.contenders import WEEK
from tests.simulation.rankings import Offprint, RedditHot
from tests.simulation.small import small_world


def test_a_seed_gives_the_same_run_and_another_seed_another(tmp_path: Path) -> None:
    observed = small_world(tmp_path)

    def simulated(seed: int) -> Run:
        return run(seed, observed, Offprint(WEEK), days=1)

    once, again, another = simulated(3), simulated(3), simulated(4)
    assert (once.record, once.upvoted) == (again.record, again.upvoted)
    assert once.upvoted != another.upvoted


def test_all_rankings_are_given_the_same_papers(tmp_path: Path) -> None:
    observed = small_world(tmp_path)
    one = run(5, observed, Offprint(WEEK), days=1).record
    other = run(5, observed, RedditHot({"tenfold": 12.5}), days=1).record
    assert one.papers == other.papers
    assert one.pages != other.pages


def test_papers_come_in_order_on_working_days(tmp_path: Path) -> None:
    papers = make_papers(1, small_world(tmp_path), days=14)
    assert [paper.number for paper in papers] == list(range(len(papers)))
    assert papers == sorted(papers, key=lambda paper: paper.listed)
    ordinary = [paper for paper in papers if not paper.ring]
    assert {paper.listed // 24 % 7 for paper in ordinary} == {0, 1, 2, 3, 4}
    # The file's days have two or three papers, and four of them make a day.
    assert 10 * 4 * 2 <= len(ordinary) <= 10 * 4 * 3
    assert {math.floor(paper.listed % 24) for paper in ordinary} <= {1, 2, 3, 4}


def test_a_tenth_of_the_papers_is_good_and_those_of_rings_are_not(tmp_path: Path) -> None:
    papers = make_papers(1, small_world(tmp_path), days=140)
    good = [paper for paper in papers if paper.is_good]
    assert fmean(paper.is_good for paper in papers) == pytest.approx(0.1, abs=0.01)
    assert min(p.appeal for p in good) >= max(p.appeal for p in papers if not p.is_good)
    assert {paper.ring for paper in good} == {""}
    assert {paper.ring for paper in papers} == {"", "fresh", "aged"}


def test_more_appeal_brings_more_upvotes(tmp_path: Path) -> None:
    ran = run(1, small_world(tmp_path), RedditHot({"tenfold": 12.5}), days=3)
    by_appeal = sorted((p for p in ran.record.papers if not p.ring), key=lambda p: p.appeal)
    counts = [len(ran.upvoted[paper.number]) for paper in by_appeal]
    half = len(counts) // 2
    assert fmean(counts[half:]) > 2 * fmean(counts[:half])


def test_upvotes_are_counted_up_to_an_age(tmp_path: Path) -> None:
    ran = run(1, small_world(tmp_path), RedditHot({"tenfold": 12.5}), days=1)
    assert sum(ran.counts_at(0)) == 0 < sum(ran.counts_at(7)) < sum(ran.counts_at(1000))
    assert all(factor >= 1 for factor in ran.growth())


def test_a_ring_upvotes_within_the_hour_that_begins_an_hour_after_the_listing(
    tmp_path: Path,
) -> None:
    papers = make_papers(1, small_world(tmp_path), days=4)
    told: list[tuple[int, float, float]] = []

    class Listening(RedditHot):
        def upvote(self, number: int, at: float, weight: float) -> None:
            told.append((number, at, weight))

    community = Community(1, papers, Listening({"tenfold": 12.5}))
    for step in range(int(4 * 24 / STEP)):
        community.live(step * STEP)
    for paper in papers:
        if paper.ring:
            natural = set(community.upvoted[paper.number])
            pushed = [(at, w) for n, at, w in told if n == paper.number and at not in natural]
            assert len(pushed) == RING_ACCOUNTS
            assert all(1 <= at - paper.listed <= 2 for at, _ in pushed)
            assert {weight for _, weight in pushed} == {0.25 if paper.ring == "fresh" else 1.0}


def test_the_age_of_an_account_raises_its_weight_for_a_week() -> None:
    assert [age_weight(days) for days in (0, 3.5, 7, 400)] == [0.25, 0.625, 1.0, 1.0]


def test_visits_follow_the_day_and_the_week() -> None:
    day = [visits_in_step(step * STEP) for step in range(48)]
    assert sum(day) == pytest.approx(20_000)
    assert max(day) == day[16]
    assert sum(visits_in_step(5 * 24 + step * STEP) for step in range(48)) == pytest.approx(10_000)


@pytest.mark.parametrize("mean", [0.0, 0.3, 20.0])
def test_draws_have_their_mean_and_their_variance(mean: float) -> None:
    random = Random("poisson")
    drawn = [poisson(mean, random) for _ in range(4000)]
    assert fmean(drawn) == pytest.approx(mean, abs=0.3)
    assert fmean((each - mean) ** 2 for each in drawn) == pytest.approx(mean, rel=0.1, abs=0.05)


def test_the_fields_share_out_papers_and_readers() -> None:
    assert sum(papers for papers, _ in FIELDS) == pytest.approx(1)
    assert sum(readers for _, readers in FIELDS) == pytest.approx(1)
