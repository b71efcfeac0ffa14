"""The tags as a tree, whole or only what a search within it finds."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from papers.models import Tag, TagScheme


@dataclass
class Branch:
    """A tag and what stands below it."""

    tag: Tag
    children: list["Branch"] = field(default_factory=list)


@dataclass(frozen=True)
class Section:
    """The tags of one scheme: those with tags below them, then those that stand alone."""

    scheme: TagScheme
    groups: list[Branch]
    leaves: list[Branch]


def sections(tags: Iterable[Tag], search: str = "") -> list[Section]:
    """The tree of `tags`, a section a scheme that has any; synonyms only help to find their tag.

    With `search`, only tags whose code or name has it, and what stands above them.
    """
    tags = list(tags)
    in_use = [tag for tag in tags if tag.synonym_of_id is None]
    kept = _kept(tags, search) if search else {tag.pk for tag in in_use}
    branches = {tag.pk: Branch(tag) for tag in in_use if tag.pk in kept}
    roots: dict[str, list[Branch]] = {scheme: [] for scheme in TagScheme}
    for branch in branches.values():
        above = branches.get(branch.tag.parent_id or 0)
        (roots[branch.tag.scheme] if above is None else above.children).append(branch)
    # A group is one in the whole tree, also where a search has left nothing below it.
    parents = {tag.parent_id for tag in in_use}
    return [
        Section(
            scheme,
            [branch for branch in roots[scheme] if branch.tag.pk in parents],
            [branch for branch in roots[scheme] if branch.tag.pk not in parents],
        )
        for scheme in TagScheme
        if roots[scheme]
    ]


def _kept(tags: Iterable[Tag], search: str) -> set[int]:
    """The numbers of the tags that are found, and of all above them."""
    wanted = search.casefold()
    parents = {tag.pk: tag.parent_id for tag in tags}
    kept: set[int] = set()
    for tag in tags:
        if wanted not in tag.code.casefold() and wanted not in tag.name.casefold():
            continue
        number: int | None = tag.synonym_of_id or tag.pk
        while number is not None and number not in kept:
            kept.add(number)
            number = parents.get(number)
    return kept
