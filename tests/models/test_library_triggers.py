"""A library holds what its owner's lists hold, whoever changes them, and sorts by its papers."""

from collections.abc import Callable

import pytest
from django.db import connection, transaction
from django.utils import timezone

from accounts.models import User
from papers.models import LibraryEntry, Paper, ReadingList, ReadingListEntry
from tests.at_once import at_once, in_thread, waits_for_a_lock
from tests.eventually import eventually
from tests.factories import at, make_list, make_paper, make_user

NOW = timezone.now()


def put(reading_list: ReadingList, paper: Paper, position: int = 1) -> ReadingListEntry:
    return ReadingListEntry.objects.create(
        reading_list=reading_list, paper=paper, position=position
    )


def take_out(reading_list: ReadingList, paper: Paper) -> None:
    ReadingListEntry.objects.filter(reading_list=reading_list, paper=paper).delete()


def keep(owner: User, paper: Paper, **fields: str) -> None:
    LibraryEntry.objects.create(owner=owner, paper=paper, added_at=NOW, changed_at=NOW, **fields)


def kept_by(owner: User) -> set[int]:
    return set(LibraryEntry.objects.filter(owner=owner).values_list("paper", flat=True))


# --- What lists hold --------------------------------------------------------------------------


def test_a_paper_enters_the_library_with_the_first_list_and_leaves_with_the_last(
    db: None,
) -> None:
    alice, paper = make_user(), make_paper()
    first, second = make_list(alice), make_list(alice)
    entry = put(first, paper)
    kept = LibraryEntry.objects.get(owner=alice)
    assert (kept.paper, kept.status, kept.note, kept.added_at) == (paper, "", "", entry.added_at)
    put(second, paper)
    assert LibraryEntry.objects.get(owner=alice) == kept
    take_out(first, paper)
    assert kept_by(alice) == {paper.pk}
    take_out(second, paper)
    assert kept_by(alice) == set()


def test_the_library_remembers_when_a_paper_came_first(db: None) -> None:
    alice, paper = make_user(), make_paper()
    first = put(make_list(alice), paper)
    put(make_list(alice), paper)
    assert LibraryEntry.objects.get(owner=alice).added_at == first.added_at


@pytest.mark.parametrize("held_by", [{"status": "read"}, {"note": "Look at table 3."}])
def test_a_paper_with_a_status_or_a_note_stays_without_a_list(
    db: None, held_by: dict[str, str]
) -> None:
    alice, paper = make_user(), make_paper()
    reading_list = make_list(alice, papers=[paper])
    LibraryEntry.objects.filter(owner=alice).update(**held_by)
    take_out(reading_list, paper)
    assert kept_by(alice) == {paper.pk}
    LibraryEntry.objects.filter(owner=alice).update(**dict.fromkeys(held_by, ""))
    assert kept_by(alice) == set()


def test_a_paper_in_a_list_stays_without_status_and_note(db: None) -> None:
    alice, paper = make_user(), make_paper()
    make_list(alice, papers=[paper])
    LibraryEntry.objects.filter(owner=alice).update(status="read", note="Look at table 3.")
    LibraryEntry.objects.filter(owner=alice).update(status="", note="")
    assert kept_by(alice) == {paper.pk}


def test_an_entry_that_moves_to_another_paper_takes_the_library_along(db: None) -> None:
    alice, old, new = make_user(), make_paper(), make_paper()
    make_list(alice, papers=[old])
    ReadingListEntry.objects.update(paper=new)
    assert kept_by(alice) == {new.pk}


def test_an_entry_that_moves_to_another_members_list_changes_both_libraries(db: None) -> None:
    alice, bob, paper = make_user(), make_user(), make_paper()
    make_list(alice, papers=[paper])
    ReadingListEntry.objects.update(reading_list=make_list(bob))
    assert (kept_by(alice), kept_by(bob)) == (set(), {paper.pk})


def test_libraries_of_others_are_left_alone(db: None) -> None:
    alice, bob, paper = make_user(), make_user(), make_paper()
    hers = make_list(alice, papers=[paper])
    make_list(bob, papers=[paper])
    take_out(hers, paper)
    assert (kept_by(alice), kept_by(bob)) == (set(), {paper.pk})


def test_a_list_that_is_deleted_lets_its_papers_go(db: None) -> None:
    alice, paper, other = make_user(), make_paper(), make_paper()
    doomed = make_list(alice, papers=[paper, other])
    make_list(alice, papers=[other])
    doomed.delete()
    assert kept_by(alice) == {other.pk}


@pytest.mark.parametrize("erased", ["member", "paper"])
def test_erasing_a_member_or_a_paper_leaves_nothing_behind(db: None, erased: str) -> None:
    alice, paper = make_user(), make_paper()
    make_list(alice, papers=[paper])
    LibraryEntry.objects.update(status="read", note="Look at table 3.")
    Paper.objects.filter(pk=paper.pk).delete() if erased == "paper" else alice.delete()
    connection.check_constraints()
    assert not LibraryEntry.objects.exists()


