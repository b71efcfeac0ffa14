"""Daily pages: the papers listed on one day."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers import paging, viewer
from papers.models import Paper

PAGE_SIZE = 100


@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    """The latest day with papers, or today while there is none."""
    newest = Paper.objects.in_listings().order_by("-listed_on").values_list("listed_on", flat=True)
    day = newest.filter(listed_on__lte=today()).first() or today()
    return redirect("papers:daily", day=day)


@require_safe
def show(request: HttpRequest, day: date) -> HttpResponse:
    if day > today():
        raise Http404(_("This day has not come yet."))
    page = paging.day_page(day, request.GET.get("after", ""), PAGE_SIZE)
    days = Paper.objects.in_listings().values_list("listed_on", flat=True)
    context = {
        "day": day,
        "is_today": day == today(),
        "rows": viewer.rows(request.user, page.papers),
        "page": page,
        "previous_day": days.filter(listed_on__lt=day).order_by("-listed_on").first(),
        "next_day": days.filter(listed_on__gt=day, listed_on__lte=today())
        .order_by("listed_on")
        .first(),
    }
    return render(request, "papers/daily.html", context)


def today() -> date:
    """The current day of the site, which is UTC's."""
    return timezone.now().date()
