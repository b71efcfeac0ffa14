"""The numbers of the ranking as they were set at some time; rows are added, never changed."""

from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

# A year, in hours and in days. Beyond it nothing would fade.
MAX_HOURS = 8_760.0
MAX_DAYS = 365


def _half_life(default: float, name: Any) -> "models.FloatField[float, float]":
    return models.FloatField(
        name,
        default=default,
        validators=[MinValueValidator(1.0), MaxValueValidator(MAX_HOURS)],
        help_text=_("Hours in which an upvote loses half its weight."),
    )


class RankingSettings(models.Model):
    """One set of numbers. In force is the one that was applied last; without any, the defaults.

    A change is a new row, which waits with `applied_at` empty until a worker has computed every
    paper by it; then the numbers and the order change in one transaction.
    """

    half_life_now = _half_life(12.0, _("half-life of “now”"))
    half_life_week = _half_life(36.0, _("half-life of “week”"))
    half_life_month = _half_life(120.0, _("half-life of “month”"))
    mix = models.FloatField(
        _("mix"),
        default=0.5,
        validators=[MinValueValidator(0.0), MaxValueValidator(1.0)],
        help_text=_(
            "How far the time of an upvote is drawn towards the paper's listing: 0 not at all, "
            "1 wholly."
        ),
    )
    prior = models.FloatField(
        _("prior"),
        default=0.25,
        validators=[MinValueValidator(0.001), MaxValueValidator(100.0)],
        help_text=_("What a listed paper weighs before its first upvote, in upvotes."),
    )
    min_voters = models.PositiveSmallIntegerField(
        _("voters to trend"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(1000)],
        help_text=_("Members whose upvotes count that a paper needs before it may trend."),
    )
    field_smoothing = models.FloatField(
        _("smoothing of fields"),
        default=20.0,
        validators=[MinValueValidator(0.0), MaxValueValidator(100_000.0)],
        help_text=_(
            "So many papers of average heat are added to each field before fields are balanced; "
            "it keeps a field of two papers from being a level of its own."
        ),
    )
    newcomer_weight = models.FloatField(
        _("weight of a new account"),
        default=0.25,
        validators=[MinValueValidator(0.01), MaxValueValidator(1.0)],
        help_text=_("What an upvote weighs that is cast on the day of joining."),
    )
    newcomer_days = models.PositiveSmallIntegerField(
        _("days to full weight"),
        default=7,
        validators=[MaxValueValidator(MAX_DAYS)],
        help_text=_("So many days after joining an upvote weighs 1. It keeps what it weighed."),
    )
    hide_counts_hours = models.PositiveSmallIntegerField(
        _("hours without counts"),
        default=0,
        validators=[MaxValueValidator(24 * 30)],
        help_text=_(
            "So long after its listing a paper shows no number of upvotes, so that people judge it "
            "before they see what others did. 0 shows it at once."
        ),
    )

    reason = models.TextField(_("reason"), help_text=_("Shown to everybody on the ranking's page."))
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        "accounts.User", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    applied_at = models.DateTimeField(
        null=True, blank=True, help_text=_("Empty until every paper was computed by them.")
    )

    class Meta:
        verbose_name = verbose_name_plural = _("ranking settings")
        get_latest_by = "applied_at"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    half_life_now__range=(1, MAX_HOURS),
                    half_life_week__range=(1, MAX_HOURS),
                    half_life_month__range=(1, MAX_HOURS),
                ),
                name="rankingsettings_half_lives",
            ),
            models.CheckConstraint(
                condition=Q(mix__range=(0, 1)), name="rankingsettings_mix_0_to_1"
            ),
            models.CheckConstraint(
                condition=Q(prior__gt=0, prior__lte=100), name="rankingsettings_prior_above_0"
            ),
            models.CheckConstraint(
                condition=Q(min_voters__gte=1), name="rankingsettings_a_voter_at_least"
            ),
            models.CheckConstraint(
                condition=Q(field_smoothing__range=(0, 100_000)),
                name="rankingsettings_smoothing_from_0",
            ),
            models.CheckConstraint(
                condition=Q(newcomer_weight__gt=0, newcomer_weight__lte=1),
                name="rankingsettings_newcomer_weight",
            ),
            # All that wait are equal to this index, so there is one at most.
            models.UniqueConstraint(
                models.Value(True),
                condition=Q(applied_at__isnull=True),
                name="rankingsettings_one_waits",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-applied_at"],
                name="rankingsettings_newest",
                condition=Q(applied_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"ranking settings {self.pk}"

    def half_life_hours(self, window: str) -> float:
        """Return the half-life of a window, in hours."""
        hours: float = getattr(self, f"half_life_{window}")
        return hours
