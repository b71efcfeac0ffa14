"""The words of the papers that anybody may find: for ranking, and for "did you mean"."""

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class SearchWord(models.Model):
    """A word without accents and in lower case, as the papers write it.

    Counted anew every night from what strangers can find by searching. Between two nights it may
    hold words of a paper that was hidden meanwhile: what is shown of it is checked first.
    """

    # In the order of bytes, Django makes no second index for beginnings of words.
    word = models.CharField(max_length=40, primary_key=True, db_collation="C")
    stem = models.CharField(max_length=40)
    papers = models.IntegerField(help_text=_("Papers that have it, at the last count."))

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(papers__gte=1), name="searchword_is_of_a_paper"),
        ]
        indexes = [
            # How rare a stem is, for ranking.
            models.Index(fields=["stem"], name="searchword_stem"),
            # "Did you mean": words that look alike.
            GinIndex(fields=["word"], opclasses=["gin_trgm_ops"], name="searchword_similar"),
        ]

    def __str__(self) -> str:
        return self.word
