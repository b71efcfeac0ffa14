"""RIS, as reference managers and publishers write it: lines ``TI  - A title`` from TY to ER.

The lines are read by rispy. Before that they are put right where it would lose records or crash:
each ``TY`` begins a record, whether the one before was ended or not; lines without a tag belong to
the tagged line before them; what stands before and between records is passed over.
"""

import re
from collections.abc import Iterator
from itertools import chain

import rispy
from django.utils.translation import gettext as _

from papers.sources import arxiv
from papers.sources.bibliography import PartialDate, Work, to_record
from papers.sources.citations import appeared_in, arxiv_mentions
from papers.sources.cleaning import shown
from papers.sources.decoding import start_of_text, text_of_file
from papers.sources.files import FileRefused, SourceFile
from papers.sources.partial_dates import read_date
from papers.sources.people import people
from papers.sources.record import PaperRecord, Parsed, RecordRejected, Rejection

# Some programs write one blank before the hyphen, and none behind an empty value.
_TAG = re.compile(r"([A-Z][A-Z0-9])  ?-(?: (.*)|\s*$)")
_START = re.compile(r"^TY  ?-(?: .*)?\n\s*(?:[A-Z][A-Z0-9]  ?-|\Z)", re.MULTILINE)

Fields = dict[str, list[str]]


class _Parser(rispy.RisParser):  # type: ignore[misc]  # rispy has no types
    """Keeps every value of every tag, as a list under the tag itself."""

    TAGS = (*rispy.TAG_KEY_MAPPING, "BT", "CT", "ED")

    def __init__(self) -> None:
        super().__init__(
            mapping={tag: tag for tag in self.TAGS},
            list_tags=[tag for tag in self.TAGS if tag != self.START_TAG],
            # Semicolons belong to some DOIs, and to their URLs.
            delimiter_tags_mapping={},
            skip_unknown_tags=True,
        )


def recognises(file: SourceFile) -> bool:
    """Say whether a record begins near the start of the file: a TY line and a tag behind it."""
    head = start_of_text(file)
    return head.lstrip()[:1] not in ("{", "[", "<", "@") and _START.search(head) is not None


def parse(file: SourceFile) -> Iterator[Parsed | Rejection]:
    """Yield a record or rejection for each TY, in their order. Raises FileRefused for no TY."""
    position = 0
    for position, lines in enumerate(_records(text_of_file(file).split("\n")), start=1):
        fields = _fields(lines)
        try:
            yield Parsed(position, parse_record(fields))
        except RecordRejected as rejected:
            name = _first(fields, "TI", "T1", "ID", "DO", "UR")
            yield Rejection(position, rejected.reason, shown(name))
    if not position:
        raise FileRefused(_("It is no RIS file: no line begins with “TY  -”."))


def parse_record(fields: Fields) -> PaperRecord:
    """Make a record of the values of each tag. Raises RecordRejected."""
    date = _date(fields)
    abstract = arxiv.paragraphs(_first(fields, "AB", "N2"))
    links = fields.get("UR", []) + fields.get("L1", []) + fields.get("L2", [])
    container = _first(fields, "T2", "JF", "JO", "JA", "J2")
    return to_record(
        Work(
            title=_first(fields, "TI", "T1", "CT", "BT", "ST"),
            ids=(*fields.get("DO", []), *links, *arxiv_mentions(container, *fields.get("M1", []))),
            abstract=abstract,
            authors=tuple(
                chain.from_iterable(
                    people(name) for name in fields.get("AU", []) + fields.get("A1", [])
                )
            ),
            date=date,
            journal_ref=appeared_in(
                container,
                volume=_first(fields, "VL"),
                issue=_first(fields, "IS"),
                pages="-".join(
                    page for tag in ("SP", "EP") if (page := _first(fields, tag).strip())
                ),
                year=date.year if date else None,
            ),
            code_url=arxiv.code_link(*links, abstract),
        )
    )


def _records(lines: list[str]) -> Iterator[list[str]]:
    """Yield the tagged lines of each record, with the untagged ones behind them joined to them."""
    record: list[list[str]] = []
    for line in lines:
        found = _TAG.match(line)
        tag, value = (found[1], found[2] or "") if found else ("", line.strip())
        if tag in ("TY", "ER"):
            if record:
                yield ["\n".join(pieces) for pieces in record]
            record = [[f"TY  - {value}"]] if tag == "TY" else []
        elif record and tag:
            record.append([f"{tag}  - {value}"])
        elif record:
            record[-1].append(value)
    if record:
        yield ["\n".join(pieces) for pieces in record]


def _fields(lines: list[str]) -> Fields:
    (record,) = _Parser().parse_lines(iter([*lines, "ER  - "]))
    return {tag: values for tag, values in record.items() if tag != "TY"}


def _first(fields: Fields, *tags: str) -> str:
    """Return the first value of the first of the tags that has one, "" for none."""
    values = chain.from_iterable(fields.get(tag, []) for tag in tags)
    return next((value for value in values if value.strip()), "")


def _date(fields: Fields) -> PartialDate | None:
    """Return the day of publication: the year that is stated first, as precisely as any tag does."""
    dates = [
        date
        for tag in ("PY", "DA", "Y1")
        for value in fields.get(tag, [])
        if (date := read_date(value))
    ]
    same_year = [date for date in dates if date.year == dates[0].year]
    precise = (date for date in same_year if date.day is not None)
    by_month = (date for date in same_year if date.month is not None)
    return next(chain(precise, by_month, same_year), None)
