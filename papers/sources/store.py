"""Between the shelf and the database: each function is a fixed number of statements a batch."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Q

from papers import mathtext
from papers.identifiers import author_name_key, title_hash
from papers.models import (
    Authorship,
    ExternalCount,
    Paper,
    PaperIdentifier,
    PaperTag,
    Precision,
    Source,
    SourceRecord,
    Tag,
)
from papers.ranking import outbox
from papers.sources.compose import Category, Composition
from papers.sources.record import IdPair, PaperRecord
from papers.sources.shelf import SALTS, Draft, RecordKey, Shelf, key_of

# What a paper's row takes over from its composition as it is.
PLAIN_FIELDS = (
    "title",
    "abstract",
    "published_at",
    "version",
    "comments",
    "journal_ref",
    "code_url",
    "project_url",
    "note",
    "note_label",
    "withdrawn_at",
    "withdrawal_reason",
)
WRITTEN_FIELDS = (
    *PLAIN_FIELDS,
    "title_text",
    "title_html",
    "title_hash",
    "abstract_text",
    "abstract_html",
    "render_version",
    "published_precision",
    "authors",
    "authors_text",
    "listed_at",
    "primary_tag",
    "updated_at",
)
# What the ranking reads of a paper.
RANKED_FIELDS = ("listed_at", "categories", "withdrawn_at")

# Bytes. PostgreSQL refuses a search vector above 1 MB; a text can grow fourfold in becoming one.
MAX_AUTHORS_TEXT = 100_000
ROWS_A_STATEMENT = 5_000


def only_news(records: Sequence[PaperRecord], now: datetime) -> list[PaperRecord]:
    """Return the records that may change something: not those which are stored as they are."""
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

    return [record for record in records if is_news(record)]


def load(records: Sequence[PaperRecord], now: datetime) -> Shelf:
    """Return a shelf with every paper that the records may be about, locked until the commit."""
    pairs = {pair for record in records for pair in record.identifiers}
    pairs |= {
        ("op", record.offprint_key(salt).removeprefix("op:"))
        for record in records
        if record.needs_offprint_key
        for salt in SALTS
    }
    keys = {key_of(pair) for pair in pairs}
    ids = {
        *PaperIdentifier.objects.filter(_any_identifier(pairs)).values_list("paper", flat=True),
        *SourceRecord.objects.filter(_any_record(records)).values_list("paper", flat=True),
        *Paper.objects.filter(key__in=keys).values_list("pk", flat=True),
    }
    shelf = Shelf(now)
    for draft in _drafts(ids):
        shelf.put(draft)
    return shelf


def _drafts(ids: Collection[int]) -> list[Draft]:
    papers = (
        Paper.objects.filter(pk__in=ids)
        .defer("search")
        .order_by("pk")
        # Votes need the row to stay, not to stay as it is: they are not held up.
        .select_for_update(no_key=True)
    )
    drafts = {paper.pk: Draft(paper) for paper in papers}
    for row in SourceRecord.objects.filter(paper__in=drafts):
        drafts[row.paper_id].rows[row.source, row.source_id] = row
    for identifier in PaperIdentifier.objects.filter(paper__in=drafts):
        drafts[identifier.paper_id].identifiers.add((identifier.kind, identifier.value))
    for count in ExternalCount.objects.filter(paper__in=drafts, source=Source.HUGGINGFACE):
        drafts[count.paper_id].count = count
    return list(drafts.values())


def save(shelf: Shelf) -> frozenset[str]:
    """Write what has changed, and queue it for the ranking; return the unknown categories."""
    tags, unknown = _tags(shelf.drafts)
    new = [draft for draft in shelf.drafts if draft.stored is None]
    old = [draft for draft in shelf.drafts if draft.stored is not None]
    changed = [draft for draft in old if draft.composition != draft.stored]
    renamed = [draft for draft in old if draft.key != draft.paper.key]
    for draft in new + changed:
        _fill(draft, tags)
    for draft in new + renamed:
        draft.paper.key = draft.key

    Paper.objects.bulk_create([draft.paper for draft in new])
    _rewrite([draft.paper for draft in changed if draft not in renamed], WRITTEN_FIELDS)
    _rewrite([draft.paper for draft in renamed], (*WRITTEN_FIELDS, "key"))
    _write_identifiers(shelf)
    _write_records(shelf)
    _write_authorships([draft for draft in new + changed if _differs(draft, "authors")])
    _write_tags([draft for draft in new + changed if _differs(draft, "categories")], tags)
    outbox.queue(
        draft.paper.pk
        for draft in new + changed
        if any(_differs(draft, name) for name in RANKED_FIELDS)
    )
    return unknown


def _rewrite(papers: Sequence[Paper], fields: Iterable[str]) -> None:
    """Update rows that exist, all in one statement.

    An insertion that always conflicts: `bulk_update` would build one CASE a field with a branch a
    row, which for a batch takes longer than everything else together.
    """
    Paper.objects.bulk_create(
        papers, update_conflicts=True, unique_fields=["pk"], update_fields=list(fields)
    )


def _fill(draft: Draft, tags: dict[Category, int]) -> None:
    """Write into the paper what the composition says differently from the stored one.

    Only that: what a moderator wrote stays until a source changes its mind about that field.
    """
    said, paper = draft.composition, draft.paper
    for name in PLAIN_FIELDS:
        if _differs(draft, name) and not (name in said.fill_ins and getattr(paper, name)):
            setattr(paper, name, getattr(said, name))
            if name == "published_at":
                paper.published_precision = said.published_precision or Precision.DAY
    if _differs(draft, "authors") and not ("authors" in said.fill_ins and paper.authors):
        paper.authors = list(said.authors)
        paper.authors_text = _searchable(said.authors)
    if _differs(draft, "categories"):
        paper.primary_tag_id = next(iter(_tag_ids(said, tags)), None)
    if _differs(draft, "listed_at"):
        paper.listed_at = said.listed_at or paper.listed_by_person_at
    if _differs(draft, "title") or _differs(draft, "abstract"):
        title, abstract = mathtext.render(paper.title), mathtext.render_abstract(paper.abstract)
        paper.title_text, paper.title_html = title.text or paper.title, title.html
        paper.title_hash = title_hash(paper.title_text)
        paper.abstract_text, paper.abstract_html = abstract.text, abstract.html
        paper.render_version = mathtext.RENDER_VERSION


def _differs(draft: Draft, name: str) -> bool:
    before = draft.stored or Composition()
    return bool(getattr(before, name) != getattr(draft.composition, name))


def _searchable(authors: Iterable[str]) -> str:
    """Return the names as one text, cut where a collaboration has more than can be indexed.

    Author pages know every name all the same.
    """
    text = ", ".join(authors)
    return text.encode()[:MAX_AUTHORS_TEXT].decode(errors="ignore")


def _tags(drafts: Iterable[Draft]) -> tuple[dict[Category, int], frozenset[str]]:
    """Return the tag of each category, synonyms resolved, and the categories that have none."""
    wanted = {
        category
        for draft in drafts
        for said in (draft.stored, draft.composition)
        if said is not None and draft.composition != draft.stored
        for category in said.categories
    }
    if not wanted:
        return {}, frozenset()
    found = Tag.objects.filter(
        scheme__in={scheme for scheme, _code in wanted}, code__in={code for _scheme, code in wanted}
    )
    tags = {(tag.scheme, tag.code): tag.synonym_of_id or tag.pk for tag in found}
    return tags, frozenset(code for scheme, code in wanted if (scheme, code) not in tags)


def _tag_ids(said: Composition, tags: dict[Category, int]) -> list[int]:
    """Return the ids of the tags in the categories' order, each once."""
    return list(dict.fromkeys(tags[each] for each in said.categories if each in tags))


