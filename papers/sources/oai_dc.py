"""The format ``oai_dc`` (Dublin Core) of OAI-PMH, which every archive has.

arXiv's own records and those of other archives use its few elements differently. A record of
another archive has no id that is known elsewhere unless it names a DOI or arXiv's page: the paper
then gets a key by its title, first author, year and first page.
"""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from pathlib import Path
from xml.etree.ElementTree import Element

from papers.identifiers import parse_identifier
from papers.models import Precision, Source
from papers.sources import arxiv
from papers.sources.arxiv_people import people
from papers.sources.bibliography import PartialDate
from papers.sources.cleaning import usable_url
from papers.sources.oai_arxiv import midnight
from papers.sources.oai_header import Header, text_in
from papers.sources.partial_dates import read_date
from papers.sources.people import printed_name
from papers.sources.record import IdPair, PaperRecord
from papers.sources.xml_elements import line_of

_CATEGORIES = Path(__file__).parents[1] / "migrations" / "data" / "arxiv_categories.json"
# Names that categories had when arXiv wrote them out in this format.
_FORMER_NAMES = {
    "Computer Science - Learning": "cs.LG",
    "Astrophysics - Cosmology and Extragalactic Astrophysics": "astro-ph.CO",
    "Astrophysics - Galaxy Astrophysics": "astro-ph.GA",
}

_COMMENT = re.compile(r"\s*comments?:\s*", re.IGNORECASE)
# Libraries add the years of birth and death: “Weaver, Ada, 1970-”.
_LIFE = re.compile(r",\s*(?:[bd]\.\s*)?[0-9]{4}.*")
# Whoever writes a comma and more words than this is no person: “Department of X, University of Y”.
_MAX_GIVEN_NAMES = 4


def to_record(metadata: Element, header: Header) -> PaperRecord:
    """Make the record of an ``<oai_dc:dc>`` element. Raises RecordRejected."""
    return _of_arxiv(metadata, header) if header.arxiv_id else _of_another(metadata, header)


def _of_arxiv(metadata: Element, header: Header) -> PaperRecord:
    """Read a record of arXiv's.

    Its first day is the one of the first version, and a second one that of the latest. After the
    abstract there may be the comments; among the identifiers there may be the journal reference.
    """
    abstract, comments = _abstract_and_comments(metadata)
    days = sorted(_dates(metadata), key=_start)
    withdrawn = arxiv.is_withdrawal(comments)
    latest = days[-1].first_instant() if days else midnight(header.datestamp)
    published_at, precision = _publication(days)
    dois, journal_ref = _dois_and_journal(metadata)
    return PaperRecord(
        source=Source.OAI_DC,
        source_id=header.arxiv_id,
        record_date=header.datestamp,
        identifiers=(("arxiv", header.arxiv_id), *dois),
        title=text_in(metadata, "title"),
        abstract=arxiv.paragraphs(abstract),
        authors=tuple(people(_creators(metadata))),
        published_at=published_at,
        published_precision=precision,
        version=1 if len(days) == 1 else None,
        categories=_categories(metadata, header),
        comments=comments,
        journal_ref=journal_ref,
        code_url=arxiv.code_link(abstract, comments),
        withdrawn_at=latest if withdrawn else None,
        withdrawal_reason=comments if withdrawn else "",
    )


def _of_another(metadata: Element, header: Header) -> PaperRecord:
    """Read a record of another archive.

    Archives put the days of receipt, issue and embargo side by side: the earliest is taken for the
    publication. Of several descriptions the longest is taken for the abstract. A page of the
    archive is linked where there is neither arXiv id nor DOI to link to.
    """
    published_at, precision = _publication(sorted(_dates(metadata), key=_start))
    identifiers = tuple(_identifiers(metadata))
    abstract = max(_blocks(metadata, "description"), key=len, default="")
    sources = (text for text in _lines(metadata, "source") if not usable_url(text))
    pages = (usable_url(text) for text in _lines(metadata, "identifier"))
    return PaperRecord(
        source=Source.OAI_DC,
        source_id=header.identifier,
        record_date=header.datestamp,
        identifiers=identifiers,
        title=next(_lines(metadata, "title"), ""),
        abstract=arxiv.paragraphs(abstract),
        authors=tuple(_creators(metadata)),
        published_at=published_at,
        published_precision=precision,
        journal_ref=next(sources, ""),
        code_url=arxiv.code_link(abstract),
        project_url="" if identifiers else next(filter(None, pages), ""),
    )


