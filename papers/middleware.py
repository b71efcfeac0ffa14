"""What every response shares: cache headers, and the answers to what a view could not do."""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import redirect
from django.urls import reverse

from papers import access
from papers.access import GoneError, LogInFirstError, MovedError
from papers.services.errors import Refused
from papers.views import errors

GetResponse = Callable[[HttpRequest], HttpResponse]


class BrowserCacheMiddleware:
    """Let browsers keep pages but ask each time: with the ETag an unchanged page costs no body.

    `private`, because the same address shows a member their own votes.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method in ("GET", "HEAD") and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-cache"
        return response


class OutcomeMiddleware:
    """Turn what `access` and the services raise into an answer, the same for every view."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and not response.content:
            return errors.method_not_allowed(request, response["Allow"])
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        match exception:
            case MovedError():
                query = request.META.get("QUERY_STRING", "")
                return HttpResponsePermanentRedirect(
                    f"{exception.url}?{query}" if query else exception.url
                )
            case GoneError():
                return errors.gone(request, exception)
            case LogInFirstError():
                return _to_log_in(request, exception.next_url)
            case Refused():
                return errors.refused(request, exception)
            case Http404():
                return _to_present_name(request)
        return None


def _to_present_name(request: HttpRequest) -> HttpResponse | None:
    """Below a former or otherwise spelled user name: the same address below the present one."""
    named = request.resolver_match.kwargs.get("username") if request.resolver_match else None
    name = access.present_name(named) if named else None
    if name is None:
        return None
    url = request.get_full_path().replace(f"/@{named}/", f"/@{name}/", 1)
    # A form that was open while its owner changed the name still sends what it holds.
    keeps_method = request.method not in ("GET", "HEAD")
    return HttpResponsePermanentRedirect(url, preserve_request=keeps_method)


def _to_log_in(request: HttpRequest, next_url: str) -> HttpResponse:
    url = f"{reverse('account_login')}?{urlencode({'next': next_url})}"
    if getattr(request, "htmx", False):
        # A redirect would be followed inside the fragment; this moves the whole page.
        return HttpResponse(status=HTTPStatus.NO_CONTENT, headers={"HX-Redirect": url})
    return redirect(url)
