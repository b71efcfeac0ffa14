"""Papers, in the words of the pages that show them."""

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Left

from papers.querysets.places import STATES_FOR_OWNERS, STATES_FOR_STRANGERS, Place

if TYPE_CHECKING:
    from accounts.models import User, Viewer
    from papers.models import Paper  # noqa: F401  named in a string
    from papers.querysets.tag import TagQuerySet

# Characters of an abstract that a row shows.
EXCERPT_LENGTH = 320


class PaperQuerySet(models.QuerySet["Paper"]):
    def visible_to(self, viewer: "Viewer", place: Place) -> Self:
        """Papers that `viewer` may see in `place`.

        On a paper's own page its submitter also sees it while it is pending, and moderators see
        everything. Everywhere else all people see the same, so that pages can be cached.
        """
        allowed = Q(state__in=STATES_FOR_STRANGERS[place])
        if place is Place.PAGE and viewer.is_authenticated:
            if viewer.is_moderator:
                return self
            allowed |= Q(state="pending", submitted_by=viewer)
        return self.filter(allowed)

    def known_to(self, viewer: "Viewer") -> Self:
        """Papers whose address may admit that they exist.

        Beside those that the viewer may see: hidden ones, whose page says so to everybody, and
        merged ones, which lead to the paper that they became. One that was still pending when a
        moderator hid it was never public, and only its submitter is told.
        """
        told = Q(state="merged") | Q(state="hidden", pending_since__isnull=True)
        if viewer.is_authenticated:
            told |= Q(state="hidden", submitted_by=viewer)
        return self.visible_to(viewer, Place.PAGE) | self.filter(told)

    def visible_in_list(self, viewer: "Viewer", owner_id: int) -> Self:
        """Papers that `viewer` may see in a list of the member `owner_id`.

        The owner and moderators also see, marked, what a moderator hid: it was theirs to keep.
        """
        privileged = viewer.is_authenticated and (viewer.pk == owner_id or viewer.is_moderator)
        return self.filter(
            state__in=STATES_FOR_OWNERS if privileged else STATES_FOR_STRANGERS[Place.LISTS]
        )

    def recently_saved_by(self, owner: "User") -> Self:
        """What a member saved last into any of their lists, each paper once."""
        entries = apps.get_model("papers", "ReadingListEntry").objects.filter(
            reading_list__owner=owner, paper=OuterRef("pk")
        )
        return (
            self.visible_in_list(owner, owner.pk)
            .filter(Exists(entries))
            .for_rows()
            .annotate(saved_at=Subquery(entries.order_by("-added_at").values("added_at")[:1]))
            .order_by("-saved_at", "-pk")
        )

    def newest_first(self) -> Self:
        """By the date of the first version; a paper without one by the day it came here."""
        return self.annotate(shown_date=Coalesce("published_at", "created_at")).order_by(
            "-shown_date", "-pk"
        )

    def in_listings(self) -> Self:
        """Papers on public listings, the same for everybody."""
        return self.filter(state__in=STATES_FOR_STRANGERS[Place.LISTINGS])

    def for_rows(self) -> Self:
        """With all that a row of a listing shows, in this one query, and nothing heavier."""
        return (
            self.select_related("heat", "primary_tag")
            .defer("title", "abstract", "abstract_html", "abstract_text", "search", "authors_text")
            .annotate(excerpt=Left("abstract_text", EXCERPT_LENGTH))
            .with_shown_upvotes()
            .with_external_count()
        )

    def for_paper_page(self) -> Self:
        return (
            self.select_related("heat", "primary_tag", "submitted_by")
            .defer("search")
            .with_shown_upvotes()
            .with_external_count()
        )

    def with_shown_upvotes(self) -> Self:
        """Annotate `shown_upvotes`: the stored count plus votes that the ranking has not seen.

        One statement reads both, so a refresh that commits meanwhile is seen wholly or not.
        """
        pending = (
            apps.get_model("papers", "VoteOutbox")
            .objects.filter(paper=OuterRef("pk"))
            .order_by()
            .values("paper")
            .annotate(total=Sum("delta"))
            .values("total")
        )
        return self.annotate(
            shown_upvotes=Coalesce("heat__upvotes", 0) + Coalesce(Subquery(pending), 0)
        )

    def with_external_count(self) -> Self:
        """Annotate `huggingface_upvotes`, None where Hugging Face does not have the paper."""
        count = apps.get_model("papers", "ExternalCount").objects.filter(
            paper=OuterRef("pk"), source="huggingface"
        )
        return self.annotate(huggingface_upvotes=Subquery(count.values("count")[:1]))

    def listed_on_day(self, day: date) -> Self:
        return self.in_listings().filter(listed_on=day)

    def for_daily_page(self, day: date) -> Self:
        """The papers of a day, most counted upvotes first, then the earlier listed, then by key."""
        return self.listed_on_day(day).for_rows().order_by("-shown_upvotes", "listed_at", "key")

    def carrying(self, tags: "TagQuerySet") -> Self:
        """Papers that carry at least one of the tags, each once."""
        carried = apps.get_model("papers", "PaperTag").objects.filter(
            paper=OuterRef("pk"), tag__in=tags
        )
        return self.filter(Exists(carried))

    def matching_all_words(self, words: Sequence[str]) -> Self:
        """Papers that have every word in title, authors or abstract, as written or by its stem."""
        query: Any = None
        for word in words:
            either = SearchQuery(word, config="english") | SearchQuery(word, config="simple")
            query = either if query is None else query & either
        return self.none() if query is None else self.filter(search=query)
