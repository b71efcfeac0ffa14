"""Days, ISO weeks and months of the calendar, all in UTC. Pure: no Django, no database.

In addresses a day is 2025-03-11, a week 2025-W11, a month 2025-03.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal, Self, get_args

Kind = Literal["day", "week", "month"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)

# Votes count for a period until so long after its end, so that its last papers get their day.
CLOSES_AFTER: Final = timedelta(hours=24)

# The shapes of the slugs; what has one may still be no period, such as 2025-02-30 or 2025-W53.
SLUG_PATTERNS: Final[dict[Kind, str]] = {
    "day": r"[0-9]{4}-[0-9]{2}-[0-9]{2}",
    "week": r"[0-9]{4}-W[0-9]{2}",
    "month": r"[0-9]{4}-[0-9]{2}",
}
_DAYS_OF_WEEK = 7
_MONTHS_OF_YEAR = 12


@dataclass(frozen=True, slots=True)
class CalendarPeriod:
    """A day, an ISO week (Monday to Sunday) or a month, by its kind and its first day.

    Make one by `containing` or `parse`; the calendar goes from year 1 to year 9999, and both
    refuse what reaches beyond it.
    """

    kind: Kind
    start: date

    @classmethod
    def containing(cls, kind: Kind, day: date) -> Self:
        """The period of this kind that `day` lies in."""
        if kind == "week":
            return cls(kind, day - timedelta(days=day.weekday()))
        return cls(kind, day.replace(day=1) if kind == "month" else day)

    @classmethod
    def parse(cls, kind: Kind, slug: str) -> Self:
        """The period that a slug names. Raises ValueError when it names none."""
        if re.fullmatch(SLUG_PATTERNS[kind], slug) is None:
            raise ValueError(f"not a {kind}: {slug!r}")
        if kind == "week":
            start = date.fromisocalendar(int(slug[:4]), int(slug[-2:]), 1)
        else:
            start = date.fromisoformat(slug if kind == "day" else f"{slug}-01")
        period = cls(kind, start)
        if period.is_at_the_edge:
            raise ValueError(f"too near to the end of the calendar: {slug!r}")
        return period

    @property
    def slug(self) -> str:
        if self.kind == "week":
            year, week, _weekday = self.start.isocalendar()
            return f"{year:04d}-W{week:02d}"
        return self.start.isoformat()[: 7 if self.kind == "month" else 10]

    @property
    def last(self) -> date:
        """The last day of the period."""
        if self.kind == "day":
            return self.start
        if self.kind == "week":
            return self.start + timedelta(days=_DAYS_OF_WEEK - 1)
        return self.shifted(1).start - timedelta(days=1)

    @property
    def begins_at(self) -> datetime:
        return datetime.combine(self.start, time(), UTC)

    @property
    def ends_at(self) -> datetime:
        """The first instant after the period."""
        return datetime.combine(self.last, time(), UTC) + timedelta(days=1)

    @property
    def closes_at(self) -> datetime:
        """Votes cast before this instant decide the final ranks."""
        return self.ends_at + CLOSES_AFTER

    @property
    def is_at_the_edge(self) -> bool:
        """Whether it ends, or would close, when the calendar is over."""
        return self.start > date.max - timedelta(days=40)

    @property
    def previous(self) -> Self:
        """The period before. Raises OverflowError at the beginning of the calendar."""
        return self.shifted(-1)

    @property
    def next(self) -> Self:
        return self.shifted(1)

    def shifted(self, by: int) -> Self:
        """The period so many of its kind later, or earlier. Raises OverflowError beyond years."""
        if self.kind == "month":
            months = self.start.year * _MONTHS_OF_YEAR + self.start.month - 1 + by
            year, month = divmod(months, _MONTHS_OF_YEAR)
            if not date.min.year <= year <= date.max.year:
                raise OverflowError("month out of range")
            return type(self)(self.kind, date(year, month + 1, 1))
        days = by * (_DAYS_OF_WEEK if self.kind == "week" else 1)
        return type(self)(self.kind, self.start + timedelta(days=days))

    def contains(self, day: date) -> bool:
        return self.start <= day <= self.last

    def has_begun(self, today: date) -> bool:
        return self.start <= today

    def until(self, last: Self) -> list[Self]:
        """This period and those after it of its kind, `last` included."""
        found = [self]
        while found[-1].start < last.start:
            found.append(found[-1].next)
        return found


def parse_day(text: str) -> date:
    """The day of the calendar that is written so. Raises ValueError when it is none."""
    if re.fullmatch(SLUG_PATTERNS["day"], text) is None:
        raise ValueError(f"not a day: {text!r}")
    return date.fromisoformat(text)


def neighbourhood(
    period: CalendarPeriod, today: date, *, size: int, ahead: int
) -> list[CalendarPeriod]:
    """`size` periods of the same kind around `period`, in order.

    At most `ahead` of them come after it, fewer where they would begin after `today`. Near the
    beginning of the calendar there are fewer than `size`.
    """
    current = CalendarPeriod.containing(period.kind, today)
    last = period.shifted(ahead) if period.start <= current.start else period
    if last.start > current.start >= period.start:
        last = current
    first = last
    for _ in range(size - 1):
        try:
            first = first.previous
        except OverflowError:
            break
    return first.until(last)
