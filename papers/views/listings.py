"""Listings of all listed papers: the newest, and the most upvoted."""

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers import listing_pages, viewer

PAGE_SIZE = 30


@require_safe
def new(request: HttpRequest) -> HttpResponse:
    """The listed papers, the last listed first."""
    page = listing_pages.new_page(timezone.now(), request.GET.get("after", ""), PAGE_SIZE)
    context = {"rows": viewer.rows(request.user, page.papers), "page": page}
    return render(request, "papers/new.html", context)


@require_safe
def top(request: HttpRequest) -> HttpResponse:
    """The papers listed in a window, most counted upvotes first."""
    window = request.GET.get("window") or "week"
    if window not in listing_pages.TOP_WINDOWS:
        raise SuspiciousOperation(_("There is no such window: choose week, month, year or all."))
    now = timezone.now()
    page = listing_pages.top_page(window, now, request.GET.get("after", ""), PAGE_SIZE)
    context = {
        "window": window,
        "windows": [
            ("week", _("Week")),
            ("month", _("Month")),
            ("year", _("Year")),
            ("all", _("All time")),
        ],
        "rows": viewer.rows(request.user, page.papers),
        "page": page,
    }
    return render(request, "papers/top.html", context)
