"""arXiv's feeds of the day: what was announced, category by category.

A feed has one day and is replaced by the next. What was missed comes with arXiv's OAI-PMH of the
night, only without a word of the announcement.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from papers.harvest.answers import Answer
from papers.harvest.arxiv_sets import wanted
from papers.harvest.listing import list_announced
from papers.harvest.pages import Page
from papers.harvest.polite import ARXIV_RSS, Asker
from papers.models import Harvest
from papers.sources import arxiv_rss
from papers.sources.record import Entry

NOT_MODIFIED = 304


def pages(harvest: Harvest, ask: Asker, now: datetime) -> Iterator[Page]:
    """Yield the feed of each category that the site reads, if it has changed since the last time."""
    validators = dict(harvest.validators)
    # One feed a category: arXiv cuts longer ones.
    left: list[str] = harvest.progress.get("left") or list(wanted())
    while left:
        code, *left = left
        answer, entries = ask.get_and_read(
            ARXIV_RSS, _read, f"/{code}", validators=validators.get(code)
        )
        if answer.status != NOT_MODIFIED:
            validators[code] = answer.validators
        yield Page(
            entries=list_announced(entries, now),
            progress={"left": left} if left else {},
            validators=validators,
        )


def _read(answer: Answer) -> tuple[Answer, Sequence[Entry]]:
    return answer, ([] if answer.status == NOT_MODIFIED else list(arxiv_rss.parse(answer.file)))
