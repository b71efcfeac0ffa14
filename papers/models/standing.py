"""Standings: the final ranks of a closed day, week or month."""

from typing import cast

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from papers.periods import CalendarPeriod, Kind


class Period(models.TextChoices):
    """What papers are listed together in; weeks are ISO's and begin on Monday."""

    DAY = "day", _("day")
    WEEK = "week", _("week")
    MONTH = "month", _("month")


class Standing(models.Model):
    """A period that is closed: votes cast later do not change its ranks."""

    period = models.CharField(max_length=5, choices=Period.choices)
    starts_on = models.DateField(help_text=_("The period's first day, UTC."))
    votes_until = models.DateTimeField(help_text=_("Upvotes cast before this instant count."))
    closed_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            # A period is closed once; this is also how its page finds its standing.
            models.UniqueConstraint(fields=["period", "starts_on"], name="standing_one_a_period"),
            models.CheckConstraint(
                condition=Q(period="day")
                | Q(period="week", starts_on__iso_week_day=1)
                | Q(period="month", starts_on__day=1),
                name="standing_starts_its_period",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.period} of {self.starts_on}"

    @property
    def calendar_period(self) -> CalendarPeriod:
        """The day, week or month that is closed."""
        return CalendarPeriod(cast(Kind, self.period), self.starts_on)


class StandingPlace(models.Model):
    """A paper's final rank in a closed period."""

    standing = models.ForeignKey(Standing, on_delete=models.CASCADE, related_name="places")
    paper = models.ForeignKey(
        "papers.Paper", on_delete=models.CASCADE, related_name="standing_places"
    )
    rank = models.PositiveIntegerField(help_text=_("Counted from 1."))
    weight = models.FloatField(help_text=_("The sum of the weights of the upvotes that counted."))
    upvotes = models.PositiveIntegerField(help_text=_("Their number."))

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["standing", "rank"], name="standingplace_one_paper_a_rank"
            ),
            # By paper first: a row of a listing looks for the places of its paper.
            models.UniqueConstraint(
                fields=["paper", "standing"], name="standingplace_one_rank_a_paper"
            ),
            models.CheckConstraint(condition=Q(rank__gte=1), name="standingplace_rank_from_1"),
            models.CheckConstraint(
                condition=Q(upvotes=0, weight=0)
                | Q(upvotes__gt=0, weight__gt=0, weight__lte=models.F("upvotes")),
                name="standingplace_weight_of_its_upvotes",
            ),
        ]

    def __str__(self) -> str:
        return f"#{self.rank} in {self.standing_id}"


class StandingCorrection(models.Model):
    """A moderator had a closed standing computed anew; the log says who and why.

    `changes` is a list of objects with `paper` (its number), `from` and `to` (ranks, null for
    none), the best new rank first.
    """

    standing = models.ForeignKey(Standing, on_delete=models.CASCADE, related_name="corrections")
    log_entry = models.OneToOneField(
        "papers.ModerationLogEntry", on_delete=models.CASCADE, related_name="correction"
    )
    corrected_at = models.DateTimeField()
    changes = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["standing", "-id"], name="standingcorrection_newest")]

    def __str__(self) -> str:
        return f"correction of {self.standing_id}"
