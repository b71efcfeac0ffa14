"""Entries of a library with all that their rows show, in a fixed number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from accounts.models import User
from papers import viewer
from papers.models import LibraryEntry, ReadingList, ReadingListEntry
from papers.viewer import PaperRow


@dataclass(frozen=True)
class KeptRow:
    """A paper of the library: its row, what its owner says of it, and the lists that hold it."""

    row: PaperRow
    entry: LibraryEntry
    lists: list[ReadingList] = field(default_factory=list)


def kept_rows(
    owner: User, entries: Sequence[LibraryEntry], lists: Sequence[ReadingList]
) -> list[KeptRow]:
    """One row an entry, in the given order; `lists` are all lists of the owner."""
    own = {reading_list.pk: reading_list for reading_list in lists}
    holding: dict[int, list[ReadingList]] = {}
    # By the ids of the lists: a paper may be in those of thousands of other members.
    held = ReadingListEntry.objects.filter(
        reading_list__in=own.keys(), paper__in=[entry.paper_id for entry in entries]
    )
    for list_id, paper_id in held.order_by("added_at").values_list("reading_list", "paper"):
        holding.setdefault(paper_id, []).append(own[list_id])
    rows = viewer.rows(owner, [entry.paper for entry in entries])
    return [
        KeptRow(row, entry, holding.get(entry.paper_id, []))
        for row, entry in zip(rows, entries, strict=True)
    ]
