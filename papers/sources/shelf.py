"""The papers of one batch in memory: which paper a record is about, and what it changes.

Reads and writes no database: loading.py puts the papers here and saving.py takes them away.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from papers.identifiers import key_has_safe_url
from papers.models import ExternalCount, Paper, Source, SourceRecord
from papers.sources.compose import Composition, compose, replaces
from papers.sources.record import Deletion, IdPair, PaperRecord, work_key
from papers.sources.works import group

RecordKey = tuple[str, str]

# Two works with one `op:` key differ in the salt of the next; more than two have never met.
SALTS = range(4)


class Outcome(Enum):
    """What a record did to the papers."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass(eq=False)
class Draft:
    """A paper with all that is known of it; `paper` itself is written to at the end only.

    `stored` and `stored_identifiers` are as they were read; `stored` is None for a new paper.

    given    ids that none of its records claims: given by hand, or its address once
    settled  a moderator hid it or has yet to see it: no import makes it a part of another paper
    """

    paper: Paper
    rows: dict[RecordKey, SourceRecord] = field(default_factory=dict)
    identifiers: set[IdPair] = field(default_factory=set)
    given: set[IdPair] = field(default_factory=set)
    count: ExternalCount | None = None
    stored: Composition | None = None
    stored_identifiers: frozenset[IdPair] = frozenset()
    composition: Composition = field(default_factory=Composition)
    key: str = ""
    settled: bool = False

    def state(self) -> tuple[object, ...]:
        """Return what a record must change to count as an update."""
        count = (self.count.taken_on, self.count.count) if self.count else None
        return (self.key, self.composition, frozenset(self.identifiers), count)

    def claim(self) -> frozenset[IdPair]:
        """Return the ids that the paper stands for, whatever its records say."""
        return frozenset({*self.given, *([identifier_of(self.key)] if self.key else [])})


@dataclass(frozen=True, slots=True)
class Merge:
    """Two papers that turned out to be one; `shared` is the id that says so, as a key."""

    kept: Draft
    merged: Draft
    shared: str


