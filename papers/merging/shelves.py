"""What members keep: libraries, reading lists, and what was lately taken out of lists.

Triggers keep libraries in step with lists (migration 0005), so here the library goes first: when
an entry of a list changes its paper, the library's row stands already where it belongs.
"""

from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from papers.merging.relations import ENTRIES, LIBRARY, REMOVED
from papers.merging.rows import (
    Item,
    Pair,
    fold,
    give_back,
    joined,
    plain,
    read,
    take,
    twins,
    unfold,
)
from papers.models import LibraryEntry, ReadingList, ReadingListEntry, RemovedEntry

# What a row of the library has that a trigger, making it again, would not know.
REMEMBERED = ("owner_id", "added_at", "changed_at", "new_version")

# A paper is in the library of everybody who has it in a list, and of nobody who has it for nothing.
GAIN = """
insert into papers_libraryentry (owner_id, paper_id, status, note, added_at, changed_at)
select list.owner_id, entry.paper_id, '', '', min(entry.added_at), min(entry.added_at)
from papers_readinglistentry as entry
join papers_readinglist as list on list.id = entry.reading_list_id
where entry.paper_id = any(%(papers)s)
group by list.owner_id, entry.paper_id
on conflict (owner_id, paper_id) do nothing
"""
LOSE = """
delete from papers_libraryentry as kept
where paper_id = any(%(papers)s) and status = '' and note = '' and not exists (
    select from papers_readinglistentry as entry
    join papers_readinglist as list on list.id = entry.reading_list_id
    where entry.paper_id = kept.paper_id and list.owner_id = kept.owner_id
)
"""


def merge_shelves(pair: Pair) -> Item:
    """Move and fold what members keep; return what undoes it."""
    _lock_lists(pair)
    library = _merge_library(pair)
    blank = LibraryEntry.objects.filter(paper=pair.merged, status="", note="")
    before = {row["pk"]: row for row in blank.values("pk", *REMEMBERED)}
    entries = _merge_entries(pair)
    # A trigger let go of those whose only list now holds the other paper.
    for pk in LibraryEntry.objects.filter(pk__in=before).values_list("pk", flat=True):
        del before[pk]
    library["let_go"] = [
        {name: plain(value) for name, value in row.items()} for row in before.values()
    ]
    return {"library": library, "entries": entries, "removed": _merge_removed(pair)}


def part_shelves(pair: Pair, done: Item) -> None:
    """Undo `merge_shelves`.

    What was changed meanwhile stays with the row in which it was changed. What was taken out of a
    list or library meanwhile stays out, for both papers.
    """
    _lock_lists(pair)
    library, entries, removed = done["library"], done["entries"], done["removed"]
    give_back(LIBRARY, library["moved"], pair)
    _restore_let_go(pair, library["let_go"])
    _follow_owner(LibraryEntry, library["twins"])
    unfold(LibraryEntry, library["folded"])

    give_back(ENTRIES, entries["moved"], pair)
    _follow_owner(ReadingListEntry, entries["twins"])
    unfold(ReadingListEntry, entries["folded"])

    give_back(REMOVED, removed["moved"], pair, _not_in_list(pair.merged))
    take(REMOVED, pair, _not_in_list(pair.kept).filter(pk__in=removed["set_aside"]))
    with connection.cursor() as cursor:
        cursor.execute(GAIN, {"papers": [pair.kept, pair.merged]})
        cursor.execute(LOSE, {"papers": [pair.kept, pair.merged]})


def _merge_library(pair: Pair) -> Item:
    folded, pairs = [], []
    for row, other in twins(LIBRARY, pair):
        versions = [each.new_version for each in (row, other) if each.new_version is not None]
        values = {
            "status": row.status or other.status,
            "note": joined(row.note, other.note),
            "added_at": min(row.added_at, other.added_at),
            "changed_at": max(row.changed_at, other.changed_at),
            "new_version": max(versions, default=None),
        }
        if item := fold(row, other, values):
            folded.append(item)
        pairs.append([row.pk, other.pk])
    return {"moved": take(LIBRARY, pair), "folded": folded, "twins": pairs}


def _merge_entries(pair: Pair) -> Item:
    folded, pairs = [], []
    for row, other in twins(ENTRIES, pair):
        if item := fold(row, other, {"note": joined(row.note, other.note)}):
            folded.append(item)
        pairs.append([row.pk, other.pk])
    return {"moved": take(ENTRIES, pair), "folded": folded, "twins": pairs}


def _merge_removed(pair: Pair) -> Item:
    """What can be put back into a list is what does not stand in it."""
    in_the_way = RemovedEntry.objects.filter(paper=pair.kept).exclude(
        pk__in=_not_in_list(pair.kept).values("pk")
    )
    set_aside = take(REMOVED, pair.swapped, in_the_way.order_by("pk"))
    moved = take(REMOVED, pair, _not_in_list(pair.kept).exclude(pk__in=set_aside))
    return {"moved": moved, "set_aside": set_aside}


def _not_in_list(paper_id: int) -> QuerySet[Any]:
    """Removed entries of lists in which the paper does not stand."""
    stands = ReadingListEntry.objects.filter(reading_list=OuterRef("reading_list"), paper=paper_id)
    return REMOVED.rows.filter(~Exists(stands))


def _lock_lists(pair: Pair) -> None:
    """Lock every list that holds one of the papers, or held it lately."""
    papers = [pair.kept, pair.merged]
    holding = ReadingListEntry.objects.filter(paper__in=papers).order_by().values("reading_list")
    held = RemovedEntry.objects.filter(paper__in=papers).order_by().values("reading_list")
    lists = ReadingList.objects.filter(pk__in=holding.union(held)).order_by("pk")
    list(lists.select_for_update(no_key=True).values_list("pk", flat=True))


def _restore_let_go(pair: Pair, let_go: list[Item]) -> None:
    owners = set(
        User.objects.filter(pk__in=[row["owner_id"] for row in let_go]).values_list("pk", flat=True)
    )
    have = LibraryEntry.objects.filter(paper=pair.merged).values_list("owner", flat=True)
    LibraryEntry.objects.bulk_create(
        LibraryEntry(
            pk=row["pk"],
            paper_id=pair.merged,
            **{name: read(LibraryEntry, name, row[name]) for name in REMEMBERED},
        )
        for row in let_go
        if row["owner_id"] in owners - set(have)
    )


def _follow_owner(model: Any, pairs: list[list[int]]) -> None:
    """Do to the rows out of sight what their owners did meanwhile to those in sight.

    One that they took away goes; a note of which they deleted their words does not come back.
    """
    in_sight = {other: kept for kept, other in pairs}
    notes = dict(model.objects.filter(pk__in=in_sight.values()).values_list("pk", "note"))
    for row in model.objects.filter(pk__in=in_sight):
        note = notes.get(in_sight[row.pk])
        if note is not None and (not row.note or row.note in note):
            continue
        hidden = model.objects.filter(pk=row.pk)
        if note is not None:
            hidden.update(note="")
        elif model is LibraryEntry:
            hidden.update(status="", note="")
        else:
            hidden.delete()
