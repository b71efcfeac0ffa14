"""Pages for what went wrong. They need no database, so they work when it does not."""

import sys
from http import HTTPStatus

from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from psycopg_pool import PoolTimeout

from papers.access import GoneError
from papers.services.errors import LimitReached, Refused


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came without its token: usually a page left open over a log-in."""
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # Our own refusals are sentences for people; Django's (a forged host, say) are for its log.
    reason = str(exception) if type(exception) is SuspiciousOperation else ""
    return render(request, "400.html", {"reason": reason}, status=HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    # A view's Http404 carries a sentence; the resolver's carries a dictionary of patterns.
    argument = exception.args[0] if isinstance(exception, Http404) and exception.args else ""
    reason = argument if isinstance(argument, str) else ""
    return render(request, "404.html", {"reason": reason}, status=HTTPStatus.NOT_FOUND)


def gone(request: HttpRequest, gone: GoneError) -> HttpResponse:
    """A paper that a moderator hid: the page quotes the public log."""
    return render(request, "410.html", {"entry": gone.entry}, status=HTTPStatus.GONE)


def refused(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Something that cannot be done now, and why."""
    headers = {}
    if isinstance(refusal, LimitReached):
        headers["Retry-After"] = str(refusal.retry_after)
    if getattr(request, "htmx", False):  # site.js shows the sentence; nothing is swapped
        return HttpResponse(
            refusal.message, status=refusal.status, content_type="text/plain", headers=headers
        )
    context = {"refusal": refusal}
    response = render(request, "refused.html", context, status=refusal.status)
    for name, value in headers.items():
        response[name] = value
    return response


def server_error(request: HttpRequest) -> HttpResponse:
    """What broke is in the log. No context processor runs: it may need what broke.

    A database that cannot be reached is not a fault of the request: 503, try again.
    """
    if isinstance(sys.exception(), OperationalError | InterfaceError | PoolTimeout):
        status = HTTPStatus.SERVICE_UNAVAILABLE
    else:
        status = HTTPStatus.INTERNAL_SERVER_ERROR
    response = HttpResponse(get_template(f"{status.value}.html").render(), status=status)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = "60"
    return response
