"""Dates as people and programs write them in bibliographies. Pure.

What is not sure is left out: 03/04/2015 may be in March or April, so only its year is taken. Of a
range the beginning is taken.
"""

import calendar
import re
from collections.abc import Iterator

from papers.sources.bibliography import PartialDate
from papers.sources.cleaning import is_plausible_year

_MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
_MONTH = rf"({'|'.join(sorted(_MONTHS, key=len, reverse=True))})\b\.?"
_YEAR = r"(?<![0-9])([12][0-9]{3})(?![0-9])"

# 2016-05-21, 2016/5, 2016.05.21T10:00, 1948/07//, 2007///
_YEAR_FIRST = re.compile(rf"{_YEAR}[-/.]([0-9]{{1,2}})(?![0-9])(?:[-/.]([0-9]{{1,2}})(?![0-9]))?")
_COMPACT = re.compile(r"(?<![0-9])([12][0-9]{3})([01][0-9])([0-3][0-9])(?![0-9])")
# 21/5/2016 or 5/21/2016
_YEAR_LAST = re.compile(rf"(?<![0-9])([0-9]{{1,2}})[/.-]([0-9]{{1,2}})[/.-]{_YEAR}")
# 5/2016
_MONTH_YEAR = re.compile(rf"(?<![0-9/])([0-9]{{1,2}})[/.-]{_YEAR}")
# 4-8 Aug. 2020, 1st September 1978, July-October 1985
_DAY_MONTH = re.compile(
    rf"(?:([0-9]{{1,2}})(?:st|nd|rd|th)?(?:\s*[-\u2013/]\s*[0-9]{{1,2}})?\.?\s+)?\b{_MONTH}"
    rf"(?:\s*[-\u2013/]\s*(?:[0-9]{{1,2}}\.?\s+)?[a-z]+\.?)?,?\s*{_YEAR}",
    re.IGNORECASE,
)
# September 1, 1978
_MONTH_DAY = re.compile(
    rf"\b{_MONTH}\s+([0-9]{{1,2}})(?:st|nd|rd|th)?(?:\s*[-\u2013]\s*[0-9]{{1,2}})?,?\s+{_YEAR}",
    re.IGNORECASE,
)
# 2016 May 21, 2016-Sep-03
_YEAR_MONTH = re.compile(
    rf"{_YEAR}[\s,/-]+{_MONTH}(?:[\s/-]+([0-9]{{1,2}})(?![0-9]))?", re.IGNORECASE
)


def partial_date(year: int, month: int | None = None, day: int | None = None) -> PartialDate | None:
    """Return the date as far as it can be one: year, month, day. None for an impossible year."""
    if not is_plausible_year(year):
        return None
    if month is None or not 1 <= month <= 12:
        return PartialDate(year)
    if day is None or not 1 <= day <= calendar.monthrange(year, month)[1]:
        return PartialDate(year, month)
    return PartialDate(year, month, day)


def read_date(text: str) -> PartialDate | None:
    """Return the first date that a text names, as precisely as it is sure; None for no year."""
    text = text.strip()[:200]
    named = (partial_date(int(year)) for year in re.findall(_YEAR, text))
    first = next((date for date in named if date), None)
    dates = [
        date for date in _candidates(text) if date and (first is None or date.year == first.year)
    ]
    return max(dates, key=_precision, default=first)


def _precision(date: PartialDate) -> int:
    return (date.month is not None) + (date.day is not None)


def _candidates(text: str) -> Iterator[PartialDate | None]:
    if found := _YEAR_FIRST.search(text):
        yield partial_date(int(found[1]), int(found[2]), int(found[3]) if found[3] else None)
    if found := _COMPACT.search(text):
        yield partial_date(*map(int, found.groups()))
    if found := _YEAR_LAST.search(text):
        yield _day_and_month(int(found[1]), int(found[2]), int(found[3]))
    elif found := _MONTH_YEAR.search(text):
        yield partial_date(int(found[2]), int(found[1]))
    if found := _DAY_MONTH.search(text):
        day = int(found[1]) if found[1] else None
        yield partial_date(int(found[3]), _MONTHS[found[2].lower()], day)
    if found := _MONTH_DAY.search(text):
        yield partial_date(int(found[3]), _MONTHS[found[1].lower()], int(found[2]))
    if found := _YEAR_MONTH.search(text):
        day = int(found[3]) if found[3] else None
        yield partial_date(int(found[1]), _MONTHS[found[2].lower()], day)


def _day_and_month(first: int, second: int, year: int) -> PartialDate | None:
    """Read 21/5/2016 and 5/21/2016, of which only one order can be meant."""
    if first == second or second > 12:
        return partial_date(year, first, second)
    if first > 12:
        return partial_date(year, second, first)
    return partial_date(year)
