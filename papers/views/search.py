"""The search page: a query in the language of papers/search/language.py, or the id of a paper."""

from dataclasses import dataclass, replace
from datetime import date
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers import access, paging, viewer
from papers.forms import SearchForm, SearchOrder
from papers.identifiers import Identifier, Reading, Trouble, Unreadable, read_identifier
from papers.models import Paper
from papers.search.candidates import MATCHES_RANKED, candidates
from papers.search.did_you_mean import did_you_mean
from papers.search.engine import ranked_page
from papers.search.found_words import found_words
from papers.search.language import Bound, HasCode, Published, Query, Term, parse_query
from papers.search.notes import notes_for
from papers.time_limit import TookTooLong, time_limit
from papers.why_not import why_not

PAGE_SIZE = 30
# Whoever finds so few may have misspelt a word.
FEW = 5
# What only excludes is found by looking through papers, the newest first.
SECONDS = 3.0


@dataclass(frozen=True)
class Filter:
    """A link that adds a condition to the query, or takes it away."""

    label: str
    query: str
    is_on: bool


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    form = SearchForm(request.GET)
    if not form.is_valid():
        return render(request, "papers/search.html", {"form": form}, status=HTTPStatus.BAD_REQUEST)
    text = form.cleaned_data["q"]
    named = access.paper_by_identifier(request.user, text)
    if named is not None:
        return redirect(named)
    query, reading = parse_query(text), read_identifier(text)
    context = {
        "form": form,
        "query": text,
        "notes": notes_for(query),
        "is_identifier": isinstance(reading, Identifier),
        "no_paper_because": why_not(text) if _is_meant_as_id(reading) else "",
    }
    if not query:
        return render(request, "papers/search.html", context)
    try:
        with time_limit(SECONDS):
            context |= _results(request, query, form.cleaned_data["sort"])
    except TookTooLong:
        context["took_too_long"] = True
        status = HTTPStatus.SERVICE_UNAVAILABLE
        return render(request, "papers/search.html", context, status=status)
    return render(request, "papers/search.html", context)


def _is_meant_as_id(reading: Reading) -> bool:
    """Say whether what names no paper looks like an id or an address all the same."""
    words = (Trouble.NOTHING, Trouble.TOO_LONG, Trouble.WORDS)
    return isinstance(reading, Unreadable) and reading.trouble not in words


def _results(request: HttpRequest, query: Query, order: str) -> dict[str, object]:
    visible, after = Paper.objects.searchable(), request.GET.get("after", "")
    by_relevance = order != SearchOrder.NEWEST and query.can_be_ranked
    page: paging.Page
    if query.can_be_ranked:
        found = candidates(visible, query)
        total, is_capped = found.total, found.is_capped
        if by_relevance:
            page = ranked_page(query, found, after, PAGE_SIZE)
        else:
            papers = visible.matching(query)
            few = papers if is_capped else Paper.objects.filter(pk__in=found.ids)
            page = paging.newest_page(few, after, PAGE_SIZE)
    else:
        few, total = paging.few_or_all(visible.matching(query), MATCHES_RANKED)
        is_capped, total = total > MATCHES_RANKED, min(total, MATCHES_RANKED)
        page = paging.newest_page(few, after, PAGE_SIZE)
    return {
        "rows": _rows(request, query, page.papers),
        "page": page,
        "total": total,
        "is_capped": is_capped,
        "by_relevance": by_relevance,
        "can_be_ranked": query.can_be_ranked,
        "filters": _filters(query),
        "meant": did_you_mean(query, visible) if total < FEW else None,
    }


def _rows(request: HttpRequest, query: Query, papers: list[Paper]) -> list[viewer.PaperRow]:
    """Rows with the words marked that the query found, whole abstracts included."""
    rows = viewer.rows(request.user, papers)
    texts = {
        pk: (text, html)
        for pk, text, html in Paper.objects.filter(pk__in=[paper.pk for paper in papers])
        .order_by()
        .values_list("pk", "abstract_text", "abstract_html")
    }
    words = found_words(
        query, [text for paper in papers for text in (paper.title_html, texts[paper.pk][0])]
    )
    return [
        replace(row, marked=words.mark(row.paper.title_html, *texts[row.paper.pk])) for row in rows
    ]


def _filters(query: Query) -> list[Filter]:
    year = timezone.now().year - 1
    conditions: list[tuple[str, Term]] = [
        (_("With code"), HasCode()),
        (
            _("Since %(year)d") % {"year": year},
            Published(Bound.AFTER, date(year, 1, 1), str(year)),
        ),
    ]
    return [
        Filter(label, str(query.without(term) if on else query.also(term)), on)
        for label, term in conditions
        for on in [query.demands(term)]
    ]
