"""Each member's language and time zone, for the length of a request."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from accounts.models import User
from accounts.preferences import known_language, known_zone
from accounts.sessions import note_activity

GetResponse = Callable[[HttpRequest], HttpResponse]


class MemberMiddleware:
    """Show pages in the member's language and time zone, and note when a session was last used.

    Visitors get the site's own language and UTC, whatever their browser asks for: one address is
    one page to everybody, which caches can keep. Without a session cookie nothing is looked up.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        member = _member(request)
        language = known_language(member.language if member else "")
        zone = known_zone(member.time_zone if member else "")
        if member:
            note_activity(request, member, timezone.now())
        with translation.override(language), timezone.override(zone or settings.TIME_ZONE):
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


def _member(request: HttpRequest) -> User | None:
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return None
    return request.user if isinstance(request.user, User) else None
