"""arXiv's feeds of the day: what was announced, category by category.

A feed has one day and is replaced by the next. What was missed comes with arXiv's OAI-PMH of the
night, only without a word of the announcement.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from papers.harvest.answers import Answer, BadAnswer
from papers.harvest.arxiv_sets import wanted
from papers.harvest.listing import current_rules, list_announced
from papers.harvest.pages import Page
from papers.harvest.polite import ARXIV_RSS, Asker
from papers.models import Harvest
from papers.sources import arxiv_rss
from papers.sources.record import Entry, Rejection

NOT_MODIFIED = 304
# Beside the validators: the fingerprint of the listing rules by which the feed was read.
RULES = "rules"
# Where a new day begins for the feeds.
NEW_YORK = ZoneInfo("America/New_York")


def pages(harvest: Harvest, ask: Asker, now: datetime) -> Iterator[Page]:
    """Yield the feed of each category that the site reads, if it has changed since the last time.

    A category without a feed is a rejection. Raises BadAnswer where no category has one.
    """
    categories = wanted()
    today = now.astimezone(NEW_YORK).date().isoformat()
    validators = {code: kept for code, kept in harvest.validators.items() if code in categories}
    rules = current_rules()
    fingerprint = rules.fingerprint if rules is not None else ""
    bad: int = 0
    left = list(categories)
    # The rest of an earlier day's feeds is gone: all have been replaced meanwhile.
    if harvest.progress.get("day") == today:
        bad = harvest.progress.get("bad", 0)
        left = [code for code in harvest.progress.get("left", []) if code in categories] or left
    while left:
        # One feed a category: arXiv cuts longer ones.
        code, *left = left
        trouble = None
        entries: Sequence[Entry] = ()
        try:
            answer, entries = ask.get_and_read(
                ARXIV_RSS,
                _read,
                f"/{code}",
                validators=_usable(validators.get(code, {}), fingerprint),
            )
        except BadAnswer as failure:
            trouble = failure
            bad += 1
            entries = [Rejection(1, failure.reason, code)]
        else:
            if answer.status != NOT_MODIFIED:
                validators[code] = {**answer.validators, RULES: fingerprint}
        yield Page(
            entries=list_announced(entries, now),
            progress={"day": today, "left": left, "bad": bad} if left else {},
            validators=validators,
        )
        if trouble is not None and bad >= len(categories):
            raise trouble


def _usable(kept: dict[str, str], fingerprint: str) -> dict[str, str]:
    """Return the validators of a feed, none where other listing rules are to look at it now."""
    if fingerprint and kept.get(RULES) != fingerprint:
        return {}
    return {name: value for name, value in kept.items() if name != RULES}


def _read(answer: Answer) -> tuple[Answer, Sequence[Entry]]:
    return answer, ([] if answer.status == NOT_MODIFIED else list(arxiv_rss.parse(answer.file)))
