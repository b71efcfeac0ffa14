"""What a member can do with the entries of a list: add, move, note, remove, put back.

Every change holds the lock of the list's row. A move is told by the entry beside which it ends, not
by numbers, so two moves made at once in two browsers both do what was meant.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from papers.models import Paper, PaperState, ReadingList, ReadingListEntry, RemovedEntry
from papers.services import places
from papers.services.errors import Refused
from papers.services.list_locks import lock_list, lock_list_to_publish

# More papers than anybody reads; one list is copied and exported as a whole.
MAX_ENTRIES = 50_000

# Papers in these states are not there for anybody to save.
UNSAVEABLE = (PaperState.HIDDEN, PaperState.MERGED)


class EntryVanished(Refused):  # an ordinary answer, as Refused is
    """What was asked for names an entry that is no longer in the list."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "Nothing was changed: this entry was taken out of the list meanwhile. "
                "Here is the list as it is now."
            )
        )


@dataclass(frozen=True)
class Before:
    """The place right before another entry of the list."""

    entry_id: int


@dataclass(frozen=True)
class After:
    """The place right after another entry of the list."""

    entry_id: int


@dataclass(frozen=True)
class Place:
    """The place with this number in the order that the owner sees, from 1; beyond it, the end."""

    number: int


Target = Before | After | Place


@transaction.atomic
def save_paper(*, reading_list: ReadingList, paper: Paper) -> ReadingListEntry:
    """Put the paper at the end of the list; where it is already, it stays where it is.

    One that was lately removed has its note back. Raises Refused for a paper that is hidden or
    merged, and for a list that is full or deleted; Forbidden for a suspended member's list unless
    it is private.
    """
    if paper.state in UNSAVEABLE:
        raise Refused(_("This paper cannot be saved: it is no longer here."))
    locked = lock_list_to_publish(reading_list)
    found = locked.entries.filter(paper=paper).first()
    if found is not None:
        return found
    _refuse_when_full(locked)
    removed = locked.removed_entries.filter(paper=paper).first()
    entry = ReadingListEntry.objects.create(
        reading_list=locked,
        paper=paper,
        position=_free_place(locked, None),
        note=removed.note if removed else "",
    )
    if removed:
        removed.delete()
    _touch(locked)
    return entry


@transaction.atomic
def unsave_paper(*, reading_list: ReadingList, paper: Paper, now: datetime) -> bool:
    """Take the paper out of the list; returns whether it was in it. It can be put back."""
    locked = lock_list(reading_list)
    entry = locked.entries.filter(paper=paper).first()
    if entry is None:
        return False
    _remove(locked, entry, now)
    return True


@transaction.atomic
def move_entry(*, reading_list: ReadingList, entry_id: int, target: Target) -> ReadingListEntry:
    """Move an entry to another place; where it is already there, nothing changes.

    Raises EntryVanished when it, or the entry that `target` names, is no longer in the list, and
    otherwise as `save_paper` does.
    """
    locked = lock_list_to_publish(reading_list)
    entry = _entry(locked, entry_id)
    before = _following(locked, entry, target)
    if before == entry:
        return entry
    position = _free_place(locked, before, moving=entry)
    if position != entry.position:
        entry.position = position
        entry.save(update_fields=["position"])
        _touch(locked)
    return entry


@transaction.atomic
def write_note(*, reading_list: ReadingList, entry_id: int, note: str) -> ReadingListEntry:
    """Write the note of an entry, "" for none. Raises as `move_entry` does."""
    locked = lock_list_to_publish(reading_list)
    entry = _entry(locked, entry_id)
    if entry.note != note:
        entry.note = note
        entry.save(update_fields=["note"])
        _touch(locked)
    return entry


@transaction.atomic
def remove_entry(*, reading_list: ReadingList, entry_id: int, now: datetime) -> RemovedEntry:
    """Take an entry out of the list; what it was is kept for a while, to be put back.

    Raises EntryVanished when it is no longer there.
    """
    locked = lock_list(reading_list)
    return _remove(locked, _entry(locked, entry_id), now)


