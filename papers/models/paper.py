"""A paper: one work, whatever the number of its ids, versions and sources."""

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.db.models import Case, F, Func, Q, Value, When
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from papers.models.source_record import DELETED_BY_ITS_SOURCE
from papers.querysets import PaperQuerySet
from papers.search.vector import author_words, paper_vector, title_words


class PaperState(models.TextChoices):
    """Who may see a paper, and where; `PaperQuerySet.visible_to` is the rule."""

    PENDING = "pending", _("pending")
    CATALOGUE = "catalogue", _("catalogue")
    LISTED = "listed", _("listed")
    WITHDRAWN = "withdrawn", _("withdrawn")
    HIDDEN = "hidden", _("hidden")
    MERGED = "merged", _("merged")


class Precision(models.TextChoices):
    """How much of a date is known."""

    DAY = "day", _("day")
    MONTH = "month", _("month")
    YEAR = "year", _("year")


class Paper(models.Model):
    """One work.

    Its state is not stored by hand: the database derives it from what happened (merged, hidden,
    pending, withdrawn, listed), so undoing the last event always restores what was before.
    """

    key = models.CharField(
        max_length=255,
        unique=True,
        help_text=_("The arXiv id without its version, else doi:…, else op:…"),
    )

    # Source text, and what was made of it when it was stored. `render_version` says by which
    # version of papers/mathtext.py.
    title = models.TextField()
    title_text = models.TextField(help_text=_("Plain text, for feeds, mail and search."))
    title_html = models.TextField(help_text=_("Safe HTML with MathML."))
    abstract = models.TextField(blank=True)
    abstract_text = models.TextField(blank=True)
    abstract_html = models.TextField(blank=True)
    render_version = models.PositiveSmallIntegerField(default=0)
    note = models.TextField(
        blank=True,
        help_text=_("A sentence by this site, shown under its label when there is no abstract."),
    )
    note_label = models.CharField(max_length=80, blank=True)

    authors = ArrayField(
        models.TextField(),
        default=list,
        blank=True,
        help_text=_("Names in the paper's order, as printed."),
    )
    # The same names as one text: an array cannot be searched as words by a generated column.
    authors_text = models.TextField(blank=True, editable=False)
    # A hash of the title without case, accents and punctuation, to find the same work again under
    # another id; blank when a title has no words.
    title_hash = models.CharField(max_length=10, blank=True, editable=False)

    published_at = models.DateTimeField(null=True, blank=True, help_text=_("The first version."))
    # Bibliographies often know no more than the year: `published_at` is its first instant then.
    published_precision = models.CharField(
        max_length=5, choices=Precision.choices, default=Precision.DAY
    )
    version = models.PositiveSmallIntegerField(null=True, blank=True)
    comments = models.TextField(blank=True, help_text=_("The authors' remark, e.g. “12 pages”."))
    journal_ref = models.TextField(blank=True)
    code_url = models.URLField(max_length=500, blank=True)
    project_url = models.URLField(max_length=500, blank=True)
    primary_tag = models.ForeignKey(
        "papers.Tag", null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    tags = models.ManyToManyField(
        "papers.Tag", through="papers.PaperTag", related_name="papers", blank=True
    )

    # The earliest listing instant among the imports, else the first listing by a person.
    listed_at = models.DateTimeField(null=True, blank=True)
    listed_on = models.GeneratedField(
        # TruncDate would need a time zone object, which no migration can hold.
        expression=Cast(
            Func(Value("UTC"), "listed_at", function="timezone"), models.DateField(null=True)
        ),
        output_field=models.DateField(null=True),
        db_persist=True,
    )
    # Kept apart from listed_at: an import that arrives later may still move listed_at.
    listed_by_person_at = models.DateTimeField(null=True, blank=True)

    submitted_by = models.ForeignKey(
        "accounts.User",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="submitted_papers",
    )
    pending_since = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawal_reason = models.TextField(blank=True)
    hidden_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="merged_papers"
    )
    state = models.GeneratedField(
        expression=Case(
            When(merged_into__isnull=False, then=Value("merged")),
            When(hidden_at__isnull=False, then=Value("hidden")),
            When(pending_since__isnull=False, then=Value("pending")),
            When(withdrawn_at__isnull=False, then=Value("withdrawn")),
            When(listed_at__isnull=False, then=Value("listed")),
            default=Value("catalogue"),
        ),
        output_field=models.CharField(max_length=10, choices=PaperState.choices),
        db_persist=True,
    )

    # papers/search/vector.py says what stands in it.
    search = models.GeneratedField(
        expression=paper_vector(), output_field=SearchVectorField(), db_persist=True
    )

    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = PaperQuerySet.as_manager()

    # There only where a method of PaperQuerySet has annotated them.
    shown_upvotes: int | None
    counts_hidden_until: datetime | None
    ranking_upvotes: int
    final_rank: int
    best_places: list[dict[str, Any]]
    huggingface_upvotes: int | None
    excerpt: str
    shown_date: datetime

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="paper_has_title"),
            models.CheckConstraint(condition=~Q(title_text=""), name="paper_has_title_text"),
            models.CheckConstraint(
                # arXiv new style, arXiv old style, DOI in lower case, or our own hash.
                condition=Q(
                    key__regex=r"^([0-9]{4}\.[0-9]{4,5}|[a-z-]+/[0-9]{7}"
                    r"|doi:10\.[0-9]{4,9}(\.[0-9]+)*/[^A-Z[:space:]]+|op:[a-z2-7]{10})$"
                ),
                name="paper_key_shape",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="paper_not_merged_into_itself",
            ),
            models.CheckConstraint(
                condition=Q(listed_by_person_at__isnull=True) | Q(listed_at__isnull=False),
                name="paper_listed_by_person_is_listed",
            ),
            models.CheckConstraint(
                condition=Q(published_precision__in=Precision.values),
                name="paper_published_precision",
            ),
        ]
        indexes = [
            # Pages of days, weeks and months, the strip of how busy they were, and the next and
            # previous one with papers. What orders and counts them is included: a month may have
            # 20,000 papers, and reading all of those for a page would take long.
            models.Index(
                fields=["listed_on", "id"],
                include=["listed_at", "key"],
                name="paper_listed_on",
                condition=Q(state="listed"),
            ),
            # "New": the last listed first.
            models.Index(
                fields=["-listed_at", "-id"], name="paper_new", condition=Q(state="listed")
            ),
            # Tag and search pages, newest first.
            models.Index(
                Coalesce("published_at", "created_at").desc(), F("id").desc(), name="paper_newest"
            ),
            # The catalogue's papers with code, newest first: they are few among all.
            models.Index(
                Coalesce("published_at", "created_at").desc(),
                F("id").desc(),
                name="paper_with_code",
                condition=~Q(code_url=""),
            ),
            # The search page, and its fields title: and author:.
            GinIndex(fields=["search"], name="paper_search"),
            GinIndex(title_words(), name="paper_search_title"),
            GinIndex(author_words(), name="paper_search_authors"),
            # The search for the same work under another id.
            models.Index(
                fields=["title_hash"], name="paper_title_hash", condition=~Q(title_hash="")
            ),
            # The admin's filter by state, and the queue of pending papers.
            models.Index(fields=["state", "-id"], name="paper_state"),
        ]

    def __str__(self) -> str:
        return self.title_text

    def get_absolute_url(self) -> str:
        return reverse("papers:paper", args=[self.key])

    @property
    def withdrawal_label(self) -> str:
        """Who withdrew the paper, as far as the reason says: now and then it was not its authors."""
        if self.deleted_by:
            return str(_("Deleted by its source"))
        if self.withdrawal_reason.startswith("Retracted"):
            return str(_("Retracted by its publisher"))
        if "arxiv admin" in self.withdrawal_reason.lower():
            return str(_("Withdrawn by arXiv"))
        return str(_("Withdrawn by its authors"))

    @property
    def deleted_by(self) -> str:
        """The source that no longer has the paper, where that is why it is withdrawn; else ""."""
        if not self.withdrawal_reason.startswith(DELETED_BY_ITS_SOURCE):
            return ""
        return self.withdrawal_reason.removeprefix(DELETED_BY_ITS_SOURCE).removesuffix(".")

    @property
    def arxiv_id(self) -> str | None:
        """The arXiv id, or None for a paper that arXiv does not have."""
        return None if ":" in self.key else self.key


