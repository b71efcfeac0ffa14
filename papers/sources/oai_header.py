"""The header of an OAI-PMH record, and what is read alike in every metadata format. Pure."""

import re
from dataclasses import dataclass
from datetime import date
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from papers.identifiers import parse_identifier
from papers.sources.cleaning import read_instant, shown
from papers.sources.record import RecordRejected
from papers.sources.xml_elements import line_of

_OF_ARXIV = re.compile(r"oai:arxiv\.org:(\S+)", re.IGNORECASE)
# What arXiv's own server of 2007 to 2025 called itself, wherever it was reached.
_FORMER_ARXIV = re.compile(r"https?://(?:[a-z]+\.)?arxiv\.org/oai2/?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Header:
    """What a record says of itself.

    identifier  as the archive gives it: ``oai:arXiv.org:2603.00011``
    datestamp   the day on which the archive last changed the record, or deleted it
    sets        the sets it is in, such as ``cs:cs:LG``, in their order
    base_url    the archive as it names itself in the answer; blank for a record without an answer
    """

    identifier: str
    datestamp: date
    deleted: bool = False
    sets: tuple[str, ...] = ()
    base_url: str = ""

    @property
    def arxiv_id(self) -> str:
        """The bare arXiv id; "" for a record of another archive."""
        found = _OF_ARXIV.fullmatch(self.identifier)
        return bare_arxiv_id(found[1]) if found else ""

    @property
    def is_of_former_arxiv(self) -> bool:
        """True for an answer of the server that arXiv had before ``oaipmh.arxiv.org``."""
        return _FORMER_ARXIV.fullmatch(self.base_url) is not None


def read_header(record: Element, base_url: str = "") -> Header:
    """Read the header of a ``<record>``. Raises RecordRejected without identifier or day."""
    header = record.find("{*}header")
    if header is None:
        raise RecordRejected(_("It has no header, so nothing says which record it is."))
    identifier = text_in(header, "identifier")
    if not identifier:
        raise RecordRejected(_("Its header has no identifier."))
    datestamp = day_in(header, "datestamp")
    if datestamp is None:
        raise RecordRejected(_("Its header has no datestamp."))
    return Header(
        identifier=identifier,
        datestamp=datestamp,
        deleted=header.get("status") == "deleted",
        sets=tuple(line_of(each) for each in header.iterfind("{*}setSpec")),
        base_url=base_url,
    )


def bare_arxiv_id(text: str) -> str:
    """Return an arXiv id without version and subject class; what is none stays as it is."""
    found = parse_identifier(text)
    return found.value if found and found.kind == "arxiv" else text


def text_in(parent: Element, name: str) -> str:
    """Return the text of the first child called `name` as one line, "" without one.

    The namespace does not matter: some copies of arXiv's records have lost it.
    """
    return line_of(parent.find(f"{{*}}{name}"))


def block_in(parent: Element, name: str) -> str:
    """Return the text of the first child called `name` with its line breaks, "" without one."""
    child = parent.find(f"{{*}}{name}")
    return "".join(child.itertext()) if child is not None else ""


def day_in(parent: Element, name: str) -> date | None:
    """Return the day that the first child called `name` gives, None without one.

    Raises RecordRejected when it is no date.
    """
    text = text_in(parent, name)
    if not text:
        return None
    instant = read_instant(text)
    if instant is None:
        raise RecordRejected(
            _("Its %(field)s is no date: “%(value)s”.") % {"field": name, "value": shown(text)}
        )
    return instant.date()
