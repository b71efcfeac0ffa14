"""Tag pages."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from papers import access, paging, viewer
from papers.models import Paper, Tag
from papers.querysets import Place

PAGE_SIZE = 30


@require_safe
def show(request: HttpRequest, slug: str) -> HttpResponse:
    """The papers of a tag and of everything below it in the tree, newest first."""
    tag = access.tag_for_page(slug)
    below = Tag.objects.in_use().with_descendants(tag.pk)
    papers = Paper.objects.visible_to(request.user, Place.TAGS).carrying(below)
    page = paging.newest_page(papers, request.GET.get("after", ""), PAGE_SIZE)
    context = {
        "tag": tag,
        "children": tag.children.filter(synonym_of__isnull=True),
        "rows": viewer.rows(request.user, page.papers),
        "page": page,
    }
    return render(request, "papers/tag.html", context)
