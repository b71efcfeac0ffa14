"""From the shelf to the database: each function is a fixed number of statements a batch."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from django.db import connection
from django.db.models import Q
from django.utils import timezone

from papers import mathtext
from papers.identifiers import author_name_key, title_hash
from papers.merging.move import move, note_composition
from papers.models import (
    Authorship,
    DeletedRecord,
    ExternalCount,
    MergeRecord,
    Paper,
    PaperIdentifier,
    PaperTag,
    PaperVersion,
    Precision,
    ReadingStatus,
    SourceRecord,
    Tag,
)
from papers.ranking import outbox
from papers.sources.compose import Category, Composition
from papers.sources.loading import any_identifier, compositions, drafts_of
from papers.sources.shelf import Draft, Merge, Shelf

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

# Whoever marked a paper as not interesting need not hear of it.
MARK_NEW_VERSIONS = """
update papers_libraryentry as entry set new_version = version.number
from unnest(%(papers)s::bigint[], %(versions)s::smallint[]) as version (paper, number)
where entry.paper_id = version.paper and entry.status <> %(not_interested)s
"""

# Bytes. PostgreSQL refuses a search vector above 1 MB; a text can grow fourfold in becoming one.
MAX_AUTHORS_TEXT = 100_000
ROWS_A_STATEMENT = 5_000


def save(shelf: Shelf) -> frozenset[str]:
    """Write what has changed, and queue it for the ranking; return the unknown categories."""
    tags, unknown = _tags(shelf)
    new = [draft for draft in shelf.drafts if draft.stored is None]
    for draft in new:
        _fill(draft, tags)
        draft.paper.key = draft.key
    Paper.objects.bulk_create([draft.paper for draft in new])
    merges = _merge(shelf)

    merged = {merge.merged for merge in shelf.merges}
    old = [draft for draft in shelf.drafts if draft.stored is not None and draft not in merged]
    _rewrite(old, tags)
    _write_identifiers(shelf)
    _write_records(shelf)
    _write_deletions(shelf)
    changed = [draft for draft in old if draft.composition != draft.stored]
    _write_rows([draft for draft in new if draft not in merged] + changed, shelf.merges, tags)
    mark_new_versions(changed)
    for record in merges:
        note_composition(record)
    return unknown


def rewrite(before: Mapping[int, Composition], paper_ids: Collection[int]) -> None:
    """Write what the records of these papers say otherwise than `before`, when they held others.

    A paper that became part of another of them meanwhile is left as it is.
    """
    after = compositions(paper_ids)
    shelf = Shelf(timezone.now())
    drafts = {pk: each.draft for pk, each in drafts_of(paper_ids).items()}
    for pk, draft in drafts.items():
        draft.key, draft.stored = draft.paper.key, before.get(pk, Composition())
        draft.composition = after.get(pk, draft.stored)
        if draft.paper.merged_into_id is None:
            shelf.drafts.append(draft)
        elif kept := drafts.get(draft.paper.merged_into_id):
            shelf.merges.append(Merge(kept, draft, draft.key))
    tags, _unknown = _tags(shelf)
    _rewrite(shelf.drafts, tags)
    changed = [draft for draft in shelf.drafts if draft.composition != draft.stored]
    _write_rows(changed, shelf.merges, tags)


def _rewrite(drafts: Sequence[Draft], tags: dict[Category, int]) -> None:
    """Write the rows of stored papers that differ, and their keys."""
    changed = [draft for draft in drafts if draft.composition != draft.stored]
    renamed = {draft for draft in drafts if draft.key != draft.paper.key}
    for draft in changed:
        _fill(draft, tags)
    for draft in renamed:
        draft.paper.key = draft.key
    _update([draft.paper for draft in changed if draft not in renamed], WRITTEN_FIELDS)
    _update([draft.paper for draft in renamed], (*WRITTEN_FIELDS, "key"))


def _write_rows(
    drafts: Sequence[Draft], merges: Sequence[Merge], tags: dict[Category, int]
) -> None:
    """Write what belongs to these papers and differs, and have the ranking look at them."""
    _write_authorships([draft for draft in drafts if _differs(draft, "authors")])
    _write_versions([draft for draft in drafts if _differs(draft, "versions")])
    _write_tags(_with_merged(drafts, merges), tags)
    outbox.queue(
        draft.paper.pk for draft in drafts if any(_differs(draft, name) for name in RANKED_FIELDS)
    )


def _merge(shelf: Shelf) -> list[MergeRecord]:
    """Give what people did to the papers that became part of others to those."""
    return [
        move(
            merge.kept.paper,
            merge.merged.paper,
            by=None,
            reason=f"Records of their sources name both: they share {merge.shared}.",
            at=shelf.now,
        )
        for merge in shelf.merges
    ]


def _with_merged(
    drafts: Sequence[Draft], merges: Sequence[Merge]
) -> list[tuple[Draft, Composition]]:
    """Return those whose categories differ, each with what sources had made of it before.

    The tags of a paper that became part of another are there by then: those which its sources gave
    it shall not stay as if a person had.
    """
    parts: dict[Draft, list[Category]] = defaultdict(list)
    for merge in merges:
        parts[merge.kept] += merge.merged.composition.categories
    stored = ((draft, draft.stored or Composition()) for draft in drafts)
    return [
        (draft, replace(before, categories=(*before.categories, *parts[draft])))
        for draft, before in stored
        if parts[draft] or before.categories != draft.composition.categories
    ]


def _has_new_version(draft: Draft) -> bool:
    before, after = draft.stored, draft.composition
    return bool(before and before.version and after.version and after.version > before.version)


def mark_new_versions(drafts: Iterable[Draft]) -> None:
    """Note for the members who keep these papers that there is a new version."""
    versions = {
        draft.paper.pk: draft.composition.version for draft in drafts if _has_new_version(draft)
    }
    if not versions:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            MARK_NEW_VERSIONS,
            {
                "papers": list(versions),
                "versions": list(versions.values()),
                "not_interested": ReadingStatus.NOT_INTERESTED,
            },
        )


def _update(papers: Sequence[Paper], fields: Iterable[str]) -> None:
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
        if _differs(draft, name) and _may_write(draft, name):
            setattr(paper, name, getattr(said, name))
    # The first of January may turn out to be a day, or a day to be no more than a year.
    dated = _differs(draft, "published_at") or _differs(draft, "published_precision")
    if dated and paper.published_at == said.published_at:
        paper.published_precision = said.published_precision or Precision.DAY
    if _differs(draft, "authors") and _may_write(draft, "authors"):
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


def _may_write(draft: Draft, name: str) -> bool:
    """Say whether a field of the paper may be replaced: by a bibliography not what people wrote.

    What the sources said before is not theirs: of two bibliographies the better one is believed,
    whichever came first.
    """
    if name not in draft.composition.fill_ins:
        return True
    present = getattr(draft.paper, name)
    before = getattr(draft.stored or Composition(), name)
    return not present or present == (list(before) if name == "authors" else before)


def _differs(draft: Draft, name: str) -> bool:
    before = draft.stored or Composition()
    return bool(getattr(before, name) != getattr(draft.composition, name))


def _searchable(authors: Iterable[str]) -> str:
    """Return the names as one text, cut where a collaboration has more than can be indexed.

    Author pages know every name all the same.
    """
    text = ", ".join(authors)
    return text.encode()[:MAX_AUTHORS_TEXT].decode(errors="ignore")


def _tags(shelf: Shelf) -> tuple[dict[Category, int], frozenset[str]]:
    """Return the tag of each category, synonyms resolved, and the categories that have none."""
    merged = bool(shelf.merges)
    wanted = {
        category
        for draft in shelf.drafts
        if draft.composition != draft.stored or merged
        for said in (draft.stored, draft.composition)
        if said is not None
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
    held = {pair: draft for draft in shelf.drafts for pair in draft.identifiers}
    before = {pair: draft for draft in shelf.drafts for pair in draft.stored_identifiers}
    changed = [
        PaperIdentifier(
            kind=pair[0], value=pair[1], paper=draft.paper, former_key=pair in shelf.former
        )
        for pair, draft in sorted(held.items(), key=lambda item: item[0])
        if before.get(pair) is not draft or (pair in shelf.former) != (pair in shelf.stored_former)
    ]
    PaperIdentifier.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["kind", "value"],
        update_fields=["paper", "former_key"],
    )
    if gone := before.keys() - held.keys():
        PaperIdentifier.objects.filter(any_identifier(gone)).delete()


def _write_records(shelf: Shelf) -> None:
    into = {merge.merged.paper.pk: merge.kept for merge in shelf.merges}
    rows = []
    for draft in shelf.drafts:
        for key, row in draft.rows.items():
            # A record of a paper that became part of this one has come with it.
            came_along = row.pk and into.get(row.paper_id) is draft
            if key in shelf.changed_rows or (key in shelf.moved_rows and not came_along):
                rows.append(row)
            row.paper = draft.paper
        if draft.count is not None:
            draft.count.paper = draft.paper
    SourceRecord.objects.bulk_create(
        rows,
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


def _write_deletions(shelf: Shelf) -> None:
    DeletedRecord.objects.bulk_create(
        (
            DeletedRecord(source=key[0], source_id=key[1], deleted_on=shelf.deleted[key])
            for key in sorted(shelf.changed_deletions)
        ),
        update_conflicts=True,
        unique_fields=["source", "source_id"],
        update_fields=["deleted_on"],
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


def _write_versions(drafts: Sequence[Draft]) -> None:
    PaperVersion.objects.filter(
        paper__in=[draft.paper.pk for draft in drafts if draft.stored is not None]
    ).delete()
    PaperVersion.objects.bulk_create(
        PaperVersion(paper=draft.paper, number=number, submitted_at=instant)
        for draft in drafts
        for number, instant in draft.composition.versions
    )


def _write_tags(drafts: Sequence[tuple[Draft, Composition]], tags: dict[Category, int]) -> None:
    """Add and remove what the sources changed; tags that people gave the paper stay."""
    gone: dict[int, set[int]] = defaultdict(set)
    added: list[PaperTag] = []
    for draft, stored in drafts:
        before = set(_tag_ids(stored, tags))
        after = set(_tag_ids(draft.composition, tags))
        added += [PaperTag(paper=draft.paper, tag_id=tag) for tag in sorted(after - before)]
        for tag in before - after:
            gone[tag].add(draft.paper.pk)
    if gone:
        PaperTag.objects.filter(
            Q(*(Q(tag=tag, paper__in=papers) for tag, papers in gone.items()), _connector=Q.OR)
        ).delete()
    PaperTag.objects.bulk_create(added, ignore_conflicts=True)
