"""The search page: all words, or the id of a paper."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from papers import access, paging, viewer
from papers.forms import SearchForm
from papers.identifiers import parse_identifier
from papers.models import Paper
from papers.querysets import Place

PAGE_SIZE = 30


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    if not form.is_valid():
        return render(request, "papers/search.html", {"form": form}, status=HTTPStatus.BAD_REQUEST)
    query = form.cleaned_data["q"]
    named = access.paper_by_identifier(request.user, query)
    if named is not None:
        return redirect(named)
    found = Paper.objects.visible_to(request.user, Place.SEARCH).matching_all_words(query.split())
    found, total = paging.few_or_all(found, paging.COUNT_LIMIT)
    page = paging.newest_page(found, request.GET.get("after", ""), PAGE_SIZE)
    context = {
        "form": form,
        "query": query,
        "is_identifier": parse_identifier(query) is not None,
        "rows": viewer.rows(request.user, page.papers),
        "page": page,
        "total": min(total, paging.COUNT_LIMIT),
        "is_capped": total > paging.COUNT_LIMIT,
    }
    return render(request, "papers/search.html", context)
