"""What was corrected in a closed ranking, as its page and the admin tell it."""

from collections.abc import Iterable
from dataclasses import dataclass

from papers.models import Paper, Standing, StandingCorrection

# Corrections that a page tells, the last first, and papers that it names of each.
SHOWN_CORRECTIONS = 5
SHOWN_PAPERS = 20


@dataclass(frozen=True, slots=True)
class MovedPaper:
    """A paper whose rank was corrected; ranks are None where it has none."""

    paper: Paper
    before: int | None
    after: int | None


@dataclass(frozen=True, slots=True)
class Correction:
    """A correction with the first of the papers that it moved, and how many more there were."""

    row: StandingCorrection
    moved: list[MovedPaper]
    more: int


def corrections_of(standing: Standing) -> list[Correction]:
    """The last corrections of a standing, newest first; one query, two where there are some."""
    rows = (
        StandingCorrection.objects.filter(standing=standing)
        .select_related("log_entry__actor")
        .order_by("-pk")[:SHOWN_CORRECTIONS]
    )
    found = list(rows)
    ids = {change["paper"] for row in found for change in row.changes[:SHOWN_PAPERS]}
    papers = papers_by_id(ids) if ids else {}
    return [_shown(row, papers) for row in found]


def papers_by_id(ids: Iterable[int]) -> dict[int, Paper]:
    """Papers with what names them, also those that are no longer shown elsewhere."""
    columns = ("key", "title_html", "title_text", "state", "pending_since")
    return Paper.objects.only(*columns).in_bulk(list(ids))


def _shown(row: StandingCorrection, papers: dict[int, Paper]) -> Correction:
    moved = [
        MovedPaper(papers[change["paper"]], change["from"], change["to"])
        for change in row.changes[:SHOWN_PAPERS]
        if change["paper"] in papers
    ]
    return Correction(row, moved, len(row.changes) - len(moved))
