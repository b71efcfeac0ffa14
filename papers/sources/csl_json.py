"""CSL-JSON, as Zotero, pandoc and doi.org write it: a list of items, or one item."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _

from papers.sources import arxiv
from papers.sources.bibliography import PartialDate, Work, to_record
from papers.sources.citations import appeared_in, arxiv_mentions
from papers.sources.cleaning import shown
from papers.sources.extra_fields import ids_in_extra
from papers.sources.files import FileRefused, SourceFile
from papers.sources.jats import plain_line, plain_text
from papers.sources.json_values import list_of, text_of, wrong_type
from papers.sources.partial_dates import partial_date, read_date
from papers.sources.people import printed_name
from papers.sources.record import PaperRecord, Parsed, RecordRejected, Rejection

TYPES = frozenset(
    """
    article article-journal article-magazine article-newspaper bill book broadcast chapter classic
    collection dataset document entry entry-dictionary entry-encyclopedia event figure graphic
    hearing interview legal_case legislation manuscript map motion_picture musical_score pamphlet
    paper-conference patent performance periodical personal_communication post post-weblog
    regulation report review review-book software song speech standard thesis treaty webpage
    """.split()
)
_NAME_PARTS = frozenset({"family", "given", "literal"})


def recognises(file: SourceFile) -> bool:
    """Say whether the file holds CSL items: a list with one, or one alone. Raises FileRefused."""
    if file.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"[", b"{"):
        return False
    return any(_is_item(item) for item in _items(file))


def parse(file: SourceFile) -> Iterator[Parsed | Rejection]:
    """Yield the items in their order. Raises FileRefused when the file is no JSON list or object."""
    if not isinstance(file.json, list | dict):
        raise FileRefused(_("It is no list of CSL items."))
    for position, item in enumerate(_items(file), start=1):
        try:
            yield Parsed(position, parse_item(item))
        except RecordRejected as rejected:
            name = item.get("title") or item.get("id") if isinstance(item, dict) else ""
            yield Rejection(position, rejected.reason, shown(name or ""))


def parse_item(item: Any) -> PaperRecord:
    """Make a record of one item. Raises RecordRejected."""
    if not isinstance(item, dict):
        raise RecordRejected(_("It is no CSL item: it is not a JSON object."))
    date = _date(item.get("issued"))
    abstract = arxiv.paragraphs(plain_text(text_of(item, "abstract")))
    url = text_of(item, "URL")
    container = plain_line(text_of(item, "container-title"))
    return to_record(
        Work(
            title=plain_line(text_of(item, "title")),
            ids=(
                text_of(item, "DOI"),
                url,
                *arxiv_mentions(_text(item, "number"), container),
                *ids_in_extra(_text(item, "note")),
            ),
            abstract=abstract,
            authors=tuple(name for author in list_of(item, "author") if (name := _name(author))),
            date=date,
            journal_ref=appeared_in(
                container,
                volume=_text(item, "volume"),
                issue=_text(item, "issue"),
                pages=_text(item, "page"),
                year=date.year if date else None,
            ),
            code_url=arxiv.code_link(url, abstract),
        )
    )


def _items(file: SourceFile) -> list[Any]:
    content = file.json
    if isinstance(content, dict):
        return [content]
    return content if isinstance(content, list) else []


def _is_item(item: Any) -> bool:
    """Say whether an object can only be a CSL item.

    Crossref's works have lists of titles, Zotero's items an “itemType”, other papers no “type” or
    “authors”.
    """
    if not isinstance(item, dict) or not isinstance(item.get("type"), str):
        return False
    if {"itemType", "authors", "paper"} & item.keys():
        return False
    if not isinstance(item.get("title", ""), str):
        return False
    if "id" in item and item["type"] in TYPES:
        return True
    authors = item.get("author")
    return _has_date(item.get("issued")) or (
        isinstance(authors, list)
        and any(isinstance(author, dict) and _NAME_PARTS & author.keys() for author in authors)
    )


def _has_date(issued: Any) -> bool:
    return isinstance(issued, dict) and bool({"date-parts", "raw", "literal"} & issued.keys())


def _text(item: Mapping[str, Any], name: str) -> str:
    """Return a value that may be a text or a number, "" for anything else."""
    value = item.get(name)
    return str(value) if isinstance(value, str) or type(value) is int else ""


def _name(author: Any) -> str:
    """Return a name as it is printed: particles before the family name, the suffix behind it."""
    if isinstance(author, str):
        return printed_name(author)
    if not isinstance(author, dict):
        raise RecordRejected(wrong_type("author"))
    parts = (
        text_of(author, part)
        for part in ("given", "dropping-particle", "non-dropping-particle", "family", "suffix")
    )
    whole = text_of(author, "literal") or text_of(author, "name")
    return plain_line(" ".join(" ".join(parts).split()) or whole)


def _date(issued: Any) -> PartialDate | None:
    """Return the day on which an item was issued; of a range, the first."""
    if isinstance(issued, str | int):
        return read_date(str(issued))
    if not isinstance(issued, dict):
        return None
    ranges = issued.get("date-parts")
    first = ranges[0] if isinstance(ranges, list) and ranges else None
    if isinstance(first, list) and (parts := _numbers(first)):
        return partial_date(*parts[:3])
    texts = (issued.get(name) for name in ("raw", "literal"))
    dates = (read_date(text) for text in texts if isinstance(text, str))
    return next((date for date in dates if date), None)


def _numbers(parts: list[Any]) -> list[int]:
    """Return the numbers at the start of a list; Zotero writes some of them as texts."""
    numbers: list[int] = []
    for part in parts:
        text = str(part).strip()
        # Digits of other scripts are digits to str.isdigit.
        if not (text.isascii() and text.isdigit() and len(text) <= 4):
            break
        numbers.append(int(text))
    return numbers
