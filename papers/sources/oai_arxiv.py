"""The format ``arXiv`` of arXiv's OAI-PMH: the latest version of a paper, its authors one by one.

What its dates mean, and so when a paper was published:

* The server that arXiv had until 2025 (``…/oai2``) gives the day of the first version as `created`
  and the day of the latest as `updated`, which is missing as long as there is one version.
* The present server (``oaipmh.arxiv.org``) gives the day of the **latest** version as `created`,
  and as `updated` the day on which somebody last touched its metadata.

A record of the former server is published on the day of `created`. Of any other, `created` is the
day of the first version only if it lies before the month of the paper's id: arXiv gives the id
when it announces the first version, and nobody can replace what has not been announced. Otherwise
the day is not known, but the month is: the one in the id. A publication is then given as that
month, and papers/sources/compose.py takes the day from whichever source knows it. The same where
`created` of the former server comes after the month of the id, as for papers of 1993 that a
journal brought to arXiv in 2000.

The number of the version is not in this format; only where the former server has no `updated`, it
is the first.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from xml.etree.ElementTree import Element

from django.utils.translation import gettext as _

from papers.models import Precision, Source
from papers.sources import arxiv
from papers.sources.arxiv_people import people
from papers.sources.oai_header import Header, bare_arxiv_id, block_in, day_in, text_in
from papers.sources.record import PaperRecord, RecordRejected

# A two-digit year from here on belongs to the last century.
_FIRST_ARXIV_YEAR = 91


def to_record(metadata: Element, header: Header) -> PaperRecord:
    """Make the record of an ``<arXiv>`` element. Raises RecordRejected."""
    arxiv_id = bare_arxiv_id(text_in(metadata, "id") or header.arxiv_id)
    if not arxiv_id:
        raise RecordRejected(_("It has no id."))
    created, updated = day_in(metadata, "created"), day_in(metadata, "updated")
    published_at, precision = publication(arxiv_id, created, exact=header.is_of_former_arxiv)
    abstract, comments = block_in(metadata, "abstract"), text_in(metadata, "comments")
    withdrawn = arxiv.is_withdrawal(comments)
    latest = (updated if header.is_of_former_arxiv else None) or created or header.datestamp
    return PaperRecord(
        source=Source.ARXIV_OAI,
        source_id=arxiv_id,
        record_date=header.datestamp,
        identifiers=(("arxiv", arxiv_id), *arxiv.dois_in(text_in(metadata, "doi"))),
        title=text_in(metadata, "title"),
        abstract=arxiv.paragraphs(abstract),
        authors=tuple(people(_names(metadata))),
        published_at=published_at,
        published_precision=precision,
        version=1 if created and not updated and header.is_of_former_arxiv else None,
        categories=tuple(text_in(metadata, "categories").split()),
        comments=comments,
        journal_ref=text_in(metadata, "journal-ref"),
        code_url=arxiv.code_link(abstract, comments),
        withdrawn_at=midnight(latest) if withdrawn else None,
        withdrawal_reason=comments if withdrawn else "",
    )


def publication(arxiv_id: str, created: date | None, *, exact: bool) -> tuple[datetime | None, str]:
    """Return when a paper was published, and how precise that is (see above).

    `exact` says that `created` is the day of the first version, if it can be at all.
    """
    month = _month_of(arxiv_id)
    if month is None or created is None:
        return (midnight(created), "") if created and exact else (None, "")
    this_month = created.replace(day=1)
    if this_month < month or (exact and this_month == month):
        return midnight(created), ""
    return midnight(month), Precision.MONTH.value


def midnight(day: date) -> datetime:
    """Return the first instant of a day, UTC."""
    return datetime.combine(day, time.min, UTC)


def _month_of(arxiv_id: str) -> date | None:
    """Return the first day of the month in an arXiv id, None for what is no such id."""
    digits = arxiv_id.rpartition("/")[2][:4]
    if not (digits.isascii() and digits.isdigit() and 1 <= int(digits[2:] or 0) <= 12):
        return None
    year = int(digits[:2])
    return date((1900 if year >= _FIRST_ARXIV_YEAR else 2000) + year, int(digits[2:]), 1)


def _names(metadata: Element) -> Iterator[str]:
    """Yield the authors as they are listed; their affiliations are left out."""
    for author in metadata.iterfind("{*}authors/{*}author"):
        parts = (text_in(author, part) for part in ("keyname", "forenames", "suffix"))
        yield arxiv.full_name(*parts)
