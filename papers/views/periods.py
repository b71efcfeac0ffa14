"""Pages of days, weeks and months: the papers listed in each."""

from datetime import date

from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers import listing_pages, viewer
from papers.corrections import corrections_of
from papers.models import Paper
from papers.period_strip import navigator
from papers.periods import CalendarPeriod, Kind
from papers.querysets import STATES_FOR_STRANGERS, Place
from papers.templatetags.periods import period_url

PAGE_SIZE = 100


@require_safe
def latest(request: HttpRequest, kind: Kind) -> HttpResponse:
    """To the period that the day `on` lies in; without one to the latest that has papers."""
    if on := request.GET.get("on"):
        return redirect(period_url(CalendarPeriod.containing(kind, day_of(on))))
    days = Paper.objects.in_listings().order_by("-listed_on").values_list("listed_on", flat=True)
    newest = days.filter(listed_on__lte=today()).first() or today()
    return redirect(period_url(CalendarPeriod.containing(kind, newest)))


@require_safe
def show(request: HttpRequest, period: CalendarPeriod) -> HttpResponse:
    if not period.has_begun(today()):
        raise Http404(_("This time has not come yet."))
    standing = listing_pages.standing_of(period)
    page = listing_pages.period_page(period, standing, request.GET.get("after", ""), PAGE_SIZE)
    rows = viewer.rows(request.user, [*page.ranked, *page.others])
    context = {
        "period": period,
        "navigator": navigator(period, today()),
        "standing": standing,
        "corrections": corrections_of(standing) if standing else [],
        # A title can be what a paper was hidden for.
        "states_with_title": STATES_FOR_STRANGERS[Place.PAGE],
        # A week may end in a month that has not begun.
        "winners_of": min(period.last, today()),
        "is_over": period.closes_at <= timezone.now(),
        "ranked": rows[: len(page.ranked)],
        "others": rows[len(page.ranked) :],
        "page": page,
    }
    return render(request, "papers/period.html", context)


def today() -> date:
    """The current day of the site, which is UTC's."""
    return timezone.now().date()


def day_of(text: str) -> date:
    """The day that an address names; raises SuspiciousOperation when it is none."""
    try:
        return CalendarPeriod.parse("day", text).start
    except ValueError as error:
        raise SuspiciousOperation(_("This is not a date: write it like 2025-03-11.")) from error
