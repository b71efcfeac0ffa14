"""Reading lists: whose they are and who may read them."""

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.postgres.search import SearchVectorExact
from django.db import models
from django.db.models import Exists, OuterRef, Q

from papers.querysets.counting import CountOf
from papers.querysets.places import STATES_FOR_OWNERS, STATES_FOR_STRANGERS, Place
from papers.search.conditions import text_query
from papers.search.language import parse_query
from papers.search.vector import text_vector

if TYPE_CHECKING:
    from accounts.models import User, Viewer
    from papers.models import Paper, ReadingList, ReadingListEntry  # noqa: F401  named in a string

# Beyond this a list's size is "1,000+": nobody counts on, and every row would have to be read.
SIZE_LIMIT = 1000


class ReadingListQuerySet(models.QuerySet["ReadingList"]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """Public lists and one's own. A private list is nobody else's, not even moderators'.

        Those of a closed account are nobody's, as its page is.
        """
        allowed = Q(visibility="public", owner__is_active=True)
        if viewer.is_authenticated:
            allowed |= Q(owner=viewer)
        return self.filter(allowed)

    def of_owner(self, owner: "User") -> Self:
        """A member's own lists, the default one first."""
        return self.filter(owner=owner).order_by("-is_default", "title", "pk")

    def in_directory(self, now: datetime) -> Self:
        """Public lists that the site shows by itself: with something in them to be seen.

        Those of members whom a moderator has set apart are still found by who knows the address.
        """
        owner_may_publish = Q(owner__suspended_until=None) | Q(owner__suspended_until__lte=now)
        return self.with_something_to_see().filter(
            owner_may_publish,
            visibility="public",
            owner__is_active=True,
            owner__quarantined_at=None,
        )

    def with_something_to_see(self) -> Self:
        """Lists in which strangers see a paper."""
        # Counted to one, not "exists", which PostgreSQL may answer for all lists of the site at
        # once, reading every entry that there is.
        any_seen = CountOf(_entries(STATES_FOR_STRANGERS[Place.LISTS]).order_by().values("pk")[:1])
        return self.alias(any_seen=any_seen).filter(any_seen=1)

    def last_changed_first(self) -> Self:
        return self.order_by("-updated_at", "-pk")

    def titled(self, words: str) -> Self:
        """Lists whose title has all the words; "phrases", OR and -not work as in the search."""
        query = parse_query(words)
        if not query:
            return self.none()
        return self.filter(SearchVectorExact(text_vector("title"), text_query(query.clauses)))

    def with_sizes(self, *, for_owner: bool = True) -> Self:
        """Annotate `size`, and select the owner for the list's address.

        The size is the number of papers that its owner sees, or else strangers, in the list. It is
        counted to SIZE_LIMIT + 1.
        """
        states = STATES_FOR_OWNERS if for_owner else STATES_FOR_STRANGERS[Place.LISTS]
        counted = _entries(states).order_by().values("pk")[: SIZE_LIMIT + 1]
        return self.select_related("owner").annotate(size=CountOf(counted))

    def with_paper(self, paper: "Paper") -> Self:
        """Lists that hold the paper."""
        entries = apps.get_model("papers", "ReadingListEntry").objects
        return self.filter(Exists(entries.filter(reading_list=OuterRef("pk"), paper=paper)))

    def holding(self, paper: "Paper") -> Self:
        """Annotate `holds_paper`: whether the paper is in the list."""
        entries = apps.get_model("papers", "ReadingListEntry").objects.filter(
            reading_list=OuterRef("pk"), paper=paper
        )
        return self.select_related("owner").annotate(holds_paper=Exists(entries))


def _entries(states: Collection[str]) -> "models.QuerySet[ReadingListEntry]":
    """The entries of the list of an outer query whose papers are in one of the states."""
    entries: models.QuerySet[ReadingListEntry] = apps.get_model(
        "papers", "ReadingListEntry"
    ).objects.filter(reading_list=OuterRef("pk"), paper__state__in=states)
    return entries
