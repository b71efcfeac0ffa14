"""From what each source says of a paper to what the paper's page says. Pure.

The result depends on the records alone, not on the order in which they arrived, so importing the
same files again, or in another order, gives the same papers.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from papers.models import Source, SourceRecord, TagScheme

# Best first, as the enumeration is written.
_RANK = {source.value: place for place, source in enumerate(Source)}
_SCHEMES = {Source.BIORXIV.value: TagScheme.BIORXIV.value}

Category = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Composition:
    """A paper's fields by its sources; a blank one is said by none of them.

    categories  (scheme, code) pairs, the primary one first
    version     the number of the latest version that any of the sources knows of
    versions    the versions with their instants, by number
    listed_at   the earliest instant at which a source listed the paper
    fill_ins    names of the fields that come from a bibliography: somebody's own file, so good
                enough for a blank and not for replacing what a moderator wrote
    """

    title: str = ""
    abstract: str = ""
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_precision: str = ""
    version: int | None = None
    versions: tuple[tuple[int, datetime | None], ...] = ()
    categories: tuple[Category, ...] = ()
    comments: str = ""
    journal_ref: str = ""
    code_url: str = ""
    project_url: str = ""
    note: str = ""
    note_label: str = ""
    withdrawn_at: datetime | None = None
    withdrawal_reason: str = ""
    listed_at: datetime | None = None
    fill_ins: frozenset[str] = field(default=frozenset(), compare=False)


_WITHDRAWAL = ("withdrawn_at", "withdrawal_reason")

# Fields of one group are taken from the same record: they explain each other.
_GROUPS: tuple[tuple[str, ...], ...] = (
    ("title",),
    ("abstract",),
    ("authors",),
    ("published_at", "published_precision"),
    ("categories",),
    ("comments",),
    ("journal_ref",),
    ("code_url",),
    ("project_url",),
    ("note", "note_label"),
    _WITHDRAWAL,
)


def compose(records: Iterable[SourceRecord]) -> Composition:
    """Compose a paper: each field by the highest-ranked source that has it.

    Within a source the newest record speaks, at equal dates the one with the smaller digest. A
    withdrawal ends with a later version that is not withdrawn.
    """
    ordered = sorted(records, key=_precedence)
    values: dict[str, Any] = {}
    fill_ins: set[str] = set()
    for group in _GROUPS:
        speakers = (record for record in ordered if record.fields.get(group[0]))
        if group is _WITHDRAWAL:
            speakers = (record for record in speakers if not _is_taken_back(record, ordered))
        speaker = next(speakers, None)
        if speaker is None:
            continue
        for name in group:
            if name in speaker.fields:
                values[name] = _from_json(name, speaker.fields[name], speaker.source)
        if speaker.source == Source.BIBLIOGRAPHY:
            fill_ins.update(group)
    values["versions"] = versions = _versions(ordered)
    stated = [record.fields["version"] for record in ordered if record.fields.get("version")]
    values["version"] = max([*stated, *(number for number, _instant in versions)], default=None)
    listed = [record.listed_at for record in ordered if record.listed_at is not None]
    return Composition(**values, listed_at=min(listed, default=None), fill_ins=frozenset(fill_ins))


def replaces(new: tuple[date, str], old: tuple[date, str]) -> bool:
    """Say whether a record takes the place of the stored one, each given as (date, digest)."""
    return new[0] > old[0] or (new[0] == old[0] and new[1] < old[1])


def _precedence(record: SourceRecord) -> tuple[int, int, str, str]:
    return (
        _RANK[record.source],
        -record.record_date.toordinal(),
        record.digest,
        record.source_id,
    )


def _versions(ordered: Iterable[SourceRecord]) -> tuple[tuple[int, datetime | None], ...]:
    """Return all versions that any record tells of, each dated by the best that dates it."""
    found: dict[int, datetime | None] = {}
    for record in ordered:
        for number, instant in record.fields.get("versions", ()):
            if found.get(number) is None:
                found[number] = datetime.fromisoformat(instant) if instant else None
    return tuple(sorted(found.items()))


def _is_taken_back(withdrawal: SourceRecord, records: Iterable[SourceRecord]) -> bool:
    """Say whether a later version, as any source shows it, is not withdrawn any more."""
    version = withdrawal.fields.get("version")
    return version is not None and any(
        record.fields.get("version", 0) > version and not record.fields.get("withdrawn_at")
        for record in records
    )


def _from_json(name: str, value: Any, source: str) -> Any:
    if name in ("published_at", "withdrawn_at"):
        return datetime.fromisoformat(value)
    if name == "categories":
        scheme = _SCHEMES.get(source, TagScheme.ARXIV.value)
        return tuple((scheme, code) for code in value)
    return tuple(value) if name == "authors" else value
