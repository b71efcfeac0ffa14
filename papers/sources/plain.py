"""Plain lists of papers that somebody's own program wrote: JSON, lines of JSON, or CSV with a header.

The fields have the names that people give them (``title``, ``abstract``, ``authors``, ``url``, ``doi``,
``year`` …), in any case and with any of ``-_`` and blanks between their words.
"""

import csv
import re
from collections.abc import Iterator, Mapping
from contextlib import closing
from io import StringIO
from itertools import chain, islice
from typing import Any

from django.utils.translation import gettext as _

from papers.sources import arxiv, json_lines
from papers.sources.bibliography import PartialDate, Work, to_record
from papers.sources.citations import appeared_in, arxiv_mentions
from papers.sources.cleaning import shown
from papers.sources.decoding import start_of_text, text_of_file
from papers.sources.files import MAX_WHOLE_BYTES, FileRefused, SourceFile
from papers.sources.json_lines import BLANK, CutShort, read_line
from papers.sources.json_values import wrong_type
from papers.sources.partial_dates import partial_date, read_date
from papers.sources.people import people_of_line, printed_name
from papers.sources.record import PaperRecord, Parsed, RecordRejected, Rejection

# Names as `_name` makes them, the best one first.
TITLE = ("title",)
ABSTRACT = ("abstract", "summary")
AUTHORS = ("authors", "author", "creators")
IDS = ("arxivid", "arxiv", "eprint", "doi", "url", "link", "pdf", "pdfurl", "paperurl", "id", "key")
DATE = ("date", "published", "publishedat", "publicationdate", "datepublished", "submitted")
JOURNAL = ("journalref", "journal", "venue", "booktitle", "conference")
COMMENTS = ("comments", "comment")
CODE = ("codeurl", "code", "github", "repository", "githubrepo")
PROJECT = ("projecturl", "projectpage", "project", "homepage")
# A title alone, or one with a link, may be of anything: these are said of papers only.
TELLING = frozenset({"abstract", "summary", "authors", "doi", "arxivid", "arxiv", "journalref"})

DELIMITERS = ",;\t"
LINES_TO_RECOGNISE = 20
# The file itself is bounded; Python's own limit for a cell would end the reading of all of it.
csv.field_size_limit(MAX_WHOLE_BYTES)

Fields = Mapping[str, Any]


def recognises(file: SourceFile) -> bool:
    """Say whether the file holds objects or rows with a title and something that papers have.

    Raises FileRefused for broken JSON.
    """
    start = file.head.lstrip(BLANK)[:1]
    if start == b"[":
        return isinstance(file.json, list) and any(_is_paper(each) for each in file.json)
    if start == b"{":
        return _has_papers_in_lines(file) or _is_paper(_lone_object(file))
    return start != b"<" and bool(_delimiter(start_of_text(file)))


def parse(file: SourceFile) -> Iterator[Parsed | Rejection]:
    """Yield the papers in their order.

    Positions count the objects of a list and the rows under a header; in lines of JSON they are
    numbers of lines. Raises FileRefused when the file is none of these, or breaks off.
    """
    start = file.head.lstrip(BLANK)[:1]
    if start == b"[":
        yield from _entries(enumerate(file.json, start=1))
    elif start == b"{":
        lone = _lone_object(file)
        if lone is None:
            yield from json_lines.entries(file, parse_paper, _name_of)
        else:
            yield from _entries([(1, lone)])
    else:
        yield from _entries(_rows(text_of_file(file)))


def parse_paper(paper: Any) -> PaperRecord:
    """Make a record of one object or row. Raises RecordRejected."""
    if not isinstance(paper, dict):
        raise RecordRejected(_("It is no paper: it is not a JSON object."))
    if None in paper:
        # A comma that is not within quotes has moved all that follows it.
        raise RecordRejected(_("It has more cells than the header of the table."))
    fields = _fields(paper)
    date = _date(fields)
    abstract = arxiv.paragraphs(_text(fields, *ABSTRACT))
    journal = _text(fields, *JOURNAL)
    links = [_text(fields, name) for name in IDS]
    return to_record(
        Work(
            title=_text(fields, *TITLE),
            ids=(*links, *arxiv_mentions(journal)),
            abstract=abstract,
            authors=tuple(_authors(fields)),
            date=date,
            journal_ref=appeared_in(
                journal,
                volume=_text(fields, "volume"),
                issue=_text(fields, "issue", "number"),
                pages=_text(fields, "pages"),
                year=date.year if date else None,
            ),
            comments=_text(fields, *COMMENTS),
            code_url=_text(fields, *CODE) or arxiv.code_link(*links, abstract),
            project_url=_text(fields, *PROJECT),
        )
    )


def _entries(papers: Any) -> Iterator[Parsed | Rejection]:
    for position, paper in papers:
        try:
            yield Parsed(position, parse_paper(paper))
        except RecordRejected as rejected:
            yield Rejection(position, rejected.reason, _name_of(paper))


