"""Reading lists: ordered, titled, private, unlisted or public."""

from datetime import timedelta

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from papers.querysets import ReadingListQuerySet
from papers.search.vector import text_vector

# How long what was taken out of a list can be put back.
KEPT_REMOVED = timedelta(days=30)


class Visibility(models.TextChoices):
    PRIVATE = "private", _("Private")
    UNLISTED = "unlisted", _("Unlisted, by a secret link")
    PUBLIC = "public", _("Public")


class ReadingList(models.Model):
    """A member's list of papers."""

    owner = models.ForeignKey(
        "accounts.User", on_delete=models.CASCADE, related_name="reading_lists"
    )
    title = models.CharField(max_length=120)
    slug = models.SlugField(max_length=80, help_text=_("In the list's address: /@owner/slug/."))
    description = models.TextField(max_length=2000, blank=True)
    visibility = models.CharField(
        max_length=10, choices=Visibility.choices, default=Visibility.PRIVATE
    )
    is_default = models.BooleanField(
        default=False, help_text=_("Where “Save” puts a paper when no list is named.")
    )
    # An unlisted list is read by whoever has its link. The link's token is made of the site's secret
    # key and this nonce, so that its owner can see it again and a copy of the database opens
    # nothing; lists are found by the token's SHA-256. A new nonce revokes the link.
    link_nonce = models.CharField(max_length=32, blank=True, editable=False)
    link_digest = models.CharField(
        max_length=64, null=True, blank=True, unique=True, editable=False
    )
    copied_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="copies"
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ReadingListQuerySet.as_manager()

    # There only where a method of ReadingListQuerySet has annotated them.
    size: int
    holds_paper: bool

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "slug"], name="readinglist_slug_unique"),
            models.UniqueConstraint(
                fields=["owner"],
                condition=Q(is_default=True),
                name="readinglist_one_default_an_owner",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="readinglist_has_title"),
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="readinglist_slug_shape"
            ),
            # A list has a link exactly while it is unlisted: no other way to read it stays open.
            models.CheckConstraint(
                condition=Q(visibility="unlisted", link_digest__isnull=False)
                | (~Q(visibility="unlisted") & Q(link_digest__isnull=True, link_nonce="")),
                name="readinglist_unlisted_has_link",
            ),
        ]
        indexes = [
            # The directory of public lists, last changed first.
            models.Index(
                fields=["-updated_at", "-id"],
                name="readinglist_directory",
                condition=Q(visibility="public"),
            ),
            # The search among them.
            GinIndex(
                text_vector("title"),
                name="readinglist_title_search",
                condition=Q(visibility="public"),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("papers:list", args=[self.owner.username, self.slug])


class ReadingListEntry(models.Model):
    """A paper's place in a list."""

    reading_list = models.ForeignKey(ReadingList, on_delete=models.CASCADE, related_name="entries")
    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="list_entries")
    position = models.PositiveIntegerField(help_text=_("Orders the entries; gaps are allowed."))
    note = models.TextField(max_length=2000, blank=True)
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["position"]
        verbose_name_plural = _("reading list entries")
        constraints = [
            models.UniqueConstraint(
                fields=["reading_list", "paper"], name="readinglistentry_paper_once"
            ),
            # Deferred, so that a reordering may pass through a state with two in one place.
            models.UniqueConstraint(
                fields=["reading_list", "position"],
                name="readinglistentry_one_a_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1), name="readinglistentry_position_from_1"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.paper_id}"


class RemovedEntry(models.Model):
    """An entry that its owner took out of a list lately, kept so that it can be put back."""

    reading_list = models.ForeignKey(
        ReadingList, on_delete=models.CASCADE, related_name="removed_entries"
    )
    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="+")
    position = models.PositiveIntegerField(help_text=_("Where it stood."))
    note = models.TextField(blank=True)
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = _("removed entries")
        constraints = [
            # Taken out twice, the last time is the one to undo.
            models.UniqueConstraint(
                fields=["reading_list", "paper"], name="removedentry_paper_once"
            ),
            models.CheckConstraint(
                condition=Q(position__gte=1), name="removedentry_position_from_1"
            ),
        ]
        indexes = [
            # The sweep that forgets what was removed long ago.
            models.Index(fields=["removed_at"], name="removedentry_removed_at"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id}, once of {self.reading_list_id}"
