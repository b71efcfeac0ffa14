"""Author pages: the papers that carry a name."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from papers import access, authors, viewer
from papers.sorting import Sort, sorted_page

PAGE_SIZE = 30


@require_safe
def show(request: HttpRequest, name_key: str) -> HttpResponse:
    author = access.author_for_page(request.user, name_key)
    selection = authors.papers_of(request.user, author)
    page = sorted_page(selection, Sort.NEWEST, request.GET.get("after", ""), PAGE_SIZE)
    context = {
        "author": author,
        "selection": selection,
        "coauthors": authors.coauthors_of(author),
        "tags": authors.tags_of(author),
        "rows": viewer.rows(request.user, page.papers),
        "page": page,
    }
    return render(request, "papers/author.html", context)
