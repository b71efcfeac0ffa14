"""From what each source says of a paper to what the paper's page says. Pure.

The result depends on the records alone, not on the order in which they arrived, so importing the
same files again, or in another order, gives the same papers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from papers.models import Source, SourceRecord, TagScheme
from papers.models.source_record import DELETED_BY_ITS_SOURCE

# Best first, as the enumeration is written.
_RANK = {source.value: place for place, source in enumerate(Source)}
# Crossref names subjects for the preprints of bioRxiv and medRxiv alone.
_SCHEMES = dict.fromkeys((Source.BIORXIV.value, Source.CROSSREF.value), TagScheme.BIORXIV.value)

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


_PUBLISHED = ("published_at", "published_precision")

# Fields of one group are taken from the same record: they explain each other.
_GROUPS: tuple[tuple[str, ...], ...] = (
    ("title",),
    ("abstract",),
    ("authors",),
    _PUBLISHED,
    ("categories",),
    ("comments",),
    ("journal_ref",),
    ("code_url",),
    ("project_url",),
    ("note", "note_label"),
)


def compose(
    records: Iterable[SourceRecord], deleted: Mapping[tuple[str, str], date] | None = None
) -> Composition:
    """Compose a paper: each field by the highest-ranked source that has it.

    Within a source the newest record speaks, at equal dates the one with the smaller digest. A
    withdrawal ends with a later version that is not withdrawn. `deleted` says on which days the
    sources have deleted records, by (source, source_id): a record from before is a withdrawal.
    """
    ordered = sorted(records, key=_precedence)
    deletions = _deletions(ordered, deleted or {})
    values: dict[str, Any] = {}
    fill_ins: set[str] = set()
    for group in _GROUPS:
        speakers = sorted(ordered, key=_precedence_of_dates) if group == _PUBLISHED else ordered
        speaker = next((record for record in speakers if record.fields.get(group[0])), None)
        if speaker is None:
            continue
        for name in group:
            if name in speaker.fields:
                values[name] = _from_json(name, speaker.fields[name], speaker.source)
        if speaker.source == Source.BIBLIOGRAPHY:
            fill_ins.update(group)
    values.update(_withdrawal(ordered, deletions))
    values["versions"] = versions = _versions(ordered)
    stated = [record.fields["version"] for record in ordered if record.fields.get("version")]
    values["version"] = max([*stated, *(number for number, _instant in versions)], default=None)
    listed = [record.listed_at for record in ordered if record.listed_at is not None]
    return Composition(**values, listed_at=min(listed, default=None), fill_ins=frozenset(fill_ins))


def scheme_of(source: str) -> str:
    """Return the scheme of the tags that a source names by its categories."""
    return _SCHEMES.get(source, TagScheme.ARXIV.value)


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


def _precedence_of_dates(record: SourceRecord) -> tuple[int, bool]:
    """Order by rank, but let a format of arXiv's that knows a month wait for all that know a day."""
    rank, last = _RANK[record.source], _RANK[Source.OAI_DC.value]
    waits = rank < last and bool(record.fields.get("published_precision"))
    return (last if waits else rank, waits)


def _versions(ordered: Iterable[SourceRecord]) -> tuple[tuple[int, datetime | None], ...]:
    """Return all versions that any record tells of, each dated by the best that dates it."""
    found: dict[int, datetime | None] = {}
    for record in ordered:
        for number, instant in record.fields.get("versions", ()):
            if found.get(number) is None:
                found[number] = datetime.fromisoformat(instant) if instant else None
    return tuple(sorted(found.items()))


def _deletions(
    records: Iterable[SourceRecord], deleted: Mapping[tuple[str, str], date]
) -> dict[int, date]:
    """Return when records were deleted, by identity, unless their source brought them back."""
    found = {}
    for record in records:
        day = deleted.get((record.source, record.source_id))
        if day is not None and day >= record.record_date:
            found[id(record)] = day
    return found


def _withdrawal(ordered: Sequence[SourceRecord], deletions: Mapping[int, date]) -> dict[str, Any]:
    """Return when and why the paper was withdrawn; nothing when it is not."""
    for record in ordered:
        if _is_taken_back(record, ordered):
            continue
        if text := record.fields.get("withdrawn_at"):
            reason = record.fields.get("withdrawal_reason", "")
            return {
                "withdrawn_at": datetime.fromisoformat(text),
                "withdrawal_reason": reason,
            }
        if day := deletions.get(id(record)):
            return {
                "withdrawn_at": datetime.combine(day, time(), UTC),
                "withdrawal_reason": f"{DELETED_BY_ITS_SOURCE}{Source(record.source).label}.",
            }
    return {}


def _is_taken_back(withdrawal: SourceRecord, records: Iterable[SourceRecord]) -> bool:
    """Say whether a later version, as any source shows it, is not withdrawn any more."""
    version = withdrawal.fields.get("version")
    return version is not None and any(
        record.fields.get("version", 0) > version and not record.fields.get("withdrawn_at")
        for record in records
    )


def _from_json(name: str, value: Any, source: str) -> Any:
    if name == "published_at":
        return datetime.fromisoformat(value)
    if name == "categories":
        return tuple((scheme_of(source), code) for code in value)
    return tuple(value) if name == "authors" else value
