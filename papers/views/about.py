"""Pages about the site itself."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from papers.about_ranking import about_ranking


@require_safe
def ranking(request: HttpRequest) -> HttpResponse:
    """How papers are ranked: the formula, its numbers, and how exact and quick it has been."""
    return render(request, "papers/about_ranking.html", {"about": about_ranking(timezone.now())})
