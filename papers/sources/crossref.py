"""Works of Crossref's REST API: the answer to ``/works/DOI`` or to a list, or works one by one.

``{"status": "ok", "message-type": "work", "message": {…}}``, a ``work-list`` with its works in
``message.items``, a JSON list of works, or lines of one work each (positions are line numbers then).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, date, datetime
from typing import Any

from django.utils.translation import gettext as _

from papers.identifiers import parse_identifier
from papers.models import Source
from papers.sources import arxiv, biorxiv_categories, json_lines
from papers.sources.bibliography import PartialDate
from papers.sources.citations import appeared_in
from papers.sources.cleaning import read_instant, shown
from papers.sources.files import FileRefused, SourceFile
from papers.sources.jats import plain_line, plain_text
from papers.sources.json_values import list_of, text_of, wrong_type
from papers.sources.partial_dates import partial_date
from papers.sources.record import (
    MAX_LINE_LENGTH,
    UNDATED,
    IdPair,
    PaperRecord,
    Parsed,
    RecordRejected,
    Rejection,
)

# What Crossref registers and nobody reads as a work: what works appear in, and parts of them.
NO_WORKS = frozenset(
    """
    journal journal-volume journal-issue book-series book-set report-series proceedings-series
    component grant database
    """.split()
)
# The first publication is the earliest of these; `issued` is Crossref's own choice among them.
DATES = ("posted", "published-online", "published-print", "published", "issued")
# A preprint and what was published of it are one work to us.
RELATIONS = ("is-preprint-of", "has-preprint")
RETRACTIONS = frozenset({"retraction", "withdrawal", "removal"})

# “RETRACTED ARTICLE: …”, “[Retracted] …”; not “Retraction of …”, which is the notice.
_RETRACTED = re.compile(
    r"\s*(?:\[(?:retracted|withdrawn)\]|(?:retracted|withdrawn)(?:\s+(?:article|paper|chapter))?\s*:)",
    re.IGNORECASE,
)


def recognises(file: SourceFile) -> bool:
    """Say whether it is an answer of Crossref, also one that says what was wrong, or its works."""
    start = file.head.lstrip(json_lines.BLANK)
    if start[:1] not in (b"{", b"["):
        return False
    first = _first_line(file)
    if _is_work(first):
        return True
    content = file.json if first is None else first
    if isinstance(content, list):
        return any(_is_work(each) for each in content[:20])
    return isinstance(content, dict) and (
        _is_work(content) or ("message-type" in content and "message" in content)
    )


def parse(file: SourceFile) -> Iterator[Parsed | Rejection]:
    """Yield the works in their order.

    Raises FileRefused for an answer that has no works, and where the last line ends in the middle.
    """
    if _is_work(_first_line(file)):
        yield from json_lines.entries(file, parse_work, _name_of)
        return
    for position, work in enumerate(_works(file.json), start=1):
        try:
            yield Parsed(position, parse_work(work))
        except RecordRejected as rejected:
            yield Rejection(position, rejected.reason, _name_of(work))


def parse_work(work: Any) -> PaperRecord:
    """Make a record of one work as Crossref describes it. Raises RecordRejected."""
    if not isinstance(work, dict):
        raise RecordRejected(_("It is no work: a JSON object was expected."))
    doi = text_of(work, "DOI")
    if not doi:
        raise RecordRejected(_("It has no DOI."))
    if text_of(work, "type") in NO_WORKS:
        raise RecordRejected(
            _("It is no paper: Crossref calls it “%(type)s”.") % {"type": text_of(work, "type")}
        )
    abstract = plain_text(text_of(work, "abstract"))
    published = _published(work)
    title = _title(work)
    record_date = _record_date(work)
    withdrawn_at, reason = _retraction(work, doi, title, record_date)
    return PaperRecord(
        source=Source.CROSSREF,
        source_id=_canonical(doi),
        record_date=record_date,
        identifiers=(("doi", doi), *_related(work, doi)),
        title=title,
        abstract=abstract,
        authors=tuple(_authors(work)),
        published_at=published.first_instant() if published else None,
        published_precision=_precision(published),
        categories=_categories(work),
        journal_ref=_journal_ref(work, published),
        code_url=arxiv.code_link(abstract),
        withdrawn_at=withdrawn_at,
        withdrawal_reason=reason,
    )


# --- The works of a file ----------------------------------------------------------------------


def _first_line(file: SourceFile) -> Any:
    """Return the JSON value of the first line, None when it is not a value of its own."""
    with closing(file.lines()) as lines:
        line = next((each for each in lines if each.strip(json_lines.BLANK)), b"")
    try:
        return json_lines.read_line(line)
    except (RecordRejected, json_lines.CutShort):
        return None


def _is_work(value: Any) -> bool:
    """Say whether it is a work of the REST API: its titles are a list, unlike those of CSL-JSON."""
    return (
        isinstance(value, dict)
        and isinstance(value.get("DOI"), str)
        and (isinstance(value.get("title"), list) or {"indexed", "prefix"} <= value.keys())
    )


def _works(content: Any) -> list[Any]:
    """Return the works of a file's JSON value. Raises FileRefused for an answer without works."""
    if not isinstance(content, dict):
        return content if isinstance(content, list) else [content]
    if "message-type" not in content:
        return [content]
    kind, message = content["message-type"], content.get("message")
    if kind == "work" and isinstance(message, dict):
        return [message]
    if kind == "work-list" and isinstance(message, dict) and isinstance(message.get("items"), list):
        return list(message["items"])
    problems = message if isinstance(message, list) else []
    said = "; ".join(
        str(each["message"]) for each in problems if isinstance(each, dict) and "message" in each
    )
    raise FileRefused(
        _("It is an answer of Crossref without works: “%(answer)s”.")
        % {"answer": shown(said or kind, 200)}
    )


