"""The archive: the front page as it stood at the end of each day."""

import re
from datetime import timedelta

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.front_orders import FrontOrder
from papers.periods import CalendarPeriod, parse_day
from papers.ranking.archive import read_day
from papers.views.front import PAGE_SIZE, ranked_rows, rows_by_paper
from papers.views.periods import today

PLACE = re.compile(r"[1-9][0-9]{0,8}", re.ASCII)


@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    """To the day `on`, at most to yesterday, which is the last that is over; there without one."""
    order = FrontOrder.chosen(request.path, request.GET)
    on = request.GET.get("on")
    last = today() - timedelta(days=1)
    try:
        day = min(parse_day(on), last) if on else last
    except ValueError as error:
        raise SuspiciousOperation(_("This is not a date: write it like 2025-03-11.")) from error
    return redirect(reverse("papers:archive", args=[day]) + order.query)


@require_safe
def show(request: HttpRequest, period: CalendarPeriod) -> HttpResponse:
    """The papers that trended when the day ended, in the order of then."""
    if period.start >= today():
        raise Http404(_("This day is not over yet. The front page shows the order of now."))
    order = FrontOrder.chosen(request.path, request.GET)
    after = request.GET.get("after", "")
    if after and PLACE.fullmatch(after) is None:
        raise SuspiciousOperation(_("This is not a place in the ranking."))
    page = read_day(
        period.start, order.window, order.balance, offset=int(after or 0), size=PAGE_SIZE
    )
    rows = rows_by_paper(request.user, page.paper_ids)
    context = {
        "day": period,
        "earlier": _other(period, -1) if page.taken_at else None,
        "later": _other(period, 1),
        "last": CalendarPeriod("day", today()).previous,
        "order": order,
        "page": page,
        "trending": ranked_rows(page.paper_ids, rows, beyond=page.offset),
        "next_url": order.page_url(str(page.next_offset)) if page.next_offset else "",
    }
    return render(request, "papers/archive.html", context)


def _other(day: CalendarPeriod, by: int) -> CalendarPeriod | None:
    """The day so many later; None where the archive has none."""
    try:
        other = day.shifted(by)
    except OverflowError:
        return None
    return other if other.start < today() else None