class Shelf:
    """The papers that a batch may touch, and the records and identifiers they hold.

    apart    pairs of papers, by primary key, that a moderator found to be two works
    deleted  when sources have deleted records, by the record
    former   ids that were a paper's address once
    """

    def __init__(
        self,
        now: datetime,
        apart: Collection[frozenset[int]] = (),
        deleted: Mapping[RecordKey, date] | None = None,
    ) -> None:
        self.now = now
        self.apart = frozenset(apart)
        self.deleted: dict[RecordKey, date] = dict(deleted or {})
        self.changed_deletions: set[RecordKey] = set()
        self.former: set[IdPair] = set()
        self.stored_former: set[IdPair] = set()
        self.drafts: list[Draft] = []
        self.merges: list[Merge] = []
        self.holders: dict[IdPair, Draft] = {}
        self.changed_rows: dict[RecordKey, SourceRecord] = {}
        self.moved_rows: dict[RecordKey, SourceRecord] = {}
        self.changed_counts: dict[int, ExternalCount] = {}
        self._owners: dict[RecordKey, Draft] = {}
        self._ids: dict[RecordKey, frozenset[IdPair]] = {}
        self._claimed_by: dict[IdPair, set[RecordKey]] = defaultdict(set)

    def put(self, draft: Draft, former: Iterable[IdPair] = ()) -> None:
        """Add a paper that is stored; `former` names those of its ids that were addresses once."""
        draft.key = draft.paper.key
        draft.composition = draft.stored = compose(draft.rows.values(), self.deleted)
        draft.stored_identifiers = frozenset(draft.identifiers)
        # A paper that was made by hand may lack the identifier that its key is.
        draft.identifiers.add(identifier_of(draft.key))
        self.drafts.append(draft)
        self.holders.update(dict.fromkeys(draft.identifiers, draft))
        self.former.update(former)
        self.stored_former.update(former)
        for key, row in draft.rows.items():
            self._owners[key] = draft
            self._claim(key, self._ids_of_row(row, draft))
        claimed = {pair for key in draft.rows for pair in self._ids[key]}
        draft.given = (draft.identifiers - claimed) | (draft.identifiers & self.former)

    def take(self, entry: PaperRecord | Deletion) -> Outcome:
        """Take in what a source says, and say what it did."""
        return self.delete(entry) if isinstance(entry, Deletion) else self.add(entry)

    def add(self, record: PaperRecord) -> Outcome:
        """Take a record in, and say what it did."""
        known, merged = len(self.drafts), len(self.merges)
        key = record.record_key
        owner = self._owners.get(key)
        ids = self._ids_of(record, owner)
        newer = self._is_newer(record)
        touched = ids if newer else self._ids[key]
        region = self._region(touched | self._ids.get(key, frozenset()))
        before = {draft: draft.state() for draft in region.drafts}
        self._keep(record, newer=newer)
        if newer:
            if owner is not None and not any(pair in self.holders for pair in ids):
                # It names nothing that is known: it still is about the paper where it stood.
                owner.given |= ids
            region.rows.add(key)
            region.ids |= ids
            self._claim(key, ids)
            self._regroup(region, key)
        elif owner is not None:
            self._compose(owner)
        draft = self._owners[key]
        self._count(record, draft)
        if len(self.drafts) > known:
            return Outcome.CREATED
        changed = len(self.merges) > merged or any(
            draft.state() != state for draft, state in before.items()
        )
        return Outcome.UPDATED if changed else Outcome.UNCHANGED

    def delete(self, deletion: Deletion) -> Outcome:
        """Take note that a source has deleted a record: the paper is withdrawn if it had it."""
        key = (deletion.source.value, deletion.source_id)
        day = min(deletion.deleted_on, self.now.date())
        if key in self.deleted and self.deleted[key] >= day:
            return Outcome.UNCHANGED
        self.deleted[key] = day
        self.changed_deletions.add(key)
        owner = self._owners.get(key)
        if owner is None:
            return Outcome.UNCHANGED
        before = owner.state()
        self._compose(owner)
        return Outcome.UPDATED if owner.state() != before else Outcome.UNCHANGED

    # --- What a record says -------------------------------------------------------------------

    def _is_newer(self, record: PaperRecord) -> bool:
        owner = self._owners.get(record.record_key)
        if owner is None:
            return True
        row = owner.rows[record.record_key]
        return replaces((self._day(record), record.digest), (row.record_date, row.digest))

    def _day(self, record: PaperRecord) -> date:
        return min(record.record_date, self.now.date())

    def _keep(self, record: PaperRecord, *, newer: bool) -> None:
        """Store the record if its source has said nothing newer; note when it listed."""
        key = record.record_key
        owner = self._owners.get(key)
        row = owner.rows[key] if owner else SourceRecord(source=key[0], source_id=key[1])
        if newer:
            row.record_date, row.digest, row.fields = (
                self._day(record),
                record.digest,
                record.fields,
            )
        listed_at = min(record.listed_at, self.now) if record.listed_at else None
        earlier = listed_at is not None and (row.listed_at is None or listed_at < row.listed_at)
        if earlier:
            row.listed_at = listed_at
        if newer or earlier:
            self.changed_rows[key] = row

    def _claim(self, key: RecordKey, ids: frozenset[IdPair]) -> None:
        for pair in self._ids.get(key, ()):
            self._claimed_by[pair].discard(key)
        self._ids[key] = ids
        for pair in ids:
            self._claimed_by[pair].add(key)

    def _ids_of(self, record: PaperRecord, owner: Draft | None) -> frozenset[IdPair]:
        ids = frozenset(record.identifiers)
        if not record.needs_offprint_key:
            return ids
        work = record.offprint_key(salt=SALTS.stop)
        for salt in SALTS:
            pair = identifier_of(record.offprint_key(salt))
            holder = self.holders.get(pair)
            if holder is None or holder is owner or work in _works_of(holder):
                return ids | {pair}
        raise RuntimeError(f"{len(SALTS)} works have the key of “{record.title}”")

    def _ids_of_row(self, row: SourceRecord, draft: Draft) -> frozenset[IdPair]:
        ids = frozenset((kind, value) for kind, value in row.fields.get("identifiers", ()))
        if any(kind != "doi" or key_has_safe_url(f"doi:{value}") for kind, value in ids):
            return ids
        said = compose([row])
        ours = (
            identifier_of(work_key(said.title, said.authors, said.published_at, page, salt))
            # Without the page, too: a paper of before keys had it, or of a record without one.
            for page in dict.fromkeys((said.journal_ref, ""))
            for salt in SALTS
        )
        # Another salt than the first where that was taken when the record came.
        return ids | {next((pair for pair in ours if pair in draft.identifiers), next(ours))}

    # --- Which papers there are ---------------------------------------------------------------

    def _region(self, ids: Iterable[IdPair]) -> "_Region":
        """Return everything that hangs together with the ids by what records and papers claim."""
        region = _Region()
        waiting = set(ids)
        while waiting:
            pair = waiting.pop()
            region.ids.add(pair)
            holder = self.holders.get(pair)
            found: set[IdPair] = set()
            if holder is not None and holder not in region.drafts:
                region.drafts[holder] = None
                found |= holder.claim()
            for key in self._claimed_by.get(pair, ()):
                if key not in region.rows:
                    region.rows.add(key)
                    found |= self._ids[key]
                    if (owner := self._owners.get(key)) and owner not in region.drafts:
                        region.drafts[owner] = None
                        found |= owner.claim()
            waiting |= found - region.ids
        return region

    def _regroup(self, region: "_Region", new: RecordKey) -> None:
        """Give each work of the region one paper, with the records and ids that are its own."""
        works = group(
            [
                *(self._ids[key] for key in sorted(region.rows)),
                *(draft.claim() for draft in region.drafts),
            ]
        )
        held = {pair: self.holders[pair] for pair in region.ids if pair in self.holders}
        for pair, holder in held.items():
            holder.identifiers.discard(pair)
            del self.holders[pair]
        touched = dict(region.drafts)
        for ids in works:
            touched[self._settle_work(ids, region, held)] = None
        for draft in touched:
            self._compose(draft)
            self._name(draft)
        if new not in self._owners:
            raise RuntimeError(f"{new} found no paper")

    def _settle_work(
        self, ids: set[IdPair], region: "_Region", held: Mapping[IdPair, Draft]
    ) -> Draft:
        papers = [draft for draft in region.drafts if draft.key and identifier_of(draft.key) in ids]
        papers.sort(key=lambda draft: (draft.settled, key_preference(draft.key)))
        if papers:
            paper, *others = papers
        else:
            paper, others = Draft(Paper()), []
            self.drafts.append(paper)
        # Those that may not become a part of it keep what they have.
        staying = {draft for draft in others if not self._may_merge(paper, draft)}
        for pair in ids:
            holder = held.get(pair)
            taker = holder if holder in staying else paper
            taker.identifiers.add(pair)
            self.holders[pair] = taker
        for key in sorted(region.rows):
            if _home(self._ids[key]) in ids and self._owners.get(key) not in staying:
                self._hand_over(key, paper)
        for other in others:
            if other not in staying:
                self._merge(paper, other, ids, region)
        return paper

    def _may_merge(self, kept: Draft, other: Draft) -> bool:
        pair = frozenset(key for key in (kept.paper.pk, other.paper.pk) if key)
        return not (kept.settled or other.settled or pair in self.apart)

    def _merge(self, kept: Draft, merged: Draft, ids: set[IdPair], region: "_Region") -> None:
        """Note that a paper became a part of another: what people did to it goes there."""
        shared = self._shared(kept, merged, ids, region)
        self.merges.append(Merge(kept, merged, shared))
        for key in list(merged.rows):
            self._hand_over(key, kept)
        kept.given |= merged.claim()
        self.former.add(identifier_of(merged.key))
        if merged.count is not None:
            self._take_count(kept, merged.count.taken_on, merged.count.count)
        merged.given = set()

    def _shared(self, kept: Draft, merged: Draft, ids: set[IdPair], region: "_Region") -> str:
        """Return an id of the one paper that a record of the other names, to tell a person by."""
        own = identifier_of(merged.key)
        for key in sorted(region.rows):
            if own in self._ids[key] and len(self._ids[key] & ids) > 1:
                return key_of(own)
        return key_of(min(ids - {identifier_of(kept.key)}, default=own))

    def _hand_over(self, key: RecordKey, taker: Draft) -> None:
        owner = self._owners.get(key)
        if owner is taker:
            return
        row = owner.rows.pop(key) if owner else self.changed_rows[key]
        taker.rows[key] = row
        self._owners[key] = taker
        self.moved_rows[key] = row

    def _compose(self, draft: Draft) -> None:
        """Work out the fields; a paper whose last record has moved away keeps those it has."""
        if draft.rows:
            draft.composition = compose(draft.rows.values(), self.deleted)

    def _name(self, draft: Draft) -> None:
        """Work out the key: an address that was given up is not taken up again."""
        if any(merge.merged is draft for merge in self.merges):
            return
        key = best_key(draft.identifiers, self.former) or draft.key
        if draft.key and key != draft.key:
            self.former.add(identifier_of(draft.key))
            draft.given.add(identifier_of(draft.key))
        draft.key = key

    # --- Counts elsewhere ---------------------------------------------------------------------

    def _count(self, record: PaperRecord, draft: Draft) -> None:
        if record.external_count is not None and record.source == Source.HUGGINGFACE:
            self._take_count(draft, self._day(record), record.external_count)

    def _take_count(self, draft: Draft, day: date, count: int) -> None:
        """Keep the latest external count; at one day the greatest, whichever file came first."""
        if draft.count is not None and (day, count) <= (draft.count.taken_on, draft.count.count):
            return
        draft.count = draft.count or ExternalCount(source=Source.HUGGINGFACE.value)
        draft.count.taken_on, draft.count.count = day, count
        self.changed_counts[id(draft)] = draft.count


