"""The public record of what moderators did. Rows are added, never changed or deleted."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ModerationAction(models.TextChoices):
    HIDE = "hide", _("hidden")
    RESTORE = "restore", _("restored")
    MERGE = "merge", _("merged")
    SEPARATE = "separate", _("separated again")
    KEEP_APART = "apart", _("kept apart from a paper like it")
    SUSPEND = "suspend", _("suspended")
    UNSUSPEND = "unsuspend", _("suspension ended")
    QUARANTINE = "quarantine", _("quarantined")
    RELEASE = "release", _("released")
    CORRECT = "correct", _("standing corrected")


class ModerationLogEntry(models.Model):
    """One act of moderation.

    A trigger in the database refuses every change and deletion but one: a reason is free text
    and may hold personal data, so it can be blanked. The rows hold ids, without foreign-key
    constraints, so that erasing a member leaves the log whole; names resolve at display.
    """

    action = models.CharField(max_length=12, choices=ModerationAction.choices)
    actor = models.ForeignKey(
        "accounts.User",
        null=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
        help_text=_("Empty when the site itself acted, such as at the end of a suspension."),
    )
    paper = models.ForeignKey(
        "papers.Paper",
        null=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="moderation_log",
    )
    member = models.ForeignKey(
        "accounts.User",
        null=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    standing = models.ForeignKey(
        "papers.Standing",
        null=True,
        db_constraint=False,
        on_delete=models.DO_NOTHING,
        related_name="+",
    )
    reason = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-id"]
        verbose_name_plural = _("moderation log")
        constraints = [
            models.CheckConstraint(
                condition=(
                    models.Q(
                        action__in=["hide", "restore", "merge", "separate", "apart"],
                        paper__isnull=False,
                    )
                    | models.Q(
                        action__in=["suspend", "unsuspend", "quarantine", "release"],
                        member__isnull=False,
                    )
                    | models.Q(action="correct", standing__isnull=False)
                ),
                name="moderationlogentry_has_subject",
            ),
        ]
        indexes = [
            # The page of a hidden paper quotes its last entry.
            models.Index(fields=["paper", "-id"], name="moderationlog_paper"),
        ]

    def __str__(self) -> str:
        return f"{self.get_action_display()} #{self.paper_id or self.member_id}"
