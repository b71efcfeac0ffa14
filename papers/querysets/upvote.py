"""Upvotes: which stand, and which count."""

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from papers.models import Upvote  # noqa: F401  named in a string


class UpvoteQuerySet(models.QuerySet["Upvote"]):
    def active(self) -> Self:
        """Upvotes that stand: cast, and not taken back."""
        return self.filter(removed_at__isnull=True)

    def counted(self) -> Self:
        return self.active().filter(weight__gt=0)
