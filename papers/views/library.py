"""A member's own library."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from papers import access, viewer
from papers.models import Paper, ReadingList

RECENT = 30


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The member's lists, and what they saved last."""
    member = access.member(request.user, next_url=request.get_full_path())
    context = {
        "lists": ReadingList.objects.of_owner(member).with_sizes(),
        "rows": viewer.rows(member, list(Paper.objects.recently_saved_by(member)[:RECENT])),
    }
    return render(request, "papers/library.html", context)
