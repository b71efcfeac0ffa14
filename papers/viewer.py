"""What one viewer did with the papers of one page, in two queries whatever the number of rows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from accounts.models import Viewer
from papers.models import (
    LibraryEntry,
    Paper,
    ReadingListEntry,
    ReadingStatus,
    Upvote,
    WeightReason,
)
from papers.search.marks import Marked


@dataclass(frozen=True)
class ViewerMarks:
    """Ids of papers that the viewer upvoted (and why that counts or not), saved, and reads."""

    votes: dict[int, str] = field(default_factory=dict)
    saved: frozenset[int] = frozenset()
    statuses: dict[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class PaperRow:
    """A paper with what its row or page shows to one viewer."""

    paper: Paper
    vote_reason: str | None = None
    saved: bool = False
    # A ReadingStatus, or nothing.
    status: str = ""
    # Its title and abstract with the words marked that a search found.
    marked: Marked | None = None

    @property
    def voted(self) -> bool:
        return self.vote_reason is not None

    @property
    def status_label(self) -> str:
        return str(ReadingStatus(self.status).label) if self.status else ""

    @property
    def statuses(self) -> list[ReadingStatus]:
        """All that the status may be, for a control."""
        return list(ReadingStatus)

    @property
    def vote_note(self) -> str:
        """Why the viewer's own upvote does not count, or nothing when it does."""
        if self.vote_reason in (None, WeightReason.COUNTED):
            return ""
        return str(WeightReason(self.vote_reason).label)


def marks(viewer: Viewer, paper_ids: Iterable[int]) -> ViewerMarks:
    """What `viewer` did with these papers; no query for a visitor.

    `saved` means: in the viewer's default list, the one that a row's button toggles.
    """
    ids = list(paper_ids)
    if not viewer.is_authenticated or not ids:
        return ViewerMarks()
    votes = Upvote.objects.active().filter(user=viewer, paper__in=ids)
    in_default_list = ReadingListEntry.objects.filter(
        reading_list__owner=viewer, reading_list__is_default=True, paper=OuterRef("paper")
    )
    kept = list(
        LibraryEntry.objects.filter(owner=viewer, paper__in=ids)
        .annotate(saved=Exists(in_default_list))
        .values_list("paper", "status", "saved")
    )
    return ViewerMarks(
        votes=dict(votes.values_list("paper", "weight_reason")),
        saved=frozenset(paper for paper, _status, saved in kept if saved),
        statuses={paper: status for paper, status, _saved in kept if status},
    )


def rows(viewer: Viewer, papers: Sequence[Paper]) -> list[PaperRow]:
    """One row a paper, in the given order."""
    made = marks(viewer, (paper.pk for paper in papers))
    return [
        PaperRow(
            paper=paper,
            vote_reason=made.votes.get(paper.pk),
            saved=paper.pk in made.saved,
            status=made.statuses.get(paper.pk, ""),
        )
        for paper in papers
    ]
