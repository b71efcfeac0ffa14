"""The measures on pages made by hand, and that the documentation says what they are."""

import math
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.simulation.metrics import (
    METRICS,
    good_papers_shown,
    measured,
    new_paper_chance,
    overlap,
    ring_curve,
    ring_hours,
    score_of_exposure,
    score_of_overlap,
    score_of_ring_hours,
    small_field_exposure,
)
from tests.simulation.small import paper, record

DOCUMENT = Path(__file__).resolve().parents[2] / "docs/ranking/simulation.md"
WEEKS = 24 * 14


def test_a_good_paper_was_shown_after_an_hour_in_its_first_three_days() -> None:
    good = [replace(paper(number), is_good=True) for number in range(3)]
    pages = [(0, 1), (0,), *[()] * 200, *[(2,)] * 4]
    # The first for an hour, the second for half of one, the third too late.
    shown = good_papers_shown(record([*good, paper(3)], pages, step=0.5))
    assert math.isclose(shown, 1 / 3)


def test_a_paper_without_three_days_to_come_is_not_asked_for() -> None:
    early, late = (replace(paper(n, listed), is_good=True) for n, listed in ((0, 0.0), (1, 30.0)))
    assert good_papers_shown(record([early, late], [(0,)] * 100, step=1.0)) == 1.0


def test_a_new_paper_has_a_day_to_be_shown() -> None:
    papers = [paper(0, 0.0), paper(1, 0.0), paper(2, 0.0, ring="aged")]
    pages = [(0, 2), *[()] * 23, (1,), *[()] * 30]
    assert new_paper_chance(record(papers, pages, step=1.0)) == 0.5


def test_overlap_compares_the_noons() -> None:
    papers = [paper(number) for number in range(4)]
    pages = [(0, 1)] * 13 + [(2, 3)] * 23 + [(1, 2)] * 24 + [(1, 2)] * 24
    # Noons: 0 and 1; then 1 and 2, of which one was there; then the same again.
    assert overlap(record(papers, pages, step=1.0)) == pytest.approx((0.5 + 1.0) / 2)


def test_a_rings_hours_are_counted_in_the_first_week() -> None:
    papers = [paper(0, ring="fresh"), paper(1, ring="aged"), paper(2)]
    pages = [(0, 1, 2)] * 10 + [(1, 2)] * 10 + [(2,)] * 200 + [(0,)] * (WEEKS - 220)
    told = record(papers, pages, step=1.0)
    assert ring_hours(told, "fresh") == 10
    assert ring_hours(told, "aged") == 20
    assert ring_hours(told) == 15
    assert ring_curve(told, [0.0, 10.0, 24.0]) == [1.0, 0.5, 0.0]


def test_exposure_is_the_share_of_places_over_the_share_of_papers() -> None:
    papers = [paper(0), paper(1), paper(2), replace(paper(3), is_small=True), paper(4, ring="aged")]
    # A quarter of the papers, an eighth of the places that are not a ring's.
    told = record(papers, [(0, 1, 4), (0, 1, 4), (0, 1, 4), (0, 3, 4)], step=1.0)
    assert small_field_exposure(told) == 0.5
    assert small_field_exposure(record(papers[:3], [(0,)], step=1.0)) == 0.0


@pytest.mark.parametrize(
    ("value", "score"), [(0, 0), (0.1, 0.5), (0.2, 1), (0.35, 1), (0.5, 1), (0.75, 0.5), (1, 0)]
)
def test_overlap_is_best_within_its_band(value: float, score: float) -> None:
    assert score_of_overlap(value) == pytest.approx(score)


def test_fewer_hours_of_a_ring_and_exposure_at_par_score_more() -> None:
    assert [score_of_ring_hours(hours) for hours in (0, 12, 48, 90)] == [1, 0.75, 0, 0]
    assert [score_of_exposure(value) for value in (0, 0.5, 1, 2)] == [0, 0.5, 1, 0.5]


def test_the_total_is_the_weighted_sum_of_the_scores() -> None:
    assert math.isclose(sum(metric.weight for metric in METRICS), 1)
    papers = [replace(paper(0), is_good=True), paper(1)]
    values = measured(record(papers, [(0,)] * WEEKS, step=1.0))
    # All good papers, no ring, the same page always, no small field, one of two papers.
    assert (values["good"], values["ring"], values["overlap"]) == (1, 0, 1)
    assert math.isclose(values["total"], 0.35 + 0.25 + 0 + 0 + 0.05)


def test_the_documentation_has_each_metric_with_its_weight() -> None:
    rows = re.findall(r"^\| (.+?) \|.*\| ([\d.]+) \|$", DOCUMENT.read_text("utf-8"), re.MULTILINE)
    told = dict(rows)
    assert {m.title: f"{m.weight:.2f}" for m in METRICS}.items() <= told.items()
