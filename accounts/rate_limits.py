"""What is answered to too many requests, and how long to wait after one of allauth's limits.

allauth answers only "too many"; a person wants to know when. Its counters are read here, never
changed.
"""

import math
import time
from http import HTTPStatus

from allauth.core.internal import ratelimit
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

# The pages behind a limit, by the name of their URL. A missing one is told to wait a minute.
ACTIONS = {
    "account_login": "login",
    "account_signup": "signup",
    "account_email": "manage_email",
    "account_change_password": "change_password",
    "account_set_password": "change_password",
    "account_reset_password": "reset_password",
    "account_reset_password_from_key": "reset_password_from_key",
    "account_reauthenticate": "reauthenticate",
    "mfa_reauthenticate": "reauthenticate",
}
DEFAULT_WAIT = 60


def action_of(request: HttpRequest) -> str | None:
    """The limited action that `request` asked for; None when its page has none."""
    match = request.resolver_match
    return ACTIONS.get(match.url_name or "") if match else None


def seconds_to_wait(request: HttpRequest, action: str, key: str = "") -> int:
    """Whole seconds, at least 1, until `action` is allowed again for this visitor.

    `key` is what the limit counts beside the visitor's address, such as an email address.
    """
    now = time.time()
    waits = []
    for rate in ratelimit.get_rates(app="allauth.account", action=action):
        if rate.per == "user" and not request.user.is_authenticated:
            continue
        cache_key = ratelimit.get_cache_key(
            request, app="allauth.account", action=action, rate=rate, key=key
        )
        # Times of the counted requests, the latest first: a place is free when the oldest ends.
        history: list[float] = cache.get(cache_key, [])
        if len(history) >= rate.amount:
            waits.append(history[rate.amount - 1] + rate.duration - now)
    return max(1, math.ceil(max(waits, default=DEFAULT_WAIT)))


def too_many_requests(request: HttpRequest, seconds: int) -> HttpResponse:
    """The page with status 429 that says to try again in `seconds`."""
    response = render(
        request,
        "429.html",
        {"seconds": seconds, "minutes": -(-seconds // 60)},
        status=HTTPStatus.TOO_MANY_REQUESTS,
    )
    response["Retry-After"] = str(seconds)
    return response
