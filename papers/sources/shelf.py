"""The papers of one batch in memory: which paper a record is about, and what it changes.

Reads and writes no database: papers/sources/store.py puts the papers here and takes them away.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum

from papers.identifiers import key_has_safe_url
from papers.models import ExternalCount, Paper, Source, SourceRecord
from papers.sources.compose import Composition, compose, replaces
from papers.sources.record import IdPair, PaperRecord, work_key

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
    """

    paper: Paper
    rows: dict[RecordKey, SourceRecord] = field(default_factory=dict)
    identifiers: set[IdPair] = field(default_factory=set)
    count: ExternalCount | None = None
    stored: Composition | None = None
    stored_identifiers: frozenset[IdPair] = frozenset()
    composition: Composition = field(default_factory=Composition)
    key: str = ""

    def state(self) -> tuple[object, ...]:
        """Return what a record must change to count as an update."""
        count = (self.count.taken_on, self.count.count) if self.count else None
        return (self.key, self.composition, frozenset(self.identifiers), count)

    def settle(self) -> None:
        """Work out the fields and the key again, after records or identifiers have moved.

        A paper whose last record has moved away keeps the fields that it has.
        """
        if self.rows:
            self.composition = compose(self.rows.values())
        self.key = best_key(self.identifiers) or self.key


class Shelf:
    """The papers that a batch may touch, and the records and identifiers they hold."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.drafts: list[Draft] = []
        self.holders: dict[IdPair, Draft] = {}
        self.changed_rows: dict[RecordKey, SourceRecord] = {}
        self.changed_counts: dict[int, ExternalCount] = {}
        self._owners: dict[RecordKey, Draft] = {}

    def put(self, draft: Draft) -> None:
        """Add a paper that is stored."""
        draft.key = draft.paper.key
        draft.composition = draft.stored = compose(draft.rows.values())
        draft.stored_identifiers = frozenset(draft.identifiers)
        # A paper that was made by hand may lack the identifier that its key is.
        draft.identifiers.add(identifier_of(draft.key))
        self.drafts.append(draft)
        self.holders.update(dict.fromkeys(draft.identifiers, draft))
        self._owners.update(dict.fromkeys(draft.rows, draft))

    def add(self, record: PaperRecord) -> Outcome:
        """Take a record in, and say what it did."""
        identifiers = set(record.identifiers)
        draft = self._find(record, identifiers)
        if record.needs_offprint_key:
            identifiers.add(self._offprint_pair(record, draft))
            draft = draft or self._find(record, identifiers)
        created = draft is None
        if draft is None:
            draft = Draft(Paper())
            self.drafts.append(draft)
        before = draft.state()
        self._keep(record, draft)
        self._take_free(identifiers, draft)
        draft.settle()
        taken = [pair for pair in identifiers if self._take_contested(pair, draft)]
        self._count(record, draft)
        if created:
            return Outcome.CREATED
        return Outcome.UPDATED if taken or draft.state() != before else Outcome.UNCHANGED

    def _find(self, record: PaperRecord, identifiers: Iterable[IdPair]) -> Draft | None:
        """Return the paper that the record is about.

        Its arXiv id decides. Any other id may be claimed by two arXiv papers, so it does not
        make the record one of a paper with another arXiv id. With no known id, the record belongs
        where it stood before.
        """
        known = {self.holders[pair] for pair in identifiers if pair in self.holders}
        if not known and (owner := self._owners.get(record.record_key)):
            known = {owner}
        if record.arxiv_id is not None:
            same = self.holders.get(("arxiv", record.arxiv_id))
            known = {same} if same else {draft for draft in known if not is_arxiv_key(draft.key)}
        return min(known, key=lambda draft: key_preference(draft.key), default=None)

    def _offprint_pair(self, record: PaperRecord, draft: Draft | None) -> IdPair:
        """Return the record's ``op`` identifier: the first that no other work holds."""
        work = record.offprint_key(salt=SALTS.stop)
        for salt in SALTS:
            pair = ("op", record.offprint_key(salt).removeprefix("op:"))
            holder = self.holders.get(pair)
            if holder is None or holder is draft or work in _works_of(holder):
                return pair
        raise RuntimeError(f"{len(SALTS)} works have the key of “{record.title}”")

    def _keep(self, record: PaperRecord, draft: Draft) -> None:
        """Store the record, unless its source has said something newer; note when it listed."""
        key = record.record_key
        owner = self._owners.setdefault(key, draft)
        if owner is not draft:
            self._hand_over(key, owner, draft)
        row = draft.rows.setdefault(key, SourceRecord(source=key[0], source_id=key[1]))
        day = min(record.record_date, self.now.date())
        listed_at = min(record.listed_at, self.now) if record.listed_at else None
        newer = not row.digest or replaces((day, record.digest), (row.record_date, row.digest))
        if newer:
            row.record_date, row.digest, row.fields = day, record.digest, record.fields
        earlier = listed_at is not None and (row.listed_at is None or listed_at < row.listed_at)
        if earlier:
            row.listed_at = listed_at
        if newer or earlier:
            self.changed_rows[key] = row

    def _take_free(self, identifiers: Iterable[IdPair], draft: Draft) -> None:
        """Give the paper those identifiers that no paper has."""
        for pair in identifiers:
            if self.holders.setdefault(pair, draft) is draft:
                draft.identifiers.add(pair)

    def _take_contested(self, pair: IdPair, draft: Draft) -> bool:
        """Take an identifier from another paper if it is not rightly there; True when taken.

        Of two arXiv papers that claim one DOI the one with the smaller key holds it, whichever
        came first. Every other identifier stays where it is.
        """
        holder = self.holders[pair]
        if not (is_arxiv_key(draft.key) and is_arxiv_key(holder.key) and draft.key < holder.key):
            return False
        holder.identifiers.discard(pair)
        draft.identifiers.add(pair)
        self.holders[pair] = draft
        for key, row in list(holder.rows.items()):
            stated = [tuple(each) for each in row.fields.get("identifiers", [])]
            # What only the DOI ties to a paper goes where the DOI goes.
            if pair in stated and all(kind != "arxiv" for kind, _value in stated):
                self._hand_over(key, holder, draft)
        draft.settle()
        return True

    def _hand_over(self, key: RecordKey, giver: Draft, taker: Draft) -> None:
        """Move a record to the paper that its identifiers now name."""
        row = giver.rows.pop(key)
        taker.rows[key] = row
        self._owners[key] = taker
        self.changed_rows[key] = row
        giver.settle()

    def _count(self, record: PaperRecord, draft: Draft) -> None:
        """Keep the latest external count; at one day the greatest, whichever file came first."""
        if record.external_count is None or record.source != Source.HUGGINGFACE:
            return
        stated: tuple[date, int] = (
            min(record.record_date, self.now.date()),
            record.external_count,
        )
        if draft.count is not None and stated <= (draft.count.taken_on, draft.count.count):
            return
        draft.count = draft.count or ExternalCount(source=record.source.value)
        draft.count.taken_on, draft.count.count = stated
        self.changed_counts[id(draft)] = draft.count


