"""What is known of the sources that the site reads by itself, and how it lists what they bring."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Provider(models.TextChoices):
    """Whose servers are asked. Politeness is owed to a provider, over all its services."""

    ARXIV = "arxiv", _("arXiv")
    BIORXIV = "biorxiv", _("bioRxiv and medRxiv")
    CROSSREF = "crossref", _("Crossref")


class SourceState(models.Model):
    """When a provider was asked last, and how long it wants to be left alone.

    One row a provider, shared by all workers; whoever asks holds the provider's advisory lock.
    """

    provider = models.CharField(max_length=10, choices=Provider.choices, primary_key=True)
    last_request_at = models.DateTimeField(null=True, blank=True)
    # While a request is under way, when it will have ended at the latest. It stays when whoever
    # asked was killed or lost the lock: the provider may still be working on the answer.
    busy_until = models.DateTimeField(null=True, blank=True)
    back_off_until = models.DateTimeField(null=True, blank=True)
    # How often in a row it refused: the next time it is left alone for longer.
    refusals = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(provider__in=Provider.values), name="sourcestate_provider"
            ),
        ]

    def __str__(self) -> str:
        return self.get_provider_display()


class Harvest(models.Model):
    """One job of reading a source regularly, and how far it is.

    Its name is a harvester's in papers/harvest/; the rows are made by `manage.py migrate`.
    """

    name = models.CharField(max_length=40, unique=True)
    paused = models.BooleanField(
        default=False, help_text=_("A harvest that is paused asks for nothing.")
    )
    next_run_at = models.DateTimeField(null=True, blank=True)
    # Set by "run now": due at once, whatever the timetable says.
    run_requested_at = models.DateTimeField(null=True, blank=True)
    # Where to go on: what the harvester needs to resume, such as a resumption token and the window
    # that it belongs to. Empty when the last run came to its end.
    progress = models.JSONField(default=dict, blank=True, editable=False)
    # The last day, as the source counts them, of which everything has been read.
    complete_until = models.DateField(null=True, blank=True)
    # For conditional requests: by address, ETag and Last-Modified of the last answer.
    validators = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class HarvestRun(models.Model):
    """One run of a harvest: from its first request until it had nothing left to ask, or failed."""

    harvest = models.ForeignKey(Harvest, on_delete=models.CASCADE, related_name="runs")
    started_at = models.DateTimeField()
    # Brought up to date with each chunk, so that a run which died shows when.
    active_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    requests = models.PositiveIntegerField(default=0)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    # How often in a row this run's own requests were refused; after some it gives up.
    refusals = models.PositiveSmallIntegerField(default=0)
    error = models.TextField(blank=True, help_text=_("Why it stopped, if it failed."))
    rejections = models.JSONField(
        default=list, blank=True, help_text=_("The first rejected records, with the reasons.")
    )

    class Meta:
        ordering = ["-started_at", "-id"]
        constraints = [
            # A harvest has one run at a time.
            models.UniqueConstraint(
                fields=["harvest"],
                condition=Q(finished_at__isnull=True),
                name="harvestrun_one_at_a_time",
            ),
        ]
        indexes = [
            # The admin's list of harvests, each with its last run.
            models.Index(fields=["harvest", "-started_at"], name="harvestrun_latest"),
        ]

    def __str__(self) -> str:
        return f"Run of {self.started_at:%Y-%m-%d %H:%M}"


class AskedId(models.Model):
    """An id that a provider was asked for, whatever it said; forgotten after some months."""

    provider = models.CharField(max_length=10, choices=Provider.choices)
    value = models.CharField(max_length=255)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "value"], name="askedid_unique"),
            models.CheckConstraint(
                condition=Q(provider__in=Provider.values), name="askedid_provider"
            ),
        ]

    def __str__(self) -> str:
        return self.value


class Weekend(models.TextChoices):
    """What happens to papers that are announced on a Saturday or Sunday."""

    LIST = "list", _("list them on that day")
    MONDAY = "monday", _("list them on Monday")
    LEAVE = "leave", _("leave them in the catalogue")


class ListingRules(models.Model):
    """Which newly announced papers are listed by themselves. There is one row."""

    enabled = models.BooleanField(
        default=False,
        help_text=_("Otherwise people alone list papers, by upvotes and submissions."),
    )
    categories = models.ManyToManyField(
        "papers.Tag",
        blank=True,
        related_name="+",
        help_text=_("Papers whose primary category is one of these or below one of these."),
    )
    cross_lists = models.BooleanField(
        default=False, help_text=_("Also papers of which another category is one of these.")
    )
    weekend = models.CharField(max_length=6, choices=Weekend.choices, default=Weekend.LIST)
    catch_up_days = models.PositiveSmallIntegerField(
        default=7,
        help_text=_("How many days ago a paper may have been announced and still be listed."),
    )
    maximum_a_day = models.PositiveIntegerField(
        default=0, help_text=_("At most so many papers a day; 0 for no limit.")
    )

    class Meta:
        verbose_name_plural = _("listing rules")
        constraints = [
            # One row: the site has one set of rules.
            models.CheckConstraint(condition=Q(id=1), name="listingrules_one_row"),
            models.CheckConstraint(
                condition=Q(weekend__in=Weekend.values), name="listingrules_weekend"
            ),
        ]

    def __str__(self) -> str:
        return str(_("Listing rules"))
