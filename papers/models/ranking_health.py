"""How exact and how quick the ranking has been: what `/about/ranking/` says of itself."""

from django.db import models
from django.db.models import Q

from papers.models.upvote import WeightReason


class DriftCheck(models.Model):
    """One comparison of everything stored with the votes, by `reconcile`."""

    checked_at = models.DateTimeField()
    papers = models.PositiveIntegerField(help_text="Papers compared.")
    drifting = models.PositiveIntegerField(help_text="Papers of which something was wrong.")
    pending = models.PositiveIntegerField(help_text="Papers not compared, as a change waited.")

    class Meta:
        indexes = [models.Index(fields=["-checked_at"], name="driftcheck_newest")]

    def __str__(self) -> str:
        return f"{self.drifting} of {self.papers} at {self.checked_at:%Y-%m-%d %H:%M}"


class RankingDelay(models.Model):
    """How many changes of votes were ranked how soon, on one UTC day.

    `seconds` is the upper bound of a class of a histogram; the classes are in
    `papers/ranking/delays.py`. The last one has no bound, and is infinite.
    """

    day = models.DateField()
    seconds = models.FloatField()
    votes = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["day", "seconds"], name="rankingdelay_one_a_class"),
            models.CheckConstraint(condition=Q(seconds__gt=0), name="rankingdelay_after_the_vote"),
        ]

    def __str__(self) -> str:
        return f"{self.votes} within {self.seconds} s on {self.day}"


class VoteCensus(models.Model):
    """How many upvotes stand, by why they count or not: counted now and then, by a worker."""

    weight_reason = models.CharField(max_length=12, choices=WeightReason.choices, unique=True)
    votes = models.PositiveBigIntegerField()
    weight = models.FloatField(help_text="The sum of their weights.")
    counted_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(weight_reason__in=WeightReason.values), name="votecensus_reason_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weight_reason}: {self.votes}"
