"""What each source says of a paper. The paper's fields are composed from these."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTransform
from django.utils.translation import gettext_lazy as _

# How the reason begins of a paper that is withdrawn because its source has deleted its record.
DELETED_BY_ITS_SOURCE = "Deleted by its source: "


class Source(models.TextChoices):
    """Where a record came from, best first: a field is taken from the first that has it."""

    ARXIV_RAW = "arxiv_raw", _("arXiv (OAI, raw)")
    ARXIV_OAI = "arxiv_oai", _("arXiv (OAI)")
    ARXIV_ATOM = "arxiv_atom", _("arXiv (API)")
    ARXIV_SNAPSHOT = "arxiv_snapshot", _("arXiv (snapshot)")
    ARXIV_RSS = "arxiv_rss", _("arXiv (RSS)")
    OAI_DC = "oai_dc", _("OAI, Dublin Core")
    CROSSREF = "crossref", _("Crossref")
    BIORXIV = "biorxiv", _("bioRxiv and medRxiv")
    HUGGINGFACE = "huggingface", _("Hugging Face")
    DEMO = "demo", _("Demo community")
    BIBLIOGRAPHY = "bibliography", _("Bibliography")


class SourceRecord(models.Model):
    """The last that one source said of one of its records.

    A newer record replaces an older one, at equal dates the one with the smaller digest stays:
    whatever the order in which files are read, the same record remains.
    """

    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="records")
    source = models.CharField(max_length=20, choices=Source.choices)
    source_id = models.CharField(max_length=255)
    digest = models.CharField(max_length=64, help_text=_("SHA-256 of the fields, hexadecimal."))
    record_date = models.DateField(help_text=_("The day that the source gives for this record."))
    fields = models.JSONField(help_text=_("The record in our words; see papers/sources/record.py."))
    listed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text=_("The earliest instant at which this source listed the paper."),
    )
    imported_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="sourcerecord_unique"),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="sourcerecord_digest_shape"
            ),
        ]
        indexes = [
            # The catalogue's papers of one source.
            models.Index(fields=["source", "-paper"], name="sourcerecord_source"),
            # Imports: who claims a DOI, although another paper holds it.
            GinIndex(
                OpClass(KeyTransform("identifiers", "fields"), name="jsonb_path_ops"),
                name="sourcerecord_identifiers",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.source_id}"


class DeletedRecord(models.Model):
    """A record that its source has deleted: what came before that day is withdrawn.

    Kept although there may be no such record: an older copy of it can still be imported.
    """

    source = models.CharField(max_length=20, choices=Source.choices)
    source_id = models.CharField(max_length=255)
    deleted_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "source_id"], name="deletedrecord_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.source_id}, deleted"
