"""Crossref: the works of DOIs of which nothing but a bibliography has told us."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import quote

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from papers.harvest.answers import Answer, BadAnswer, BrokenAnswer
from papers.harvest.asked_ids import Asked, asked_already, forget
from papers.harvest.pages import Page, Progress
from papers.harvest.polite import CROSSREF_API, Asker
from papers.models import Harvest, PaperIdentifier, Provider, Source, SourceRecord
from papers.sources import crossref
from papers.sources.record import Entry, Parsed, Rejection

# DOIs in one question; a DOI may have more than a hundred characters.
BATCH = 20
BAD_REQUEST = 400
NOT_FOUND = 404


def pages(harvest: Harvest, ask: Asker, now: datetime) -> Iterator[Page]:
    """Yield pages of works, as far as Crossref knows them.

    Each DOI is asked for once in some months. `progress` keeps how far a run is; the next one looks
    at all again, as DOIs may have come late, or may be known to a bibliography alone by now.
    """
    forget(Provider.CROSSREF, now)
    progress: Progress = harvest.progress
    size = BATCH
    while batch := _next(progress.get("after", 0), size):
        dois = [doi for _pk, doi in batch]
        try:
            entries = _works(dois, ask)
        except BadAnswer as bad:
            if bad.answer is None or bad.answer.status != BAD_REQUEST:
                raise
            # It does not bear one of them: fewer are asked for until that one stands alone.
            if len(dois) > 1:
                size = len(dois) // 2
                continue
            entries = [Rejection(1, bad.reason, dois[0])]
        size = min(2 * size, BATCH)
        progress = {"after": batch[-1][0]}
        yield Page(entries=entries, progress=progress, asked=Asked(Provider.CROSSREF, dois))
    if harvest.progress:
        yield Page(progress={})


def _next(after: int, size: int) -> list[tuple[int, str]]:
    """Return numbers and DOIs of the next identifiers to ask for, `size` at most."""
    records = SourceRecord.objects.filter(paper=OuterRef("paper"))
    return list(
        PaperIdentifier.objects.filter(
            Exists(records.filter(source=Source.BIBLIOGRAPHY)),
            ~Exists(records.exclude(source=Source.BIBLIOGRAPHY)),
            ~asked_already(Provider.CROSSREF),
            kind="doi",
            pk__gt=after,
        )
        .order_by("pk")
        .values_list("pk", "value")[:size]
    )


def _works(dois: Sequence[str], ask: Asker) -> list[Entry]:
    """Return the works with these DOIs; one that Crossref does not know is a rejection."""
    # A comma parts the filters of a question, so a DOI that has one is asked for by itself.
    entries: list[Entry] = []
    if together := [doi for doi in dois if "," not in doi]:
        filters = ",".join(f"doi:{doi}" for doi in together)
        entries += ask.get_and_read(
            CROSSREF_API, _read_list, "/works", {"filter": filters, "rows": str(len(together))}
        )
    for doi in dois:
        if "," in doi:
            entries += _work(doi, ask)
    found = {entry.record.source_id for entry in entries if isinstance(entry, Parsed)}
    found |= {entry.name.lower() for entry in entries if isinstance(entry, Rejection)}
    return entries + [
        Rejection(position, _("Crossref knows no work with this DOI."), doi)
        for position, doi in enumerate(dois, start=1)
        if doi not in found
    ]


def _work(doi: str, ask: Asker) -> list[Entry]:
    try:
        return ask.get_and_read(CROSSREF_API, _read, f"/works/{quote(doi, safe='')}")
    except BadAnswer as bad:
        if bad.answer is not None and bad.answer.status == NOT_FOUND:
            return []
        raise


def _read(answer: Answer) -> list[Entry]:
    """Return the works of an answer. Raises BrokenAnswer for JSON that is no answer of Crossref."""
    content = answer.file.json
    if not isinstance(content, dict) or "message-type" not in content:
        raise BrokenAnswer(_("It is no answer of Crossref: its “message-type” is missing."))
    return list(crossref.parse(answer.file))


def _read_list(answer: Answer) -> list[Entry]:
    """Return the works of an answer to a list of DOIs, all of them or none."""
    entries = _read(answer)
    message = answer.file.json["message"]
    total = message.get("total-results", 0)
    # Otherwise those that it left out would count as unknown.
    if isinstance(total, int) and len(entries) < total:
        raise BrokenAnswer(_("Crossref left out works that it says there are."))
    return entries