# --- JSON -------------------------------------------------------------------------------------


def _is_paper(value: Any) -> bool:
    if not isinstance(value, dict):
        return False
    fields = _fields(value)
    return isinstance(fields.get("title"), str) and not TELLING.isdisjoint(fields)


def _has_papers_in_lines(file: SourceFile) -> bool:
    with closing(file.lines()) as lines:
        for line in islice(lines, LINES_TO_RECOGNISE):
            try:
                if _is_paper(read_line(line)):
                    return True
            except (CutShort, RecordRejected):
                continue
    return False


def _lone_object(file: SourceFile) -> Any:
    """Return the only object of a file that is one, written over several lines; else None."""
    with closing(file.lines()) as lines:
        first = next((line for line in lines if line.strip(BLANK)), b"")
    try:
        read_line(first)
    except (CutShort, RecordRejected):
        # Its first line is no value, so it is no file of lines.
        return file.json
    return None


# --- CSV --------------------------------------------------------------------------------------


def _delimiter(text: str) -> str:
    """Return what parts the columns of a header that names a title and more; "" for no header."""
    header = next((line for line in text.split("\n") if line.strip()), "")
    for delimiter in DELIMITERS:
        try:
            names = [_name(cell) for cell in next(csv.reader([header], delimiter=delimiter), [])]
        except csv.Error:
            return ""
        if "title" in names and not TELLING.isdisjoint(names):
            return delimiter
    return ""


def _rows(text: str) -> Iterator[tuple[int, dict[Any, Any]]]:
    """Yield the rows under the header by their number; cells beyond its columns are under None.

    Raises FileRefused at what is no CSV, such as quotes that are never closed.
    """
    delimiter = _delimiter(text)
    if not delimiter:
        raise FileRefused(
            _("It is no list of papers: its first line names no columns “title” and “abstract”.")
        )
    reader = csv.DictReader(StringIO(text.lstrip()), delimiter=delimiter, strict=True)
    try:
        rows = (row for row in map(_without_blank_surplus, reader) if any(row.values()))
        yield from enumerate(rows, start=1)
    except csv.Error as error:
        raise FileRefused(
            _("It is no usable CSV: %(error)s in line %(line)d.")
            % {"error": shown(error), "line": reader.reader.line_num}
        ) from error


def _without_blank_surplus(row: dict[Any, Any]) -> dict[Any, Any]:
    """Drop the cells beyond the header when they are blank: a comma at the end of the line."""
    if not any(cell.strip() for cell in row.get(None, ())):
        row.pop(None, None)
    return row


# --- Fields -----------------------------------------------------------------------------------


def _name(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name).lower()


def _fields(paper: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields by their plain names; of two that differ in spelling only, the first."""
    fields: dict[str, Any] = {}
    for name, value in paper.items():
        fields.setdefault(_name(str(name)), value)
    return fields


def _text(fields: Fields, *names: str) -> str:
    """Return the first of the fields that is not blank, numbers as text. Raises RecordRejected."""
    for name in names:
        value = fields.get(name)
        if value is None or isinstance(value, bool):
            continue
        if not isinstance(value, str | int | float):
            raise RecordRejected(wrong_type(name))
        if text := str(value).strip():
            return text
    return ""


def _authors(fields: Fields) -> Iterator[str]:
    name = next((name for name in AUTHORS if fields.get(name)), "authors")
    authors = fields.get(name) or []
    if isinstance(authors, str):
        yield from people_of_line(authors)
        return
    if not isinstance(authors, list):
        raise RecordRejected(wrong_type(name))
    for author in authors:
        yield printed_name(author) if isinstance(author, str) else _author(author, name)


def _author(author: Any, name: str) -> str:
    """Return the name of an author that is an object: whole, or in two parts."""
    if not isinstance(author, dict):
        raise RecordRejected(wrong_type(name))
    parts = _fields(author)
    given = _text(parts, "given", "firstname", "first", "forenames")
    family = _text(parts, "family", "lastname", "last", "keyname")
    return _text(parts, "name", "fullname") or f"{given} {family}".strip()


def _date(fields: Fields) -> PartialDate | None:
    texts = (_text(fields, name) for name in DATE)
    dates = chain((read_date(text) for text in texts if text), [_year(fields)])
    return next((date for date in dates if date), None)


def _year(fields: Fields) -> PartialDate | None:
    year = read_date(_text(fields, "year"))
    month, day = _text(fields, "month"), _text(fields, "day")
    if year is None or year.month is not None:
        return year
    if not month.isdecimal():
        return read_date(f"{day} {month} {year.year}") if month else year
    return partial_date(year.year, int(month), int(day) if day.isdecimal() else None)


def _name_of(paper: Any) -> str:
    """Return what a rejected paper calls itself: its title, else its id, else nothing."""
    if not isinstance(paper, dict):
        return ""
    fields = _fields(paper)
    names = (fields.get(name) for name in (*TITLE, *IDS))
    return shown(next((name for name in names if name), ""))
