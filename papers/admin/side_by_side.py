"""What a moderator compares of two papers."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from papers.models import (
    LibraryEntry,
    Paper,
    PaperIdentifier,
    PaperState,
    Precision,
    SourceRecord,
    Upvote,
)

# Names that one reads before one sees whether two lists are the same.
AUTHORS_SHOWN = 30
DATE_FORMATS = {
    Precision.DAY: "DATE_FORMAT",
    Precision.MONTH: "YEAR_MONTH_FORMAT",
    Precision.YEAR: "Y",
}


@dataclass(frozen=True, slots=True)
class Fact:
    """A row of the comparison: what it is about, and each paper's lines."""

    label: str
    values: tuple[list[str], ...]
    kind: str = ""

    @property
    def is_same(self) -> bool:
        return all(value == self.values[0] for value in self.values)


def side_by_side(paper_ids: Sequence[int]) -> list[Fact]:
    """The rows for these papers, in their order; those where no paper has anything are left out."""
    papers = Paper.objects.defer("search").in_bulk(paper_ids)
    identifiers, records = _identifiers(paper_ids), _records(paper_ids)
    upvotes = Counter(_papers_of(Upvote.objects.counted(), paper_ids))
    keepers = Counter(_papers_of(LibraryEntry.objects.all(), paper_ids))
    ordered = [papers[pk] for pk in paper_ids]
    rows = [
        Fact(_("Title"), tuple([paper.title_text] for paper in ordered)),
        Fact(_("Authors"), tuple(_authors(paper) for paper in ordered)),
        Fact(_("Published"), tuple(_published(paper) for paper in ordered)),
        Fact(_("Versions"), tuple(_filled(paper.version) for paper in ordered)),
        Fact(_("Journal"), tuple(_filled(paper.journal_ref) for paper in ordered)),
        Fact(_("Comments"), tuple(_filled(paper.comments) for paper in ordered)),
        Fact(_("Ids"), tuple(identifiers[pk] for pk in paper_ids)),
        Fact(_("Sources"), tuple(records[pk] for pk in paper_ids)),
        Fact(_("State"), tuple([str(PaperState(paper.state).label)] for paper in ordered)),
        Fact(_("Upvotes that count"), tuple([str(upvotes[pk])] for pk in paper_ids)),
        Fact(_("In libraries"), tuple([str(keepers[pk])] for pk in paper_ids)),
        Fact(_("Abstract"), tuple(_filled(paper.abstract_text) for paper in ordered), "abstract"),
    ]
    return [row for row in rows if any(row.values)]


def evidence_in_words(evidence: Iterable[dict[str, Any]]) -> list[str]:
    """A sentence for each thing that speaks for one work."""
    return [sentence for each in evidence if (sentence := _sentence(each))]


def _sentence(each: dict[str, Any]) -> str:
    match each:
        case {"kind": "shared_doi", "dois": dois}:
            return _("Both claim the DOI %(dois)s.") % {"dois": ", ".join(dois)}
        case {"kind": "same_title"}:
            return _("Both have one title, but for case, accents and punctuation.")
        case {"kind": "same_authors", "names": names}:
            return _("Family names in common: %(names)s.") % {"names": ", ".join(names)}
        case {"kind": "years", "years": [first, second]} if first == second:
            return _("Both were published in %(year)s.") % {"year": first}
        case {"kind": "years", "years": [first, second]}:
            return _("Published in %(first)s and in %(second)s.") % {
                "first": first,
                "second": second,
            }
    return ""


def _filled(value: Any) -> list[str]:
    return [str(value)] if value else []


def _authors(paper: Paper) -> list[str]:
    names = paper.authors[:AUTHORS_SHOWN]
    more = len(paper.authors) - len(names)
    return [*names, _("and %(number)d more") % {"number": more}] if more else names


def _published(paper: Paper) -> list[str]:
    if paper.published_at is None:
        return []
    style = DATE_FORMATS[Precision(paper.published_precision)]
    return [date_format(timezone.localtime(paper.published_at), style)]


def _identifiers(paper_ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    ids = PaperIdentifier.objects.filter(paper__in=paper_ids).order_by("kind", "value")
    for each in ids:
        found[each.paper_id].append(f"{each.get_kind_display()} {each.value}")
    return found


def _records(paper_ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = defaultdict(list)
    for record in SourceRecord.objects.filter(paper__in=paper_ids).defer("fields").order_by("pk"):
        found[record.paper_id].append(f"{record.get_source_display()}: {record.source_id}")
    return found


def _papers_of(rows: Any, paper_ids: Sequence[int]) -> Any:
    return rows.filter(paper__in=paper_ids).values_list("paper", flat=True)
