"""Tags: arXiv's category tree, other schemes, and topics of the community."""

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from papers.querysets import TagQuerySet


class TagScheme(models.TextChoices):
    ARXIV = "arxiv", _("arXiv category")
    BIORXIV = "biorxiv", _("bioRxiv category")
    TOPIC = "topic", _("topic")


class Tag(models.Model):
    """A subject. A synonym points to the tag that is used instead and has no papers."""

    scheme = models.CharField(max_length=10, choices=TagScheme.choices)
    code = models.CharField(max_length=80, help_text=_("As the scheme writes it, e.g. cs.LG."))
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    synonym_of = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="synonyms"
    )
    paper_count = models.PositiveIntegerField(
        default=0,
        editable=False,
        help_text=_("Papers that carry it or a tag below it, counted now and then."),
    )

    objects = TagQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["scheme", "code"], name="tag_code_unique"),
            models.CheckConstraint(
                condition=Q(slug__regex=r"^[a-z0-9]+(-[a-z0-9]+)*$"), name="tag_slug_shape"
            ),
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")), name="tag_not_its_parent"
            ),
            models.CheckConstraint(
                condition=Q(synonym_of__isnull=True) | ~Q(synonym_of=F("id")),
                name="tag_not_its_synonym",
            ),
        ]

    def __str__(self) -> str:
        return self.code if self.scheme == TagScheme.ARXIV else self.name

    def get_absolute_url(self) -> str:
        return reverse("papers:tag", args=[self.slug])


class PaperTag(models.Model):
    """A paper carries a tag."""

    paper = models.ForeignKey("papers.Paper", on_delete=models.CASCADE, related_name="paper_tags")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="paper_tags")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["paper", "tag"], name="papertag_unique"),
        ]
        indexes = [
            # The tag page: all papers of a tag, newest first.
            models.Index(fields=["tag", "-paper"], name="papertag_tag"),
        ]

    def __str__(self) -> str:
        return f"{self.paper_id} {self.tag_id}"
