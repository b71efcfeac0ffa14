"""Days, ISO weeks and months as pure arithmetic."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.periods import KINDS, CalendarPeriod, Kind, neighbourhood

kinds = st.sampled_from(KINDS)
days = st.dates(min_value=date(2, 1, 1), max_value=date(9998, 12, 31))


def period(kind: Kind, slug: str) -> CalendarPeriod:
    return CalendarPeriod.parse(kind, slug)


@given(kinds, days)
def test_a_period_contains_the_day_that_it_was_made_of_and_its_slug_names_it(
    kind: Kind, day: date
) -> None:
    made = CalendarPeriod.containing(kind, day)
    assert made.contains(day)
    assert CalendarPeriod.parse(kind, made.slug) == made


@given(kinds, days)
def test_periods_follow_each_other_without_gap_or_overlap(kind: Kind, day: date) -> None:
    made = CalendarPeriod.containing(kind, day)
    assert made.next.start == made.last + timedelta(days=1)
    assert made.next.previous == made
    assert made.ends_at == made.next.begins_at
    assert not made.contains(made.next.start)
    assert not made.contains(made.start - timedelta(days=1))


@pytest.mark.parametrize(
    ("kind", "slug", "first", "last"),
    [
        ("day", "2025-03-11", "2025-03-11", "2025-03-11"),
        ("week", "2025-W11", "2025-03-10", "2025-03-16"),
        ("week", "2025-W01", "2024-12-30", "2025-01-05"),
        ("week", "2020-W53", "2020-12-28", "2021-01-03"),
        ("month", "2025-03", "2025-03-01", "2025-03-31"),
        ("month", "2024-02", "2024-02-01", "2024-02-29"),
        ("month", "2025-12", "2025-12-01", "2025-12-31"),
    ],
)
def test_first_and_last_days(kind: Kind, slug: str, first: str, last: str) -> None:
    made = period(kind, slug)
    assert (made.start.isoformat(), made.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("kind", "slug"),
    [
        ("day", "2025-02-29"),
        ("day", "0000-01-01"),
        ("day", "9999-12-31"),
        ("day", "20250311"),
        ("day", "2025-W11-2"),
        ("day", "\u0662\u0660\u0662\u0665-03-11"),
        ("week", "2025-W00"),
        ("week", "2025-W53"),
        ("week", "2025-W54"),
        ("week", "2025-11"),
        ("week", "2025-w11"),
        ("week", "9999-W52"),
        ("month", "2025-00"),
        ("month", "2025-13"),
        ("month", "2025-3"),
        ("month", "9999-12"),
        ("month", "2025-03\n"),
    ],
)
def test_what_names_no_period_is_refused(kind: Kind, slug: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        period(kind, slug)


def test_a_year_has_the_week_53_only_where_the_calendar_says_so() -> None:
    with_week_53 = []
    for year in range(2015, 2033):
        try:
            with_week_53.append(period("week", f"{year}-W53").start.isocalendar().year)
        except ValueError:
            continue
    assert with_week_53 == [2015, 2020, 2026, 2032]


def test_it_closes_a_day_after_its_end() -> None:
    assert period("day", "2025-03-11").closes_at == datetime(2025, 3, 13, tzinfo=UTC)
    assert period("week", "2025-W11").closes_at == datetime(2025, 3, 18, tzinfo=UTC)
    assert period("month", "2025-03").closes_at == datetime(2025, 4, 2, tzinfo=UTC)


def test_beyond_the_calendar_there_is_nothing() -> None:
    for kind in KINDS:
        first = CalendarPeriod.containing(kind, date.min)
        assert first.start == date.min
        with pytest.raises(OverflowError):
            _ = first.previous


@given(kinds, days, days, st.integers(1, 40), st.integers(0, 10))
def test_a_neighbourhood_holds_the_period_and_ends_no_later_than_now(
    kind: Kind, day: date, other: date, size: int, ahead: int
) -> None:
    shown, today = min(day, other), max(day, other)
    made = CalendarPeriod.containing(kind, shown)
    around = neighbourhood(made, today, size=size + ahead, ahead=ahead)
    assert made in around
    assert len(around) == size + ahead or around[0].start == date.min
    assert around[-1].start <= today
    assert around.index(made) >= len(around) - 1 - ahead
    assert all(left.next == right for left, right in pairwise(around))


def test_a_neighbourhood_at_the_beginning_of_the_calendar_is_shorter() -> None:
    made = period("month", "0001-02")
    around = neighbourhood(made, date(2025, 1, 1), size=5, ahead=2)
    assert [each.slug for each in around] == ["0001-01", "0001-02", "0001-03", "0001-04"]
