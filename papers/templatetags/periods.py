"""Names and addresses of days, weeks and months, and the places that papers had in them."""

from datetime import date
from typing import NamedTuple

from django import template
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from papers.models import Paper
from papers.periods import CalendarPeriod, Kind

register = template.Library()

ROUTES: dict[Kind, str] = {
    "day": "papers:daily",
    "week": "papers:weekly",
    "month": "papers:monthly",
}


class Badge(NamedTuple):
    """A paper's place in a closed period."""

    rank: int
    period: CalendarPeriod


@register.filter
def period_url(period: CalendarPeriod) -> str:
    return reverse(ROUTES[period.kind], args=[period])


@register.filter
def period_name(period: CalendarPeriod) -> str:
    """“11 March 2025”, “week 11 of 2025”, “March 2025”."""
    if period.kind == "day":
        return date_format(period.start, "j F Y")
    if period.kind == "month":
        return date_format(period.start, "F Y")
    year, week, _weekday = period.start.isocalendar()
    return _("week %(week)d of %(year)d") % {"week": week, "year": year}


@register.filter
def period_short_name(period: CalendarPeriod) -> str:
    """“11 Mar 2025”, “Week 11, 2025”, “Mar 2025”, for links beside others of their kind."""
    if period.kind == "day":
        return date_format(period.start, "j M Y")
    if period.kind == "month":
        return date_format(period.start, "M Y")
    year, week, _weekday = period.start.isocalendar()
    return _("Week %(week)d, %(year)d") % {"week": week, "year": year}


@register.filter
def period_mark(period: CalendarPeriod) -> str:
    """What stands under a bar of the strip; the first of a month or year names it instead."""
    if period.kind == "week":
        year, week, _weekday = period.start.isocalendar()
        return str(year if week == 1 else week)
    if period.kind == "month":
        return date_format(period.start, "Y" if period.start.month == 1 else "M")
    return date_format(period.start, "M" if period.start.day == 1 else "j")


@register.filter
def period_days(period: CalendarPeriod) -> str:
    """The days of a week, with no more months and years than it needs."""
    first, last = period.start, period.last
    end = date_format(last, "j F Y")
    if first.year != last.year:
        return f"{date_format(first, 'j F Y')} \N{EN DASH} {end}"
    if first.month != last.month:
        return f"{date_format(first, 'j F')} \N{EN DASH} {end}"
    return f"{first.day} \N{EN DASH} {end}"


@register.filter
def badges(paper: Paper) -> list[Badge]:
    """The places that the query has annotated, the longest period first."""
    return [
        Badge(
            rank=place["rank"],
            period=CalendarPeriod(place["period"], date.fromisoformat(place["starts_on"])),
        )
        for place in paper.best_places
    ]


@register.simple_tag
def badge_text(badge: Badge) -> str:
    """“#1 paper of the day”."""
    texts = {
        "day": _("#%(rank)d paper of the day"),
        "week": _("#%(rank)d paper of the week"),
        "month": _("#%(rank)d paper of the month"),
    }
    return texts[badge.period.kind] % {"rank": badge.rank}
