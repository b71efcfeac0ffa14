"""The public record of what moderators did."""

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from papers.models import ModerationLogEntry
from papers.querysets import STATES_FOR_STRANGERS, Place

PAGE_SIZE = 50


@require_safe
def moderation_log(request: HttpRequest) -> HttpResponse:
    """Newest first; `?before=` is the number of the last entry of the page before."""
    before = request.GET.get("before", "")
    # One query: names are looked up when they are shown, so an erased member leaves none behind.
    entries = ModerationLogEntry.objects.select_related(
        "actor", "member", "paper", "standing"
    ).only(
        "action",
        "reason",
        "created_at",
        "actor__username",
        "member__username",
        "paper__key",
        "paper__state",
        "paper__pending_since",
        "paper__title_html",
        "standing__period",
        "standing__starts_on",
    )
    if before:
        if not (before.isascii() and before.isdigit() and len(before) < 19):
            raise SuspiciousOperation(_("This is not a place in the log."))
        entries = entries.filter(pk__lt=int(before))
    page = list(entries.order_by("-pk")[: PAGE_SIZE + 1])
    more = len(page) > PAGE_SIZE
    context = {
        "entries": page[:PAGE_SIZE],
        "next_cursor": page[PAGE_SIZE - 1].pk if more else None,
        "is_first_page": not before,
        # A title can be what the paper was hidden for: of other papers only the key is shown.
        "states_with_title": STATES_FOR_STRANGERS[Place.PAGE],
    }
    return render(request, "papers/moderation_log.html", context)
