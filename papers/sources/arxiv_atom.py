"""Answers of arXiv's API: an Atom feed with an entry a paper, in the layouts before and since 2026.

The two differ in the order of the elements, in http and https, and in whether long lines are
wrapped; nothing here depends on any of these. The feeds of the day, which arXiv also offers as
Atom, are another format: see `arxiv_rss`.
"""

from collections.abc import Iterator
from datetime import date, datetime
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from papers.identifiers import parse_identifier
from papers.models import Source
from papers.sources import arxiv
from papers.sources.cleaning import clean_line, read_instant, shown, undo_double_encoding
from papers.sources.files import FileRefused, SourceFile
from papers.sources.record import (
    PaperRecord,
    Parsed,
    RecordRejected,
    Rejection,
    VersionPair,
)
from papers.sources.xml_elements import elements, root_name

ATOM = "{http://www.w3.org/2005/Atom}"
ARXIV = "{http://arxiv.org/schemas/atom}"

_ENTRY = f"{ATOM}entry"
_UPDATED = f"{ATOM}updated"
_ERROR_ID = "/api/errors"


def recognises(file: SourceFile) -> bool:
    """Say whether the file is an Atom feed of arXiv's."""
    return root_name(file) == "feed" and b"arxiv.org" in file.head.lower()


def parse(file: SourceFile) -> Iterator[Parsed | Rejection]:
    """Yield the feed's entries in their order; a feed without any is valid.

    Raises FileRefused where the feed is broken or ends in the middle.
    """
    if root_name(file) != "feed":
        raise FileRefused(_("It is no Atom feed."))
    answered_on: date | None = None
    position = 0
    for element in elements(file, {_UPDATED, _ENTRY}):
        if element.tag == _UPDATED:
            instant = read_instant(_text(element))
            answered_on = instant.date() if instant else None
            continue
        position += 1
        try:
            yield Parsed(position, parse_entry(element, answered_on))
        except RecordRejected as rejected:
            yield Rejection(position, rejected.reason, _name_of(element))


def parse_entry(entry: Element, answered_on: date | None = None) -> PaperRecord:
    """Make a record of an entry. Raises RecordRejected.

    answered_on  the day of the answer: arXiv adds journal and DOI to a paper without changing the
                 date that the entry gives, and of two answers the later one shall be believed
    """
    name = _child(entry, ATOM, "id")
    if _ERROR_ID in name:
        raise RecordRejected(
            _("arXiv answered with an error: “%(message)s”.")
            % {"message": shown(clean_line(_child(entry, ATOM, "summary")), 200)}
        )
    if not name:
        raise RecordRejected(_("It has no id."))
    found = parse_identifier(name)
    published, updated = _instant(entry, "published"), _instant(entry, "updated")
    latest = updated or published
    if latest is None:
        raise RecordRejected(_("Its day is unknown: it has neither “published” nor “updated”."))
    version = found.version if found else None
    abstract, comments = _child(entry, ATOM, "summary"), _child(entry, ARXIV, "comment")
    withdrawn = arxiv.is_withdrawal(comments)
    return PaperRecord(
        source=Source.ARXIV_ATOM,
        source_id=found.value if found else shown(name),
        record_date=max(answered_on or date.min, latest.date()),
        identifiers=(("arxiv", name), *_dois(entry)),
        title=_child(entry, ATOM, "title"),
        abstract=arxiv.paragraphs(abstract),
        authors=tuple(_authors(entry)),
        published_at=published,
        version=version,
        versions=_versions(version, published, updated),
        categories=_categories(entry),
        comments=comments,
        journal_ref=_child(entry, ARXIV, "journal_ref"),
        code_url=arxiv.code_link(abstract, comments),
        withdrawn_at=latest if withdrawn else None,
        withdrawal_reason=comments if withdrawn else "",
    )


def _versions(
    latest: int | None, published: datetime | None, updated: datetime | None
) -> tuple[VersionPair, ...]:
    """Return the first version and the latest; an entry says nothing of those between."""
    versions = {}
    if latest is not None:
        versions[latest] = updated
    if published is not None:
        versions[1] = published
    return tuple(versions.items())


def _categories(entry: Element) -> tuple[str, ...]:
    primary = entry.find(f"{ARXIV}primary_category")
    return arxiv.categories_in(
        (category.get("term", "") for category in entry.iterfind(f"{ATOM}category")),
        primary.get("term", "") if primary is not None else "",
    )


def _dois(entry: Element) -> Iterator[tuple[str, str]]:
    """Yield the journal's DOIs: several stand in elements of their own, or in one."""
    for element in entry.iterfind(f"{ARXIV}doi"):
        yield from arxiv.dois_in(_text(element))


def _authors(entry: Element) -> Iterator[str]:
    """Yield the names in their order, without affiliations."""
    for author in entry.iterfind(f"{ATOM}author"):
        name = arxiv.full_name(_child(author, ATOM, "name"))
        # Behind a collaboration arXiv lists the colon as an author.
        if any(char.isalnum() for char in name):
            yield name


def _instant(entry: Element, name: str) -> datetime | None:
    text = _child(entry, ATOM, name)
    instant = read_instant(text)
    if text and instant is None:
        raise RecordRejected(
            _("Its %(field)s is no date: “%(value)s”.") % {"field": name, "value": shown(text)}
        )
    return instant


def _name_of(entry: Element) -> str:
    """Return what a rejected entry calls itself: its id, else its title, else nothing."""
    return shown(_child(entry, ATOM, "id") or clean_line(_child(entry, ATOM, "title")))


def _child(element: Element, namespace: str, name: str) -> str:
    found = element.find(f"{namespace}{name}")
    return _text(found) if found is not None else ""


def _text(element: Element) -> str:
    return undo_double_encoding("".join(element.itertext())).strip()
