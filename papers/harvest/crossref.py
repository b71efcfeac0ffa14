"""Crossref: the works of DOIs of which nothing but a bibliography has told us."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from urllib.parse import quote

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from papers.harvest.answers import Answer, BadAnswer
from papers.harvest.pages import Page, Progress
from papers.harvest.polite import CROSSREF_API, Asker
from papers.models import Harvest, PaperIdentifier, Source, SourceRecord
from papers.sources import crossref
from papers.sources.record import Entry, Parsed, Rejection

# DOIs in one question; a DOI may have more than a hundred characters.
BATCH = 20
NOT_FOUND = 404


def pages(harvest: Harvest, ask: Asker, now: datetime) -> Iterator[Page]:
    """Yield pages of works, as far as Crossref knows them.

    Each DOI is asked for once: `progress` keeps how far we are, between the runs too.
    """
    progress: Progress = harvest.progress
    while batch := _next(progress.get("after", 0)):
        progress = {"after": batch[-1][0]}
        yield Page(entries=_works([doi for _pk, doi in batch], ask), progress=progress)


def _next(after: int) -> list[tuple[int, str]]:
    """Return numbers and DOIs of the next identifiers to ask for."""
    records = SourceRecord.objects.filter(paper=OuterRef("paper"))
    return list(
        PaperIdentifier.objects.filter(
            Exists(records.filter(source=Source.BIBLIOGRAPHY)),
            ~Exists(records.exclude(source=Source.BIBLIOGRAPHY)),
            kind="doi",
            pk__gt=after,
        )
        .order_by("pk")
        .values_list("pk", "value")[:BATCH]
    )


def _works(dois: Sequence[str], ask: Asker) -> list[Entry]:
    """Return the works with these DOIs; one that Crossref does not know is a rejection."""
    # A comma parts the filters of a question, so a DOI that has one is asked for by itself.
    entries: list[Entry] = []
    if together := [doi for doi in dois if "," not in doi]:
        filters = ",".join(f"doi:{doi}" for doi in together)
        entries += ask.get_and_read(
            CROSSREF_API, _read, "/works", {"filter": filters, "rows": str(len(together))}
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
    return list(crossref.parse(answer.file))