# --- What it is sorted by ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "key"),
    [
        ("Attention Is All You Need", "attention is all you need"),
        ("“Why Should I Trust You?”", "why should i trust you?”"),
        ("$k$-means, again", "k$-means, again"),
        ("Étude on graphs", "etude on graphs"),
        ("图论", "图论"),
        ("'It's", "it's"),
        ("x" * 200, "x" * 60),
        ("…", ""),
    ],
)
def test_titles_sort_without_case_accents_and_opening_marks(db: None, title: str, key: str) -> None:
    keep(make_user(), make_paper(title), status="read")
    assert LibraryEntry.objects.get().title_key == key


def test_a_paper_without_a_date_sorts_by_the_day_it_came_here(db: None) -> None:
    paper = make_paper(published_at=None)
    make_list(make_user(), papers=[paper])
    assert LibraryEntry.objects.get().shown_date == paper.created_at


def test_a_paper_that_changes_is_sorted_anew(db: None) -> None:
    paper = make_paper("Old title", published_at=at("2026-03-01 12:00"))
    make_list(make_user(), papers=[paper])
    Paper.objects.filter(pk=paper.pk).update(
        title_text="New title", published_at=at("2026-03-02 12:00")
    )
    entry = LibraryEntry.objects.get()
    assert (entry.title_key, entry.shown_date) == ("new title", at("2026-03-02 12:00"))
    Paper.objects.filter(pk=paper.pk).update(published_at=None)
    assert LibraryEntry.objects.get().shown_date == paper.created_at


def test_an_import_that_changes_nothing_touches_no_library(db: None) -> None:
    paper = make_paper()
    make_list(make_user(), papers=[paper])
    before = row_version()
    paper.save()
    assert row_version() == before


def row_version() -> str:
    with connection.cursor() as cursor:
        cursor.execute("select xmin::text || ctid::text from papers_libraryentry")
        return str(cursor.fetchone()[0])


# --- Two at once ------------------------------------------------------------------------------

commits = pytest.mark.django_db(transaction=True)


def second_waits_for_first(first: Callable[[], object], second: Callable[[], object]) -> None:
    """Begin `second` while the transaction of `first` is open, and commit when it waits."""
    with transaction.atomic():
        first()
        waiting = in_thread(second)
        eventually(waits_for_a_lock)
    waiting.result(timeout=20)


@commits
@pytest.mark.parametrize("removal_first", [True, False])
def test_a_paper_that_moves_between_lists_stays_in_the_library(removal_first: bool) -> None:
    alice, paper = make_user(), make_paper()
    one, other = make_list(alice, papers=[paper]), make_list(alice)
    changes = [lambda: take_out(one, paper), lambda: put(other, paper)]
    second_waits_for_first(*(changes if removal_first else reversed(changes)))
    assert kept_by(alice) == {paper.pk}


@commits
@pytest.mark.parametrize("removal_first", [True, False])
def test_the_last_list_and_the_status_may_go_at_the_same_moment(removal_first: bool) -> None:
    alice, paper = make_user(), make_paper()
    only = make_list(alice, papers=[paper])
    LibraryEntry.objects.update(status="read")
    changes: list[Callable[[], object]] = [
        lambda: take_out(only, paper),
        lambda: LibraryEntry.objects.filter(owner=alice).update(status=""),
    ]
    second_waits_for_first(*(changes if removal_first else reversed(changes)))
    assert kept_by(alice) == set()


@commits
def test_leaving_two_lists_at_once_leaves_the_library() -> None:
    alice, paper = make_user(), make_paper()
    one, other = make_list(alice, papers=[paper]), make_list(alice, papers=[paper])
    second_waits_for_first(lambda: take_out(one, paper), lambda: take_out(other, paper))
    assert kept_by(alice) == set()


@commits
def test_after_many_changes_at_once_the_library_holds_what_the_lists_hold() -> None:
    alice = make_user()
    papers = [make_paper() for _number in range(3)]
    lists = [make_list(alice) for _number in range(4)]

    def back_and_forth(reading_list: ReadingList) -> None:
        for number in range(40):
            paper = papers[(number * 7 + reading_list.pk) % 3]
            if ReadingListEntry.objects.filter(reading_list=reading_list, paper=paper).exists():
                take_out(reading_list, paper)
            else:
                put(reading_list, paper, position=papers.index(paper) + 1)

    at_once(*(lambda own=own: back_and_forth(own) for own in lists))
    held = set(ReadingListEntry.objects.values_list("paper", flat=True))
    assert kept_by(alice) == held
    ReadingListEntry.objects.all().delete()
    assert kept_by(alice) == set()
