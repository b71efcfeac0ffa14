"""Intervals by bootstrap: the same for the same values, as wide as the values are spread."""

from random import Random

import pytest

from tests.simulation.intervals import difference, estimate


def test_an_interval_holds_the_mean_and_is_the_same_each_time() -> None:
    each = estimate([1.0, 2.0, 3.0, 10.0])
    assert each == estimate([1.0, 2.0, 3.0, 10.0])
    assert each.mean == 4.0
    assert 1.0 <= each.low < each.mean < each.high <= 10.0


def test_equal_values_leave_no_doubt() -> None:
    each = estimate([0.5] * 20)
    assert (each.low, each.mean, each.high) == (0.5, 0.5, 0.5)


def test_about_95_of_100_intervals_hold_the_true_mean() -> None:
    random = Random("coverage")
    held = 0
    for _ in range(12):
        each = estimate([random.gauss(3, 1) for _ in range(20)])
        held += each.low <= 3 <= each.high
    assert 10 <= held <= 12


def test_a_difference_is_taken_seed_by_seed() -> None:
    # Far apart from seed to seed, always one more.
    each = difference([1.0, 11.0, 101.0], [0.0, 10.0, 100.0])
    assert (each.low, each.mean, each.high) == (1.0, 1.0, 1.0)
    with pytest.raises(ValueError, match="longer"):
        difference([1.0], [1.0, 2.0])


def test_no_value_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        estimate([])
