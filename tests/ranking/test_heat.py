"""The trending formula, by itself."""

import math
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.ranking.heat import EPOCH, HeatParameters, heat_at, heat_log2

HOUR = timedelta(hours=1)
NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
WEEK = HeatParameters(half_life=36 * 3600, mix=0.5, prior=0.25)
UNMIXED = HeatParameters(half_life=36 * 3600, mix=0.0, prior=0.25)
LISTING_ONLY = HeatParameters(half_life=36 * 3600, mix=1.0, prior=0.25)

Votes = list[tuple[datetime, float]]

moments = st.integers(0, 20 * 365 * 24 * 3600).map(lambda second: NOW - timedelta(seconds=second))
weights = st.one_of(st.just(0.0), st.just(1.0), st.floats(0.01, 1))
votes = st.lists(st.tuples(moments, weights), max_size=30)
windows = st.sampled_from([12, 36, 120]).map(
    lambda hours: HeatParameters(half_life=hours * 3600.0, mix=0.5, prior=0.25)
)


def heat(listed_at: datetime, cast: Votes, parameters: HeatParameters, now: datetime) -> float:
    return heat_at(heat_log2(listed_at, cast, parameters, now=now), now, parameters)


def test_a_paper_just_listed_weighs_its_prior() -> None:
    assert heat(NOW, [], WEEK, NOW) == pytest.approx(0.25)


def test_votes_cast_at_the_listing_add_their_weights() -> None:
    assert heat(NOW, [(NOW, 1), (NOW, 0.5)], WEEK, NOW) == pytest.approx(0.25 + 1.5)


def test_heat_halves_in_one_half_life() -> None:
    h = heat_log2(NOW, [(NOW, 1)], WEEK, now=NOW)
    assert heat_at(h, NOW + 36 * HOUR, WEEK) == pytest.approx(heat_at(h, NOW, WEEK) / 2)


@pytest.mark.parametrize(
    ("parameters", "age_of_vote"), [(UNMIXED, 24), (WEEK, 48), (LISTING_ONLY, 72)]
)
def test_the_mix_draws_a_vote_towards_the_listing(
    parameters: HeatParameters, age_of_vote: int
) -> None:
    listed_at, cast_at = NOW - 72 * HOUR, NOW - 24 * HOUR
    expected = 0.25 * 2 ** (-72 / 36) + 2 ** (-age_of_vote / 36)
    assert heat(listed_at, [(cast_at, 1)], parameters, NOW) == pytest.approx(expected)


def test_what_is_stored_is_in_half_lives_since_the_epoch() -> None:
    parameters = HeatParameters(half_life=3600, mix=0.5, prior=1)
    assert heat_log2(EPOCH + 5 * HOUR, [], parameters, now=NOW) == pytest.approx(5)


@given(moments, votes, windows)
def test_votes_of_no_weight_change_nothing(
    listed_at: datetime, cast: Votes, parameters: HeatParameters
) -> None:
    eligible = [vote for vote in cast if vote[1] > 0]
    assert heat_log2(listed_at, cast, parameters, now=NOW) == heat_log2(
        listed_at, eligible, parameters, now=NOW
    )


@given(moments, votes, windows, st.randoms(use_true_random=False))
def test_the_order_of_votes_does_not_matter(
    listed_at: datetime, cast: Votes, parameters: HeatParameters, random: Random
) -> None:
    shuffled = random.sample(cast, len(cast))
    assert heat_log2(listed_at, cast, parameters, now=NOW) == heat_log2(
        listed_at, shuffled, parameters, now=NOW
    )


@given(moments, votes, moments, windows)
def test_one_more_vote_never_cools(
    listed_at: datetime, cast: Votes, cast_at: datetime, parameters: HeatParameters
) -> None:
    before = heat_log2(listed_at, cast, parameters, now=NOW)
    assert heat_log2(listed_at, [*cast, (cast_at, 1.0)], parameters, now=NOW) >= before


@given(moments, votes, moments, votes, windows, st.integers(0, 20 * 365 * 24))
def test_time_alone_changes_no_order(
    listed_at: datetime,
    cast: Votes,
    other_listed_at: datetime,
    other_cast: Votes,
    parameters: HeatParameters,
    hours: int,
) -> None:
    h = heat_log2(listed_at, cast, parameters, now=NOW)
    other_h = heat_log2(other_listed_at, other_cast, parameters, now=NOW)
    later = NOW + hours * HOUR
    assert heat_log2(listed_at, cast, parameters, now=later) == h
    if h >= other_h:
        assert heat_at(h, later, parameters) >= heat_at(other_h, later, parameters)
    if abs(h - other_h) < 800 and heat_at(min(h, other_h), later, parameters) > 2**-900:
        ratio = heat_at(h, later, parameters) / heat_at(other_h, later, parameters)
        assert math.log2(ratio) == pytest.approx(h - other_h, abs=1e-6)


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=365 * 30)), votes, windows)
def test_a_time_in_the_future_counts_as_now(
    ahead: timedelta, cast: Votes, parameters: HeatParameters
) -> None:
    assert heat_log2(NOW + ahead, cast, parameters, now=NOW) == heat_log2(
        NOW, cast, parameters, now=NOW
    )
    assert heat_log2(NOW, [*cast, (NOW + ahead, 1)], parameters, now=NOW) == heat_log2(
        NOW, [*cast, (NOW, 1)], parameters, now=NOW
    )


instants = st.datetimes(timezones=st.just(UTC))


@given(instants, st.lists(st.tuples(instants, weights)), instants, windows)
def test_no_date_leaves_the_range_of_numbers(
    listed_at: datetime, cast: Votes, now: datetime, parameters: HeatParameters
) -> None:
    h = heat_log2(listed_at, cast, parameters, now=now)
    assert math.isfinite(h)
    assert 0 < heat_at(h, now, parameters) < math.inf


def test_old_votes_vanish_beside_new_ones_and_break_nothing() -> None:
    parameters = HeatParameters(half_life=12 * 3600, mix=0.0, prior=0.25)
    listed_at = NOW - timedelta(days=20 * 365)
    # 14,600 half-lives apart: far more than the exponents of a float.
    cast: Votes = [(listed_at, 1.0)] * 20_000 + [(NOW, 1.0)] * 3
    assert heat(listed_at, cast, parameters, NOW) == pytest.approx(3)
    assert heat(listed_at, cast[:20_000], parameters, NOW) == 2.0**-900


@pytest.mark.parametrize(
    ("numbers", "complaint"),
    [
        ((0, 0.5, 0.25), "half-life"),
        ((math.inf, 0.5, 0.25), "half-life"),
        ((math.nan, 0.5, 0.25), "half-life"),
        ((3600, -0.1, 0.25), "mix"),
        ((3600, 1.1, 0.25), "mix"),
        ((3600, 0.5, 0), "prior"),
        ((3600, 0.5, math.nan), "prior"),
    ],
)
def test_numbers_that_make_no_ranking_are_refused(
    numbers: tuple[float, float, float], complaint: str
) -> None:
    half_life, mix, prior = numbers
    with pytest.raises(ValueError, match=complaint):
        HeatParameters(half_life=half_life, mix=mix, prior=prior)
