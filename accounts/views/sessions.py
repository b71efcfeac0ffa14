"""Where the member is logged in."""

from http import HTTPStatus

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.sessions import OpenSession, end_sessions, open_sessions


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def sessions(request: HttpRequest) -> HttpResponse:
    """List the open sessions; POST ends the one that `session` numbers, or with `others` all
    but this one. The current one is ended by logging out."""
    member = request.user
    assert isinstance(member, User)  # noqa: S101 - the log-in is asked for
    found = open_sessions(member, request.session.session_key)
    others = [one for one in found if not one.is_current]
    context: dict[str, object] = {"sessions": found, "others": others}
    if request.method != "POST":
        return render(request, "settings/sessions.html", context)
    ended = _to_end(request, others)
    if not ended and "others" not in request.POST:
        context["gone"] = True
        return render(request, "settings/sessions.html", context, status=HTTPStatus.NOT_FOUND)
    number = end_sessions(member, [one.record.pk for one in ended])
    messages.success(
        request,
        ngettext("%(number)d session is ended.", "%(number)d sessions are ended.", number)
        % {"number": number},
    )
    return redirect("usersessions_list")


def _to_end(request: HttpRequest, others: list[OpenSession]) -> list[OpenSession]:
    if "others" in request.POST:
        return others
    return [one for one in others if str(one.record.pk) == request.POST.get("session")]
