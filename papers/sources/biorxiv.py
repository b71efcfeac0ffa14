"""bioRxiv and medRxiv: answers of ``https://api.biorxiv.org/details/…``.

``{"messages": [{"status": "ok", …}], "collection": [{"doi": …, "version": "1", …}, …]}``: an item is
one version of a preprint. Each is a record of its own, so that a paper knows all its versions,
whether they came in one answer or, as day by day they do, in several.
"""

import hashlib
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _

from papers.identifiers import parse_identifier
from papers.models import Source
from papers.sources import arxiv, biorxiv_categories
from papers.sources.cleaning import read_instant, shown
from papers.sources.files import FileRefused, SourceFile
from papers.sources.jats import plain_line, plain_text
from papers.sources.json_values import text_of
from papers.sources.record import (
    MAX_LINE_LENGTH,
    MAX_SOURCE_ID_LENGTH,
    IdPair,
    PaperRecord,
    Parsed,
    RecordRejected,
    Rejection,
)

# What the making of the plain text left behind: figures and tables, and the names of styles.
_FIGURE = re.compile(r"O_(FIG|TBL|TEXTBOX|QD)\b.*?C_\1\b", re.DOTALL)
_HEADING = re.compile(r"O_ST_ABS(.*?)C_ST_ABS", re.DOTALL)
_LIST_ITEM = re.compile(r"\s*\b[OC]_LI\s*")
_STYLE = re.compile(r"[OC]_(?:ST_ABS|SCPLOW|SCPCAP|LI|FIG|TBL|TEXTBOX|QD|INLINEFIG)|M_INLINEFIG")

_WITHDRAWN = re.compile(
    r"\s*the authors? (?:has|have) withdrawn (?:this|their|the) (?:manuscript|preprint|paper)",
    re.IGNORECASE,
)


def recognises(file: SourceFile) -> bool:
    """Say whether it is an answer of the API with versions of preprints, or without any."""
    if file.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] != b"{":
        return False
    content = file.json
    if not isinstance(content, dict) or not _messages(content):
        return False
    items = content.get("collection", [])
    return isinstance(items, list) and (
        not items or any(isinstance(each, dict) and "doi" in each for each in items)
    )


def parse(file: SourceFile) -> Iterator[Parsed | Rejection]:
    """Yield the versions in their order. Raises FileRefused for an answer that says what went wrong."""
    content = file.json
    items = content.get("collection") if isinstance(content, dict) else None
    if not isinstance(items, list):
        said = "; ".join(_messages(content)) if isinstance(content, dict) else ""
        raise FileRefused(
            _("It is an answer of bioRxiv without preprints: “%(answer)s”.")
            % {"answer": shown(said, 200)}
        )
    for position, item in enumerate(items, start=1):
        try:
            yield Parsed(position, parse_version(item))
        except RecordRejected as rejected:
            name = shown(item.get("doi") or "") if isinstance(item, dict) else ""
            yield Rejection(position, rejected.reason, name)


def parse_version(item: Any) -> PaperRecord:
    """Make a record of one version of a preprint. Raises RecordRejected."""
    if not isinstance(item, dict):
        raise RecordRejected(_("It is no preprint: a JSON object was expected."))
    doi, published_doi = _dois(item)
    version, posted = _version(item), _posted(item)
    abstract = _abstract(text_of(item, "abstract"))
    withdrawn = _is_withdrawal(text_of(item, "type"), abstract)
    return PaperRecord(
        source=Source.BIORXIV,
        source_id=_source_id(doi, version, published_doi),
        record_date=posted.date(),
        identifiers=(doi, *([published_doi] if published_doi else [])),
        title=plain_line(text_of(item, "title")),
        # A withdrawn version has the reason in the place of an abstract; the earlier one has that.
        abstract="" if withdrawn else abstract,
        authors=tuple(_authors(text_of(item, "authors"))),
        published_at=posted if version == 1 else None,
        version=version,
        versions=((version, posted),),
        categories=biorxiv_categories.codes(text_of(item, "category")),
        code_url=arxiv.code_link(abstract),
        withdrawn_at=posted if withdrawn else None,
        withdrawal_reason=shown(" ".join(abstract.split()), MAX_LINE_LENGTH) if withdrawn else "",
    )


def _messages(content: dict[str, Any]) -> list[str]:
    """Return what the answer says of itself."""
    messages = content.get("messages")
    if not isinstance(messages, list):
        return []
    return [str(each["status"]) for each in messages if isinstance(each, dict) and "status" in each]


def _dois(item: dict[str, Any]) -> tuple[IdPair, IdPair | None]:
    """Return the DOI of the preprint, and of what was published of it, as far as it is one."""
    doi = text_of(item, "doi")
    if not doi:
        raise RecordRejected(_("It has no DOI."))
    found = parse_identifier(doi)
    published = parse_identifier(text_of(item, "published"))
    return (
        ("doi", found.value if found and found.kind == "doi" else doi),
        ("doi", published.value) if published and published.kind == "doi" else None,
    )


def _source_id(doi: IdPair, version: int, published: IdPair | None) -> str:
    """Return the id of one version.

    With the published DOI it is another one: that a preprint was published is told without a
    date, so neither record may replace the other.
    """
    name = f"{doi[1]}v{version}" + (f" {published[1]}" if published else "")
    if len(name) <= MAX_SOURCE_ID_LENGTH:
        return name
    return f"sha256:{hashlib.sha256(name.encode()).hexdigest()}"


def _version(item: dict[str, Any]) -> int:
    """Return the number of the version, which the API writes as a text."""
    value = item.get("version")
    text = str(value) if type(value) in (int, str) else ""
    if not re.fullmatch(r"\s*[0-9]{1,9}\s*", text):
        raise RecordRejected(_("“%(value)s” cannot be a version.") % {"value": shown(value or "")})
    return int(text)


def _posted(item: dict[str, Any]) -> datetime:
    """Return the start of the day, UTC, on which the version was posted."""
    text = text_of(item, "date")
    instant = read_instant(text)
    if instant is None:
        raise RecordRejected(
            _("Its %(field)s is no date: “%(value)s”.") % {"field": "date", "value": shown(text)}
        )
    return datetime(instant.year, instant.month, instant.day, tzinfo=UTC)


def _authors(text: str) -> Iterator[str]:
    """Yield the names of ``Weaver, A. B.; Carder, C.; The Loom Consortium`` as they are printed."""
    for name in plain_line(text).split(";"):
        family, comma, given = name.partition(",")
        given, _comma, suffix = given.partition(",")
        yield arxiv.full_name(family, given, suffix) if comma else name


def _is_withdrawal(kind: str, abstract: str) -> bool:
    return (
        kind.casefold() == "withdrawn"
        or arxiv.is_withdrawal(abstract)
        or _WITHDRAWN.match(abstract) is not None
    )


def _abstract(text: str) -> str:
    """Return an abstract without what the making of the plain text left in it."""
    text = _FIGURE.sub("", text)
    text = _HEADING.sub(lambda found: f"\n\n{found[1].strip().rstrip(':')}: ", text)
    text = _LIST_ITEM.sub("\n\n", text)
    return arxiv.paragraphs(plain_text(_STYLE.sub("", text)))
