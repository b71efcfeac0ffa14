"""Tags and their tree."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

if TYPE_CHECKING:
    from papers.models import Tag

# Of the tree, at most.
LEVELS = 4


class TagQuerySet(models.QuerySet["Tag"]):
    def in_use(self) -> Self:
        """Tags, without the synonyms."""
        return self.filter(synonym_of__isnull=True)

    def with_descendants(self, tag_id: int) -> Self:
        """The tag and everything below it."""
        below = Q(pk=tag_id)
        for depth in range(1, LEVELS):
            below |= Q(**{"__".join(["parent"] * depth): tag_id})
        return self.filter(below)

    def named(self, names: Sequence[str]) -> "dict[str, Tag]":
        """The tags in use that people mean by slug, code or name, in any case, by what they wrote.

        A synonym means the tag that is used instead. A name that means nothing is left out.
        """
        wanted = {name: " ".join(name.lower().split()) for name in names}
        slugs = {name: text.replace(".", "-") for name, text in wanted.items()}
        matching = self.annotate(low_code=Lower("code"), low_name=Lower("name")).filter(
            Q(slug__in=slugs.values())
            | Q(low_code__in=wanted.values())
            | Q(low_name__in=wanted.values())
        )
        by_text: dict[str, Tag] = {}
        tags = list(matching.select_related("synonym_of").order_by("synonym_of", "pk"))
        # What names a tag most exactly is asked last and wins.
        for attribute in ("low_name", "low_code", "slug"):
            for tag in reversed(tags):
                by_text[getattr(tag, attribute)] = tag.synonym_of or tag
        found = {name: by_text.get(slugs[name]) or by_text.get(wanted[name]) for name in names}
        return {name: tag for name, tag in found.items() if tag is not None}

    def branches(self, tag_ids: Collection[int]) -> dict[int, set[int]]:
        """For each of the tags its own number and those of all tags below it."""
        branches: dict[int, set[int]] = {tag_id: {tag_id} for tag_id in tag_ids}
        for tag_id, lineage in self.in_use().lineages().items():
            for above in lineage & branches.keys():
                branches[above].add(tag_id)
        return branches

    def lineages(self) -> dict[int, frozenset[int]]:
        """For each tag its own number and those of the tags above it."""
        parents: dict[int, int | None] = dict(self.values_list("pk", "parent"))
        lineages = {}
        for tag_id in parents:
            lineage: list[int] = []
            above: int | None = tag_id
            # Also where moderators have made a tag its own grandparent, this comes to an end.
            while above is not None and len(lineage) < LEVELS:
                lineage.append(above)
                above = parents.get(above)
            lineages[tag_id] = frozenset(lineage)
        return lineages
