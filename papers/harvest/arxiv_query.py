"""arXiv's API: papers by their ids, and the papers that were submitted within some days.

The API answers 500, or an error entry with the status 400, for a whole batch in which it dislikes
one id. Then the batch is halved until the bad id stands alone; the others come. As an outage looks
the same, the bad one is reported only if arXiv answers well for a paper that it has, and still fails
for this one when it is asked again. During an outage no id is given up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from papers.harvest.answers import Answer, BadAnswer, BrokenAnswer, ServerFailed
from papers.harvest.asked_ids import Asked, asked_already, forget
from papers.harvest.days import ONE_DAY
from papers.harvest.pages import Page, Progress
from papers.harvest.polite import ARXIV_API, Asker
from papers.models import Harvest, PaperIdentifier, Provider, Source, SourceRecord
from papers.sources import arxiv_atom
from papers.sources.files import FileRefused
from papers.sources.record import Parsed, Rejection
from papers.sources.xml_elements import elements, line_of

# Ids in one question. Addresses may not be long, and old ids are.
BATCH = 100
# Papers in one answer to a search. arXiv allows 2,000, and answers more slowly.
AT_ONCE = 500
# The longest window of days that is searched at once: those of small categories.
LONGEST_WINDOW = 32
# Papers that arXiv always has, to tell a bad id from an outage; the second where the first is asked.
ALWAYS_THERE = ("0704.0001", "0704.0002")

_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_OF_ARXIV = (
    Source.ARXIV_RAW,
    Source.ARXIV_OAI,
    Source.ARXIV_ATOM,
    Source.ARXIV_SNAPSHOT,
    Source.ARXIV_RSS,
)

Feed = list[Parsed | Rejection]


def request_ids(ids: Sequence[str]) -> Progress:
    """Return the progress of a harvest that shall ask for these ids; "asked" tells it from others."""
    unique = sorted(set(ids))
    batches = [unique[start : start + BATCH] for start in range(0, len(unique), BATCH)]
    return {"asked": unique, "batches": batches, "done": 0, "total": len(unique)}


def request_days(category: str, since: date, until: date) -> Progress:
    """Return the progress of a harvest that shall ask for a category's papers of these days."""
    days = {"from": since.isoformat(), "until": until.isoformat()}
    place = {"days": 1, "start": 0, "done": 0, "total": 0}
    return {"asked": [category, *days.values()], "category": category, **days, **place}


def pages_of_request(harvest: Harvest, ask: Asker, now: datetime) -> Iterator[Page]:
    """Yield the pages of what `manage.py fetch_arxiv` has asked for."""
    if "category" in harvest.progress:
        return _pages_of_days(harvest.progress, ask)
    return _pages_of_ids(harvest.progress, ask)


def pages_of_unknown(harvest: Harvest, ask: Asker, now: datetime) -> Iterator[Page]:
    """Yield pages of the papers of which we have an arXiv id and nothing from arXiv.

    Each id is asked for once in some months. `progress` keeps how far a run is; the next one looks
    at all again, as ids may have come late.
    """
    forget(Provider.ARXIV, now)
    progress = harvest.progress
    while True:
        for page in _pages_of_ids(progress, ask):
            # A batch that was halved has no answer yet.
            answered = [each for each in progress["batches"][0] if not _is_left(each, page)]
            progress = page.progress
            yield replace(page, asked=Asked(Provider.ARXIV, answered))
        progress = _next_unknown(progress.get("after", 0))
        if not progress["batches"]:
            break
    if harvest.progress:
        yield Page(progress={})


def _is_left(arxiv_id: str, page: Page) -> bool:
    return any(arxiv_id in batch for batch in page.progress.get("batches", []))


def _next_unknown(after: int) -> Progress:
    known = SourceRecord.objects.filter(
        paper=OuterRef("paper"), source__in=_OF_ARXIV, source_id=OuterRef("value")
    )
    found = list(
        PaperIdentifier.objects.filter(
            ~Exists(known), ~asked_already(Provider.ARXIV), kind="arxiv", pk__gt=after
        )
        .order_by("pk")
        .values_list("pk", "value")[:BATCH]
    )
    batches = [[value for _pk, value in found]] if found else []
    return {"batches": batches, "after": found[-1][0] if found else after}


# --- By ids -----------------------------------------------------------------------------------


def _pages_of_ids(progress: Progress, ask: Asker) -> Iterator[Page]:
    """Ask for the batches one after the other; what is kept beside them stays."""
    while batches := progress.get("batches"):
        batch, *rest = batches
        entries: Feed = []
        try:
            entries = _feed_of_ids(batch, ask)
        except (ServerFailed, BadAnswer) as trouble:
            if len(batch) == 1:
                entries = _judged(batch[0], trouble, ask)
            else:
                middle = len(batch) // 2
                rest = [batch[:middle], batch[middle:], *rest]
                batch = []
        progress = {**progress, "batches": rest}
        done = progress.get("done", 0) + len(batch)
        progress["done"] = done
        yield Page(
            progress=_kept(progress), entries=entries, done=done, total=progress.get("total", 0)
        )


def _judged(arxiv_id: str, trouble: ServerFailed | BadAnswer, ask: Asker) -> Feed:
    """Return what becomes of an id for which arXiv failed by itself: its paper, or a rejection.

    Raises what a question raises that arXiv answers when it is well: then it is not the id.
    """
    if rejection := _in_arxivs_words(arxiv_id, trouble):
        return [rejection]
    _make_sure_that_it_is_well(arxiv_id, ask)
    try:
        return _feed_of_ids([arxiv_id], ask)
    except (ServerFailed, BadAnswer) as again:
        return [Rejection(1, again.reason, arxiv_id)]


