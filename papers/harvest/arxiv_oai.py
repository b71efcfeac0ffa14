"""arXiv's OAI-PMH, every night: all records that changed on a day, day by day, set by set.

A window is one day and one set. It comes in pages; each names a token to ask for the next, which is
good for a day at most. Where a token is refused the window begins again: its records are known then
and pass quickly.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from papers.harvest.answers import BadAnswer
from papers.harvest.arxiv_sets import wanted_sets
from papers.harvest.days import ONE_DAY, next_day
from papers.harvest.pages import Page, Progress
from papers.harvest.polite import ARXIV_OAI, Asker
from papers.models import Harvest
from papers.sources import oai

# The format that says most: all versions with their days.
PREFIX = "arXivRaw"
# How often a window may begin again before something else must be wrong.
MAX_RESTARTS = 5


def pages(harvest: Harvest, ask: Asker, now: datetime) -> Iterator[Page]:
    """Yield the pages of all days from the last complete one to yesterday."""
    progress = dict(harvest.progress)
    while (day := next_day(harvest, progress, now)) is not None:
        sets = progress.setdefault("sets", list(wanted_sets()))
        progress.setdefault("day", day.isoformat())
        answer = ask.get_and_read(
            ARXIV_OAI,
            lambda answer: oai.read_page(answer.file, PREFIX),
            params=_params(progress, sets),
        )
        if answer.error is not None and answer.error.code != oai.NO_RECORDS:
            progress = _begin_again(progress, answer.error)
            yield Page(progress=progress)
            continue
        progress = _after(progress, answer)
        # With the last set of a day the next day begins.
        over = "sets" not in progress
        yield Page(
            entries=answer.entries,
            progress=progress,
            complete_until=day if over else None,
        )
    if harvest.progress:
        yield Page(progress={})


def _params(progress: Progress, sets: list[str]) -> dict[str, str]:
    """Return the question: the next page of the window, or its first."""
    if token := progress.get("token"):
        return {"verb": "ListRecords", "resumptionToken": token}
    params = {
        "verb": "ListRecords",
        "metadataPrefix": PREFIX,
        "from": progress["day"],
        "until": progress["day"],
    }
    if sets[0]:
        params["set"] = sets[0]
    return params


def _after(progress: Progress, answer: oai.OaiPage) -> Progress:
    """Return where to go on: at the next page, the next set, or the next day."""
    sets: list[str] = progress["sets"]
    following: dict[str, Any]
    if answer.token:
        following = {"day": progress["day"], "sets": sets, "token": answer.token}
        # Only a window that is read without trouble forgets the trouble.
        if "restarts" in progress:
            following["restarts"] = progress["restarts"]
        return following
    if sets[1:]:
        return {"day": progress["day"], "sets": sets[1:]}
    day = datetime.fromisoformat(progress["day"]).date()
    return {"day": (day + ONE_DAY).isoformat()}


def _begin_again(progress: Progress, error: oai.OaiError) -> Progress:
    """Return the beginning of the window. Raises BadAnswer when that would not help."""
    restarts = progress.get("restarts", 0) + 1
    if error.code != "badResumptionToken" or restarts > MAX_RESTARTS:
        raise BadAnswer(
            _("The archive refuses the question: %(error)s") % {"error": error.sentence}
        )
    return {"day": progress["day"], "sets": progress["sets"], "restarts": restarts}
