"""arXiv's feeds of the day: what it announced in some categories, as RSS 2.0 or as Atom.

An entry says that a paper is new, was listed in another category too (cross) or was replaced. It
gives the day of the announcement, and of no version when it was submitted.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from papers.identifiers import Identifier, parse_identifier
from papers.models import Precision, Source
from papers.sources import arxiv
from papers.sources.arxiv_atom import ARXIV, ATOM
from papers.sources.cleaning import shown
from papers.sources.files import FileRefused, SourceFile
from papers.sources.record import PaperRecord, Parsed, RecordRejected, Rejection
from papers.sources.xml_elements import elements, line_of, root_name

NEW = "new"
ANNOUNCEMENTS = frozenset({NEW, "cross", "replace", "replace-cross"})

_DUBLIN_CORE = "{http://purl.org/dc/elements/1.1/}"
_OAI_PREFIX = re.compile(r"oai:arxiv\.org:", re.IGNORECASE)
_ERROR_TITLE = "feed error"
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")
_DESCRIPTION = re.compile(
    r"\s*arXiv:(?P<id>\S+)(?:\s+Announce\s+Type:\s*(?P<type>\S+))?\s+Abstract:", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class _Layout:
    """The names of the same things in RSS and in Atom."""

    entry: str
    id: str
    link: str
    title: str
    description: str
    category: str
    announced: str
    feed_date: str


_LAYOUTS = {
    "rss": _Layout(
        entry="item",
        id="guid",
        link="link",
        title="title",
        description="description",
        category="category",
        announced="pubDate",
        feed_date="pubDate",
    ),
    "feed": _Layout(
        entry=f"{ATOM}entry",
        id=f"{ATOM}id",
        link=f"{ATOM}link",
        title=f"{ATOM}title",
        description=f"{ATOM}summary",
        category=f"{ATOM}category",
        announced=f"{ATOM}published",
        feed_date=f"{ATOM}updated",
    ),
}


def recognises(file: SourceFile) -> bool:
    """Say whether the file is one of arXiv's feeds of the day."""
    root, head = root_name(file), file.head.lower()
    if root == "rss":
        return b"arxiv.org/schemas/atom" in head or b"rss.arxiv.org/" in head
    # The API's Atom names another address, and has addresses for ids.
    return root == "feed" and (
        b"rss.arxiv.org/" in head.partition(b"<entry")[0] or b"<id>oai:arxiv.org:" in head
    )


def parse(file: SourceFile) -> Iterator[Parsed | Rejection]:
    """Yield the feed's entries in their order; a feed without any is valid: a day off.

    Raises FileRefused where the feed is broken, ends in the middle, or is arXiv's word that it has
    no such feed.
    """
    layout = _LAYOUTS.get(root_name(file))
    if layout is None:
        raise FileRefused(_("It is no feed of arXiv's: neither RSS nor Atom."))
    feed_date = ""
    is_error = False
    position = 0
    about = {layout.title, layout.description, f"{ATOM}subtitle", layout.feed_date}
    for element in elements(file, about | {layout.entry}):
        if element.tag == layout.title:
            is_error = is_error or line_of(element).lower().startswith(_ERROR_TITLE)
        elif element.tag == layout.feed_date:
            feed_date = line_of(element)
        elif element.tag != layout.entry:
            if is_error:
                raise _error(line_of(element))
        else:
            position += 1
            yield _read(position, element, layout, feed_date)
    if is_error:
        raise _error("")


def _error(message: str) -> FileRefused:
    return FileRefused(
        _("arXiv answered with an error: “%(message)s”.")
        % {"message": shown(message or _("no reason given"), 200)}
    )


def _read(position: int, entry: Element, layout: _Layout, feed_date: str) -> Parsed | Rejection:
    try:
        record = _record(entry, layout, feed_date)
    except RecordRejected as rejected:
        name = line_of(entry.find(layout.id)) or line_of(entry.find(layout.title))
        return Rejection(position, rejected.reason, shown(name))
    return Parsed(position, record, _announcement(entry, layout))


