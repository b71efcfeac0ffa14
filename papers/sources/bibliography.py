"""What all bibliographies have in common: from the fields of an entry to a record. Pure.

BibTeX, RIS, CSL-JSON and Zotero differ in how they write a work, not in what they say of it. Their
readers fill a `Work` with plain Unicode text; here it becomes a `PaperRecord`.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from papers.identifiers import parse_identifier
from papers.models import Precision, Source
from papers.sources.cleaning import clean_line, is_plausible_year
from papers.sources.record import UNDATED, IdPair, PaperRecord, work_key


@dataclass(frozen=True, slots=True)
class PartialDate:
    """A date of which only the year is sure; month and day are None when unknown or impossible."""

    year: int
    month: int | None = None
    day: int | None = None

    @property
    def precision(self) -> str:
        if self.month is None:
            return Precision.YEAR.value
        return Precision.MONTH.value if self.day is None else Precision.DAY.value

    def first_instant(self) -> datetime | None:
        """Return the first instant of it, UTC; None for a date that is none."""
        try:
            return datetime(self.year, self.month or 1, self.day or 1, tzinfo=UTC)
        except ValueError:
            return None


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """One entry of a bibliography; blank means that it does not say.

    ids      whatever may be an id of the work or a page about it: DOIs, eprints (``arXiv:…``),
             URLs. What is no id is passed over: it may be the address of anything
    authors  names as printed, “Ada Lovelace”, in their order
    """

    title: str
    ids: tuple[str, ...] = ()
    abstract: str = ""
    authors: tuple[str, ...] = ()
    date: PartialDate | None = None
    journal_ref: str = ""
    comments: str = ""
    code_url: str = ""
    project_url: str = ""


def to_record(work: Work) -> PaperRecord:
    """Make the record of a work. Raises RecordRejected when it has no title, or too much of a field.

    Its id within the source is made of all its ids, or else of title, first author, year and page: two
    bibliographies that say the same of a work have one record, and no id that any of them has for
    it is lost.
    """
    identifiers = _identifiers(work.ids)
    published, precision = _published(work.date)
    return PaperRecord(
        source=Source.BIBLIOGRAPHY,
        source_id=_source_id(identifiers, work, published),
        record_date=UNDATED,
        identifiers=identifiers,
        title=work.title,
        abstract=work.abstract,
        authors=work.authors,
        published_at=published,
        published_precision=precision,
        comments=work.comments,
        journal_ref=work.journal_ref,
        code_url=work.code_url,
        project_url=work.project_url,
    )


def _identifiers(texts: Iterable[str]) -> tuple[IdPair, ...]:
    """Return the ids among the texts. Of several arXiv ids the first is meant."""
    found: dict[IdPair, None] = {}
    for text in texts:
        identifier = parse_identifier(text) if text.strip() else None
        if identifier is None or identifier.kind == "op":
            continue
        if identifier.kind == "arxiv" and any(kind == "arxiv" for kind, _value in found):
            continue
        found[identifier.kind, identifier.value] = None
    return tuple(sorted(found))


def _published(date: PartialDate | None) -> tuple[datetime | None, str]:
    instant = date.first_instant() if date and is_plausible_year(date.year) else None
    if date is None or instant is None:
        return None, ""
    return instant, "" if date.precision == Precision.DAY else date.precision


def _source_id(identifiers: tuple[IdPair, ...], work: Work, published: datetime | None) -> str:
    if not identifiers:
        title = clean_line(work.title)
        authors = tuple(name for name in map(clean_line, work.authors) if name)
        return work_key(title, authors, published, work.journal_ref) if title else "untitled"
    if len(identifiers) == 1:
        return ":".join(identifiers[0])
    # Several may be longer together than an id may be.
    joined = " ".join(":".join(pair) for pair in identifiers)
    return f"ids:{hashlib.sha256(joined.encode()).hexdigest()}"
