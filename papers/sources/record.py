"""The common shape of what a source says of a paper, whatever the format it said it in.

Each source turns its own format into `PaperRecord`s; everything that a record must fulfil is
checked here, once. Nothing here touches the database or the network.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from papers import mathtext
from papers.identifiers import key_has_safe_url, offprint_key, parse_identifier
from papers.models import Precision, Source
from papers.sources.cleaning import (
    clean_block,
    clean_line,
    has_visible_character,
    is_plausible_year,
    shown,
    usable_url,
)

MAX_TITLE_LENGTH = 2_000
# With the authors cut as papers/sources/saving.py does, a search vector stays below its 1 MB.
MAX_ABSTRACT_LENGTH = 20_000
MAX_LINE_LENGTH = 2_000
MAX_NOTE_LABEL_LENGTH = 80
MAX_NAME_LENGTH = 500
MAX_AUTHORS = 20_000
MAX_CATEGORIES = 50
MAX_SOURCE_ID_LENGTH = 255
MAX_VERSION = 32_767
MAX_COUNT = 2_147_483_647

# Behind the last comma, before the year.
_FIRST_PAGE = re.compile(r", (?:pp?\. ?)?([A-Za-z]{0,3}[0-9]+)[^,()]*(?: \([0-9]{4}\))?$")

# The fields that describe the paper: they are stored with the record and make its digest. The
# others (its date, listing and count) say when and how the source showed it.
BIBLIOGRAPHIC_FIELDS = (
    "identifiers",
    "title",
    "abstract",
    "authors",
    "published_at",
    "published_precision",
    "version",
    "versions",
    "categories",
    "comments",
    "journal_ref",
    "code_url",
    "project_url",
    "note",
    "note_label",
    "withdrawn_at",
    "withdrawal_reason",
)

IdPair = tuple[str, str]
# The number of a version, from 1, and when it was submitted.
VersionPair = tuple[int, datetime | None]

# The date of a record whose source does not date its records, such as an entry of a bibliography:
# of two, the one with the smaller digest is believed then, whichever was imported first.
UNDATED = date(1970, 1, 1)


class RecordRejected(Exception):  # noqa: N818 - the word that people read in the report
    """A record that cannot be imported; `reason` is a translated sentence for people."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, kw_only=True)