def _name_of(work: Any) -> str:
    if not isinstance(work, dict):
        return ""
    titles = work.get("title")
    return shown(work.get("DOI") or (titles[0] if isinstance(titles, list) and titles else ""))


# --- What it is called, and where it appeared ---------------------------------------------------


def _texts(work: Mapping[str, Any], name: str) -> list[str]:
    """Return the texts of a field, without markup and without blank ones."""
    value = work.get(name)
    found = [value] if isinstance(value, str) else list_of(work, name)
    if not all(isinstance(each, str) for each in found):
        raise RecordRejected(wrong_type(name))
    return [text for each in found if (text := plain_line(each))]


def _title(work: Mapping[str, Any]) -> str:
    """Return the title with its subtitle, unless the title has that already."""
    title = next(iter(_texts(work, "title")), "")
    subtitle = next(iter(_texts(work, "subtitle")), "")
    if not title or not subtitle or subtitle.casefold() in title.casefold():
        return title
    return f"{title}{'' if title[-1] in ':?!' else ':'} {subtitle}"


def _journal_ref(work: Mapping[str, Any], published: PartialDate | None) -> str:
    """Return where it appeared: “Journal of Weaving 12 (3), 100-110 (2021)”."""
    container = next(iter(_texts(work, "container-title")), "")
    reference = appeared_in(
        container,
        volume=text_of(work, "volume"),
        issue=text_of(work, "issue"),
        pages=text_of(work, "page") or text_of(work, "article-number"),
        year=published.year if published else None,
    )
    return shown(reference, MAX_LINE_LENGTH)


