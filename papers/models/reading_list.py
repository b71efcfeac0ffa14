"""Reading lists: ordered, titled, private or public."""

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from papers.querysets import ReadingListQuerySet


class Visibility(models.TextChoices):
    PRIVATE = "private", _("Private")
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
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = ReadingListQuerySet.as_manager()

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
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("papers:list", args=[self.owner.username, self.slug])


class ReadingListEntry(models.Model):
    """A paper's place in a list."""

    reading_list = models.ForeignKey(ReadingList, on_delete=models.CASCADE, related_name="entries")
    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="list_entries")
    position = models.PositiveIntegerField(help_text=_("Counted from 1; gaps are allowed."))
    note = models.TextField(max_length=2000, blank=True)
    added_at = models.DateTimeField(auto_now_add=True)

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
