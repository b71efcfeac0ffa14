"""bioRxiv and medRxiv: every version of a preprint that was posted on a day, day by day."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from typing import Any

from django.utils.translation import gettext as _

from papers.harvest.answers import Answer, BrokenAnswer
from papers.harvest.days import ONE_DAY, next_day
from papers.harvest.listing import list_announced
from papers.harvest.listing_rules import NEW
from papers.harvest.pages import Page, Progress
from papers.harvest.polite import BIORXIV_API, Asker
from papers.models import Harvest
from papers.sources import biorxiv
from papers.sources.record import Entry, Parsed

SERVERS = ("biorxiv", "medrxiv")


def pages(harvest: Harvest, ask: Asker, now: datetime) -> Iterator[Page]:
    """Yield the pages of both servers of all days from the last complete one to yesterday."""
    progress: Progress = dict(harvest.progress)
    while (day := next_day(harvest, progress, now)) is not None:
        progress = {"day": day.isoformat(), "servers": list(SERVERS), "cursor": 0, **progress}
        server, cursor = progress["servers"][0], progress["cursor"]
        entries, total = ask.get_and_read(
            BIORXIV_API,
            partial(_read, cursor),
            f"/details/{server}/{day}/{day}/{cursor}",
        )
        progress = _after(progress, day, cursor + len(entries), total)
        over = "servers" not in progress
        entries = list_announced([_announced(entry) for entry in entries], now)
        yield Page(entries=entries, progress=progress, complete_until=day if over else None)
    if harvest.progress:
        yield Page(progress={})


def _announced(entry: Entry) -> Entry:
    """Take the posting of a first version for the announcement of a new paper."""
    if isinstance(entry, Parsed) and entry.record.version == 1:
        return replace(entry, announcement=NEW)
    return entry


def _after(progress: Progress, day: date, cursor: int, total: int) -> Progress:
    """Return where to go on: at the next page, the other server, or the next day."""
    servers: list[str] = progress["servers"]
    if cursor < total:
        return {"day": progress["day"], "servers": servers, "cursor": cursor}
    if servers[1:]:
        return {"day": progress["day"], "servers": servers[1:], "cursor": 0}
    return {"day": (day + ONE_DAY).isoformat()}


def _read(cursor: int, answer: Answer) -> tuple[list[Entry], int]:
    """Return the versions on a page, and how many there are on all pages."""
    file = answer.file
    entries: list[Entry] = list(biorxiv.parse(file))
    total = _total(file.json)
    # Without this check the rest of the day would be asked for at the same place for ever.
    if cursor < total and not entries:
        raise BrokenAnswer(_("bioRxiv left out preprints that it says there are."))
    return entries, total


def _total(content: Any) -> int:
    """Return how many versions it says there are; the number is sometimes a string."""
    messages = content.get("messages") or [{}]
    total = messages[0].get("total", 0) if isinstance(messages[0], dict) else 0
    return int(total) if str(total).isdecimal() else 0
