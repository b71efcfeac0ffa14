"""Put records into the database: the one way in for every source."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db import OperationalError, connection, transaction
from django.utils import timezone

from papers.models import SourceRecord
from papers.sources import loading, saving
from papers.sources.record import Deletion, PaperRecord
from papers.sources.shelf import Outcome

# Large enough that statements are few, small enough that an interrupted import loses seconds.
BATCH_SIZE = 500

# Any number that no other advisory lock of this database has.
IMPORT_LOCK = 7_340_222
ATTEMPTS = 5
# A deadlock with someone who changes papers in another order, or a serialization failure.
CONFLICTS = {"40P01", "40001"}


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What became of the records; each is counted once.

    created    it made a paper
    updated    it changed a paper's fields, listing, external count or identifiers
    unchanged  it did not: known already, or a better source or a newer record says otherwise
    unknown_categories  codes that are no tag of ours; they were passed over
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    unknown_categories: frozenset[str] = frozenset()

    def __add__(self, other: "ImportResult") -> "ImportResult":
        return ImportResult(
            self.created + other.created,
            self.updated + other.updated,
            self.unchanged + other.unchanged,
            self.unknown_categories | other.unknown_categories,
        )


def upsert(records: Iterable[PaperRecord], now: datetime | None = None) -> ImportResult:
    """Import the records in batches, each in a transaction of its own.

    Safe to repeat and to run beside another import; the papers that result do not depend on the
    order of the records. Instants after `now` are taken as `now`.
    """
    now = now or timezone.now()
    result = ImportResult()
    remaining = iter(records)
    while batch := list(islice(remaining, BATCH_SIZE)):
        result += upsert_batch(batch, now)
    return result


def upsert_batch(batch: Sequence[PaperRecord | Deletion], now: datetime) -> ImportResult:
    """Import these records in one transaction, wholly or not at all.

    Raises what the database raises, DataError and IntegrityError among it; a conflict with
    another transaction is tried again.
    """
    for _ in range(ATTEMPTS - 1):
        try:
            return _upsert_once(batch, now)
        except OperationalError as error:
            # Inside a transaction of the caller there is nothing left to try again.
            if connection.in_atomic_block or _sqlstate(error) not in CONFLICTS:
                raise
    return _upsert_once(batch, now)


@transaction.atomic
def _upsert_once(batch: Sequence[PaperRecord | Deletion], now: datetime) -> ImportResult:
    with connection.cursor() as cursor:
        # One import at a time: two would look for the same new paper and both create it.
        cursor.execute("select pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
    news = loading.only_news(batch, now)
    outcomes: Counter[Outcome] = Counter()
    unknown: frozenset[str] = frozenset()
    if news:
        shelf = loading.load(news, now)
        outcomes.update(shelf.take(entry) for entry in news)
        unknown = saving.save(shelf)
    return ImportResult(
        created=outcomes[Outcome.CREATED],
        updated=outcomes[Outcome.UPDATED],
        unchanged=outcomes[Outcome.UNCHANGED] + len(batch) - len(news),
        unknown_categories=unknown,
    )


@contextmanager
def recomposed(paper_ids: Collection[int], since: datetime | None = None) -> Iterator[None]:
    """Bring these papers in line with their records, which the block moves from one to another.

    Only the fields are written of which the records say something else afterwards. With `since`,
    papers of which no record was written after that instant are left as they are. For use in a
    transaction.
    """
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(%s)", [IMPORT_LOCK])
    before = loading.compositions(paper_ids)
    yield
    ids = set(paper_ids)
    if since is not None:
        rows = SourceRecord.objects.filter(paper__in=ids, imported_at__gt=since)
        ids &= set(rows.values_list("paper", flat=True))
    saving.rewrite(before, ids)


def _sqlstate(error: OperationalError) -> str | None:
    return getattr(error.__cause__, "sqlstate", None)
