"""Tags: their index, and a page each."""

from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from papers import access, viewer
from papers.forms import TagSearchForm
from papers.models import Paper, Tag
from papers.paging import COUNT_LIMIT
from papers.querysets import PaperQuerySet, Place
from papers.set_orders import SetOrder
from papers.sorting import Selection, Sort, select, sorted_page
from papers.tag_tree import sections

PAGE_SIZE = 30
SORTS = (Sort.NEWEST, Sort.UPVOTES, Sort.TRENDING)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All tags as a tree, or those that the search within it finds."""
    form = TagSearchForm(request.GET)
    if not form.is_valid():
        status = HTTPStatus.BAD_REQUEST
        return render(request, "papers/tags.html", {"form": form}, status=status)
    search = form.cleaned_data["q"]
    context = {
        "form": form,
        "search": search,
        "sections": sections(Tag.objects.order_by("code"), search),
    }
    return render(request, "papers/tags.html", context)


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The papers of a tag and of everything below it in the tree."""
    tag = access.tag_for_page(slug)
    order = SetOrder.chosen(request.path, request.GET, SORTS)
    (branch,) = Tag.objects.branches([tag.pk]).values()
    papers = Paper.objects.visible_to(request.user, Place.TAGS).carrying_any(branch)
    selection = _selection(papers, tag)
    after = request.GET.get("after", "")
    page = sorted_page(selection, order.sort or SORTS[0], after, PAGE_SIZE, order.window)
    context = {
        "tag": tag,
        "children": tag.children.filter(synonym_of__isnull=True),
        "selection": selection,
        "order": order,
        "rows": viewer.rows(request.user, page.papers),
        "page": page,
    }
    return render(request, "papers/tag.html", context)


def _selection(papers: PaperQuerySet, tag: Tag) -> Selection:
    """The papers of a tag; of a large one their number is known from the last count."""
    if tag.paper_count <= COUNT_LIMIT:
        return select(papers)
    return Selection(papers, total=tag.paper_count, estimate=tag.paper_count)
