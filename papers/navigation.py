"""The rooms of the site, as every page's header names them."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

# The route that an entry leads to, its name, and the routes of the pages that are in that room.
ROOMS: list[tuple[str, object, frozenset[str]]] = [
    ("front", _("Trending"), frozenset({"front", "archive"})),
    ("daily_latest", _("Daily"), frozenset({"daily", "weekly", "monthly", "winners"})),
    ("new", _("New"), frozenset({"new"})),
    ("top", _("Top"), frozenset({"top"})),
    ("catalogue", _("Papers"), frozenset({"catalogue"})),
    ("tags", _("Tags"), frozenset({"tags", "tag"})),
    ("lists", _("Lists"), frozenset({"lists"})),
    ("library", _("Library"), frozenset({"library"})),
]


@dataclass(frozen=True)
class Entry:
    """An entry of the navigation; `current` is the value of aria-current, or nothing."""

    url: str
    label: str
    current: str


def navigation(request: HttpRequest) -> list[Entry]:
    """The entries in their order; "page" marks the page itself, "true" the room it is in."""
    match = request.resolver_match
    here = match.url_name if match is not None and match.namespace == "papers" else None
    return [_entry(route, label, here in pages, request.path) for route, label, pages in ROOMS]


def _entry(route: str, label: object, is_here: bool, path: str) -> Entry:
    url = reverse(f"papers:{route}")
    current = ("page" if url == path else "true") if is_here else ""
    return Entry(url=url, label=str(label), current=current)