def _write_identifiers(shelf: Shelf) -> None:
    changed = [
        PaperIdentifier(kind=pair[0], value=pair[1], paper=draft.paper)
        for draft in shelf.drafts
        for pair in sorted(draft.identifiers - draft.stored_identifiers)
    ]
    PaperIdentifier.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["kind", "value"],
        update_fields=["paper"],
    )


def _write_records(shelf: Shelf) -> None:
    for draft in shelf.drafts:
        for key, row in draft.rows.items():
            if key in shelf.changed_rows:
                row.paper = draft.paper
        if draft.count is not None:
            draft.count.paper = draft.paper
    SourceRecord.objects.bulk_create(
        shelf.changed_rows.values(),
        update_conflicts=True,
        unique_fields=["source", "source_id"],
        update_fields=["paper", "digest", "record_date", "fields", "listed_at", "imported_at"],
    )
    ExternalCount.objects.bulk_create(
        shelf.changed_counts.values(),
        update_conflicts=True,
        unique_fields=["paper", "source"],
        update_fields=["count", "taken_on"],
    )


def _write_authorships(drafts: Sequence[Draft]) -> None:
    Authorship.objects.filter(
        paper__in=[draft.paper.pk for draft in drafts if draft.stored is not None]
    ).delete()
    Authorship.objects.bulk_create(
        (
            Authorship(paper=draft.paper, position=place, name=name, name_key=author_name_key(name))
            for draft in drafts
            for place, name in enumerate(draft.paper.authors, start=1)
        ),
        batch_size=ROWS_A_STATEMENT,
    )


def _write_tags(drafts: Sequence[Draft], tags: dict[Category, int]) -> None:
    """Add and remove what the sources changed; tags that people gave the paper stay."""
    gone: dict[int, set[int]] = defaultdict(set)
    added: list[PaperTag] = []
    for draft in drafts:
        before = set(_tag_ids(draft.stored or Composition(), tags))
        after = set(_tag_ids(draft.composition, tags))
        added += [PaperTag(paper=draft.paper, tag_id=tag) for tag in sorted(after - before)]
        for tag in before - after:
            gone[tag].add(draft.paper.pk)
    if gone:
        PaperTag.objects.filter(
            Q(*(Q(tag=tag, paper__in=papers) for tag, papers in gone.items()), _connector=Q.OR)
        ).delete()
    PaperTag.objects.bulk_create(added, ignore_conflicts=True)


def _rows_by_key(rows: Iterable[SourceRecord]) -> dict[RecordKey, SourceRecord]:
    return {(row.source, row.source_id): row for row in rows}


def _any_record(records: Iterable[PaperRecord]) -> Q:
    by_source: dict[str, set[str]] = defaultdict(set)
    for source, source_id in (record.record_key for record in records):
        by_source[source].add(source_id)
    return Q(
        *(Q(source=source, source_id__in=ids) for source, ids in by_source.items()),
        _connector=Q.OR,
    )


def _any_identifier(pairs: Iterable[IdPair]) -> Q:
    by_kind: dict[str, set[str]] = defaultdict(set)
    for kind, value in pairs:
        by_kind[kind].add(value)
    return Q(
        *(Q(kind=kind, value__in=values) for kind, values in by_kind.items()),
        _connector=Q.OR,
    )
