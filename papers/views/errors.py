"""Pages for what went wrong. They need no database, so they work when it does not."""

import sys
from http import HTTPStatus

import psycopg
from django.core.exceptions import SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import get_template
from django.utils.translation import gettext as _
from psycopg_pool import PoolTimeout

from papers.access import GoneError
from papers.services.errors import LimitReached, Refused


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that came without its token: usually a page left open over a log-in."""
    if getattr(request, "htmx", False):
        sentence = _("Nothing was changed: you have logged in or out since. Reload the page.")
        return HttpResponse(sentence, status=HTTPStatus.FORBIDDEN, content_type="text/plain")
    return render(request, "403_csrf.html", status=HTTPStatus.FORBIDDEN)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    # Our own refusals are sentences for people; Django's (a forged host, say) are for its log.
    reason = str(exception) if type(exception) is SuspiciousOperation else ""
    return render(request, "400.html", {"reason": reason}, status=HTTPStatus.BAD_REQUEST)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    reason = str(exception)
    if reason and getattr(request, "htmx", False):  # site.js shows the sentence
        return HttpResponse(reason, status=HTTPStatus.FORBIDDEN, content_type="text/plain")
    return render(request, "403.html", {"reason": reason}, status=HTTPStatus.FORBIDDEN)


def method_not_allowed(request: HttpRequest, allowed: str) -> HttpResponse:
    """An address that only forms send to, opened as a page, or the other way round."""
    response = render(request, "405.html", status=HTTPStatus.METHOD_NOT_ALLOWED)
    response["Allow"] = allowed
    return response


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


def asked_too_much(error: BaseException | None) -> bool:
    """Whether PostgreSQL refused what no later attempt would change, such as a text too long.

    Its class 54, "program limit exceeded", comes as an OperationalError like a lost connection.
    """
    cause = error.__cause__ if error else None
    return isinstance(cause, psycopg.Error) and (cause.sqlstate or "").startswith("54")


def server_error(request: HttpRequest) -> HttpResponse:
    """What broke is in the log. No context processor runs: it may need what broke.

    A database that cannot be reached is not a fault of the request: 503, try again.
    """
    error = sys.exception()
    is_away = isinstance(error, OperationalError | InterfaceError | PoolTimeout)
    if is_away and not asked_too_much(error):
        status = HTTPStatus.SERVICE_UNAVAILABLE
    else:
        status = HTTPStatus.INTERNAL_SERVER_ERROR
    response = HttpResponse(get_template(f"{status.value}.html").render(), status=status)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        response["Retry-After"] = "60"
    return response