class PaperIdentifier(models.Model):
    """An id by which the world knows a paper; a former key of ours stands here too."""

    class Kind(models.TextChoices):
        ARXIV = "arxiv", _("arXiv id")
        DOI = "doi", _("DOI")
        OFFPRINT = "op", _("Offprint id")

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="identifiers")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.CharField(max_length=255, help_text=_("Without prefix; DOIs in lower case."))
    former_key = models.BooleanField(
        default=False,
        editable=False,
        help_text=_("The paper's address once, so that it leads here whatever its sources say."),
    )

    class Meta:
        constraints = [
            # One id names one paper: this is what makes a second import find the first.
            models.UniqueConstraint(fields=["kind", "value"], name="paperidentifier_unique"),
            models.CheckConstraint(
                condition=~Q(kind="doi")
                | Q(value__regex=r"^10\.[0-9]{4,9}(\.[0-9]+)*/[^A-Z[:space:]]+$"),
                name="paperidentifier_doi_shape",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class PaperVersion(models.Model):
    """One version of a paper, as far as its sources tell of it."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveSmallIntegerField(help_text=_("Counted from 1."))
    submitted_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["paper", "number"], name="paperversion_unique"),
            models.CheckConstraint(condition=Q(number__gte=1), name="paperversion_from_1"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id}v{self.number}"


class Authorship(models.Model):
    """Who wrote a paper, one row a name, for author pages; `Paper.authors` is for display."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="authorships")
    position = models.PositiveIntegerField(help_text=_("Counted from 1."))
    name = models.TextField()
    name_key = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["paper", "position"], name="authorship_position_unique"
            ),
            models.CheckConstraint(condition=Q(position__gte=1), name="authorship_position_from_1"),
            models.CheckConstraint(
                condition=~Q(name="") & ~Q(name_key=""), name="authorship_has_name"
            ),
        ]
        indexes = [
            # The author page.
            models.Index(fields=["name_key", "-paper"], name="authorship_name_key"),
        ]

    def __str__(self) -> str:
        return self.name


class ExternalCount(models.Model):
    """Upvotes that a paper has elsewhere: shown as such, never part of our counts or ranking."""

    paper = models.ForeignKey(Paper, on_delete=models.CASCADE, related_name="external_counts")
    source = models.CharField(max_length=20, choices=[("huggingface", _("Hugging Face"))])
    count = models.PositiveIntegerField()
    taken_on = models.DateField(help_text=_("The day that the count was listed under."))

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paper", "source"], name="externalcount_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.count} on {self.get_source_display()}"
