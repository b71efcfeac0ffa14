"""Reading lists: whose they are and who may read them."""

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q

from papers.querysets.places import STATES_FOR_OWNERS

if TYPE_CHECKING:
    from accounts.models import User, Viewer
    from papers.models import Paper, ReadingList  # noqa: F401  named in a string


class ReadingListQuerySet(models.QuerySet["ReadingList"]):
    def visible_to(self, viewer: "Viewer") -> Self:
        """Public lists and one's own. A private list is nobody else's, not even moderators'."""
        allowed = Q(visibility="public")
        if viewer.is_authenticated:
            allowed |= Q(owner=viewer)
        return self.filter(allowed)

    def of_owner(self, owner: "User") -> Self:
        """A member's own lists, the default one first."""
        return self.filter(owner=owner).order_by("-is_default", "title", "pk")

    def with_sizes(self) -> Self:
        """Annotate `size`, what its owner sees in the list, and the owner for its address."""
        seen = Q(entries__paper__state__in=STATES_FOR_OWNERS)
        return self.select_related("owner").annotate(size=Count("entries", filter=seen))

    def holding(self, paper: "Paper") -> Self:
        """Annotate `holds_paper`: whether the paper is in the list."""
        entries = apps.get_model("papers", "ReadingListEntry").objects.filter(
            reading_list=OuterRef("pk"), paper=paper
        )
        return self.select_related("owner").annotate(holds_paper=Exists(entries))
