"""/badge/<key>.svg: a paper's badge for pages elsewhere, the same for everybody."""

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from papers import access
from papers.access import GoneError, MovedError
from papers.badges import badge_svg
from papers.models import Paper
from papers.querysets import STATES_FOR_STRANGERS, Place
from papers.templatetags.periods import badge_text, badges


@dataclass(frozen=True, slots=True)
class Badge:
    """Where a badge is, what it says at least, and the Markdown that shows it elsewhere."""

    path: str
    alt: str
    markdown: str


# How long other sites may show a badge without asking again, in seconds.
FRESH_FOR = 300


@require_safe
def show(request: HttpRequest, key: str) -> HttpResponse:
    try:
        # Never as the member who asks: where the badge is shown, it is shown to all.
        paper = access.paper_for_page(AnonymousUser(), key)
    except MovedError as moved:
        raise MovedError(reverse("papers:badge", args=[moved.key]), moved.key) from None
    except GoneError:
        raise Http404(_("There is no badge of this paper.")) from None
    with translation.override(settings.LANGUAGE_CODE):
        svg = badge_svg(str(settings.SITE_NAME), _value(paper))
    response = HttpResponse(svg, content_type="image/svg+xml; charset=utf-8")
    # With a session, when that was last used may be noted in its cookie, which no cache may keep.
    shared = settings.SESSION_COOKIE_NAME not in request.COOKIES
    response["Cache-Control"] = f"{'public' if shared else 'private'}, max-age={FRESH_FOR}"
    return response


def of(request: HttpRequest, paper: Paper) -> Badge | None:
    """The badge of a paper; None where strangers may not see the paper."""
    if paper.state not in STATES_FOR_STRANGERS[Place.PAGE]:
        return None
    path = reverse("papers:badge", args=[paper.key])
    alt = _("This paper on %(site)s") % {"site": settings.SITE_NAME}
    image, page = (request.build_absolute_uri(url) for url in (path, paper.get_absolute_url()))
    # Parentheses, which DOIs have, would end an address in Markdown.
    image, page = (url.replace("(", "%28").replace(")", "%29") for url in (image, page))
    return Badge(path, alt, f"[![{alt}]({image})]({page})")


def _value(paper: Paper) -> str:
    """“12 upvotes · #1 paper of the day”; the number only once it is shown at all."""
    parts = []
    if (number := paper.shown_upvotes) is not None:
        upvotes = ngettext("%(number)s upvote", "%(number)s upvotes", number)
        parts.append(upvotes % {"number": intcomma(number)})
    if places := badges(paper):
        # Of as good places that of the longest period, which they begin with.
        parts.append(badge_text(min(places, key=lambda place: place.rank)))
    return " · ".join(parts) or _("paper")
