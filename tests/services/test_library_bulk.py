"""Changes of many papers of a library at once: papers/services/library_bulk.py"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from papers.models import LibraryEntry, Paper, ReadingList, ReadingListEntry, Visibility
from papers.services import library_bulk
from papers.services.entries import restore_entry, save_paper
from papers.services.errors import Forbidden, Refused
from papers.services.library import set_status, set_status_of, write_note
from papers.services.library_bulk import (
    AddToList,
    SetStatus,
    add_to_list,
    apply_in_chunks,
    remove_from_library,
    remove_from_list,
)
from tests.at_once import at_once
from tests.factories import make_list, make_paper, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def some_papers(number: int) -> list[Paper]:
    return [make_paper() for _number in range(number)]


def ids_of(papers: list[Paper]) -> list[int]:
    return [paper.pk for paper in papers]


def in_order(reading_list: ReadingList) -> list[int]:
    return list(reading_list.entries.order_by("position").values_list("paper", flat=True))


def kept_by(owner: User) -> set[int]:
    return set(LibraryEntry.objects.filter(owner=owner).values_list("paper", flat=True))


# --- Into a list ------------------------------------------------------------------------------


def test_papers_go_to_the_end_of_the_list_in_their_order() -> None:
    papers = ids_of(some_papers(4))
    alice = make_user()
    seminar = make_list(alice, papers=[Paper.objects.get(pk=papers[2])])
    assert add_to_list(reading_list=seminar, paper_ids=[papers[3], papers[2], papers[0]]) == 2
    assert in_order(seminar) == [papers[2], papers[3], papers[0]]
    assert kept_by(alice) == {papers[2], papers[3], papers[0]}
    assert add_to_list(reading_list=seminar, paper_ids=papers[:1]) == 0
    assert add_to_list(reading_list=seminar, paper_ids=[]) == 0


def test_a_paper_that_was_taken_out_lately_has_its_note_back() -> None:
    paper = make_paper()
    seminar = make_list(make_user(), papers=[paper])
    ReadingListEntry.objects.update(note="For the last evening.")
    assert remove_from_list(reading_list=seminar, paper_ids=[paper.pk], now=NOW) == 1
    add_to_list(reading_list=seminar, paper_ids=[paper.pk])
    assert seminar.entries.get().note == "For the last evening."
    assert not seminar.removed_entries.exists()


def test_papers_that_are_gone_stay_out() -> None:
    hidden, merged = make_paper(hidden_at=NOW), make_paper(merged_into=make_paper())
    seminar = make_list(make_user())
    assert add_to_list(reading_list=seminar, paper_ids=[hidden.pk, merged.pk]) == 0
    assert in_order(seminar) == []


def test_a_list_does_not_grow_beyond_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library_bulk, "MAX_ENTRIES", 3)
    seminar = make_list(make_user(), papers=some_papers(2))
    with pytest.raises(Refused, match="more than 3 papers"):
        add_to_list(reading_list=seminar, paper_ids=ids_of(some_papers(2)))
    assert add_to_list(reading_list=seminar, paper_ids=ids_of(some_papers(1))) == 1


def test_there_is_room_behind_the_last_possible_place() -> None:
    seminar = make_list(make_user(), papers=some_papers(2))
    seminar.entries.filter(position=2).update(position=2**31 - 1)
    before = in_order(seminar)
    added = ids_of(some_papers(3))
    assert add_to_list(reading_list=seminar, paper_ids=added) == 3
    assert in_order(seminar) == before + added


def test_a_suspended_member_publishes_nothing() -> None:
    sid = make_user(suspended_until=NOW + timedelta(days=1))
    public = make_list(sid, visibility=Visibility.PUBLIC)
    with pytest.raises(Forbidden):
        add_to_list(reading_list=public, paper_ids=ids_of(some_papers(1)))
    assert add_to_list(reading_list=make_list(sid), paper_ids=ids_of(some_papers(1))) == 1


# --- Out of a list, out of the library --------------------------------------------------------


def test_what_leaves_a_list_can_be_put_back() -> None:
    papers = some_papers(3)
    seminar = make_list(make_user(), papers=papers)
    ids = ids_of(papers)
    assert remove_from_list(reading_list=seminar, paper_ids=[*ids[:2], 10**9], now=NOW) == 2
    assert remove_from_list(reading_list=seminar, paper_ids=ids[:2], now=NOW) == 0
    assert in_order(seminar) == ids[2:]
    removed = seminar.removed_entries.get(paper=ids[0])
    restore_entry(reading_list=seminar, removed_id=removed.pk)
    assert in_order(seminar) == [ids[0], ids[2]]


def test_taking_out_of_the_library_leaves_lists_status_and_note_behind() -> None:
    alice, bob = make_user(), make_user()
    papers = some_papers(4)
    lists = [make_list(alice, papers=papers), make_list(alice, papers=papers[:2])]
    theirs = make_list(bob, papers=papers)
    set_status(owner=alice, paper=papers[0], status="read", now=NOW)
    write_note(owner=alice, paper=papers[1], note="Hm.", now=NOW)
    ids = ids_of(papers)
    assert remove_from_library(owner=alice, paper_ids=ids[:3], now=NOW) == 3
    assert remove_from_library(owner=alice, paper_ids=ids[:3], now=NOW) == 0
    assert kept_by(alice) == {ids[3]}
    assert [in_order(own) for own in lists] == [ids[3:], []]
    assert in_order(theirs) == ids


# --- In chunks --------------------------------------------------------------------------------


def test_chunk_after_chunk_is_changed_and_counted() -> None:
    alice = make_user()
    ids = ids_of(some_papers(5))
    set_status_of(owner=alice, paper_ids=ids[:1], status="read", now=NOW)
    done = apply_in_chunks(
        owner=alice, change=SetStatus("read"), chunks=[ids[:2], ids[2:4], ids[4:]], now=NOW
    )
    assert (done.changed, done.unchanged, done.is_complete) == (4, 1, True)


def test_out_of_time_it_stops_between_two_chunks_and_can_go_on() -> None:
    alice = make_user()
    ids = ids_of(some_papers(4))
    asked: list[list[int]] = []

    def chunks() -> Iterator[list[int]]:
        for start in (0, 2):
            asked.append(ids[start : start + 2])
            yield asked[-1]

    read = SetStatus("read")
    done = apply_in_chunks(owner=alice, change=read, chunks=chunks(), now=NOW, patience=-1)
    assert (done.changed, done.is_complete) == (2, False)
    assert LibraryEntry.objects.filter(status="read").count() == 2
    done = apply_in_chunks(owner=alice, change=read, chunks=chunks(), now=NOW)
    assert (done.changed, done.unchanged, done.is_complete) == (2, 2, True)


@pytest.mark.django_db(transaction=True)
def test_many_changes_of_one_library_at_once_do_not_lock_each_other() -> None:
    alice = make_user()
    papers = some_papers(20)
    ids = ids_of(papers)
    lists = [make_list(alice), make_list(alice)]

    def bulk(order: list[int], own: ReadingList) -> None:
        for _time in range(3):
            for change in (AddToList(own), SetStatus("read"), SetStatus("")):
                apply_in_chunks(owner=alice, change=change, chunks=[order], now=NOW)
            remove_from_library(owner=alice, paper_ids=order, now=NOW)

    def one_by_one() -> None:
        for paper in papers:
            save_paper(reading_list=lists[0], paper=paper)
            set_status(owner=alice, paper=paper, status="reading", now=NOW)

    at_once(
        lambda: bulk(ids, lists[0]),
        lambda: bulk(ids[::-1], lists[1]),
        one_by_one,
    )
    held = set(ReadingListEntry.objects.values_list("paper", flat=True))
    marked = set(LibraryEntry.objects.exclude(status="").values_list("paper", flat=True))
    assert kept_by(alice) == held | marked
