"""Zotero's own JSON: Better BibTeX's export ``{config, collections, items}``, or the Web API's list.

Better BibTeX's export written as YAML is read too.

Notes, attachments and annotations are no papers: those that stand among the items are passed over
and not counted as entries. Positions are places among all the items, so that they can be found.
"""

import re
from collections.abc import Iterator
from typing import Any

import yaml
from django.utils.translation import gettext as _

from papers.sources import arxiv
from papers.sources.bibliography import Work, to_record
from papers.sources.citations import appeared_in, arxiv_mentions
from papers.sources.cleaning import shown
from papers.sources.extra_fields import fields_in_extra, ids_in_extra
from papers.sources.files import FileRefused, SourceFile
from papers.sources.jats import plain_line, plain_text
from papers.sources.json_values import list_of, text_of, wrong_type
from papers.sources.partial_dates import read_date
from papers.sources.people import printed_name
from papers.sources.record import PaperRecord, Parsed, RecordRejected, Rejection

# Tuples, because what is looked for in them may be any JSON value.
NO_PAPERS = ("attachment", "note", "annotation")
# Who made the work itself, in the words for its many types; editors and translators did not.
MAKERS = tuple(
    "author artist cartographer composer director inventor interviewee performer podcaster "
    "presenter programmer sponsor".split()
)
TITLES = ("title", "caseName", "nameOfAct", "subject")
CONTAINERS = (
    "publicationTitle",
    "proceedingsTitle",
    "bookTitle",
    "encyclopediaTitle",
    "dictionaryTitle",
    "websiteTitle",
    "blogTitle",
    "series",
)
# Items with their creators, and collections within collections.
MAX_YAML_DEPTH = 50
_BLANK = b"\xef\xbb\xbf \t\r\n"
# How Zotero keeps the authors' comments that it finds on arXiv.
_ARXIV_COMMENT = "Comment: "


def recognises(file: SourceFile) -> bool:
    """Say whether the file has Zotero items; an export of none is one too. Raises FileRefused."""
    if not _is_yaml(file) and file.head.lstrip(_BLANK)[:1] not in (b"[", b"{"):
        return False
    content = _content(file)
    if isinstance(content, dict) and isinstance(content.get("items"), list):
        config = content.get("config")
        if isinstance(config, dict) and not content["items"]:
            return str(config.get("label", "")).startswith("BetterBibTeX")
    return any(isinstance(item, dict) and "itemType" in item for item in _items(content))


def parse(file: SourceFile) -> Iterator[Parsed | Rejection]:
    """Yield the items that may be papers, in their order. Raises FileRefused for no items."""
    content = _content(file)
    if not isinstance(content, list) and not (
        isinstance(content, dict) and isinstance(content.get("items"), list)
    ):
        raise FileRefused(_("It is no Zotero export: it has no list of items."))
    for position, item in enumerate(_items(content), start=1):
        if isinstance(item, dict) and item.get("itemType") in NO_PAPERS:
            continue
        try:
            yield Parsed(position, parse_item(item))
        except RecordRejected as rejected:
            yield Rejection(position, rejected.reason, _name_of(item))


def parse_item(item: Any) -> PaperRecord:
    """Make a record of one item. Raises RecordRejected."""
    if not isinstance(item, dict) or not isinstance(item.get("itemType"), str):
        raise RecordRejected(_("It is no Zotero item: it has no “itemType”."))
    extra = _extra(item)
    fields = fields_in_extra(extra)
    date = read_date(text_of(item, "date") or fields.get("issued") or fields.get("date", ""))
    abstract = arxiv.paragraphs(plain_text(text_of(item, "abstractNote")))
    url = text_of(item, "url")
    container = plain_line(_first(item, *CONTAINERS))
    return to_record(
        Work(
            title=plain_line(_first(item, *TITLES)),
            ids=(
                text_of(item, "DOI"),
                url,
                *arxiv_mentions(
                    *(text_of(item, name) for name in ("archiveID", "number", "reportNumber")),
                    container,
                ),
                *ids_in_extra(extra),
            ),
            abstract=abstract,
            authors=tuple(_makers(item)),
            date=date,
            journal_ref=appeared_in(
                container,
                volume=text_of(item, "volume"),
                issue=text_of(item, "issue"),
                pages=text_of(item, "pages"),
                year=date.year if date else None,
            ),
            comments=_arxiv_comment(item),
            code_url=arxiv.code_link(url, abstract),
        )
    )


