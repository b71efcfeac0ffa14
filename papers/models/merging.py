"""Papers that may be, or were found to be, one work."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Decision(models.TextChoices):
    """What a moderator made of a candidate; blank while it waits."""

    MERGED = "merged", _("merged")
    APART = "apart", _("two works")


class MergeCandidate(models.Model):
    """Two papers that may be one work, for a moderator to decide.

    `first` has the preferable key: an arXiv id before a DOI before ours, then the smaller one.
    Papers that were decided to be two works are never merged by an import.
    """

    first = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="+")
    second = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="+")
    evidence = models.JSONField(
        default=list,
        help_text=_("What speaks for it: objects with `kind` and what the kind needs."),
    )
    found_at = models.DateTimeField()
    decision = models.CharField(max_length=6, choices=Decision.choices, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-found_at", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="mergecandidate_pair_once"),
            models.CheckConstraint(
                condition=~Q(first=F("second")), name="mergecandidate_two_papers"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | Q(decision__in=Decision.values, decided_at__isnull=False),
                name="mergecandidate_decided_when_decided",
            ),
        ]
        indexes = [
            # The moderators' queue.
            models.Index(
                fields=["-found_at", "-id"], name="mergecandidate_open", condition=Q(decision="")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} and {self.second_id}"


class MergeRecord(models.Model):
    """One paper became part of another, with all that is needed to part them again exactly."""

    kept = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="merges")
    merged = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="merged_by")
    moved = models.JSONField(
        default=dict,
        editable=False,
        help_text=_("For each relation, what was moved or folded into another row."),
    )
    reason = models.TextField(help_text=_("The id that they share, or what the moderator wrote."))
    merged_by = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Empty when an import found that they share an id."),
    )
    merged_at = models.DateTimeField()
    undone_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-merged_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(kept=F("merged")), name="mergerecord_two_papers"),
            # A paper is part of at most one other.
            models.UniqueConstraint(
                fields=["merged"],
                condition=Q(undone_at__isnull=True),
                name="mergerecord_merged_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.merged_id} into {self.kept_id}"