def _categories(work: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the subject of a preprint of bioRxiv or medRxiv, which stands in `group-title`."""
    institutions = [each for each in list_of(work, "institution") if isinstance(each, dict)]
    servers = {text_of(each, "name").casefold() for each in institutions}
    if not servers & {"biorxiv", "medrxiv"}:
        return ()
    return biorxiv_categories.codes(text_of(work, "group-title"))


def _authors(work: Mapping[str, Any]) -> Iterator[str]:
    """Yield the authors' names, the one that Crossref marks as the first at the front."""
    authors = list_of(work, "author")
    if not all(isinstance(author, dict) for author in authors):
        raise RecordRejected(wrong_type("author"))
    for author in sorted(authors, key=lambda each: each.get("sequence") != "first"):
        name = text_of(author, "name")
        if not name:
            parts = [text_of(author, part) for part in ("given", "family", "suffix")]
            name = " ".join(part for part in parts if part)
        yield plain_line(name)


# --- Its other ids ----------------------------------------------------------------------------


def _canonical(doi: str) -> str:
    found = parse_identifier(doi)
    return found.value if found else doi.lower()


def _related(work: Mapping[str, Any], doi: str) -> Iterator[IdPair]:
    """Yield the ids of its preprints, or of what was published of it.

    Where it names two arXiv papers, none of them is taken: only one can be the same work.
    """
    relation = work.get("relation") or {}
    if not isinstance(relation, dict):
        raise RecordRejected(wrong_type("relation"))
    found = {
        (identifier.kind, identifier.value)
        for name in RELATIONS
        for each in list_of(relation, name)
        if isinstance(each, dict) and (identifier := parse_identifier(text_of(each, "id")))
    }
    arxiv_ids = {pair for pair in found if pair[0] == "arxiv"}
    if len(arxiv_ids) > 1 or (arxiv_ids and _is_arxiv(doi)):
        found -= arxiv_ids
    yield from sorted((kind, value) for kind, value in found if kind != "op")


def _is_arxiv(doi: str) -> bool:
    found = parse_identifier(doi)
    return found is not None and found.kind == "arxiv"


# --- Dates ------------------------------------------------------------------------------------


def _published(work: Mapping[str, Any]) -> PartialDate | None:
    """Return the earliest date of publication; of “2021” and “March 2021” the second."""
    dates = [found for name in DATES if (found := _partial_date(work.get(name))) is not None]
    return min(dates, key=lambda each: (each.year, each.month or 13, each.day or 32), default=None)


def _partial_date(value: Any) -> PartialDate | None:
    """Read ``{"date-parts": [[2021, 3, 14]]}``, of which month and day may be missing."""
    parts = value.get("date-parts") if isinstance(value, dict) else None
    parts = parts[0] if isinstance(parts, list) and parts else None
    if not isinstance(parts, list):
        return None
    numbers = [part for part in parts[:3] if type(part) is int]
    return partial_date(*numbers) if numbers and len(numbers) == len(parts[:3]) else None


def _precision(published: PartialDate | None) -> str:
    return "" if published is None or published.day is not None else published.precision


def _record_date(work: Mapping[str, Any]) -> date:
    """Return the day of Crossref's record.

    The day of its index, not of the publisher's deposit: relations and retractions that Crossref
    hears of from others change the record too.
    """
    for name in ("indexed", "deposited", "created"):
        if instant := _instant(work.get(name)):
            return instant.date()
    return UNDATED


def _instant(value: Any) -> datetime | None:
    if not isinstance(value, dict):
        return None
    text = value.get("date-time")
    if isinstance(text, str) and (instant := read_instant(text)):
        return instant
    found = _partial_date(value)
    return found.first_instant() if found else None


# --- Retractions ------------------------------------------------------------------------------


def _retraction(
    work: Mapping[str, Any], doi: str, title: str, record_date: date
) -> tuple[datetime | None, str]:
    """Return since when the work is retracted and what says so; None and "" when it is not.

    A notice of retraction is a work of its own, often with the title of what it retracts: it
    names another DOI in `update-to`, and is not retracted itself.
    """
    own = _canonical(doi)
    updates = list(_updates(work, "update-to"))
    if any(_canonical(text_of(each, "DOI") or own) != own for each in updates):
        return None, ""
    for update in (*_updates(work, "updated-by"), *updates):
        if text_of(update, "type").casefold() in RETRACTIONS:
            since = _instant(update.get("updated"))
            notice = _canonical(text_of(update, "DOI") or own)
            return since or _start(record_date), f"Retracted: https://doi.org/{notice}"
    if _RETRACTED.match(title):
        # The day when the publisher sent that title: `record_date` moves on without any news.
        sent = _instant(work.get("deposited")) or _start(record_date)
        return sent, f"Retracted: https://doi.org/{own}"
    return None, ""


def _updates(work: Mapping[str, Any], name: str) -> Iterable[dict[str, Any]]:
    return [each for each in list_of(work, name) if isinstance(each, dict)]


def _start(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)
