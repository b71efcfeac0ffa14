"""Hugging Face's daily papers: the body of ``GET https://huggingface.co/api/daily_papers?date=…``.

A JSON list of entries ``{"paper": {…}, "title": …, …}``. The inner object is the paper; the outer
one repeats some of it with the times of the listing.
"""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from typing import Any

from django.utils.translation import gettext as _

from papers.models import Source
from papers.sources.cleaning import read_instant, shown
from papers.sources.files import FileRefused, SourceFile
from papers.sources.json_values import text_of, wrong_type
from papers.sources.record import PaperRecord, Parsed, RecordRejected, Rejection

_DAY_IN_NAME = re.compile(r"(?<![0-9])([0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])")


def recognises(file: SourceFile) -> bool:
    """Say whether the file is a list of daily papers; an empty list is one, of an empty day.

    Raises FileRefused when it is one that was written as Python values, or is broken JSON.
    """
    if file.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"[", b"{"):
        return False
    content = file.json
    _refuse_python_values(content)
    return isinstance(content, list) and (
        not content or any(isinstance(entry, dict) and "paper" in entry for entry in content)
    )


def parse(file: SourceFile) -> Iterator[Parsed | Rejection]:
    """Yield the file's entries in their order. Raises FileRefused when it is not a list."""
    _refuse_python_values(file.json)
    if not isinstance(file.json, list):
        raise FileRefused(_("It is not a list of daily papers."))
    day = day_in_name(file.name)
    for position, entry in enumerate(file.json, start=1):
        try:
            yield Parsed(position, parse_entry(entry, day))
        except RecordRejected as rejected:
            yield Rejection(position, rejected.reason, _name_of(entry))


def parse_entry(entry: Any, day: date | None) -> PaperRecord:
    """Make a record of one entry of the list, listed on `day` unless it says otherwise.

    The paper is listed at the start of its day, UTC. Raises RecordRejected.
    """
    if not isinstance(entry, dict) or not isinstance(entry.get("paper"), dict):
        raise RecordRejected(_("It is no daily paper: it has no “paper” object."))
    paper = entry["paper"]
    arxiv_id = text_of(paper, "id")
    if not arxiv_id:
        raise RecordRejected(_("It has no id."))
    listed_on = _listing_day(paper, day)
    return PaperRecord(
        source=Source.HUGGINGFACE,
        source_id=arxiv_id,
        record_date=listed_on,
        identifiers=(("arxiv", arxiv_id),),
        title=text_of(paper, "title") or text_of(entry, "title"),
        abstract=text_of(paper, "summary") or text_of(entry, "summary"),
        authors=tuple(_authors(paper)),
        published_at=_instant(paper, "publishedAt"),
        withdrawn_at=_instant(paper, "withdrawnAt"),
        code_url=text_of(paper, "githubRepo") or text_of(entry, "githubRepo"),
        project_url=text_of(paper, "projectPage") or text_of(entry, "projectPage"),
        listed_at=datetime.combine(listed_on, time(), UTC),
        external_count=_count(paper, "upvotes"),
    )


def day_in_name(name: str) -> date | None:
    """Return the day that a file name ends with, as in ``daily_papers_2025-03-11.json``."""
    days = _DAY_IN_NAME.findall(name)
    try:
        return date.fromisoformat(days[-1]) if days else None
    except ValueError:
        return None


def _listing_day(paper: dict[str, Any], day: date | None) -> date:
    submitted = _instant(paper, "submittedOnDailyAt")
    if submitted is not None:
        return submitted.date()
    if day is None:
        raise RecordRejected(
            _(
                "Its day is unknown: it has no submittedOnDailyAt, and the name of the file has "
                "no date. Name the file like daily_papers_2025-03-11.json."
            )
        )
    return day


def _authors(paper: dict[str, Any]) -> Iterator[str]:
    authors = paper.get("authors") or []
    if not isinstance(authors, list):
        raise RecordRejected(wrong_type("authors"))
    for author in authors:
        if not isinstance(author, dict):
            raise RecordRejected(wrong_type("authors"))
        # Hidden: Hugging Face found a name in the paper that is no author's.
        if not author.get("hidden"):
            yield text_of(author, "name")


def _instant(holder: dict[str, Any], name: str) -> datetime | None:
    text = text_of(holder, name)
    if not text:
        return None
    instant = read_instant(text)
    if instant is None:
        raise RecordRejected(
            _("Its %(field)s is no date: “%(value)s”.") % {"field": name, "value": shown(text)}
        )
    return instant


def _count(holder: dict[str, Any], name: str) -> int | None:
    value = holder.get(name)
    # True is an int in Python.
    if value is not None and type(value) is not int:
        raise RecordRejected(wrong_type(name))
    return value


def _name_of(entry: Any) -> str:
    """Return what a rejected entry calls itself: its id, else its title, else nothing."""
    paper = entry.get("paper") if isinstance(entry, dict) else None
    if not isinstance(paper, dict):
        return ""
    return shown(paper.get("id") or paper.get("title") or "")


def _refuse_python_values(content: Any) -> None:
    """Refuse entries that are texts like "{'paper': …": somebody's program printed them so."""
    lists = content.values() if isinstance(content, dict) else [content]
    for entries in lists:
        first = entries[0] if isinstance(entries, list) and entries else None
        if isinstance(first, str) and re.match(r"\{\s*'", first):
            raise FileRefused(
                _(
                    "Its entries are not JSON objects but texts of Python values "
                    "(“%(start)s”): it was not written as JSON. Fetch the day again."
                )
                % {"start": shown(first, 20)}
            )
