"""Papers, in the words of the pages that show them."""

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import (
    Case,
    Exists,
    F,
    FilteredRelation,
    Func,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, JSONObject, Left

from papers.querysets.herding import counts_hidden_until, counts_shown
from papers.querysets.places import STATES_FOR_OWNERS, STATES_FOR_STRANGERS, Place
from papers.search.conditions import condition, tag_names
from papers.search.language import Query

if TYPE_CHECKING:
    from accounts.models import Viewer
    from papers.models import Paper, PaperTag, Tag  # noqa: F401  named in a string
    from papers.models.standing import Standing
    from papers.querysets.tag import TagQuerySet

# Characters of an abstract that a row shows.
EXCERPT_LENGTH = 320


def _pending_votes() -> Subquery:
    """What the votes that the ranking has not seen add to a paper's count."""
    outbox = apps.get_model("papers", "VoteOutbox").objects
    by_paper = outbox.filter(paper=OuterRef("pk")).order_by().values("paper")
    return Subquery(by_paper.annotate(total=Sum("delta")).values("total"))


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

    def with_shown_date(self) -> Self:
        """Annotate `shown_date`: the date of the first version, else of the day it came here."""
        return self.annotate(shown_date=Coalesce("published_at", "created_at"))

    def newest_first(self) -> Self:
        return self.with_shown_date().order_by("-shown_date", "-pk")

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
            .with_best_places(first_only=True)
        )

    def for_paper_page(self) -> Self:
        return (
            self.select_related("heat", "primary_tag", "submitted_by")
            .defer("search")
            .with_shown_upvotes()
            .with_external_count()
            .with_best_places()
        )

    def for_vote(self) -> Self:
        """With what an upvote has to know; the rest is read when it is asked for."""
        return self.only("key", "state", "merged_into")

    def with_shown_upvotes(self) -> Self:
        """Annotate `shown_upvotes`: the stored count plus votes that the ranking has not seen.

        One statement reads both, so a refresh that commits meanwhile is seen wholly or not. None
        while counts of so new a paper are hidden; `counts_hidden_until` says when they come.
        """
        count = Coalesce("heat__upvotes", 0) + Coalesce(_pending_votes(), 0)
        return self.annotate(
            counts_hidden_until=counts_hidden_until(),
            shown_upvotes=Case(When(counts_hidden_until__isnull=True, then=count)),
        )

    def with_counts_shown(self) -> Self:
        """Papers of which the number of upvotes is no secret at present."""
        return self.alias(counts_shown=counts_shown()).filter(counts_shown__isnull=False)

    def most_upvoted_rows(self, number: int) -> Self:
        """The first `number` by counted upvotes, ready for rows.

        They are found by what orders them, and only then read with all that a row shows.
        """
        first = self.most_upvoted_first().values("pk")[:number]
        fresh = type(self)(self.model, using=self.db)
        return (
            fresh.filter(pk__in=first)
            .for_rows()
            .order_by(Coalesce("shown_upvotes", 0).desc(), "listed_at", "key")
        )

    def most_upvoted_first(self) -> Self:
        """By `ranking_upvotes`, then the earlier listed, then by key.

        The same number as `shown_upvotes`, made for ordering all papers of a month: only of those
        that are in the outbox, seldom many, does it look for their votes there. It is 0 while the
        count is hidden, or the order would tell it.
        """
        outbox = apps.get_model("papers", "VoteOutbox").objects
        pending = Case(
            When(pk__in=outbox.values("paper"), then=Coalesce(_pending_votes(), 0)),
            default=Value(0),
        )
        shown = When(counts_shown__isnull=False, then=Coalesce("heat__upvotes", 0) + pending)
        return self.alias(
            counts_shown=counts_shown(), ranking_upvotes=Case(shown, default=Value(0))
        ).order_by("-ranking_upvotes", "listed_at", "key")

    def with_external_count(self) -> Self:
        """Annotate `huggingface_upvotes`, None where Hugging Face does not have the paper."""
        count = apps.get_model("papers", "ExternalCount").objects.filter(
            paper=OuterRef("pk"), source="huggingface"
        )
        return self.annotate(huggingface_upvotes=Subquery(count.values("count")[:1]))

    def listed_within(self, first: date, last: date) -> Self:
        """Papers listed from the day `first` to the day `last`, both included."""
        return self.in_listings().filter(listed_on__range=(first, last))

    def ranked_in(self, standing: "Standing", *, beyond: int = 0) -> Self:
        """Papers with a place in a standing, annotated `final_rank`, from rank `beyond` + 1 on."""
        place = FilteredRelation("standing_places", condition=Q(standing_places__standing=standing))
        return (
            self.in_listings()
            .annotate(place=place)
            .filter(place__rank__gt=beyond)
            .annotate(final_rank=F("place__rank"))
            .order_by("final_rank")
        )

    def not_ranked_in(self, standing: "Standing") -> Self:
        places = apps.get_model("papers", "StandingPlace").objects.filter(
            standing=standing, paper=OuterRef("pk")
        )
        return self.filter(~Exists(places))

    def with_best_places(self, *, first_only: bool = False) -> Self:
        """Annotate `best_places`: where closed standings place the paper among the first three.

        A list of objects with period, starts_on and rank, the longest period first; with
        `first_only` at most one, of a first place. A place without upvotes is nothing to show.
        """
        places = (
            apps.get_model("papers", "StandingPlace")
            .objects.filter(paper=OuterRef("pk"), rank__lte=1 if first_only else 3, weight__gt=0)
            .annotate(
                length=Case(
                    When(standing__period="month", then=3),
                    When(standing__period="week", then=2),
                    default=1,
                )
            )
            .order_by("-length", "-standing__starts_on")
            .values(
                place=JSONObject(
                    period="standing__period", starts_on="standing__starts_on", rank="rank"
                )
            )
        )
        return self.annotate(best_places=ArraySubquery(places[:1] if first_only else places))

    def carrying(self, tags: "TagQuerySet") -> Self:
        """Papers that carry at least one of the tags, each once."""
        carried = apps.get_model("papers", "PaperTag").objects.filter(
            paper=OuterRef("pk"), tag__in=tags
        )
        return self.filter(Exists(carried))

    def carrying_any(self, tag_ids: Collection[int]) -> Self:
        """Papers that carry at least one of the tags, each once.

        By their numbers: the database then knows how common each is, and plans accordingly.
        """
        return self.filter(Exists(_tags_of_paper(tag_ids)))

    def carrying_none(self, tag_ids: Collection[int]) -> Self:
        return self.filter(~Exists(_tags_of_paper(tag_ids)))

    def by_author(self, name_key: str) -> Self:
        """Papers with an author of this name; see `identifiers.author_name_key`."""
        names = apps.get_model("papers", "Authorship").objects.filter(
            paper=OuterRef("pk"), name_key=name_key
        )
        return self.filter(Exists(names))

    def known_from(self, source: str) -> Self:
        """Papers of which this `Source` has a record."""
        records = apps.get_model("papers", "SourceRecord").objects.filter(
            paper=OuterRef("pk"), source=source
        )
        return self.filter(Exists(records))

    def searchable(self) -> Self:
        """What all people may find by searching: `visible_to` in `Place.SEARCH`.

        Written so that PostgreSQL tests the state paper by paper, and takes nearly all to pass. It
        would rather join its index of states with that of words.
        """
        allowed = Value(
            list(STATES_FOR_STRANGERS[Place.SEARCH]), output_field=ArrayField(models.TextField())
        )
        place = Func(
            allowed,
            "state",
            function="array_position",
            output_field=models.IntegerField(),
        )
        return self.alias(place_among_allowed=place).filter(place_among_allowed__isnull=False)

    def matching(self, query: Query) -> Self:
        """Papers that fulfil a query; all of them, for one that asks nothing.

        Looks its tags up now, if it names any.
        """
        tags: dict[str, Tag] = {}
        branches: dict[int, set[int]] = {}
        if names := sorted(tag_names(query)):
            known = apps.get_model("papers", "Tag").objects
            tags = known.named(names)
            branches = known.branches([tag.pk for tag in tags.values()])
        return self.filter(condition(query, {name: branches[tag.pk] for name, tag in tags.items()}))


def _tags_of_paper(tag_ids: Collection[int]) -> "models.QuerySet[PaperTag]":
    tags = apps.get_model("papers", "PaperTag").objects
    return tags.filter(paper=OuterRef("pk"), tag__in=sorted(tag_ids))
