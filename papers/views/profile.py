"""A member's page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from papers import access
from papers.member_page import SIZE_LIMIT, member_page


@require_safe
def show(request: HttpRequest, username: str) -> HttpResponse:
    """What the member says of themselves and chose to show; their own doings are private else."""
    owner = access.member_for_page(username)
    page = member_page(request.user, owner, request.GET.get("after", ""), timezone.now())
    context = {"page": page, "owner": owner, "profile": page.profile, "size_limit": SIZE_LIMIT}
    return render(request, "papers/profile.html", context)
