"""The calendar of winners, a page a month."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.periods import CalendarPeriod
from papers.views.periods import today
from papers.winners import latest_month, winners_of


@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    """To the last month in which anything was decided."""
    return redirect("papers:winners", latest_month(today()))


@require_safe
def show(request: HttpRequest, period: CalendarPeriod) -> HttpResponse:
    if not period.has_begun(today()):
        raise Http404(_("This time has not come yet."))
    context = {"period": period, "calendar": winners_of(period, timezone.now())}
    return render(request, "papers/winners.html", context)
