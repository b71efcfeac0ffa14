"""Tags and their tree."""

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from papers.models import Tag  # noqa: F401  named in a string


class TagQuerySet(models.QuerySet["Tag"]):
    def in_use(self) -> Self:
        """Tags, without the synonyms."""
        return self.filter(synonym_of__isnull=True)

    def with_descendants(self, tag_id: int) -> Self:
        """The tag and everything below it; the tree has at most four levels."""
        below = Q(pk=tag_id)
        for depth in range(1, 4):
            below |= Q(**{"__".join(["parent"] * depth): tag_id})
        return self.filter(below)