def _yaml(content: bytes) -> Any:
    """Return a YAML value of texts, lists and maps alone. Raises FileRefused, or what PyYAML does.

    An alias (``*a``) makes of a few lines a value of billions, and brackets within brackets use up
    the stack: no export has either.
    """
    depth = 0
    for event in yaml.parse(content, yaml.CBaseLoader):
        if isinstance(event, yaml.AliasEvent):
            raise FileRefused(
                _(
                    "It is YAML with references to other places in it (*name), which are not followed."
                )
            )
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_YAML_DEPTH:
            raise FileRefused(_("It is not usable YAML: it is nested too deeply."))
    # Texts alone: a volume is a text in the JSON, and no year becomes a date.
    return yaml.load(content, yaml.CBaseLoader)  # noqa: S506 - it makes texts, lists, maps


def _is_yaml(file: SourceFile) -> bool:
    """Say whether the file begins as Better BibTeX's export does when it is written as YAML."""
    return re.match(rb"(?:---\s*)?config:\s", file.head.lstrip(_BLANK)) is not None


def _content(file: SourceFile) -> Any:
    if not _is_yaml(file):
        return file.json
    try:
        return _yaml(file.read())
    except (yaml.YAMLError, RecursionError, UnicodeDecodeError) as error:
        raise FileRefused(
            _("It is not valid YAML: %(error)s.") % {"error": shown(" ".join(str(error).split()))}
        ) from error


def _items(content: Any) -> list[Any]:
    """Return the items, without what the Web API wraps them in."""
    items = content.get("items") if isinstance(content, dict) else content
    if not isinstance(items, list):
        return []
    return [
        item["data"] if isinstance(item, dict) and isinstance(item.get("data"), dict) else item
        for item in items
    ]


def _first(item: dict[str, Any], *names: str) -> str:
    return next((text for name in names if (text := text_of(item, name))), "")


def _extra(item: dict[str, Any]) -> str:
    """Return the lines of “Extra”, which Better BibTeX writes as a list."""
    extra = item.get("extra")
    if isinstance(extra, list):
        return "\n".join(line for line in extra if isinstance(line, str))
    return text_of(item, "extra")


def _makers(item: dict[str, Any]) -> Iterator[str]:
    for creator in list_of(item, "creators"):
        if not isinstance(creator, dict):
            raise RecordRejected(wrong_type("creators"))
        if creator.get("creatorType", "author") not in MAKERS:
            continue
        first, last = text_of(creator, "firstName"), text_of(creator, "lastName")
        name = arxiv.full_name(last, first) or text_of(creator, "name")
        # A name of one field may have been typed with its comma.
        if name := name if first else printed_name(name):
            yield name


def _arxiv_comment(item: dict[str, Any]) -> str:
    """Return the authors' comments that Zotero took from arXiv; what its user noted is private."""
    if not text_of(item, "libraryCatalog").lower().startswith("arxiv"):
        return ""
    notes = item.get("notes")
    for note in notes if isinstance(notes, list) else []:
        text = note.get("note") if isinstance(note, dict) else note
        if isinstance(text, str) and text.startswith(_ARXIV_COMMENT):
            return plain_line(text.removeprefix(_ARXIV_COMMENT))
    return ""


def _name_of(item: Any) -> str:
    """Return what a rejected item calls itself: its title, else its key, else nothing."""
    if not isinstance(item, dict):
        return ""
    return shown(item.get("title") or item.get("citationKey") or item.get("key") or "")
