"""The arithmetic of the benchmarks. How fast anything is, is no matter for a test."""

from collections.abc import Callable, Iterator
from itertools import count

import pytest

from tests.bench.measure import (
    MORE_ROUNDS,
    ROUNDS,
    WARM_UP,
    Finding,
    compare,
    in_turns,
    percentile,
    table,
    time_within,
    verdict,
)
from tests.bench.words import Writer, made_up, zipf


def always(seconds: float) -> Callable[[], float]:
    return lambda: seconds


def after(first: Iterator[float], calls: int, then: float) -> Callable[[], float]:
    """A subject that settles down after so many calls."""
    numbers = count()
    return lambda: next(first) if next(numbers) < calls else then


def finding(value: float, bar: float | None = 1.3, unit: str = "x") -> Finding:
    return Finding("library", "as it opens", "13.0 against 10.0 ms", value, unit, bar)


def test_subjects_take_turns_and_the_first_rounds_do_not_count() -> None:
    asked: list[str] = []

    def subject(name: str) -> Callable[[], float]:
        def measure() -> float:
            asked.append(name)
            return float(len(asked))

        return measure

    samples = in_turns([subject("a"), subject("b")], rounds=2)
    assert "".join(asked) == "ba" + "ab" + "ba" + "ab" + "ba"
    assert samples == [[7.0, 10.0], [8.0, 9.0]]


@pytest.mark.parametrize(
    ("share", "value"), [(0.01, 1), (0.5, 10), (0.51, 11), (0.95, 19), (0.96, 20), (1, 20)]
)
def test_a_percentile_is_a_sample_that_this_share_does_not_exceed(share: float, value: int) -> None:
    assert percentile(range(20, 0, -1), share) == value


def test_a_comparison_is_the_ratio_of_medians_whatever_a_few_samples_say() -> None:
    disturbed = after(iter([9.0] * (WARM_UP + 5)), WARM_UP + 5, then=0.012)
    found = compare("library", "as it opens", always(0.010), disturbed, bar=1.3)
    assert round(found.value, 6) == 1.2
    assert found.figures == "12.0 against 10.0 ms"
    assert not found.is_missed


def test_a_bar_that_is_missed_is_measured_again_before_it_is_believed() -> None:
    calls = WARM_UP + ROUNDS
    found = compare(
        "library", "as it opens", always(1.0), after(iter([9.0] * calls), calls, then=1.1), bar=1.3
    )
    assert round(found.value, 6) == 1.1
    slow = count()
    again = compare("library", "as it opens", always(1.0), lambda: 2.0 + 0 * next(slow), bar=1.3)
    assert again.is_missed
    assert next(slow) == WARM_UP + ROUNDS + WARM_UP + MORE_ROUNDS


def test_times_are_held_against_their_95th_percentile_in_milliseconds() -> None:
    found = time_within("search", "one word", [always(0.1)] * 19 + [always(0.3)], bar=150.0)
    assert (found.value, found.is_missed) == (100.0, False)
    found = time_within("search", "one word", [always(0.1)] * 9 + [always(0.3)], bar=150.0)
    assert (found.value, found.is_missed) == (300.0, True)
    assert found.figures == "p50 100.0, p95 300.0 ms"


@pytest.mark.parametrize(
    ("value", "bar", "missed"),
    [
        (1.3, 1.3, False),
        (1.304, 1.3, False),
        (1.306, 1.3, True),
        (99.0, None, False),
        (float("nan"), 1.3, True),
    ],
)
def test_a_bar_is_missed_by_what_shows_in_the_table(
    value: float, bar: float | None, missed: bool
) -> None:
    assert finding(value, bar).is_missed is missed


def test_the_table_has_a_line_for_each_finding_and_says_which_bars_are_missed() -> None:
    found = [finding(1.21), finding(1.5), finding(140.2, bar=None, unit="ms")]
    assert table(found).splitlines() == [
        "bench    case         measured              value   bar",
        "-------  -----------  --------------------  ------  ---------  ------",
        "library  as it opens  13.0 against 10.0 ms  1.21 x  <= 1.30 x  met",
        "library  as it opens  13.0 against 10.0 ms  1.50 x  <= 1.30 x  MISSED",
        "library  as it opens  13.0 against 10.0 ms  140 ms",
    ]
    assert verdict(found) == "MISSED 1 of 2 bars: library: as it opens"
    assert verdict(found[:1]) == "All 1 bars are met."


def test_texts_are_the_same_in_every_run_and_words_follow_zipfs_law() -> None:
    one, other = Writer(seed=1), Writer(seed=1)
    assert [one.title(), one.abstract(), one.author()] == [
        other.title(),
        other.abstract(),
        other.author(),
    ]
    assert Writer(seed=2).title() != Writer(seed=1).title()
    assert len(set(made_up(500, "words"))) == 500
    assert zipf(3) == [1, 1.5, pytest.approx(1.8333, abs=1e-4)]
    written = Writer(seed=1).text(20_000)
    common, rarer = (written.count(one.words[rank]) for rank in (0, 9))
    assert common > 5 * rarer > 0
