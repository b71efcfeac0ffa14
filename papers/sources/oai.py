"""OAI-PMH: pages of records as archives answer them, and single records cut out of one.

Whatever the archive, its pages have one shape; what is inside a record is read by
papers/sources/oai_arxiv.py, oai_arxiv_raw.py and oai_dc.py.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from papers.models import Source
from papers.sources import oai_arxiv, oai_arxiv_raw, oai_dc
from papers.sources.cleaning import read_instant, shown
from papers.sources.files import FileRefused, SourceFile
from papers.sources.oai_header import Header, read_header, text_in
from papers.sources.record import (
    Deletion,
    Entry,
    PaperRecord,
    Parsed,
    ParsedDeletion,
    RecordRejected,
    Rejection,
)
from papers.sources.xml_elements import elements, line_of, starts_as_xml

NO_RECORDS = "noRecordsMatch"

_NAMESPACE = "{http://www.openarchives.org/OAI/2.0/}"
# Records that were cut out of an answer have lost its namespace.
_RECORDS = ("record", f"{_NAMESPACE}record")
_AROUND = ("responseDate", "request", "resumptionToken", "error")
_OTHER_ANSWERS = ("Identify", "header", "set", "metadataFormat")
_NAMES = frozenset((*_RECORDS, *(_NAMESPACE + name for name in (*_AROUND, *_OTHER_ANSWERS))))

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_ROOT = re.compile(rb"<(?:[\w.-]+:)?([A-Za-z][\w.-]*)[\s/>]")

# Each metadata format, by the name of its element.
_FORMATS: dict[str, Callable[[Element, Header], PaperRecord]] = {
    "arXiv": oai_arxiv.to_record,
    "arXivRaw": oai_arxiv_raw.to_record,
    "dc": oai_dc.to_record,
}
_SOURCES = {
    "arXiv": Source.ARXIV_OAI,
    "arXivRaw": Source.ARXIV_RAW,
    "oai_dc": Source.OAI_DC,
    "dc": Source.OAI_DC,
}


@dataclass(frozen=True, slots=True)
class OaiError:
    """An error of the protocol: ``badResumptionToken``, and what the archive says about it."""

    code: str
    message: str

    @property
    def sentence(self) -> str:
        """What the archive said, for people."""
        return _("The archive gives no records: %(message)s (%(code)s).") % {
            "message": shown(self.message or _("it does not say why"), 300).rstrip("."),
            "code": shown(self.code),
        }


@dataclass(frozen=True, slots=True)
class OaiPage:
    """One answer of an archive.

    token    what to ask the next page with; None when this is the last
    expires  until when it can be asked for, if the archive says so
    total    records of all pages together, if the archive says so
    error    what the archive had against the question; noRecordsMatch is one, too
    """

    entries: list[Entry]
    token: str | None
    expires: datetime | None
    total: int | None
    response_date: datetime | None
    error: OaiError | None


def recognises(file: SourceFile) -> bool:
    """Say whether the file is an answer to an OAI-PMH request, or holds records of one."""
    if not starts_as_xml(file):
        return False
    root = _ROOT.search(_COMMENT.sub(b"", file.head))
    name = root[1] if root else b""
    if name in (b"record", b"records"):
        return b"header" in file.head and b"datestamp" in file.head
    return name in (b"OAI-PMH", b"ListRecords", b"GetRecord")


def parse(file: SourceFile) -> Iterator[Entry]:
    """Yield the file's records in their order, the deleted ones too.

    No match is an answer without records. Raises FileRefused for any other error of the protocol,
    for an answer to another request than ListRecords and GetRecord, and for broken XML.
    """
    answer = _Answer(file)
    yield from answer.entries()
    if answer.error is not None and answer.error.code != NO_RECORDS:
        raise FileRefused(answer.error.sentence)


def read_page(file: SourceFile, metadata_prefix: str = "") -> OaiPage:
    """Read a whole answer, at most some thousand records.

    `metadata_prefix` is the format that was asked for, which an archive need not repeat: it says
    what a deletion is about. An error of the protocol is part of the page. Raises FileRefused for
    anything else that `parse` refuses.
    """
    answer = _Answer(file, metadata_prefix)
    entries = list(answer.entries())
    return OaiPage(
        entries=entries,
        token=answer.token,
        expires=answer.expires,
        total=answer.total,
        response_date=answer.response_date,
        error=answer.error,
    )


class _Answer:
    """An answer while it is read: what is known so far of all that is around the records."""

    def __init__(self, file: SourceFile, metadata_prefix: str = "") -> None:
        self.file = file
        self.metadata_prefix = metadata_prefix
        self.base_url = ""
        self.token: str | None = None
        self.expires: datetime | None = None
        self.total: int | None = None
        self.response_date: datetime | None = None
        self.error: OaiError | None = None

    def entries(self) -> Iterator[Entry]:
        position = 0
        for element in elements(self.file, _NAMES):
            if element.tag in _RECORDS:
                position += 1
                yield self._entry(position, element)
            else:
                self._note(_local_name(element), element)

    def _note(self, name: str, element: Element) -> None:
        """Take in an element that is no record."""
        if name == "responseDate":
            self.response_date = read_instant(line_of(element))
        elif name == "request":
            self.base_url = line_of(element)
            self.metadata_prefix = element.get("metadataPrefix") or self.metadata_prefix
        elif name == "resumptionToken":
            self.token = line_of(element) or None
            # arXiv writes `expires`, the protocol has it otherwise.
            expires = element.get("expirationDate") or element.get("expires") or ""
            self.expires = read_instant(expires)
            self.total = _count(element.get("completeListSize") or "")
        elif name == "error":
            self.error = self.error or OaiError(element.get("code") or "", line_of(element))
        else:
            raise FileRefused(_why_no_records(name))

    def _entry(self, position: int, record: Element) -> Entry:
        try:
            header = read_header(record, self.base_url)
            if header.deleted:
                return ParsedDeletion(position, self._deletion(header))
            return Parsed(position, self._record(record, header))
        except RecordRejected as rejected:
            return Rejection(position, rejected.reason, _name_of(record))

    def _record(self, record: Element, header: Header) -> PaperRecord:
        metadata = record.find("{*}metadata")
        if metadata is None or not len(metadata):
            raise RecordRejected(_("It has no metadata, and is not marked as deleted."))
        name = _local_name(metadata[0])
        if name not in _FORMATS:
            raise RecordRejected(
                _("Its metadata format “%(name)s” cannot be imported; ask for %(known)s.")
                % {"name": shown(name), "known": "arXiv, arXivRaw, oai_dc"}
            )
        self.metadata_prefix = self.metadata_prefix or name
        return _FORMATS[name](metadata[0], header)

    def _deletion(self, header: Header) -> Deletion:
        if header.arxiv_id:
            source = _SOURCES.get(self.metadata_prefix, Source.ARXIV_OAI)
            return Deletion(source, header.arxiv_id, header.datestamp)
        return Deletion(Source.OAI_DC, header.identifier, header.datestamp)


def _local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _count(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _name_of(record: Element) -> str:
    """Return what a rejected record calls itself: its identifier, else its title, else nothing."""
    header = record.find("{*}header")
    identifier = text_in(header, "identifier") if header is not None else ""
    return shown(identifier or line_of(record.find("{*}metadata/*/{*}title")))


def _why_no_records(name: str) -> str:
    """Say what an answer is that holds no records, by an element of it."""
    if name == "Identify":
        return _("It is what an archive says of itself (Identify), and holds no records.")
    if name == "header":
        return _(
            "It lists the identifiers of records without the records (ListIdentifiers); ask the "
            "archive for ListRecords instead."
        )
    if name == "set":
        return _("It lists the sets of an archive (ListSets), and holds no records.")
    return _("It lists the formats of an archive (ListMetadataFormats), and holds no records.")
