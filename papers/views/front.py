"""The front page: trending papers."""

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers import viewer
from papers.models import Paper, Window
from papers.ranking import snapshots

PAGE_SIZE = 30


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    window = request.GET.get("window") or Window.WEEK
    if window not in Window.values:
        raise SuspiciousOperation(_("There is no such window: choose now, week or month."))
    try:
        page = snapshots.read_page(window, request.GET.get("after") or None, PAGE_SIZE)
    except ValueError as error:
        raise SuspiciousOperation(_("This is not a place in the ranking.")) from error

    # One query for both sections; a paper that was hidden since the snapshot is left out.
    wanted = Paper.objects.in_listings().for_rows()
    papers = wanted.in_bulk([*page.paper_ids, *page.new_ids])
    rows = {row.paper.pk: row for row in viewer.rows(request.user, list(papers.values()))}
    trending = [
        (page.offset + place, rows[pk])
        for place, pk in enumerate(page.paper_ids, start=1)
        if pk in rows
    ]
    context = {
        "window": window,
        "windows": Window.choices,
        "page": page,
        "trending": trending,
        "new": [rows[pk] for pk in page.new_ids if pk in rows],
    }
    return render(request, "papers/front.html", context)
