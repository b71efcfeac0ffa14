"""Statuses and notes: papers/services/library.py"""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from papers.models import LibraryEntry, Paper
from papers.services.errors import Refused
from papers.services.library import set_status, set_status_of, write_note
from tests.at_once import at_once
from tests.factories import make_list, make_paper, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()
LATER = NOW + timedelta(hours=1)


def kept(owner: User, paper: Paper) -> tuple[str, str] | None:
    entry = LibraryEntry.objects.filter(owner=owner, paper=paper).first()
    return None if entry is None else (entry.status, entry.note)


def test_a_status_brings_a_paper_into_the_library_and_none_takes_it_out() -> None:
    alice, paper = make_user(), make_paper()
    set_status(owner=alice, paper=paper, status="to_read", now=NOW)
    assert kept(alice, paper) == ("to_read", "")
    set_status(owner=alice, paper=paper, status="read", now=NOW)
    assert kept(alice, paper) == ("read", "")
    set_status(owner=alice, paper=paper, status="", now=NOW)
    assert kept(alice, paper) is None


def test_a_note_brings_a_paper_into_the_library_and_none_takes_it_out() -> None:
    alice, paper = make_user(), make_paper()
    write_note(owner=alice, paper=paper, note="See table 3.", now=NOW)
    assert kept(alice, paper) == ("", "See table 3.")
    write_note(owner=alice, paper=paper, note="", now=NOW)
    assert kept(alice, paper) is None


def test_status_and_note_do_not_touch_each_other() -> None:
    alice, paper = make_user(), make_paper()
    set_status(owner=alice, paper=paper, status="read", now=NOW)
    write_note(owner=alice, paper=paper, note="See table 3.", now=NOW)
    set_status(owner=alice, paper=paper, status="", now=NOW)
    assert kept(alice, paper) == ("", "See table 3.")
    set_status(owner=alice, paper=paper, status="reading", now=NOW)
    write_note(owner=alice, paper=paper, note="", now=NOW)
    assert kept(alice, paper) == ("reading", "")


def test_a_paper_of_a_list_keeps_the_day_on_which_it_came() -> None:
    alice, paper = make_user(), make_paper()
    make_list(alice, papers=[paper])
    before = LibraryEntry.objects.get()
    set_status(owner=alice, paper=paper, status="read", now=LATER)
    after = LibraryEntry.objects.get()
    assert (after.added_at, after.changed_at) == (before.added_at, LATER)
    set_status(owner=alice, paper=paper, status="", now=LATER)
    assert kept(alice, paper) == ("", "")


def test_saying_it_again_changes_nothing() -> None:
    alice, paper = make_user(), make_paper()
    for now in (NOW, LATER):
        set_status(owner=alice, paper=paper, status="read", now=now)
        write_note(owner=alice, paper=paper, note="See table 3.", now=now)
    assert LibraryEntry.objects.get().changed_at == NOW
    for _again in range(2):
        set_status(owner=alice, paper=paper, status="", now=LATER)
        write_note(owner=alice, paper=paper, note="", now=LATER)
    assert not LibraryEntry.objects.exists()


@pytest.mark.parametrize("state", ["hidden", "merged"])
def test_a_paper_that_is_gone_cannot_be_begun_but_what_one_has_of_it_is_ones_own(
    state: str,
) -> None:
    alice, bob, paper = make_user(), make_user(), make_paper()
    set_status(owner=alice, paper=paper, status="read", now=NOW)
    if state == "hidden":
        Paper.objects.filter(pk=paper.pk).update(hidden_at=NOW)
    else:
        Paper.objects.filter(pk=paper.pk).update(merged_into=make_paper())
    paper.refresh_from_db()
    with pytest.raises(Refused):
        set_status(owner=bob, paper=paper, status="read", now=NOW)
    with pytest.raises(Refused):
        write_note(owner=bob, paper=paper, note="Why?", now=NOW)
    set_status(owner=alice, paper=paper, status="to_read", now=NOW)
    write_note(owner=alice, paper=paper, note="Why?", now=NOW)
    assert kept(alice, paper) == ("to_read", "Why?")
    set_status(owner=bob, paper=paper, status="", now=NOW)
    assert LibraryEntry.objects.get().owner == alice


def test_many_at_once_says_how_many_changed() -> None:
    alice, bob = make_user(), make_user()
    papers = [make_paper() for _number in range(4)]
    ids = [paper.pk for paper in papers]
    set_status(owner=alice, paper=papers[0], status="read", now=NOW)
    set_status(owner=bob, paper=papers[1], status="reading", now=NOW)
    assert set_status_of(owner=alice, paper_ids=ids, status="read", now=NOW) == 3
    assert set_status_of(owner=alice, paper_ids=ids, status="read", now=NOW) == 0
    assert set_status_of(owner=alice, paper_ids=ids, status="", now=NOW) == 4
    assert set_status_of(owner=alice, paper_ids=[], status="read", now=NOW) == 0
    assert [kept(alice, paper) for paper in papers] == [None] * 4
    assert kept(bob, papers[1]) == ("reading", "")


@pytest.mark.django_db(transaction=True)
def test_two_windows_with_the_same_papers_in_other_orders_do_not_lock_each_other() -> None:
    alice = make_user()
    ids = [make_paper().pk for _number in range(30)]

    def change(order: list[int], statuses: list[str]) -> None:
        for status in statuses * 10:
            set_status_of(owner=alice, paper_ids=order, status=status, now=timezone.now())

    at_once(
        lambda: change(ids, ["read", ""]),
        lambda: change(ids[::-1], ["to_read", "", "reading"]),
    )
    statuses = set(LibraryEntry.objects.values_list("status", flat=True))
    assert len(statuses) <= 1
