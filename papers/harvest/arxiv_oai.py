"""arXiv's OAI-PMH, every night: all records that changed on a day, day by day, set by set.

A window is one day and one set. It comes in pages; each names a token to ask for the next, which is
good for a day at most. Where a token is refused the window begins again: its records are known then
and pass quickly.
"""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _

from papers.harvest.answers import BadAnswer
from papers.harvest.arxiv_sets import wanted_sets
from papers.harvest.days import ONE_DAY, next_day
from papers.harvest.pages import Page, Progress
from papers.harvest.polite import ARXIV_OAI, Asker
from papers.models import Harvest
from papers.sources import oai
from papers.sources.record import Rejection

# The format that says most: all versions with their days.
PREFIX = "arXivRaw"
EXPIRED = "badResumptionToken"
# How often a window may begin again before something else must be wrong.
MAX_RESTARTS = 5


def pages(harvest: Harvest, ask: Asker, now: datetime) -> Iterator[Page]:
    """Yield the pages of all days from the last complete one to yesterday.

    A set that the archive does not have is a rejection. Raises BadAnswer where it has none of a
    day's, and where a window breaks again and again.
    """
    progress = _still_wanted(harvest.progress)
    while (day := next_day(harvest, progress, now)) is not None:
        sets = progress.setdefault("sets", list(wanted_sets()))
        progress.setdefault("day", day.isoformat())
        answer = ask.get_and_read(
            ARXIV_OAI,
            lambda answer: oai.read_page(answer.file, PREFIX),
            params=_params(progress, sets),
        )
        error, entries = answer.error, answer.entries
        if error is not None and error.code == EXPIRED:
            progress = _begin_again(progress, error.sentence)
            yield Page(progress=progress)
            continue
        if answer.token and answer.token == progress.get("token"):
            # It would be asked for without end.
            said = _("It names the page again that it was asked for.")
            progress = _begin_again(progress, said)
            yield Page(entries=entries, progress=progress)
            continue
        bad: int = progress.get("bad", 0)
        if error is not None and error.code != oai.NO_RECORDS:
            bad += 1
            if bad >= len(wanted_sets()):
                yield Page(progress={"day": progress["day"]})
                raise _refused(error.sentence)
            entries = [Rejection(1, error.sentence, sets[0])]
        progress = _after(progress, answer, bad)
        # With the last set of a day the next day begins.
        over = "sets" not in progress
        yield Page(
            entries=entries,
            progress=progress,
            complete_until=day if over else None,
        )
    if harvest.progress:
        yield Page(progress={})


def _still_wanted(kept: Progress) -> Progress:
    """Return where to go on, without the sets of categories that the site no longer reads."""
    progress = dict(kept)
    if "sets" not in progress:
        return progress
    sets = [each for each in progress["sets"] if each in wanted_sets()]
    if not sets:
        return {"day": progress["day"]}
    if sets[0] != progress["sets"][0]:
        # The token was of a set that is gone.
        progress.pop("token", None)
        progress.pop("restarts", None)
    return {**progress, "sets": sets}


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


def _after(progress: Progress, answer: oai.OaiPage, bad: int) -> Progress:
    """Return where to go on: at the next page, the next set, or the next day.

    bad  how many sets of the day the archive does not have
    """
    sets: list[str] = progress["sets"]
    following: Progress = {"day": progress["day"], "sets": sets}
    if bad:
        following["bad"] = bad
    if answer.token:
        following["token"] = answer.token
        # Only a window that is read without trouble forgets the trouble.
        if "restarts" in progress:
            following["restarts"] = progress["restarts"]
        return following
    if sets[1:]:
        return {**following, "sets": sets[1:]}
    day = datetime.fromisoformat(progress["day"]).date()
    return {"day": (day + ONE_DAY).isoformat()}


def _begin_again(progress: Progress, said: str) -> Progress:
    """Return the beginning of the window. Raises BadAnswer when that has not helped before."""
    restarts = progress.get("restarts", 0) + 1
    if restarts > MAX_RESTARTS:
        raise _refused(said)
    beginning = {name: value for name, value in progress.items() if name != "token"}
    return {**beginning, "restarts": restarts}


def _refused(said: str) -> BadAnswer:
    return BadAnswer(_("The archive refuses the question: %(error)s") % {"error": said})