def _lines(metadata: Element, name: str) -> Iterator[str]:
    """Yield the texts of all elements called `name` as lines, without the blank ones."""
    return filter(None, (line_of(each) for each in metadata.iterfind(f"{{*}}{name}")))


def _blocks(metadata: Element, name: str) -> Iterator[str]:
    """The same, with their line breaks."""
    texts = ("".join(each.itertext()) for each in metadata.iterfind(f"{{*}}{name}"))
    return (text for text in texts if text.strip())


def _abstract_and_comments(metadata: Element) -> tuple[str, str]:
    """Return the two descriptions of arXiv's, of which either may be missing."""
    abstract, comments = "", ""
    for text in _blocks(metadata, "description"):
        marked = _COMMENT.match(text)
        if marked:
            comments = comments or " ".join(text[marked.end() :].split())
        elif not abstract:
            abstract = text
        else:  # the present server does not mark them
            comments = comments or " ".join(text.split())
    return abstract, comments


def _dates(metadata: Element) -> Iterator[PartialDate]:
    """Yield the dates that are some; archives write much else there."""
    return filter(None, map(read_date, _lines(metadata, "date")))


def _start(date: PartialDate) -> tuple[int, int, int, bool, bool]:
    """Order by the first day; of two that begin alike the more precise one comes first."""
    return (date.year, date.month or 1, date.day or 1, date.month is None, date.day is None)


def _publication(dates: list[PartialDate]) -> tuple[datetime | None, str]:
    if not dates:
        return None, ""
    first = dates[0]
    return first.first_instant(), "" if first.precision == Precision.DAY else first.precision


def _creators(metadata: Element) -> Iterator[str]:
    """Yield the authors as they are printed; an archive may list several in one element."""
    for creators in _lines(metadata, "creator"):
        for creator in creators.split(";"):
            if name := _printed(creator.strip()):
                yield name


def _printed(creator: str) -> str:
    """Return “Ada Weaver Jr.” for ``Weaver Jr., Ada`` and ``Weaver, Ada, Jr., 1970-``."""
    name = _LIFE.sub("", creator)
    _family, _comma, rest = name.partition(",")
    is_person = len(rest.split()) <= _MAX_GIVEN_NAMES
    return arxiv.full_name(printed_name(name) if is_person else name)


def _dois_and_journal(metadata: Element) -> tuple[tuple[IdPair, ...], str]:
    """Return what arXiv's identifiers are besides the address of the paper."""
    dois: list[IdPair] = []
    journal = ""
    for text in _lines(metadata, "identifier"):
        if found := tuple(arxiv.dois_in(text)):
            dois += found
        elif not (usable_url(text) or text.lower().startswith("doi:")):
            journal = journal or text
    return tuple(dois), journal


def _identifiers(metadata: Element) -> Iterator[IdPair]:
    """Yield the ids of the paper that another archive gives, at most one by arXiv.

    A number alone, or a page of theirs, may look like an id of arXiv's and be none.
    """
    of_arxiv = ""
    for text in _lines(metadata, "identifier"):
        found = parse_identifier(text)
        if found is None:
            continue
        if found.kind == "doi":
            yield (found.kind, found.value)
        elif found.kind == "arxiv" and "arxiv" in text.lower() and not of_arxiv:
            of_arxiv = found.value
            yield (found.kind, found.value)


def _categories(metadata: Element, header: Header) -> tuple[str, ...]:
    """Return arXiv's categories, from the sets of its present server and from their full names.

    The former server wrote all of them out, and its sets name archives only.
    """
    names = _codes_by_name()
    named = [names[text] for text in _lines(metadata, "subject") if text in names]
    sets = [each.split(":") for each in header.sets]
    if not any(len(parts) == 3 for parts in sets):
        return tuple(dict.fromkeys(named))
    of_sets = [".".join(parts[1:]) for parts in sets]
    return tuple(dict.fromkeys([*of_sets, *named]))


@cache
def _codes_by_name() -> dict[str, str]:
    """Return the code of each category by the name that arXiv writes out: “Mathematics - Logic”."""
    facts = json.loads(_CATEGORIES.read_text(encoding="utf-8"))["categories"]
    names = {each["code"]: each["name"] for each in facts}
    codes = dict(_FORMER_NAMES)
    for each in facts:
        if each["parent"] is not None:
            archive = f"{names[each['parent']]} - " if "." in each["code"] else ""
            codes[archive + each["name"]] = each["code"]
    return codes