@dataclass
class _Region:
    """Ids, records and papers that hang together. Papers in the order in which they were found."""

    ids: set[IdPair] = field(default_factory=set)
    rows: set[RecordKey] = field(default_factory=set)
    drafts: dict[Draft, None] = field(default_factory=dict)


def _home(ids: Collection[IdPair]) -> IdPair:
    """Return the id whose work a record with these ids is about: its arXiv id if it has one."""
    return min(ids, key=lambda pair: (pair[0] != "arxiv", pair))


def key_of(pair: IdPair) -> str:
    """Return the key that an identifier makes."""
    kind, value = pair
    return value if kind == "arxiv" else f"{kind}:{value}"


def identifier_of(key: str) -> IdPair:
    """Return the identifier that a key is."""
    kind, colon, value = key.partition(":")
    return (kind, value) if colon else ("arxiv", key)


def key_preference(key: str) -> tuple[int, str]:
    """Sort keys: an arXiv id before a DOI before ours, the smaller one first."""
    return (("arxiv", "doi", "op").index(identifier_of(key)[0]), key)


def best_key(identifiers: Iterable[IdPair], former: Collection[IdPair] = ()) -> str | None:
    """Return the key of a paper that has these identifiers, None when none makes one.

    Among ids of one kind one that is no former address comes first.
    """
    usable = [
        pair for pair in identifiers if pair[0] != "doi" or key_has_safe_url(f"doi:{pair[1]}")
    ]

    def preference(pair: IdPair) -> tuple[int, bool, str]:
        kind, key = key_preference(key_of(pair))
        return (kind, pair in former, key)

    best = min(usable, key=preference, default=None)
    return key_of(best) if best else None


def _works_of(draft: Draft) -> set[str]:
    """Return a second hash of the works that a paper's records describe, to compare them by.

    Two works with one key are told apart by it: that they share both hashes cannot happen.
    """
    compositions = [compose([row]) for row in draft.rows.values()]
    works = {
        work_key(said.title, said.authors, said.published_at, said.journal_ref, SALTS.stop)
        for said in compositions
    }
    paper = draft.paper
    if paper.title:
        authors = tuple(paper.authors)
        works.add(work_key(paper.title, authors, paper.published_at, paper.journal_ref, SALTS.stop))
    return works
