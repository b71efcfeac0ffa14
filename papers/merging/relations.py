"""Everything that refers to a paper, and what becomes of it when the paper merges into another.

A relation that is not here is forgotten by a merge, so a test fails for one that is missing.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from django.db.models import Model, QuerySet

from papers.models import (
    ArchivedRank,
    Authorship,
    ExternalCount,
    LibraryEntry,
    MergeCandidate,
    MergeRecord,
    ModerationLogEntry,
    Paper,
    PaperClaim,
    PaperHeat,
    PaperIdentifier,
    PaperTag,
    PaperVersion,
    ReadingListEntry,
    RemovedEntry,
    SourceRecord,
    StandingPlace,
    Upvote,
    VoteOutbox,
)


class Fate(Enum):
    """What a merge does to the rows of the paper that goes."""

    GOES = "every row goes to the paper that is kept"
    WHERE_FREE = "goes where the kept paper has none of the same partner, else stays and is hidden"
    STAYS = "stays with the paper that it is about"


@dataclass(frozen=True, slots=True)
class Relation:
    """A column that refers to Paper.

    `partner` is the column that, together with it, is unique: the member, the list, the tag. Where
    both papers have a row for one partner, `why` says what becomes of the kept one.
    """

    model: type[Model]
    column: str
    fate: Fate
    partner: str = ""
    why: str = ""

    @property
    def name(self) -> str:
        return f"{self.model._meta.model_name}.{self.column}"

    @property
    def rows(self) -> QuerySet[Any]:
        return QuerySet(self.model).order_by("pk")


IDENTIFIERS = Relation(PaperIdentifier, "paper", Fate.GOES)
RECORDS = Relation(SourceRecord, "paper", Fate.GOES)
TAGS = Relation(PaperTag, "paper", Fate.WHERE_FREE, "tag", "Carries the tag as before.")
COUNTS = Relation(
    ExternalCount, "paper", Fate.WHERE_FREE, "source", "Shows the later count, then the greater."
)
UPVOTES = Relation(
    Upvote,
    "paper",
    Fate.WHERE_FREE,
    "user",
    "One vote, first cast at the earlier instant, with its own weight; it stands while one of "
    "the two stood.",
)
LIBRARY = Relation(
    LibraryEntry,
    "paper",
    Fate.WHERE_FREE,
    "owner",
    "Its own status, or else the other's; both notes; the earlier day; the later new version.",
)
ENTRIES = Relation(
    ReadingListEntry,
    "paper",
    Fate.WHERE_FREE,
    "reading_list",
    "Stays in its place, with both notes.",
)
REMOVED = Relation(
    RemovedEntry,
    "paper",
    Fate.WHERE_FREE,
    "reading_list",
    "Is what can be put back. Where the paper stands in the list, none can.",
)
PLACES = Relation(
    StandingPlace,
    "paper",
    Fate.WHERE_FREE,
    "standing",
    "Keeps its rank. What was closed stays as it was: no rank, weight or number changes.",
)

CLAIMS = Relation(
    PaperClaim, "paper", Fate.WHERE_FREE, "user", "Is claimed by its author as before."
)
RANKS = Relation(
    ArchivedRank,
    "paper",
    Fate.WHERE_FREE,
    "day",
    "Keeps its rank of that day: the archive is never changed.",
)

RELATIONS: tuple[Relation, ...] = (
    IDENTIFIERS,
    RECORDS,
    TAGS,
    COUNTS,
    UPVOTES,
    LIBRARY,
    ENTRIES,
    REMOVED,
    PLACES,
    CLAIMS,
    RANKS,
    Relation(Authorship, "paper", Fate.STAYS, why="Written anew from the authors of its paper."),
    Relation(PaperVersion, "paper", Fate.STAYS, why="Composed anew from its paper's records."),
    Relation(PaperHeat, "paper", Fate.STAYS, why="Computed anew from its paper's upvotes."),
    Relation(VoteOutbox, "paper", Fate.STAYS, why="Right for its paper's stored count."),
    Relation(ModerationLogEntry, "paper", Fate.STAYS, why="The log is never changed."),
    Relation(
        Paper,
        "merged_into",
        Fate.STAYS,
        why="A paper that was merged before leads on, from one to the next.",
    ),
    Relation(MergeRecord, "kept", Fate.STAYS, why="The history of what was merged."),
    Relation(MergeRecord, "merged", Fate.STAYS, why="The history of what was merged."),
    Relation(MergeCandidate, "first", Fate.STAYS, why="What was decided of this very pair."),
    Relation(MergeCandidate, "second", Fate.STAYS, why="What was decided of this very pair."),
)