class PaperRecord:
    """What one source says of one paper; making one cleans its texts and checks its values.

    source_id    names the record within its source: a second record with the same id replaces it
    record_date  the source's day for this record; among two, the later one is believed
    identifiers  (kind, value) pairs, kinds as in PaperIdentifier.Kind; at most one arXiv id
    categories   codes of the source's scheme, the primary one first; unknown ones are ignored
    listed_at    when this source put the paper on a list of the day, None when it did not
    external_count  upvotes that the paper had at the source on `record_date`
    note, note_label  a sentence of this site, shown when there is no abstract

    Instants carry a time zone. Blank means that the source does not say. Raises RecordRejected.
    """

    source: Source
    source_id: str
    record_date: date
    title: str
    identifiers: tuple[IdPair, ...] = ()
    abstract: str = ""
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_precision: str = ""
    version: int | None = None
    versions: tuple[VersionPair, ...] = ()
    categories: tuple[str, ...] = ()
    comments: str = ""
    journal_ref: str = ""
    code_url: str = ""
    project_url: str = ""
    note: str = ""
    note_label: str = ""
    withdrawn_at: datetime | None = None
    withdrawal_reason: str = ""
    listed_at: datetime | None = None
    external_count: int | None = None

    def __post_init__(self) -> None:
        clean: dict[str, Any] = {
            "title": _checked_title(self.title),
            "abstract": _checked_length(
                _("abstract"), clean_block(self.abstract), MAX_ABSTRACT_LENGTH
            ),
            "authors": _checked_authors(self.authors),
            "identifiers": _checked_identifiers(self.identifiers),
            "categories": _checked_categories(self.categories),
            "code_url": usable_url(self.code_url),
            "project_url": usable_url(self.project_url),
            "note_label": _checked_length(
                _("note label"), clean_line(self.note_label), MAX_NOTE_LABEL_LENGTH
            ),
        }
        for name, label in (
            ("comments", _("comment")),
            ("journal_ref", _("journal reference")),
            ("note", _("note")),
            ("withdrawal_reason", _("reason of the withdrawal")),
        ):
            clean[name] = _checked_length(label, clean_line(getattr(self, name)), MAX_LINE_LENGTH)
        for name in ("published_at", "withdrawn_at", "listed_at"):
            clean[name] = _checked_instant(getattr(self, name))
        clean["versions"] = _checked_versions(self.versions)
        if self.published_precision not in ("", *Precision.values):
            raise ValueError(f"{self.published_precision!r} is no precision")
        for name, value in clean.items():
            object.__setattr__(self, name, value)
        if not is_plausible_year(self.record_date.year):
            raise RecordRejected(_bad_date(self.record_date))
        if not self.source_id.isprintable() or not 0 < len(self.source_id) <= MAX_SOURCE_ID_LENGTH:
            raise RecordRejected(_("The record's own id cannot be used: it is empty or too long."))
        if self.version is not None:
            _check_version(self.version)
        if self.external_count is not None and not 0 <= self.external_count <= MAX_COUNT:
            raise RecordRejected(
                _("“%(value)s” cannot be a number of upvotes.")
                % {"value": shown(self.external_count)}
            )

    @cached_property
    def fields(self) -> dict[str, Any]:
        """The bibliographic fields as JSON values; what the source does not say is left out.

        Leaving out the blank ones keeps every digest as it is when the shape gains a field.
        """
        return {
            name: value
            for name in BIBLIOGRAPHIC_FIELDS
            if (value := _as_json(getattr(self, name))) not in (None, "", [])
        }

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the bibliographic fields, hexadecimal."""
        canonical = json.dumps(
            self.fields, sort_keys=True, ensure_ascii=False, separators=(",", ":")
        )
        return hashlib.sha256(canonical.encode()).hexdigest()

    @property
    def record_key(self) -> tuple[str, str]:
        """What makes the record the same as an earlier one."""
        return (self.source.value, self.source_id)

    @property
    def arxiv_id(self) -> str | None:
        return next((value for kind, value in self.identifiers if kind == "arxiv"), None)

    @property
    def needs_offprint_key(self) -> bool:
        """True when no id of the record makes a key that can stand in a URL."""
        return not any(
            kind != "doi" or key_has_safe_url(f"doi:{value}") for kind, value in self.identifiers
        )

    def offprint_key(self, salt: int = 0) -> str:
        return work_key(self.title, self.authors, self.published_at, self.journal_ref, salt)


def work_key(
    title: str,
    authors: tuple[str, ...],
    published_at: datetime | None,
    journal_ref: str = "",
    salt: int = 0,
) -> str:
    """Return the ``op:`` key of a work by its title, first author, year and first page."""
    year = published_at.year if published_at else None
    family_name = _family_name(authors[0]) if authors else ""
    return offprint_key(title, family_name, year, first_page(journal_ref), salt)


def first_page(journal_ref: str) -> str:
    """Return the first page of “Journal of Looms 12 (3), 45-67 (2020)”, "" where it has none."""
    found = _FIRST_PAGE.search(journal_ref)
    return found[1].lower() if found else ""


def _family_name(name: str) -> str:
    """Return the family name of “Ada Lovelace” or “Lovelace, Ada”, as far as one can tell."""
    before_comma, comma, _rest = name.partition(",")
    return before_comma if comma else name.rsplit(maxsplit=1)[-1]


def _checked_title(title: str) -> str:
    title = _checked_length(_("title"), clean_line(title), MAX_TITLE_LENGTH)
    # Of TeX, what counts is what it shows: “$ $”, “{}” and “$\,$” are nothing.
    shows = mathtext.render(title).text.strip("$ ") if set("$\\{") & set(title) else title
    if not has_visible_character(shows):
        raise RecordRejected(_("It has no title."))
    return title


def _checked_length(label: str, text: str, limit: int) -> str:
    if len(text) > limit:
        raise RecordRejected(
            _("The %(field)s is too long: %(length)d characters, %(limit)d are allowed.")
            % {"field": label, "length": len(text), "limit": limit}
        )
    return text


def _checked_authors(authors: tuple[str, ...]) -> tuple[str, ...]:
    if len(authors) > MAX_AUTHORS:
        raise RecordRejected(
            _("It has too many authors: %(number)d, %(limit)d are allowed.")
            % {"number": len(authors), "limit": MAX_AUTHORS}
        )
    names = (clean_line(name) for name in authors)
    return tuple(
        _checked_length(_("name of an author"), name, MAX_NAME_LENGTH)
        for name in names
        if has_visible_character(name)
    )


def _checked_identifiers(identifiers: tuple[IdPair, ...]) -> tuple[IdPair, ...]:
    """Return the canonical pairs, each once, sorted."""
    pairs = {_checked_identifier(kind, value) for kind, value in identifiers}
    arxiv_ids = sorted(value for kind, value in pairs if kind == "arxiv")
    if len(arxiv_ids) > 1:
        raise RecordRejected(
            _("It claims to be two arXiv papers at once: %(ids)s.") % {"ids": ", ".join(arxiv_ids)}
        )
    return tuple(sorted(pairs))


def _checked_identifier(kind: str, value: str) -> IdPair:
    found = parse_identifier(f"op:{value}" if kind == "op" else value)
    # arXiv gives each of its papers a DOI, which says no more than the arXiv id in it.
    if found is not None and (found.kind == kind or (kind, found.kind) == ("doi", "arxiv")):
        return (found.kind, found.value)
    reasons = {
        "arxiv": _("“%(value)s” cannot be an arXiv id."),
        "doi": _("“%(value)s” cannot be a DOI."),
    }
    reason = reasons.get(kind, _("“%(value)s” cannot be the id of a paper."))
    raise RecordRejected(reason % {"value": shown(value)})


def _checked_categories(categories: tuple[str, ...]) -> tuple[str, ...]:
    """Return the codes in their order, each once."""
    codes = tuple(dict.fromkeys(clean_line(code) for code in categories if code.strip()))
    if len(codes) > MAX_CATEGORIES:
        raise RecordRejected(
            _("It has too many categories: %(number)d, %(limit)d are allowed.")
            % {"number": len(codes), "limit": MAX_CATEGORIES}
        )
    return tuple(_checked_length(_("category"), code, 80) for code in codes)


def _checked_instant(instant: datetime | None) -> datetime | None:
    if instant is None:
        return None
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} has no time zone")
    try:
        instant = instant.astimezone(UTC)
    except OverflowError as error:
        raise RecordRejected(_bad_date(instant)) from error
    if not is_plausible_year(instant.year):
        raise RecordRejected(_bad_date(instant))
    return instant


def _check_version(number: int) -> None:
    if not 1 <= number <= MAX_VERSION:
        raise RecordRejected(_("“%(value)s” cannot be a version.") % {"value": shown(number)})


def _checked_versions(versions: tuple[VersionPair, ...]) -> tuple[VersionPair, ...]:
    """Return the versions in the order of their numbers, each once."""
    for number, _submitted_at in versions:
        _check_version(number)
    return tuple(
        sorted({number: _checked_instant(instant) for number, instant in versions}.items())
    )


def _bad_date(value: object) -> str:
    return _("“%(value)s” cannot be the date of a paper.") % {"value": shown(value)}


def _as_json(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_as_json(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class Parsed:
    """A record as found in a file; `position` counts the file's entries from 1.

    announcement  how arXiv's feed announced it: new, cross, replace or replace-cross; else blank
    """

    position: int
    record: PaperRecord
    announcement: str = ""


@dataclass(frozen=True, slots=True)
class Deletion:
    """A record that its source says it has deleted, known as in `PaperRecord`."""

    source: Source
    source_id: str
    deleted_on: date


@dataclass(frozen=True, slots=True)
class ParsedDeletion:
    """A deletion as found in a file."""

    position: int
    deletion: Deletion


@dataclass(frozen=True, slots=True)
class Rejection:
    """An entry of a file that is no record; `name` is what it calls itself, as far as readable."""

    position: int
    reason: str
    name: str = ""


# What a format's `parse` yields.
Entry = Parsed | ParsedDeletion | Rejection
