"""Around a period: a strip of how busy its neighbours were, and where to go next.

A period is as busy as papers are listed in it by what is known today. The page of a closed one may
show others: a paper that an import has listed on another day since keeps its place there. To count
places, each of them would have to be looked up among the papers, hundreds of thousands for a strip
of months, so the strip says that it counts what was listed.
"""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Final

from django.db.models import Count

from papers.models import Paper
from papers.periods import KINDS, CalendarPeriod, Kind, neighbourhood

# How many periods a strip shows, and how many of them come after the shown one. Days come in whole
# weeks, so these two are weeks.
DAYS_STRIP: Final = (5, 2)
STRIPS: Final[dict[Kind, tuple[int, int]]] = {"week": (24, 8), "month": (18, 6)}
TALLEST: Final = 100


@dataclass(frozen=True, slots=True)
class Bar:
    """A period of the strip."""

    period: CalendarPeriod
    listed: int
    """How many papers were listed in it."""
    height: int
    """0 to 100, the busiest of the strip has 100; at least 1 where papers were."""
    is_shown: bool
    is_ahead: bool
    """It has not begun yet: nothing to go to."""


@dataclass(frozen=True, slots=True)
class Navigator:
    """Where one can go from a period's page."""

    period: CalendarPeriod
    today: date
    bars: list[Bar]
    previous: CalendarPeriod | None
    """The nearest period before that has papers."""
    next: CalendarPeriod | None
    kinds: list[CalendarPeriod]
    """The day, the week and the month that one changes between."""

    @property
    def is_current(self) -> bool:
        return self.period.contains(self.today)


def navigator(period: CalendarPeriod, today: date) -> Navigator:
    """The navigator of a period that has begun, in three queries whatever the number of papers."""
    listed_on = Paper.objects.in_listings().values_list("listed_on", flat=True)
    before = listed_on.filter(listed_on__lt=period.start).order_by("-listed_on").first()
    after = listed_on.filter(listed_on__gt=period.last, listed_on__lte=today)
    following = after.order_by("listed_on").first()
    return Navigator(
        period=period,
        today=today,
        bars=_bars(period, today),
        previous=CalendarPeriod.containing(period.kind, before) if before else None,
        next=CalendarPeriod.containing(period.kind, following) if following else None,
        kinds=[_same_place(period, kind, today) for kind in KINDS],
    )


def _same_place(period: CalendarPeriod, kind: Kind, today: date) -> CalendarPeriod:
    """The period of another kind to change to: where this one ends, or where it is now."""
    return CalendarPeriod.containing(kind, min(period.last, today))


def _bars(period: CalendarPeriod, today: date) -> list[Bar]:
    shown = _strip(period, today)
    counts = _listed_in(shown)
    busiest = max(counts)
    return [
        Bar(
            period=each,
            listed=listed,
            height=ceil(TALLEST * listed / busiest) if listed else 0,
            is_shown=each == period,
            is_ahead=not each.has_begun(today),
        )
        for each, listed in zip(shown, counts, strict=True)
    ]


def _strip(period: CalendarPeriod, today: date) -> list[CalendarPeriod]:
    if period.kind != "day":
        size, ahead = STRIPS[period.kind]
        return neighbourhood(period, today, size=size, ahead=ahead)
    size, ahead = DAYS_STRIP
    week = CalendarPeriod.containing("week", period.start)
    weeks = neighbourhood(week, today, size=size, ahead=ahead)
    return CalendarPeriod("day", weeks[0].start).until(CalendarPeriod("day", weeks[-1].last))


def _listed_in(periods: list[CalendarPeriod]) -> list[int]:
    """How many listed papers each of these consecutive periods has.

    One query, which reads the index of listing days and not the papers.
    """
    starts = [period.start for period in periods]
    counts = [0] * len(periods)
    by_day = (
        Paper.objects.listed_within(periods[0].start, periods[-1].last)
        .order_by()
        .values_list("listed_on")
        .annotate(number=Count("pk"))
    )
    for day, number in by_day:
        counts[bisect_right(starts, day) - 1] += number
    return counts