def _record(entry: Element, layout: _Layout, feed_date: str) -> PaperRecord:
    """Make a record of an entry. Raises RecordRejected."""
    paper = _identifier(entry, layout)
    day = _day(line_of(entry.find(layout.announced)) or feed_date)
    abstract = _abstract(entry, layout)
    is_new = _announcement(entry, layout) == NEW
    return PaperRecord(
        source=Source.ARXIV_RSS,
        source_id=paper.value,
        record_date=day,
        identifiers=(
            ("arxiv", paper.value),
            *arxiv.dois_in(line_of(entry.find(f"{ARXIV}DOI"))),
        ),
        title=_unescaped(line_of(entry.find(layout.title))),
        abstract=arxiv.paragraphs(abstract),
        authors=tuple(_authors(entry)),
        # The day from which all could read it, one to four days after it was submitted. arXiv's
        # other records know the time, and outrank a feed. Of older papers a feed says nothing.
        published_at=datetime(day.year, day.month, day.day, tzinfo=UTC) if is_new else None,
        published_precision=Precision.DAY.value if is_new else "",
        version=paper.version,
        versions=((paper.version, None),) if paper.version else (),
        categories=arxiv.categories_in(
            category.get("term") or line_of(category)
            for category in entry.iterfind(layout.category)
        ),
        journal_ref=_unescaped(line_of(entry.find(f"{ARXIV}journal_reference"))),
        code_url=arxiv.code_link(abstract),
    )


def _identifier(entry: Element, layout: _Layout) -> Identifier:
    """Return the paper's id, with the version where the entry gives one."""
    link = entry.find(layout.link)
    described = _DESCRIPTION.match(_description(entry, layout))
    texts = (
        _OAI_PREFIX.sub("", line_of(entry.find(layout.id))),
        described["id"] if described else "",
        (link.get("href") or line_of(link)) if link is not None else "",
    )
    given = [text for text in texts if text]
    for text in given:
        found = parse_identifier(text)
        if found is not None and found.kind == "arxiv":
            return found
    if not given:
        raise RecordRejected(_("It has no id."))
    raise RecordRejected(_("“%(value)s” cannot be an arXiv id.") % {"value": shown(given[0])})


def _announcement(entry: Element, layout: _Layout) -> str:
    """Return how the paper was announced, "" when that is none of the ways that arXiv has."""
    described = _DESCRIPTION.match(_description(entry, layout))
    said = line_of(entry.find(f"{ARXIV}announce_type")) or (
        (described["type"] or "") if described else ""
    )
    return said.lower() if said.lower() in ANNOUNCEMENTS else ""


def _abstract(entry: Element, layout: _Layout) -> str:
    return _DESCRIPTION.sub("", _description(entry, layout), count=1)


def _description(entry: Element, layout: _Layout) -> str:
    found = entry.find(layout.description)
    return _unescaped("".join(found.itertext())) if found is not None else ""


def _authors(entry: Element) -> Iterator[str]:
    """Yield the names, which stand in one line or in elements of their own."""
    for creator in entry.iterfind(f"{_DUBLIN_CORE}creator"):
        yield from arxiv.names_in(_unescaped(line_of(creator)))


def _day(text: str) -> date:
    """Read the day of an announcement, as its own time zone has it: arXiv's, the US East Coast."""
    if not text:
        raise RecordRejected(_("Its day is unknown: neither it nor its feed has a date."))
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(text).date()
        except (ValueError, OverflowError):
            continue
    raise RecordRejected(_("“%(value)s” is no date of an announcement.") % {"value": shown(text)})


def _unescaped(text: str) -> str:
    """Return text without the entities of HTML, which feeds write for readers of web pages.

    Only those that end in a semicolon: “&lt” and “&not” stand in mathematics.
    """
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
