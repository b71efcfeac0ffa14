"""The front page: trending papers."""

from collections.abc import Sequence

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.models import Viewer
from papers import viewer
from papers.front_orders import FrontOrder
from papers.models import Paper
from papers.ranking import snapshots
from papers.viewer import PaperRow

PAGE_SIZE = 30


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    order = FrontOrder.chosen(request.path, request.GET)
    try:
        after = request.GET.get("after") or None
        page = snapshots.read_page(order.window, after, PAGE_SIZE, order.balance)
    except ValueError as error:
        raise SuspiciousOperation(_("This is not a place in the ranking.")) from error
    rows = rows_by_paper(request.user, [*page.paper_ids, *page.new_ids])
    context = {
        "order": order,
        "page": page,
        "trending": ranked_rows(page.paper_ids, rows, beyond=page.offset),
        "new": [rows[pk] for pk in page.new_ids if pk in rows],
        "next_url": order.page_url(page.next_cursor) if page.next_cursor else "",
    }
    return render(request, "papers/front.html", context)


def rows_by_paper(user: Viewer, paper_ids: Sequence[int]) -> dict[int, PaperRow]:
    """The rows of these papers, by their ids. One that was hidden since is left out."""
    papers = Paper.objects.in_listings().for_rows().in_bulk(paper_ids)
    return {row.paper.pk: row for row in viewer.rows(user, list(papers.values()))}


def ranked_rows(
    paper_ids: Sequence[int], rows: dict[int, PaperRow], *, beyond: int
) -> list[tuple[int, PaperRow]]:
    """The rows in this order, each with its rank, which is counted from `beyond` + 1."""
    places = enumerate(paper_ids, start=beyond + 1)
    return [(place, rows[pk]) for place, pk in places if pk in rows]