def _make_sure_that_it_is_well(instead_of: str, ask: Asker) -> None:
    """Ask for a paper that arXiv has; raises BrokenAnswer when it is not what comes."""
    known = next(each for each in ALWAYS_THERE if each != instead_of)

    def parse(answer: Answer) -> None:
        entries = arxiv_atom.parse(answer.file)
        if not any(isinstance(each, Parsed) and each.record.source_id == known for each in entries):
            raise BrokenAnswer(_("arXiv leaves out a paper that it has: %(id)s.") % {"id": known})

    ask.get_and_read(ARXIV_API, parse, params={"id_list": known, "max_results": "1"})


def _kept(progress: Progress) -> Progress:
    """Return what is worth keeping; nothing once nothing is left to ask."""
    if progress["batches"]:
        return progress
    return {"after": progress["after"]} if "after" in progress else {}


def _feed_of_ids(batch: Sequence[str], ask: Asker) -> Feed:
    """Return what arXiv says of these ids; one that it does not mention is a rejection.

    Raises BadAnswer where it says that there are more papers than it sends.
    """
    params = {"id_list": ",".join(batch), "max_results": str(len(batch))}
    entries, total = ask.get_and_read(ARXIV_API, _entries_and_total, params=params)
    if len(entries) < min(total, len(batch)):
        raise BadAnswer(_("arXiv left out papers that it says there are."))
    if not entries:
        # Of an outage as well as of ids that do not exist.
        _make_sure_that_it_is_well(batch[0], ask)
    found = {entry.record.source_id for entry in entries if isinstance(entry, Parsed)}
    # An entry that cannot be used is the answer for an id, too.
    named = " ".join(entry.name for entry in entries if isinstance(entry, Rejection))
    missing = [each for each in batch if each not in found and each not in named]
    return entries + [
        Rejection(batch.index(each) + 1, _("arXiv knows no paper with this id."), each)
        for each in missing
    ]


def _in_arxivs_words(arxiv_id: str, trouble: ServerFailed | BadAnswer) -> Rejection | None:
    """Return the reason for which the one id was refused, if arXiv gives one."""
    answer = trouble.answer if isinstance(trouble, BadAnswer) else None
    if answer is None:
        return None
    try:
        said = [each for each in arxiv_atom.parse(answer.file) if isinstance(each, Rejection)]
    except FileRefused:
        return None
    return Rejection(1, said[0].reason, arxiv_id) if said else None


# --- By days ----------------------------------------------------------------------------------


def _pages_of_days(progress: Progress, ask: Asker) -> Iterator[Page]:
    """Ask for window after window; one that has too many papers is made shorter.

    Searches that begin far from the start are slow and break, so windows are as short as need be.
    """
    last = date.fromisoformat(progress["until"])
    if not progress["total"]:
        whole = _search(progress, date.fromisoformat(progress["from"]), last, 0, 1, ask)
        if not whole[1]:
            yield Page(progress={})
            return
        # Of an earlier day's request that goes on, this is what remains.
        total = progress["done"] + whole[1] - progress["start"]
        progress = {**progress, "total": total}
        yield Page(progress=progress, done=progress["done"], total=total)
    while (first := date.fromisoformat(progress["from"])) <= last:
        days: int = progress["days"]
        until = min(first + timedelta(days=days - 1), last)
        entries, total = _search(progress, first, until, progress["start"], AT_ONCE, ask)
        if total > AT_ONCE and days > 1 and not progress["start"]:
            progress = {**progress, "days": max(days * AT_ONCE // total, 1)}
            continue
        progress = _after(progress, len(entries), total, until)
        yield Page(
            progress=progress, entries=entries, done=progress["done"], total=progress["total"]
        )
    yield Page(progress={}, done=progress["done"], total=progress["total"])


def _after(progress: Progress, entries: int, total: int, until: date) -> Progress:
    """Return where to go on: within the window, or at the next one."""
    following: dict[str, Any] = {**progress, "done": progress["done"] + entries}
    start = progress["start"] + entries
    if start < total and entries:
        return {**following, "start": start}
    days = progress["days"]
    if total * 2 <= AT_ONCE:
        days = min(days * 2, LONGEST_WINDOW)
    return {**following, "from": (until + ONE_DAY).isoformat(), "start": 0, "days": days}


def _search(
    progress: Progress, first: date, until: date, start: int, limit: int, ask: Asker
) -> tuple[Feed, int]:
    """Return the papers of a category that were submitted in these days, and how many there are."""
    params = {
        "search_query": f"{_in_category(progress['category'])} AND "
        f"submittedDate:[{first:%Y%m%d}0000 TO {until:%Y%m%d}2359]",
        "start": str(start),
        "max_results": str(limit),
        "sortBy": "submittedDate",
        "sortOrder": "ascending",
    }

    def parse(answer: Answer) -> tuple[Feed, int]:
        entries, total = _entries_and_total(answer)
        # Sometimes a page is empty or short though there are more papers; asked again, it is full.
        if len(entries) < min(limit, total - start):
            raise BrokenAnswer(_("arXiv left out papers that it says there are."))
        return entries, total

    return ask.get_and_read(ARXIV_API, parse, params=params)


def _in_category(code: str) -> str:
    """Return the condition of a category. An archive has papers of its own or in categories."""
    return f"cat:{code}" if "." in code else f"(cat:{code} OR cat:{code}.*)"


def _entries_and_total(answer: Answer) -> tuple[Feed, int]:
    return list(arxiv_atom.parse(answer.file)), _total(answer)


def _total(answer: Answer) -> int:
    text = next((line_of(element) for element in elements(answer.file, {_TOTAL})), "")
    return int(text) if text.isascii() and text.isdecimal() else 0
