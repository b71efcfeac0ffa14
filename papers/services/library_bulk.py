"""Changes of many papers of a library at once, a chunk a transaction.

Each is idempotent, so one that ran out of time is simply sent again. All hold the lock of the
owner's row, so that two of them do not wait for each other's papers.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from time import monotonic

from django.db import connection, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from papers.models import LibraryEntry, Paper, ReadingList, ReadingListEntry
from papers.services import places
from papers.services.entries import MAX_ENTRIES, UNSAVEABLE
from papers.services.errors import Refused
from papers.services.library import set_status_of
from papers.services.list_locks import lock_list, lock_list_to_publish, lock_owner

# A request may take this long; what is left is asked for again.
PATIENCE = 15.0  # seconds

# What a list's owner takes out can be put back with the list's own means, for a while.
REMEMBER = """
insert into papers_removedentry (reading_list_id, paper_id, position, note, added_at, removed_at)
select reading_list_id, paper_id, position, note, added_at, %(now)s
from papers_readinglistentry
where reading_list_id = %(list)s and paper_id = any(%(papers)s)
on conflict (reading_list_id, paper_id) do update
set position = excluded.position, note = excluded.note, added_at = excluded.added_at,
    removed_at = excluded.removed_at
"""


@dataclass(frozen=True)
class SetStatus:
    """Give the papers a ReadingStatus, "" for none."""

    status: str
    is_final = False

    def apply(self, owner: User, paper_ids: Collection[int], now: datetime) -> int:
        return set_status_of(owner=owner, paper_ids=paper_ids, status=self.status, now=now)


@dataclass(frozen=True)
class AddToList:
    """Put the papers at the end of a list of the owner."""

    reading_list: ReadingList
    is_final = False

    def apply(self, owner: User, paper_ids: Collection[int], now: datetime) -> int:
        return add_to_list(reading_list=self.reading_list, paper_ids=paper_ids)


@dataclass(frozen=True)
class TakeOutOfList:
    """Take the papers out of a list of the owner."""

    reading_list: ReadingList
    is_final = False

    def apply(self, owner: User, paper_ids: Collection[int], now: datetime) -> int:
        return remove_from_list(reading_list=self.reading_list, paper_ids=paper_ids, now=now)


@dataclass(frozen=True)
class Remove:
    """Let the papers go: out of all lists, without status and note. Notes do not come back."""

    is_final = True

    def apply(self, owner: User, paper_ids: Collection[int], now: datetime) -> int:
        return remove_from_library(owner=owner, paper_ids=paper_ids, now=now)


Change = SetStatus | AddToList | TakeOutOfList | Remove


@dataclass(frozen=True)
class Done:
    """How many papers changed, how many did not, and whether none is left."""

    changed: int
    unchanged: int
    is_complete: bool


def apply_in_chunks(
    *,
    owner: User,
    change: Change,
    chunks: Iterable[Collection[int]],
    now: datetime,
    patience: float = PATIENCE,
) -> Done:
    """Make a change to chunk after chunk of papers, each wholly or not at all.

    Stops after `patience` seconds, but never before the first chunk. Raises what the change
    raises (Refused for a list that is full, say); chunks before that stay changed.
    """
    end = monotonic() + patience
    changed = seen = 0
    for paper_ids in chunks:
        if seen and monotonic() > end:
            return Done(changed, seen - changed, is_complete=False)
        with transaction.atomic():
            lock_owner(owner)
            changed += change.apply(owner, paper_ids, now)
        seen += len(paper_ids)
    return Done(changed, seen - changed, is_complete=True)


@transaction.atomic
def add_to_list(*, reading_list: ReadingList, paper_ids: Collection[int]) -> int:
    """Put papers at the end of the list, in their order; returns how many were not in it yet.

    Hidden and merged papers stay out. One that was lately removed has its note back. Raises
    Refused for a list that is deleted or would be too long, Forbidden for a suspended member's
    public list.
    """
    locked = lock_list_to_publish(reading_list)
    there = set(locked.entries.filter(paper__in=paper_ids).values_list("paper", flat=True))
    savable = set(
        Paper.objects.filter(pk__in=paper_ids)
        .exclude(state__in=UNSAVEABLE)
        .values_list("pk", flat=True)
    )
    fresh = [pk for pk in paper_ids if pk in savable and pk not in there]
    if not fresh:
        return 0
    if locked.entries.count() + len(fresh) > MAX_ENTRIES:
        raise Refused(
            _("Nothing was put into the list: it would have more than %(number)d papers.")
            % {"number": MAX_ENTRIES}
        )
    removed = locked.removed_entries.filter(paper__in=fresh)
    notes = dict(removed.values_list("paper", "note"))
    first = _room_at_the_end(locked, len(fresh))
    ReadingListEntry.objects.bulk_create(
        ReadingListEntry(
            reading_list=locked,
            paper_id=pk,
            position=first + number * places.GAP,
            note=notes.get(pk, ""),
        )
        for number, pk in enumerate(fresh)
    )
    removed.delete()
    locked.save(update_fields=["updated_at"])
    return len(fresh)


@transaction.atomic
def remove_from_list(
    *, reading_list: ReadingList, paper_ids: Collection[int], now: datetime
) -> int:
    """Take papers out of the list; returns how many were in it. They can be put back for a while.

    Raises Refused for a list that is deleted.
    """
    locked = lock_list(reading_list)
    return _take_out(locked, paper_ids, now)


@transaction.atomic
def remove_from_library(*, owner: User, paper_ids: Collection[int], now: datetime) -> int:
    """Take papers out of all lists of the owner, with their status and private note.

    Returns how many were in the library.
    """
    lock_owner(owner)
    kept = LibraryEntry.objects.filter(owner=owner, paper__in=paper_ids)
    number = kept.count()
    holding = ReadingList.objects.filter(owner=owner, entries__paper__in=paper_ids).distinct()
    # All locks of lists before those of papers, in one order.
    for reading_list in [lock_list(found) for found in holding.order_by("pk")]:
        _take_out(reading_list, paper_ids, now)
    kept.update(status="", note="", changed_at=now)
    return number


def _take_out(locked: ReadingList, paper_ids: Collection[int], now: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(REMEMBER, {"list": locked.pk, "papers": list(paper_ids), "now": now})
    taken, _by_model = locked.entries.filter(paper__in=paper_ids).delete()
    if taken:
        locked.save(update_fields=["updated_at"])
    return taken


def _room_at_the_end(locked: ReadingList, number: int) -> int:
    """The first of `number` free positions behind the last entry."""
    for _attempt in range(2):
        last = locked.entries.aggregate(last=Max("position"))["last"]
        first = places.MIDDLE if last is None else last + places.GAP
        if first + (number - 1) * places.GAP <= places.LAST:
            return first
        places.renumber(locked.pk)
    raise AssertionError("a list that was numbered anew has room for all it may hold")
