"""BibTeX and BibLaTeX, as people, reference managers and publishers write them."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from django.utils.translation import gettext as _

from papers.sources import arxiv
from papers.sources.bibliography import PartialDate, Work, to_record
from papers.sources.bibtex_entries import BibEntry, TooManyBroken, Unreadable, entries
from papers.sources.bibtex_names import names_in
from papers.sources.citations import appeared_in, arxiv_mentions
from papers.sources.cleaning import shown
from papers.sources.decoding import start_of_text, text_of_file
from papers.sources.files import FileRefused, SourceFile
from papers.sources.partial_dates import read_date
from papers.sources.record import PaperRecord, Parsed, RecordRejected, Rejection
from papers.sources.tex_text import plain_address, plain_line, plain_paragraphs

# How far a file is read for its first entry: some begin with a long history of themselves.
MAX_PREFACE_BYTES: Final = 2**20

# The start of an entry: with parentheses only for types that everybody knows, because
# “@name(first, second=…)” is Python as well.
_ENTRY = re.compile(
    r"^[ \t]*@[ \t]*(?:"
    r"(?:comment|preamble|string)\s*[{(]|"
    r"[a-z][\w.:-]*\s*\{[^{}=,\"]{0,300}[,=}]|"
    r"(?:article|book|booklet|conference|inbook|incollection|inproceedings|manual|mastersthesis|"
    r"misc|phdthesis|proceedings|techreport|unpublished)\s*\([^(){}=,\"]{0,300}[,=]"
    r")",
    re.MULTILINE | re.IGNORECASE,
)
# What a part of a book or of proceedings has from the whole, when it does not say otherwise. Ids,
# authors and abstract of the whole are not its own.
_INHERITED = frozenset(
    "year date month journal journaltitle volume number series publisher booktitle".split()
)
_ADDRESSES = ("doi", "url", "ee", "link", "howpublished", "bdsk-url-1", "bdsk-url-2")
_DBLP = re.compile(r"abs/\S+")
_ARCHIVE_IN_BRACKETS = re.compile(r"(\d{7}(?:v\d+)?)\s*\[([a-z-]+)(?:\.[A-Z]{2})?\]")
# How Zotero keeps the authors' comments that it finds on arXiv.
_ARXIV_COMMENT = "Comment: "

Fields = Mapping[str, str]


def recognises(file: SourceFile) -> bool:
    """Say whether an entry, comment or macro of BibTeX begins near the start of the file.

    Raises FileRefused.
    """
    head = start_of_text(file)
    if b"\0" in file.head and not file.head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return False
    if head.lstrip()[:1] in ("{", "[", "<"):
        return False
    return _ENTRY.search(head) is not None or _begins_late(file)


def parse(file: SourceFile) -> Iterator[Parsed | Rejection]:
    """Yield a record or rejection for each entry, in their order.

    Comments, preambles and macros are no entries. Raises FileRefused when the file has none of
    them either, or when most of it is broken.
    """
    text = text_of_file(file)
    if _ENTRY.search(text) is None:
        raise FileRefused(
            _("It is no BibTeX file: no line begins with an entry such as @article{.")
        )
    try:
        found = list(entries(text))
    except TooManyBroken:
        raise FileRefused(
            _(
                "Most of its entries cannot be read: their braces or quotation marks do not match, "
                "or they are not closed. Export the file again."
            )
        ) from None
    by_key: dict[str, BibEntry] = {}
    for entry in found:
        if isinstance(entry, BibEntry) and entry.key:
            by_key.setdefault(entry.key.lower(), entry)
    for position, entry in enumerate(found, start=1):
        if isinstance(entry, Unreadable):
            yield Rejection(position, _why_unreadable(entry), shown(entry.key))
            continue
        try:
            yield Parsed(position, parse_entry(entry, by_key))
        except RecordRejected as rejected:
            yield Rejection(position, rejected.reason, shown(entry.key))


def parse_entry(entry: BibEntry, by_key: Mapping[str, BibEntry] | None = None) -> PaperRecord:
    """Make a record of an entry; `by_key` has the entries that it may refer to, by lower-case key.

    Raises RecordRejected.
    """
    fields = _with_inherited(entry, by_key or {})
    date = _date(fields)
    abstract = plain_paragraphs(_first(fields, "abstract"))
    addresses = [plain_address(fields[name]) for name in _ADDRESSES if fields.get(name)]
    return to_record(
        Work(
            title=_title(fields),
            ids=tuple(_ids(fields, addresses)),
            abstract=abstract,
            authors=tuple(names_in(fields.get("author", ""))),
            date=date,
            journal_ref=_journal_ref(fields, date),
            comments=_arxiv_comment(fields),
            code_url=arxiv.code_link(*addresses, abstract),
        )
    )


def _begins_late(file: SourceFile) -> bool:
    """Look for an entry behind the head; only text is read on, and not all of a large file."""
    lines = file.lines()
    read = 0
    try:
        for line in lines:
            read += len(line)
            if read > MAX_PREFACE_BYTES or b"\0" in line:
                return False
            if line.lstrip().startswith(b"@") and _ENTRY.match(line.decode("latin-1")):
                return True
    finally:
        lines.close()
    return False


def _why_unreadable(entry: Unreadable) -> str:
    if entry.at_end:
        return _(
            "The entry that begins in line %(line)d is not closed: the file ends within it. Is the "
            "file whole?"
        ) % {"line": entry.line}
    return _(
        "The entry that begins in line %(line)d cannot be read: its braces or quotation marks do "
        "not match, or a comma or “=” is missing."
    ) % {"line": entry.line}


def _with_inherited(entry: BibEntry, by_key: Mapping[str, BibEntry]) -> dict[str, str]:
    """Return the fields of an entry, and those of the whole that it is a part of."""
    fields = dict(entry.fields)
    keys = [fields.get("crossref", ""), *fields.get("xdata", "").split(",")]
    for key in keys:
        whole = by_key.get(key.strip().lower())
        if whole is None or whole is entry:
            continue
        for name in _INHERITED & whole.fields.keys():
            fields.setdefault(name, whole.fields[name])
        if title := _first(whole.fields, "title"):
            fields.setdefault("booktitle", title)
    return fields


def _first(fields: Fields, *names: str) -> str:
    """Return the first of the fields that is not blank, with its TeX; "" if all are."""
    return next((value for name in names if (value := fields.get(name, "")).strip()), "")


def _line(fields: Fields, *names: str) -> str:
    return plain_line(_first(fields, *names))


def _title(fields: Fields) -> str:
    title, subtitle = _line(fields, "title"), _line(fields, "subtitle")
    if not (title and subtitle):
        return title
    return f"{title} {subtitle}" if title[-1] in ".:?!" else f"{title}: {subtitle}"


def _date(fields: Fields) -> PartialDate | None:
    """Return the day of publication, as far as the fields tell."""
    if date := read_date(_line(fields, "date")):
        return date
    year = _line(fields, "year")
    known = read_date(year)
    month = _line(fields, "month").strip(".,")
    if known is None or not month or known.month is not None:
        return known
    day = _line(fields, "day")
    if month.isdecimal():
        return read_date("-".join(filter(None, (str(known.year), month, day)))) or known
    return read_date(f"{day} {month} {known.year}".strip()) or known


def _ids(fields: Fields, addresses: list[str]) -> Iterator[str]:
    """Yield whatever may be an id of the work."""
    yield from _eprints(fields)
    for address in addresses:
        yield address
        # Several in one field.
        yield from re.split(r"[\s,;]+", address) if re.search(r"\s", address) else ()
    note = plain_address(fields.get("note", ""))
    yield note
    journal, number = _line(fields, "journal", "journaltitle"), _line(fields, "number")
    yield from arxiv_mentions(journal, number)
    volume = _line(fields, "volume")
    if journal.lower() == "corr" and _DBLP.fullmatch(volume):
        yield f"arXiv:{volume.removeprefix('abs/')}"


def _eprints(fields: Fields) -> Iterator[str]:
    """Yield the arXiv ids of the fields that are meant for them, in all their spellings."""
    kind = _line(fields, "eprinttype", "archiveprefix").lower()
    archive = _line(fields, "primaryclass", "eprintclass").split(".")[0].lower()
    for name in ("eprint", "arxivid", "arxiv"):
        value = plain_address(fields.get(name, ""))
        if not value or (name == "eprint" and kind not in ("", "arxiv") and "/" not in kind):
            # Of another archive; hep-th and the like were archives of arXiv's own.
            if value and re.fullmatch(r"[a-z-]+", kind) and re.fullmatch(r"\d{7}(v\d+)?", value):
                yield f"arXiv:{kind}/{value}"
            continue
        yield value
        yield f"arXiv:{value}"
        if archive:
            yield f"arXiv:{archive}/{value}"
        if found := _ARCHIVE_IN_BRACKETS.fullmatch(value):
            yield f"arXiv:{found[2]}/{found[1]}"


def _journal_ref(fields: Fields, date: PartialDate | None) -> str:
    """Return where the work appeared: its journal, else its book, else who published it."""
    journal = _line(fields, "journal", "journaltitle")
    container = journal or _line(fields, "booktitle")
    year = date.year if date else None
    if not container:
        return appeared_in(
            _line(fields, "publisher", "school", "institution", "organization"), year=year
        )
    return appeared_in(
        container,
        volume=_line(fields, "volume"),
        issue=_line(fields, "number", "issue") if journal else "",
        pages=_line(fields, "pages", "eid", "article-number", "art_number"),
        year=year,
    )


def _arxiv_comment(fields: Fields) -> str:
    """Return the authors' comments that Zotero took from arXiv; what its user noted is private."""
    note = fields.get("note", "").strip()
    return plain_line(note.removeprefix(_ARXIV_COMMENT)) if note.startswith(_ARXIV_COMMENT) else ""
