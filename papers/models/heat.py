"""What the ranking computes: a narrow row a paper, and snapshots of the order."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Window(models.TextChoices):
    """How fast votes fade on the front page."""

    NOW = "now", _("Now")
    WEEK = "week", _("Week")
    MONTH = "month", _("Month")


class Balance(models.TextChoices):
    """Whether fields of different sizes are made equal before papers are ranked."""

    NONE = "", _("All papers alike")
    FIELDS = "fields", _("Balanced between fields")


class PaperHeat(models.Model):
    """The rankings' view of a paper: derived, never the only copy, rebuilt by `refresh_rankings`.

    Apart from Paper because each vote rewrites it: a narrow row is far cheaper to rewrite than
    one with an abstract and a search vector.
    """

    paper = models.OneToOneField(
        "papers.Paper", primary_key=True, on_delete=models.CASCADE, related_name="heat"
    )
    # log2 of the decayed sum; null for a paper that was never listed.
    h_now = models.FloatField(null=True)
    h_week = models.FloatField(null=True)
    h_month = models.FloatField(null=True)
    upvotes = models.PositiveIntegerField(default=0, help_text=_("Counted upvotes."))
    weight = models.FloatField(
        default=0, db_default=0.0, help_text=_("The sum of the weights of the counted upvotes.")
    )
    listed_at = models.DateTimeField(null=True)
    primary_tag = models.ForeignKey(
        "papers.Tag", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    visible = models.BooleanField(default=False, help_text=_("The paper is listed."))
    trending = models.BooleanField(
        default=False, help_text=_("Visible, with enough voters to stand on the front page.")
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(visible=False)
                | Q(
                    h_now__isnull=False,
                    h_week__isnull=False,
                    h_month__isnull=False,
                    listed_at__isnull=False,
                ),
                name="paperheat_visible_has_heat",
            ),
            models.CheckConstraint(condition=Q(weight__gte=0), name="paperheat_weight_from_0"),
            models.CheckConstraint(
                condition=Q(trending=False) | Q(visible=True), name="paperheat_trending_is_visible"
            ),
        ]
        indexes = [
            # The three snapshots of the front page walk these from the top.
            models.Index(fields=["-h_now", "paper"], name="heat_now", condition=Q(trending=True)),
            models.Index(fields=["-h_week", "paper"], name="heat_week", condition=Q(trending=True)),
            models.Index(
                fields=["-h_month", "paper"], name="heat_month", condition=Q(trending=True)
            ),
            # The same within one field, for the order that is balanced between fields.
            models.Index(
                fields=["primary_tag", "-h_now", "paper"],
                name="heat_field_now",
                condition=Q(trending=True),
            ),
            models.Index(
                fields=["primary_tag", "-h_week", "paper"],
                name="heat_field_week",
                condition=Q(trending=True),
            ),
            models.Index(
                fields=["primary_tag", "-h_month", "paper"],
                name="heat_field_month",
                condition=Q(trending=True),
            ),
            # "New, not yet trending".
            models.Index(
                fields=["-listed_at", "-paper"],
                name="heat_not_yet_trending",
                condition=Q(visible=True, trending=False),
            ),
            # "Top" of all time walks this from the top.
            models.Index(
                fields=["-upvotes", "-listed_at", "-paper"],
                name="heat_top",
                condition=Q(visible=True),
            ),
            # The catalogue by upvotes, which also has papers that were never listed.
            models.Index(
                fields=["-upvotes", "-paper"], name="heat_upvotes", condition=Q(upvotes__gt=0)
            ),
            # "Top" of the last days, and the papers of a week or month, find theirs by this.
            models.Index(
                fields=["listed_at", "paper"], name="heat_listed", condition=Q(visible=True)
            ),
        ]

    def __str__(self) -> str:
        return f"heat of {self.paper_id}"


class RankingSnapshot(models.Model):
    """The front page's order at one instant, so that its pages fit together while one reads."""

    window = models.CharField(max_length=5, choices=Window.choices)
    balance = models.CharField(
        max_length=6, choices=Balance.choices, blank=True, default="", db_default=""
    )
    taken_at = models.DateTimeField()
    paper_ids = ArrayField(models.BigIntegerField(), help_text=_("Best first."))

    class Meta:
        indexes = [
            # The newest snapshot of a window: every view of the front page.
            models.Index(fields=["window", "balance", "-taken_at", "-id"], name="snapshot_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.window} at {self.taken_at:%Y-%m-%d %H:%M:%S}"


class FieldLevel(models.Model):
    """How hot a field is, frozen for ten minutes: what `balance=fields` takes off its papers.

    A field is the primary tag of its papers. `level` is a log2 of votes, as h is. The row without
    a tag is the level of all papers.
    """

    tag = models.ForeignKey("papers.Tag", null=True, on_delete=models.CASCADE, related_name="+")
    window = models.CharField(max_length=5, choices=Window.choices)
    level = models.FloatField()
    papers = models.PositiveIntegerField(help_text=_("Papers that the level was computed from."))
    frozen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["window", "tag"], name="fieldlevel_one_a_window"),
            models.UniqueConstraint(
                fields=["window"], condition=Q(tag__isnull=True), name="fieldlevel_one_of_all"
            ),
            models.CheckConstraint(
                condition=Q(window__in=Window.values), name="fieldlevel_window_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.window} level of {self.tag_id}"


class ArchivedRank(models.Model):
    """Where a paper stood on the front page at the end of a UTC day.

    Of the window that the front page shows by itself; the whole order of each window is in the
    last snapshot of the day.
    """

    paper = models.ForeignKey(
        "papers.Paper", on_delete=models.CASCADE, related_name="archived_ranks"
    )
    day = models.DateField()
    rank = models.PositiveIntegerField(help_text=_("Counted from 1."))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paper", "day"], name="archivedrank_one_a_day"),
            models.UniqueConstraint(fields=["day", "rank"], name="archivedrank_one_paper_a_rank"),
            models.CheckConstraint(condition=Q(rank__gte=1), name="archivedrank_from_1"),
        ]

    def __str__(self) -> str:
        return f"#{self.rank} on {self.day}"
