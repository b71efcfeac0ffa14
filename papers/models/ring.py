"""Votes that look arranged: what a worker noticed, for a moderator to look into.

Nothing here changes a vote. A moderator who is convinced sets the accounts apart, which ends
exactly when they are released.
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class NetworkSecret(models.Model):
    """The key of one UTC day. Once it is deleted, nobody can tell which network a digest was of."""

    day = models.DateField(unique=True)
    secret = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.day}"


class VoteOrigin(models.Model):
    """From which network an upvote came: an HMAC by that day's key, kept for seven days."""

    upvote = models.OneToOneField(
        "papers.Upvote", primary_key=True, on_delete=models.CASCADE, related_name="origin"
    )
    day = models.DateField()
    network = models.CharField(max_length=43, help_text="Base64 of HMAC-SHA-256.")

    class Meta:
        indexes = [models.Index(fields=["day", "network"], name="voteorigin_network")]

    def __str__(self) -> str:
        return f"{self.upvote_id} on {self.day}"


class Pattern(models.TextChoices):
    """What looked arranged."""

    LOCKSTEP = "lockstep", _("upvote the same papers at the same time")
    NEWCOMERS = "newcomers", _("new accounts that upvote one paper")
    NETWORK = "network", _("upvote one paper from one network")


class RingDecision(models.TextChoices):
    """What a moderator made of it."""

    QUARANTINED = "quarantined", _("accounts quarantined")
    INNOCENT = "innocent", _("nothing wrong")


class SuspectedRing(models.Model):
    """Accounts whose upvotes look arranged, with the evidence.

    `fingerprint` is made of the pattern and the accounts, so that what was seen before is brought
    up to date instead of being reported again, and what was decided stays decided.
    """

    pattern = models.CharField(max_length=10, choices=Pattern.choices)
    fingerprint = models.CharField(max_length=64, unique=True)
    evidence = models.JSONField(default=dict)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    decision = models.CharField(max_length=12, choices=RingDecision.choices, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    members = models.ManyToManyField(
        "accounts.User", through="RingMember", related_name="suspected_rings"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(pattern__in=Pattern.values), name="suspectedring_pattern_known"
            ),
            models.CheckConstraint(
                condition=Q(decision="", decided_at__isnull=True)
                | Q(decision__in=RingDecision.values, decided_at__isnull=False),
                name="suspectedring_decided_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(last_seen_at__gte=models.F("first_seen_at")),
                name="suspectedring_seen_first_then_last",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-last_seen_at"],
                name="suspectedring_open",
                condition=Q(decision=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_pattern_display()} #{self.pk}"


class RingMember(models.Model):
    """One account of a suspected ring."""

    ring = models.ForeignKey(SuspectedRing, on_delete=models.CASCADE, related_name="accounts")
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ring", "user"], name="ringmember_once"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.ring_id}"
