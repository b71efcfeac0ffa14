"""The answer to a request over a limit."""

from django.http import HttpRequest, HttpResponse

from accounts.rate_limits import DEFAULT_WAIT, action_of, seconds_to_wait, too_many_requests


def rate_limited(request: HttpRequest) -> HttpResponse:
    """The answer to a request over one of allauth's limits (its `handler429`)."""
    action = action_of(request)
    if action is None:
        return too_many_requests(request, DEFAULT_WAIT)
    key = request.POST.get("email", "").lower()
    return too_many_requests(request, seconds_to_wait(request, action, key))
