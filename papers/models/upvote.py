"""Upvotes, and the outbox through which the ranking learns of them."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from papers.querysets import UpvoteQuerySet


class WeightReason(models.TextChoices):
    """Why an upvote weighs what it weighs."""

    COUNTED = "counted", _("counts")
    UNVERIFIED = "unverified", _("counts once the e-mail address is verified")
    SUSPENDED = "suspended", _("counts once the suspension has ended")
    QUARANTINED = "quarantined", _("counts once moderators have released the account")
    SUBMITTER = "submitter", _("does not count: one's own submission")
    AUTHOR = "author", _("does not count: one's own paper")


class Upvote(models.Model):
    """One member's upvote of one paper.

    Taken back, the row stays with `removed_at`: cast again, it is the same vote at its first
    time, so nobody can make a vote younger by repeating it.
    """

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="upvotes")
    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="upvotes")
    first_cast_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True, blank=True)
    weight = models.FloatField(help_text=_("0 to 1; the vote is eligible when above 0."))
    earned_weight = models.FloatField(
        default=1.0,
        db_default=1.0,
        help_text=_("What it weighs whenever it counts: fixed when it was first cast."),
    )
    weight_reason = models.CharField(max_length=12, choices=WeightReason.choices)

    objects = UpvoteQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "paper"], name="upvote_one_a_user_a_paper"),
            models.CheckConstraint(
                condition=Q(weight__gte=0, weight__lte=1), name="upvote_weight_0_to_1"
            ),
            models.CheckConstraint(
                condition=Q(earned_weight__gt=0, earned_weight__lte=1),
                name="upvote_earned_weight_above_0",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True) | Q(removed_at__gte=F("first_cast_at")),
                name="upvote_removed_after_cast",
            ),
            models.CheckConstraint(
                condition=(Q(weight_reason="counted") & Q(weight=F("earned_weight")))
                | (~Q(weight_reason="counted") & Q(weight=0)),
                name="upvote_weight_matches_reason",
            ),
        ]
        indexes = [
            # The ranking finds a paper's latest vote and sums all of them, in the same order each
            # time; with the weight included it never opens the table.
            models.Index(
                fields=["paper", "first_cast_at"],
                include=["weight"],
                name="upvote_of_paper",
                condition=Q(removed_at__isnull=True),
            ),
            # The upvotes that a member shows on their page, newest first.
            models.Index(
                fields=["user", "-first_cast_at", "-id"],
                name="upvote_of_member",
                condition=Q(removed_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} -> {self.paper_id}"


class VoteOutbox(models.Model):
    """A change that the ranking has not seen yet, written in the transaction of the change.

    `delta` is what the change does to the paper's count, so that a page can show the stored
    count plus what is pending. The refresh deletes the rows that it has taken in.
    """

    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="+")
    delta = models.SmallIntegerField(default=0)
    # By the database's clock: one of a web server that is ahead would hold the change back.
    queued_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(delta__gte=-1, delta__lte=1), name="voteoutbox_one_vote_a_row"
            ),
        ]
        verbose_name_plural = _("vote outbox")

    def __str__(self) -> str:
        return f"{self.paper_id} {self.delta:+d}"