@transaction.atomic
def restore_entry(*, reading_list: ReadingList, removed_id: int) -> ReadingListEntry:
    """Put back what was removed: at its place, with its note and the day on which it was added.

    Raises EntryVanished when it is not among what was lately removed, and otherwise as
    `save_paper` does.
    """
    locked = lock_list_to_publish(reading_list)
    removed = locked.removed_entries.filter(pk=removed_id).first()
    if removed is None:
        raise EntryVanished
    _refuse_when_full(locked)
    entry = ReadingListEntry.objects.create(
        reading_list=locked,
        paper_id=removed.paper_id,
        position=_place_of(locked, removed),
        note=removed.note,
        added_at=removed.added_at,
    )
    removed.delete()
    _touch(locked)
    return entry


def _entry(locked: ReadingList, entry_id: int) -> ReadingListEntry:
    entry = locked.entries.filter(pk=entry_id).first()
    if entry is None:
        raise EntryVanished
    return entry


def _following(
    locked: ReadingList, entry: ReadingListEntry, target: Target
) -> ReadingListEntry | None:
    """The entry that is to stand right behind `entry`, itself when it stays; None is the end."""
    match target:
        case Before(entry_id):
            return _entry(locked, entry_id)
        case After(entry_id):
            anchor = _entry(locked, entry_id)
            if anchor == entry:
                return entry
            behind = locked.entries.exclude(pk=entry.pk).filter(position__gt=anchor.position)
            return behind.order_by("position").first()
        case Place(number):
            # Skips at most a list's length of index entries: numbers are counted, not stored.
            shown = Paper.objects.visible_in_list(locked.owner, locked.owner_id)
            others = locked.entries.exclude(pk=entry.pk).filter(paper__in=shown)
            return others.order_by("position")[number - 1 : number].first()


def _free_place(
    locked: ReadingList, before: ReadingListEntry | None, moving: ReadingListEntry | None = None
) -> int:
    """A free position right before an entry, or at the end; all are numbered anew for want of one.

    That of `moving` itself when it stands there already.
    """
    others = locked.entries.exclude(pk=moving.pk) if moving else locked.entries.all()
    for _attempt in range(2):
        after = None if before is None else others.values_list("position").get(pk=before.pk)[0]
        lower = others.all() if after is None else others.filter(position__lt=after)
        previous = lower.order_by("-position").values_list("position", flat=True).first()
        if moving and (previous or 0) < moving.position < (after or places.LAST + 1):
            return moving.position
        if (free := places.between(previous, after)) is not None:
            return free
        places.renumber(locked.pk)
        if moving:
            moving.refresh_from_db(fields=["position"])
    raise AssertionError("a list that was numbered anew has room between any two entries")


def _place_of(locked: ReadingList, removed: RemovedEntry) -> int:
    """Where a removed entry stood, or right before what stands there now."""
    occupant = locked.entries.filter(position=removed.position).first()
    return removed.position if occupant is None else _free_place(locked, occupant)


def _remove(locked: ReadingList, entry: ReadingListEntry, now: datetime) -> RemovedEntry:
    removed, _made = RemovedEntry.objects.update_or_create(
        reading_list=locked,
        paper_id=entry.paper_id,
        defaults={
            "position": entry.position,
            "note": entry.note,
            "added_at": entry.added_at,
            "removed_at": now,
        },
    )
    entry.delete()
    _touch(locked)
    return removed


def _refuse_when_full(locked: ReadingList) -> None:
    if locked.entries.count() >= MAX_ENTRIES:
        raise Refused(
            _("This list has %(number)d papers, which is the most.") % {"number": MAX_ENTRIES}
        )


def _touch(locked: ReadingList) -> None:
    """The list has changed: it comes first in the directory."""
    locked.save(update_fields=["updated_at"])
