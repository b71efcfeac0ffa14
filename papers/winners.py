"""The calendar of winners: who stood first on each day and week of a month, and in the month.

It reads the closed standings alone, so it says what was decided, whatever was upvoted since. The
first who is no longer listed is not replaced by the second: that takes a correction.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from papers.models import Paper, Standing, StandingPlace
from papers.periods import KINDS, CalendarPeriod

# A period that is over and was not closed after so long has nothing to be closed.
CLOSED_WITHIN = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Winner:
    """A paper that stood first, and the upvotes that it did so by; None while they are hidden."""

    paper: Paper
    upvotes: int | None


@dataclass(frozen=True, slots=True)
class Won:
    """A period of the calendar, and who won it."""

    period: CalendarPeriod
    winner: Winner | None
    is_closed: bool
    """Its ranking is final. Without a winner nothing was upvoted, or the first is gone."""
    is_ahead: bool
    """It has not begun yet."""
    is_empty: bool
    """It is over, and nothing was listed in it: there was nothing to close."""

    @property
    def weekday(self) -> int:
        """The weekday that it begins with, 1 for Monday to 7 for Sunday."""
        return self.period.start.isoweekday()


@dataclass(frozen=True, slots=True)
class Week:
    """A week of the calendar, with those of its days that lie in the month."""

    won: Won
    days: list[Won]


@dataclass(frozen=True, slots=True)
class WinnersCalendar:
    """A month, and where one can go from it: to the nearest months in which anything was closed."""

    month: Won
    weeks: list[Week]
    previous: CalendarPeriod | None
    next: CalendarPeriod | None

    @property
    def has_winners(self) -> bool:
        """Whether anything was won in it."""
        return any(week.won.winner or any(day.winner for day in week.days) for week in self.weeks)


def latest_month(today: date) -> CalendarPeriod:
    """Return the month of the last day that is closed, this month where none is."""
    days = Standing.objects.filter(period="day", starts_on__lte=today).order_by("-starts_on")
    newest = days.values_list("starts_on", flat=True).first()
    return CalendarPeriod.containing("month", newest or today)


def winners_of(month: CalendarPeriod, now: datetime) -> WinnersCalendar:
    """Return the calendar of a month that has begun at `now`, in five queries."""
    days = CalendarPeriod("day", month.start).until(CalendarPeriod("day", month.last))
    weeks = _weeks(month)
    closed, winners = _closed_and_won([month, *weeks, *days])

    def won(period: CalendarPeriod) -> Won:
        is_closed = period in closed
        return Won(
            period=period,
            winner=winners.get(period),
            is_closed=is_closed,
            is_ahead=not period.has_begun(now.date()),
            is_empty=not is_closed and period.closes_at + CLOSED_WITHIN <= now,
        )

    standings = Standing.objects.filter(period="day").values_list("starts_on", flat=True)
    before = standings.filter(starts_on__lt=month.start).order_by("-starts_on").first()
    after = standings.filter(starts_on__gt=month.last).order_by("starts_on").first()
    return WinnersCalendar(
        month=won(month),
        weeks=[
            Week(won(week), [won(day) for day in days if week.contains(day.start)])
            for week in weeks
        ],
        previous=CalendarPeriod.containing("month", before) if before else None,
        next=CalendarPeriod.containing("month", after) if after else None,
    )


def _weeks(month: CalendarPeriod) -> list[CalendarPeriod]:
    """The weeks of which a day lies in the month."""
    start = CalendarPeriod.containing("week", month.start)  # 0001-01-01 is a Monday
    return start.until(CalendarPeriod.containing("week", month.last))


def _closed_and_won(
    periods: list[CalendarPeriod],
) -> tuple[set[CalendarPeriod], Mapping[CalendarPeriod, Winner]]:
    """Which of the periods are closed, and who won each; a place without upvotes wins nothing."""
    wanted, starts = set(periods), [period.start for period in periods]
    # By kind too: that is how the index begins.
    near = Standing.objects.filter(period__in=KINDS, starts_on__range=(min(starts), max(starts)))
    standings = {
        standing.pk: standing.calendar_period
        for standing in near
        if standing.calendar_period in wanted
    }
    first = StandingPlace.objects.filter(standing__in=list(standings), rank=1, weight__gt=0)
    places = list(first)
    # What the page of a period no longer shows is not shown here either.
    papers = (
        Paper.objects.in_listings()
        .with_shown_upvotes()
        .only("key", "title_html", "title_text")
        .in_bulk([place.paper_id for place in places])
    )
    winners = {
        standings[place.standing_id]: Winner(
            papers[place.paper_id],
            None if papers[place.paper_id].shown_upvotes is None else place.upvotes,
        )
        for place in places
        if place.paper_id in papers
    }
    return set(standings.values()), winners