def key_of(pair: IdPair) -> str:
    """Return the key that an identifier makes."""
    kind, value = pair
    return value if kind == "arxiv" else f"{kind}:{value}"


def identifier_of(key: str) -> IdPair:
    """Return the identifier that a key is."""
    kind, colon, value = key.partition(":")
    return (kind, value) if colon else ("arxiv", key)


def is_arxiv_key(key: str) -> bool:
    return ":" not in key


def key_preference(key: str) -> tuple[int, str]:
    """Sort keys: an arXiv id before a DOI before ours, the smaller one first."""
    return (("arxiv", "doi", "op").index(identifier_of(key)[0]), key)


def best_key(identifiers: Iterable[IdPair]) -> str | None:
    """Return the key of a paper that has these identifiers, None when none makes one."""
    keys = [key_of(pair) for pair in identifiers]
    usable = (key for key in keys if not key.startswith("doi:") or key_has_safe_url(key))
    return min(usable, key=key_preference, default=None)


def _works_of(draft: Draft) -> set[str]:
    """Return a second hash of the works that a paper's records describe, to compare them by.

    Two works with one key are told apart by it: that they share both hashes cannot happen.
    """
    compositions = [compose([row]) for row in draft.rows.values()]
    works = {
        work_key(said.title, said.authors, said.published_at, SALTS.stop) for said in compositions
    }
    paper = draft.paper
    if paper.title:
        works.add(work_key(paper.title, tuple(paper.authors), paper.published_at, SALTS.stop))
    return works
