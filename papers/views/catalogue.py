"""The catalogue: every paper that is here, by filters."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from papers import viewer
from papers.filters import CatalogueFilter
from papers.models import Paper, Tag
from papers.querysets import Place
from papers.search.language import parse_query
from papers.search.notes import notes_for
from papers.sorting import Sort, select, sorted_page
from papers.time_limit import TookTooLong, time_limit

PAGE_SIZE = 30
# Tags that the form offers by name; it takes any.
TAGS_OFFERED = 300
# Filters that each have an index can still be combined into a search of everything.
SECONDS = 3.0


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Papers that tag pages show, too: an author's withdrawal takes a paper from both."""
    papers = Paper.objects.visible_to(request.user, Place.TAGS)
    filters = CatalogueFilter(request.GET, papers)
    context = {"filters": filters, "form": filters.form, "offered_tags": offered_tags()}
    if not filters.is_valid():
        return render(request, "papers/catalogue.html", context, status=HTTPStatus.BAD_REQUEST)
    context["notes"] = notes_for(parse_query(filters.form.cleaned_data["q"]))
    try:
        with time_limit(SECONDS):
            selection = select(filters.qs, is_stretch=filters.is_stretch)
            page = sorted_page(selection, filters.sort_by, request.GET.get("after", ""), PAGE_SIZE)
    except TookTooLong:
        context["took_too_long"] = True
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return render(request, "papers/catalogue.html", context, status=status)
    context |= {
        "rows": viewer.rows(request.user, page.papers),
        "page": page,
        "selection": selection,
        "by_publication": filters.sort_by is not Sort.LISTED,
        "sorts": [(sort.label, filters.url_sorted(sort), sort is filters.sort_by) for sort in Sort],
    }
    return render(request, "papers/catalogue.html", context)


def offered_tags() -> list[Tag]:
    """The tags with most papers, in the order of their codes."""
    tags = Tag.objects.in_use().order_by("-paper_count", "code")[:TAGS_OFFERED]
    return sorted(tags, key=lambda tag: tag.code)
