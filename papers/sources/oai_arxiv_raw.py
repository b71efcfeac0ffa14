"""The format ``arXivRaw`` of arXiv's OAI-PMH: a paper with all its versions, its authors as one line.

The only format of arXiv's that dates every version; the first one's date is the publication.
"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from papers.models import Source
from papers.sources import arxiv
from papers.sources.arxiv_people import people
from papers.sources.cleaning import shown
from papers.sources.oai_arxiv import midnight
from papers.sources.oai_header import Header, bare_arxiv_id, block_in, text_in
from papers.sources.record import PaperRecord, RecordRejected

Version = tuple[int, datetime]


def to_record(metadata: Element, header: Header) -> PaperRecord:
    """Make the record of an ``<arXivRaw>`` element. Raises RecordRejected."""
    arxiv_id = bare_arxiv_id(text_in(metadata, "id") or header.arxiv_id)
    if not arxiv_id:
        raise RecordRejected(_("It has no id."))
    versions = _versions(metadata)
    abstract, comments = block_in(metadata, "abstract"), text_in(metadata, "comments")
    withdrawn = arxiv.is_withdrawal(comments) or _last_is_empty(metadata)
    withdrawn_at = versions[-1][1] if versions else midnight(header.datestamp)
    return PaperRecord(
        source=Source.ARXIV_RAW,
        source_id=arxiv_id,
        record_date=header.datestamp,
        identifiers=(("arxiv", arxiv_id), *arxiv.dois_in(text_in(metadata, "doi"))),
        title=text_in(metadata, "title"),
        abstract=arxiv.paragraphs(abstract),
        authors=tuple(people(arxiv.names_in(text_in(metadata, "authors")))),
        published_at=dict(versions).get(1),
        version=versions[-1][0] if versions else None,
        versions=tuple(versions),
        categories=tuple(text_in(metadata, "categories").split()),
        comments=comments,
        journal_ref=text_in(metadata, "journal-ref"),
        code_url=arxiv.code_link(abstract, comments),
        withdrawn_at=withdrawn_at if withdrawn else None,
        withdrawal_reason=comments if withdrawn else "",
    )


def _versions(metadata: Element) -> list[Version]:
    """Return number and instant of each version, in the order of the numbers."""
    return sorted(
        (_number(version), _submitted(text_in(version, "date")))
        for version in metadata.iterfind("{*}version")
    )


def _number(version: Element) -> int:
    """Read ``version="v2"``."""
    name = version.get("version") or ""
    number = name.removeprefix("v")
    # Digits of other scripts are digits to str.isdigit.
    if not (number.isascii() and number.isdigit() and len(number) <= 5):
        raise RecordRejected(_("“%(value)s” cannot be a version.") % {"value": shown(name)})
    return int(number)


def _submitted(text: str) -> datetime:
    """Read ``Wed, 23 Sep 2026 11:01:12 GMT``."""
    try:
        instant = parsedate_to_datetime(text)
        return instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise RecordRejected(
            _("Its %(field)s is no date: “%(value)s”.") % {"field": "date", "value": shown(text)}
        ) from error


def _last_is_empty(metadata: Element) -> bool:
    """Say whether the latest version is the empty one that arXiv puts in place of a withdrawn one.

    Its type says “I”, for ignored. A source that is hidden says so too, but has a size.
    """
    last = max(metadata.iterfind("{*}version"), key=_number, default=None)
    return last is not None and (
        text_in(last, "size").lower() in ("0kb", "0b", "0") and "I" in text_in(last, "source_type")
    )
