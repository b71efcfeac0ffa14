"""Author pages: the papers that carry a name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from papers import access, authors, viewer
from papers.set_orders import SetOrder
from papers.sorting import Sort, sorted_page

PAGE_SIZE = 30
SORTS = (Sort.NEWEST, Sort.UPVOTES, Sort.TRENDING)


@require_safe
def show(request: HttpRequest, name_key: str) -> HttpResponse:
    author = access.author_for_page(request.user, name_key)
    order = SetOrder.chosen(request.path, request.GET, SORTS)
    selection = authors.papers_of(request.user, author)
    after = request.GET.get("after", "")
    page = sorted_page(selection, order.sort or SORTS[0], after, PAGE_SIZE, order.window)
    context = {
        "author": author,
        "order": order,
        "selection": selection,
        "coauthors": authors.coauthors_of(author),
        "tags": authors.tags_of(author),
        "rows": viewer.rows(request.user, page.papers),
        "page": page,
    }
    return render(request, "papers/author.html", context)
