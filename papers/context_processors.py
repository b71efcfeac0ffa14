"""What every template may use."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from accounts.verification import needs_verification
from accounts.vote_question import is_asked
from papers.navigation import navigation


def site(request: HttpRequest) -> dict[str, object]:
    """The site's name and navigation, whether it is a development machine, and what is asked.

    Lazy, because it may cost a query and fragments do not need it.
    """
    return {
        "site_name": settings.SITE_NAME,
        "is_development": settings.DEVELOPMENT,
        "navigation": SimpleLazyObject(lambda: navigation(request)),
        "needs_verification": SimpleLazyObject(lambda: needs_verification(request)),
        "asks_votes_public": SimpleLazyObject(lambda: is_asked(request)),
    }
