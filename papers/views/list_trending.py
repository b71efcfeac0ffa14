"""A list by what trends: a view of it that changes nothing, beside its own order."""

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from papers import access, viewer
from papers.models import ReadingList
from papers.set_orders import SetOrder
from papers.sorting import Sort, select, sorted_page


def order_of(request: HttpRequest, reading_list: ReadingList, *, is_by_link: bool) -> SetOrder:
    """The order in which the list is asked for; raises SuspiciousOperation for one there is not.

    What a form has sent is answered in the list's own order.
    """
    path = request.path if is_by_link else reading_list.get_absolute_url()
    parameters = request.GET if request.method in ("GET", "HEAD") else QueryDict()
    return SetOrder.chosen(path, parameters, [Sort.TRENDING], own=_("As in the list"))


def trending_context(
    request: HttpRequest, reading_list: ReadingList, order: SetOrder, size: int
) -> dict[str, object]:
    """What the template shows of a page of the list's papers: rows, each with its note."""
    selection = select(access.list_papers(request.user, reading_list))
    after = request.GET.get("after", "")
    page = sorted_page(selection, Sort.TRENDING, after, size, order.window)
    entries = reading_list.entries.filter(paper__in=[paper.pk for paper in page.papers])
    notes = dict(entries.values_list("paper", "note"))
    rows = viewer.rows(request.user, page.papers)
    return {"page": page, "trending": [(row, notes.get(row.paper.pk, "")) for row in rows]}
