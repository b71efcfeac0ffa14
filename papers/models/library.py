"""A member's library: every paper that they keep, with its reading status and private note."""

from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from papers.querysets import LibraryEntryQuerySet
from papers.search.vector import text_vector


class ReadingStatus(models.TextChoices):
    """How far the reading is; private."""

    TO_READ = "to_read", _("To read")
    READING = "reading", _("Reading")
    READ = "read", _("Read")
    NOT_INTERESTED = "not_interested", _("Not interested")


class LibraryEntry(models.Model):
    """A paper in a member's library.

    There while the paper is in one of the member's lists, or has a status or a note. Triggers of
    the database add it with the first list and take it away when nothing holds it any longer.
    """

    owner = models.ForeignKey(
        "accounts.User",
        on_delete=models.CASCADE,
        related_name="library_entries",
        # Every index below begins with it.
        db_index=False,
    )
    paper = models.ForeignKey(
        "papers.Paper", on_delete=models.CASCADE, related_name="library_entries"
    )
    status = models.CharField(max_length=14, choices=ReadingStatus.choices, blank=True)
    note = models.TextField(max_length=5000, blank=True, help_text=_("Seen by its owner alone."))
    added_at = models.DateTimeField()
    changed_at = models.DateTimeField(help_text=_("Of the status or the note."))
    new_version = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text=_("The version that came while the paper was here, until its owner has seen it."),
    )

    # What a library is sorted by besides, copied from the paper by triggers: sorting 20,000 papers
    # for each page would cost more than the page. One that changes in the very moment in which it
    # enters a library may keep its old place until it changes again.
    title_key = models.CharField(
        max_length=60, blank=True, default="", editable=False, db_collation="C"
    )
    shown_date = models.DateTimeField(db_default=Now(), editable=False)
    note_search = models.GeneratedField(
        expression=text_vector("note"), output_field=SearchVectorField(), db_persist=True
    )

    objects = LibraryEntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = _("library entries")
        constraints = [
            models.UniqueConstraint(fields=["owner", "paper"], name="libraryentry_paper_once"),
            models.CheckConstraint(
                condition=Q(status__in=["", *ReadingStatus.values]), name="libraryentry_status"
            ),
            models.CheckConstraint(
                condition=Q(new_version__isnull=True) | Q(new_version__gte=2),
                name="libraryentry_new_version_from_2",
            ),
        ]
        indexes = [
            # The library, in each of its orders.
            models.Index(fields=["owner", "-added_at", "-id"], name="libraryentry_newest"),
            models.Index(fields=["owner", "-changed_at", "-id"], name="libraryentry_changed"),
            models.Index(fields=["owner", "-shown_date", "-id"], name="libraryentry_published"),
            models.Index(fields=["owner", "title_key", "id"], name="libraryentry_title"),
            # The library of one status.
            models.Index(
                fields=["owner", "status", "-added_at", "-id"], name="libraryentry_status_newest"
            ),
            # The library of what has a new version.
            models.Index(
                fields=["owner", "-added_at", "-id"],
                name="libraryentry_new_version",
                condition=Q(new_version__isnull=False),
            ),
            # The library of what has a note, and the search in notes.
            models.Index(
                fields=["owner", "-added_at", "-id"],
                name="libraryentry_noted",
                condition=~Q(note=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} of {self.owner_id}"
