"""From the database to the shelf: each function is a fixed number of statements a batch."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection
from django.db.models import Q

from papers.models import (
    Decision,
    DeletedRecord,
    ExternalCount,
    MergeCandidate,
    Paper,
    PaperIdentifier,
    Source,
    SourceRecord,
)
from papers.sources.compose import Composition, compose
from papers.sources.record import Deletion, IdPair, PaperRecord
from papers.sources.shelf import SALTS, Draft, RecordKey, Shelf, identifier_of, key_of


def only_news(
    entries: Sequence[PaperRecord | Deletion], now: datetime
) -> list[PaperRecord | Deletion]:
    """Return what may change something: not records which are stored as they are."""
    records = [entry for entry in entries if isinstance(entry, PaperRecord)]
    rows = _rows_by_key(
        SourceRecord.objects.filter(_any_record(records)).only(
            "source", "source_id", "digest", "record_date", "listed_at", "paper_id"
        )
    )
    counts = {
        (count.source, count.paper_id): (count.taken_on, count.count)
        for count in ExternalCount.objects.filter(paper__in={row.paper_id for row in rows.values()})
    }

    def is_news(record: PaperRecord) -> bool:
        row = rows.get(record.record_key)
        if row is None or row.digest != record.digest:
            return True
        day = min(record.record_date, now.date())
        if row.record_date < day:
            return True
        if record.listed_at and (
            row.listed_at is None or min(record.listed_at, now) < row.listed_at
        ):
            return True
        if record.external_count is None or record.source != Source.HUGGINGFACE:
            return False
        stored = counts.get((row.source, row.paper_id))
        return stored is None or stored < (day, record.external_count)

    return [entry for entry in entries if isinstance(entry, Deletion) or is_news(entry)]


def load(entries: Sequence[PaperRecord | Deletion], now: datetime) -> Shelf:
    """Return a shelf with every paper that the entries may be about, locked until the commit.

    And with every paper that those hang together with: a record may say that two are one.
    """
    records = [entry for entry in entries if isinstance(entry, PaperRecord)]
    pairs = {pair for record in records for pair in record.identifiers}
    pairs |= {
        identifier_of(record.offprint_key(salt))
        for record in records
        if record.needs_offprint_key
        for salt in SALTS
    }
    stored = SourceRecord.objects.filter(_any_record(entries))
    ids = _papers_of(pairs) | set(stored.values_list("paper", flat=True))
    found: dict[int, Stored] = {}
    while ids:
        new = drafts_of(ids)
        found |= new
        named = {pair for paper in new.values() for pair in paper.named()} - pairs
        pairs |= named
        ids = _papers_of(named) - found.keys()
    rows = [row for paper in found.values() for row in paper.draft.rows.values()]
    shelf = Shelf(now, apart=_apart(found), deleted=_deleted([*entries, *rows]))
    for pk in sorted(found):
        shelf.put(found[pk].draft, former=found[pk].former)
    return shelf


# One look into the index for each DOI.
CLAIMANTS = """
select distinct record.paper_id
from unnest(%s::jsonb[]) as claim (ids)
join papers_sourcerecord as record on record.fields -> 'identifiers' @> claim.ids
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """A paper as it was read, and those of its ids that were addresses once."""

    draft: Draft
    former: set[IdPair]

    def named(self) -> set[IdPair]:
        """Return the ids that the paper's records name."""
        return {
            (kind, value)
            for row in self.draft.rows.values()
            for kind, value in row.fields.get("identifiers", ())
        }


def _papers_of(pairs: Collection[IdPair]) -> set[int]:
    """Return the papers that have one of the ids, by primary key."""
    if not pairs:
        return set()
    keys = {key_of(pair) for pair in pairs}
    return {
        *_claimants(pairs),
        *PaperIdentifier.objects.filter(any_identifier(pairs)).values_list("paper", flat=True),
        *Paper.objects.filter(key__in=keys, merged_into=None).values_list("pk", flat=True),
    }


def _claimants(pairs: Collection[IdPair]) -> set[int]:
    """Return the papers of which a record claims one of the DOIs, whoever holds it.

    Of two arXiv papers that claim one, the other gets it when the first gives it up.
    """
    claims = [json.dumps([pair]) for pair in pairs if pair[0] == "doi"]
    if not claims:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(CLAIMANTS, [claims])
        return {paper for (paper,) in cursor}


def drafts_of(ids: Collection[int]) -> dict[int, Stored]:
    papers = (
        Paper.objects.filter(pk__in=ids)
        .defer("search")
        .order_by("pk")
        # Votes need the row to stay, not to stay as it is: they are not held up.
        .select_for_update(no_key=True)
    )
    drafts = {
        paper.pk: Draft(paper, settled=bool(paper.hidden_at or paper.pending_since))
        for paper in papers
    }
    former: dict[int, set[IdPair]] = defaultdict(set)
    for row in SourceRecord.objects.filter(paper__in=drafts):
        drafts[row.paper_id].rows[row.source, row.source_id] = row
    for identifier in PaperIdentifier.objects.filter(paper__in=drafts):
        pair = (identifier.kind, identifier.value)
        drafts[identifier.paper_id].identifiers.add(pair)
        if identifier.former_key:
            former[identifier.paper_id].add(pair)
    for merged in Paper.objects.filter(merged_into__in=drafts).only("key", "merged_into_id"):
        former[merged.merged_into_id or 0].add(identifier_of(merged.key))
    for count in ExternalCount.objects.filter(paper__in=drafts, source=Source.HUGGINGFACE):
        drafts[count.paper_id].count = count
    return {pk: Stored(draft, former[pk] & draft.identifiers) for pk, draft in drafts.items()}


def _apart(ids: Collection[int]) -> list[frozenset[int]]:
    """Return the pairs of these papers that a moderator found to be two works."""
    pairs = MergeCandidate.objects.filter(
        decision=Decision.APART, first__in=ids, second__in=ids
    ).values_list("first", "second")
    return [frozenset(pair) for pair in pairs]


def _deleted(
    records: Iterable[PaperRecord | Deletion | SourceRecord],
) -> dict[tuple[str, str], date]:
    """Return when which of the records were deleted by their sources."""
    found = DeletedRecord.objects.filter(_any_record(records))
    return {
        (source, source_id): day
        for source, source_id, day in found.values_list("source", "source_id", "deleted_on")
    }


def compositions(paper_ids: Collection[int]) -> dict[int, Composition]:
    """Return what the records of these papers say now; nothing of a paper that has none."""
    found = drafts_of(paper_ids)
    rows = {pk: list(paper.draft.rows.values()) for pk, paper in found.items()}
    deleted = _deleted(row for some in rows.values() for row in some)
    return {pk: compose(some, deleted) for pk, some in rows.items() if some}


def _rows_by_key(rows: Iterable[SourceRecord]) -> dict[RecordKey, SourceRecord]:
    return {(row.source, row.source_id): row for row in rows}


def _any_record(records: Iterable[PaperRecord | Deletion | SourceRecord]) -> Q:
    by_source: dict[str, set[str]] = defaultdict(set)
    for record in records:
        by_source[str(record.source)].add(record.source_id)
    return Q(
        *(Q(source=source, source_id__in=ids) for source, ids in by_source.items()),
        _connector=Q.OR,
    )


def any_identifier(pairs: Iterable[IdPair]) -> Q:
    by_kind: dict[str, set[str]] = defaultdict(set)
    for kind, value in pairs:
        by_kind[kind].add(value)
    return Q(
        *(Q(kind=kind, value__in=values) for kind, values in by_kind.items()),
        _connector=Q.OR,
    )
