"""arXiv's snapshot of all its metadata: one JSON object a line, one line a paper.

The lines of ``arxiv-metadata-oai-snapshot.json``, in any number. Positions are line numbers.
"""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from itertools import islice
from typing import Any

from django.utils.translation import gettext as _

from papers.identifiers import parse_identifier
from papers.models import Source
from papers.sources import arxiv, json_lines
from papers.sources.cleaning import read_instant, shown
from papers.sources.files import SourceFile
from papers.sources.json_lines import BLANK, CutShort, read_line
from papers.sources.json_values import list_of, text_of, wrong_type
from papers.sources.record import PaperRecord, Parsed, RecordRejected, Rejection

# A bad line at the start does not make a file another format.
LINES_TO_RECOGNISE = 20


def recognises(file: SourceFile) -> bool:
    """Say whether one of the first lines is a paper of the snapshot."""
    if file.head.lstrip(BLANK)[:1] != b"{":
        return False
    with closing(file.lines()) as lines:
        return any(_is_paper(line) for line in islice(lines, LINES_TO_RECOGNISE))


def parse(file: SourceFile) -> Iterator[Parsed | Rejection]:
    """Yield the file's lines in their order; blank ones are passed over.

    Raises FileRefused at a last line that ends in the middle.
    """
    yield from json_lines.entries(file, parse_paper, _name_of)


def parse_paper(paper: Any) -> PaperRecord:
    """Make a record of one object of the snapshot. Raises RecordRejected."""
    if not isinstance(paper, dict):
        raise RecordRejected(_("It is no paper: the line is not a JSON object."))
    arxiv_id = text_of(paper, "id")
    if not arxiv_id:
        raise RecordRejected(_("It has no id."))
    found = parse_identifier(arxiv_id)
    versions = _versions(paper)
    created = [instant for _number, instant in versions]
    abstract, comments = text_of(paper, "abstract"), text_of(paper, "comments")
    withdrawn = arxiv.is_withdrawal(comments)
    record_date = _record_date(paper, created)
    return PaperRecord(
        source=Source.ARXIV_SNAPSHOT,
        source_id=found.value if found else arxiv_id,
        record_date=record_date,
        identifiers=(("arxiv", arxiv_id), *arxiv.dois_in(text_of(paper, "doi"))),
        title=text_of(paper, "title"),
        abstract=arxiv.paragraphs(abstract),
        authors=tuple(_authors(paper)),
        published_at=created[0] if created else None,
        version=versions[-1][0] if versions else None,
        versions=versions,
        categories=tuple(text_of(paper, "categories").split()),
        comments=comments,
        journal_ref=text_of(paper, "journal-ref"),
        code_url=arxiv.code_link(abstract, comments),
        withdrawn_at=_withdrawal_time(created, record_date) if withdrawn else None,
        withdrawal_reason=comments if withdrawn else "",
    )


def _is_paper(line: bytes) -> bool:
    try:
        paper = read_line(line)
    except (CutShort, RecordRejected):
        return False
    return (
        isinstance(paper, dict)
        and {"id", "title"} <= paper.keys()
        and bool({"versions", "authors_parsed", "update_date"} & paper.keys())
    )


def _versions(paper: dict[str, Any]) -> tuple[tuple[int, datetime], ...]:
    """Return number and instant of all versions, as they are listed: the first one first."""
    versions = list_of(paper, "versions")
    if not all(isinstance(version, dict) for version in versions):
        raise RecordRejected(wrong_type("versions"))
    return tuple(
        (_number(text_of(version, "version")), _created(text_of(version, "created")))
        for version in versions
    )


def _number(name: str) -> int:
    """Read ``v2``."""
    number = name.removeprefix("v")
    # Digits of other scripts are digits to str.isdigit.
    if not (number.isascii() and number.isdigit() and len(number) <= 5):
        raise RecordRejected(_("“%(value)s” cannot be a version.") % {"value": shown(name)})
    return int(number)


def _created(text: str) -> datetime:
    """Read ``Mon, 2 Apr 2007 19:18:42 GMT``."""
    try:
        instant = parsedate_to_datetime(text)
        instant = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RecordRejected(_bad_date("created", text)) from error
    return instant


def _record_date(paper: dict[str, Any], created: list[datetime]) -> date:
    """Return the day of the last change, which is no earlier than the last version."""
    text = text_of(paper, "update_date")
    if text:
        updated = read_instant(text)
        if updated is None:
            raise RecordRejected(_bad_date("update_date", text))
        return updated.date()
    if created:
        return created[-1].date()
    raise RecordRejected(_("Its day is unknown: it has no update_date and no versions."))


def _withdrawal_time(created: list[datetime], record_date: date) -> datetime:
    """Return when the latest version came, which says that the paper is withdrawn."""
    return created[-1] if created else datetime.combine(record_date, datetime.min.time(), UTC)


def _authors(paper: dict[str, Any]) -> Iterator[str]:
    """Yield the names in their order, from `authors_parsed` or else from the line of authors."""
    parsed = list_of(paper, "authors_parsed")
    if not parsed:
        yield from arxiv.names_in(text_of(paper, "authors"))
        return
    for parts in parsed:
        if not isinstance(parts, list) or not all(isinstance(part, str) for part in parts):
            raise RecordRejected(wrong_type("authors_parsed"))
        # A fourth part is the affiliation.
        if name := arxiv.full_name(*parts[:3]) if parts else "":
            yield name


def _bad_date(name: str, text: str) -> str:
    return _("Its %(field)s is no date: “%(value)s”.") % {"field": name, "value": shown(text)}


def _name_of(paper: Any) -> str:
    """Return what a rejected line calls itself: its id, else its title, else nothing."""
    return shown(paper.get("id") or paper.get("title") or "") if isinstance(paper, dict) else ""
