"""Adding, moving, noting, removing and putting back the entries of a list."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papers import tasks
from papers.models import (
    LibraryEntry,
    Paper,
    ReadingList,
    ReadingListEntry,
    RemovedEntry,
    Visibility,
)
from papers.services import entries as service
from papers.services import places
from papers.services.entries import (
    After,
    Before,
    EntryVanished,
    Place,
    Target,
    move_entry,
    remove_entry,
    restore_entry,
    save_paper,
    unsave_paper,
    write_note,
)
from papers.services.errors import Forbidden, Refused
from papers.services.lists import delete_list
from tests.at_once import at_once
from tests.factories import at, make_list, make_paper, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def order_of(reading_list: ReadingList) -> list[int]:
    """The ids of the entries in their order."""
    return list(reading_list.entries.order_by("position").values_list("pk", flat=True))


def make_entries(
    number: int, visibility: Visibility = Visibility.PRIVATE
) -> tuple[ReadingList, list[int]]:
    """A list with so many papers, saved one after another, and the ids of its entries."""
    made = make_list(make_user(), visibility=visibility)
    for _number in range(number):
        save_paper(reading_list=made, paper=make_paper())
    return made, order_of(made)


def move(reading_list: ReadingList, entry: int, target: Target) -> list[int]:
    move_entry(reading_list=reading_list, entry_id=entry, target=target)
    return order_of(reading_list)


# --- Moves ------------------------------------------------------------------------------------


def test_papers_are_saved_one_after_another() -> None:
    made = make_list(make_user())
    papers = [make_paper() for _number in range(3)]
    saved = [save_paper(reading_list=made, paper=paper).pk for paper in papers]
    assert order_of(made) == saved


def test_an_entry_moves_before_or_after_another() -> None:
    made, (a, b, c, d) = make_entries(4)
    assert move(made, d, Before(b)) == [a, d, b, c]
    assert move(made, a, After(b)) == [d, b, a, c]
    assert move(made, d, After(c)) == [b, a, c, d]
    assert move(made, c, Before(b)) == [c, b, a, d]


@pytest.mark.parametrize(
    ("number", "expected"), [(1, "cabd"), (2, "acbd"), (3, "abcd"), (4, "abdc"), (99, "abdc")]
)
def test_an_entry_moves_to_a_number(number: int, expected: str) -> None:
    made, entries = make_entries(4)
    names = dict(zip(entries, "abcd", strict=True))
    moved = move(made, entries[2], Place(number))
    assert "".join(names[entry] for entry in moved) == expected


def test_numbers_count_what_the_owner_sees() -> None:
    made, (a, b, c) = make_entries(3)
    Paper.objects.filter(list_entries=a).update(pending_since=NOW, listed_at=None)
    assert move(made, c, Place(1)) == [a, c, b]


@pytest.mark.parametrize("where", [Before, After])
def test_a_move_beside_itself_or_to_where_it_stands_changes_nothing(
    where: type[Before] | type[After],
) -> None:
    made, (a, b, c) = make_entries(3)
    changed_at = ReadingList.objects.get().updated_at
    for target in (where(b), After(a), Before(c), Place(2)):
        assert move(made, b, target) == [a, b, c]
    assert ReadingList.objects.get().updated_at == changed_at


def test_a_move_beside_what_is_gone_is_refused() -> None:
    made, (a, b) = make_entries(2)
    elsewhere = make_entries(1)[1][0]
    remove_entry(reading_list=made, entry_id=b, now=NOW)
    for entry, target in ((a, Before(b)), (a, After(elsewhere)), (b, Before(a)), (b, Place(1))):
        with pytest.raises(EntryVanished):
            move(made, entry, target)
    assert order_of(made) == [a]


def test_a_move_writes_one_row_however_long_the_list() -> None:
    def statements(number: int) -> int:
        made, entries = make_entries(number)
        with CaptureQueriesContext(connection) as queries:
            move(made, entries[-1], Before(entries[1]))
        assert sum("UPDATE" in query["sql"] for query in queries) == 3  # locks, entry, list
        return len(queries)

    assert statements(5) == statements(40)


def test_there_is_room_for_any_number_of_moves_to_one_place() -> None:
    made, entries = make_entries(6)
    first, *others = entries
    for number in range(60):
        entry = others[number % len(others)]
        moved = move(made, entry, After(first))
        assert moved[:2] == [first, entry]
        assert sorted(moved) == entries


def test_a_list_numbered_from_one_has_room_at_its_beginning() -> None:
    made = make_list(make_user(), papers=[make_paper() for _number in range(4)])
    a, b, c, d = order_of(made)
    assert move(made, d, Place(1)) == [d, a, b, c]
    assert move(made, c, Before(d)) == [c, d, a, b]
    assert move(made, b, Before(c)) == [b, c, d, a]


def test_a_list_that_reaches_the_largest_number_goes_on() -> None:
    made, entries = make_entries(3)
    ReadingListEntry.objects.filter(pk=entries[2]).update(position=places.LAST)
    new = save_paper(reading_list=made, paper=make_paper()).pk
    assert order_of(made) == [*entries, new]


# --- Notes, limits, suspension ----------------------------------------------------------------


def test_a_note_is_written_and_taken_away() -> None:
    made, (a,) = make_entries(1)
    for note in ("Read it *twice*.", ""):
        write_note(reading_list=made, entry_id=a, note=note)
        assert ReadingListEntry.objects.get().note == note
    with pytest.raises(EntryVanished):
        write_note(reading_list=made, entry_id=a + 1, note="x")


def test_a_full_list_takes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MAX_ENTRIES", 2)
    made, (a, _b) = make_entries(2)
    with pytest.raises(Refused):
        save_paper(reading_list=made, paper=make_paper())
    removed = remove_entry(reading_list=made, entry_id=a, now=NOW)
    save_paper(reading_list=made, paper=make_paper())
    with pytest.raises(Refused):
        restore_entry(reading_list=made, removed_id=removed.pk)
    assert made.entries.count() == 2


@pytest.mark.parametrize("visibility", [Visibility.PUBLIC, Visibility.UNLISTED])
def test_a_suspended_member_adds_nothing_to_a_list_that_others_read_but_may_empty_it(
    visibility: Visibility,
) -> None:
    made, (a, b) = make_entries(2, visibility=visibility)
    owner = made.owner
    owner.suspended_until = at("2999-01-01 00:00")
    owner.save(update_fields=["suspended_until"])
    with pytest.raises(Forbidden):
        save_paper(reading_list=made, paper=make_paper())
    with pytest.raises(Forbidden):
        write_note(reading_list=made, entry_id=a, note="Buy now.")
    with pytest.raises(Forbidden):
        move(made, b, Before(a))
    removed = remove_entry(reading_list=made, entry_id=a, now=NOW)
    with pytest.raises(Forbidden):
        restore_entry(reading_list=made, removed_id=removed.pk)
    assert order_of(made) == [b]


def test_a_suspended_member_keeps_private_lists_as_ever() -> None:
    sid = make_user("sid", suspended_until=at("2999-01-01 00:00"))
    made = make_list(sid)
    entry = save_paper(reading_list=made, paper=make_paper())
    write_note(reading_list=made, entry_id=entry.pk, note="Mine.")


# --- Removing and putting back ----------------------------------------------------------------


def test_undo_brings_back_place_note_and_day() -> None:
    made, (a, b, c) = make_entries(3)
    day = at("2026-01-01 12:00")
    ReadingListEntry.objects.filter(pk=b).update(note="The best.", added_at=day)
    LibraryEntry.objects.update(added_at=day)
    paper = Paper.objects.get(list_entries=b)
    removed = remove_entry(reading_list=made, entry_id=b, now=NOW)
    assert (removed.note, removed.added_at, removed.removed_at) == ("The best.", day, NOW)
    assert order_of(made) == [a, c]
    entry = restore_entry(reading_list=made, removed_id=removed.pk)
    assert (entry.note, entry.added_at, entry.paper) == ("The best.", day, paper)
    assert order_of(made) == [a, entry.pk, c]
    assert LibraryEntry.objects.get(paper=paper).added_at == day
    assert not RemovedEntry.objects.exists()


def test_undo_finds_its_place_when_another_took_it_or_all_were_numbered_anew() -> None:
    made, (a, b, c, d) = make_entries(4)
    removed = remove_entry(reading_list=made, entry_id=c, now=NOW)
    ReadingListEntry.objects.filter(pk=a).update(position=removed.position)
    assert order_of(made) == [b, a, d]
    restored = restore_entry(reading_list=made, removed_id=removed.pk).pk
    assert order_of(made) == [b, restored, a, d]

    removed = remove_entry(reading_list=made, entry_id=a, now=NOW)
    places.renumber(made.pk)
    again = restore_entry(reading_list=made, removed_id=removed.pk).pk
    assert order_of(made) == [b, restored, again, d]


def test_undo_twice_is_refused() -> None:
    made, (a,) = make_entries(1)
    removed = remove_entry(reading_list=made, entry_id=a, now=NOW)
    restore_entry(reading_list=made, removed_id=removed.pk)
    with pytest.raises(EntryVanished):
        restore_entry(reading_list=made, removed_id=removed.pk)


def test_what_was_removed_from_one_list_is_not_put_into_another() -> None:
    made, (a,) = make_entries(1)
    removed = remove_entry(reading_list=made, entry_id=a, now=NOW)
    with pytest.raises(EntryVanished):
        restore_entry(reading_list=make_list(made.owner), removed_id=removed.pk)


def test_a_paper_that_is_saved_again_has_its_note_back() -> None:
    made, (a, b) = make_entries(2)
    write_note(reading_list=made, entry_id=a, note="The best.")
    paper = Paper.objects.get(list_entries=a)
    assert unsave_paper(reading_list=made, paper=paper, now=NOW)
    assert not unsave_paper(reading_list=made, paper=paper, now=NOW)
    entry = save_paper(reading_list=made, paper=paper)
    assert entry.note == "The best."
    assert order_of(made) == [b, entry.pk]
    assert not RemovedEntry.objects.exists()


def test_taken_out_twice_the_last_time_is_the_one_to_undo() -> None:
    made, (a,) = make_entries(1)
    removed = remove_entry(reading_list=made, entry_id=a, now=NOW)
    entry = restore_entry(reading_list=made, removed_id=removed.pk)
    write_note(reading_list=made, entry_id=entry.pk, note="Second thoughts.")
    remove_entry(reading_list=made, entry_id=entry.pk, now=NOW + timedelta(minutes=1))
    assert RemovedEntry.objects.get().note == "Second thoughts."


def test_what_was_removed_long_ago_is_forgotten() -> None:
    made, (a, b) = make_entries(2)
    remove_entry(reading_list=made, entry_id=a, now=NOW - timedelta(days=31))
    kept = remove_entry(reading_list=made, entry_id=b, now=NOW - timedelta(days=29))
    tasks.forget_removed_entries()
    assert RemovedEntry.objects.get() == kept


# --- Any sequence -----------------------------------------------------------------------------

PAPERS = 5
numbers = st.integers(0, PAPERS - 1)
changes = st.lists(
    st.one_of(
        st.tuples(st.just("before"), numbers, numbers),
        st.tuples(st.just("after"), numbers, numbers),
        st.tuples(st.just("place"), numbers, st.integers(1, PAPERS + 1)),
        st.tuples(st.sampled_from(["remove", "restore", "save", "renumber"]), numbers, numbers),
    ),
    max_size=30,
)


@settings(
    deadline=None,
    max_examples=40,
    # The examples share a database; each makes a list of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(changes)
def test_whatever_is_done_the_order_is_the_one_that_was_asked_for(
    db: None, done: list[tuple[str, int, int]]
) -> None:
    papers = [make_paper() for _number in range(PAPERS)]
    made = make_list(make_user(), papers=papers)
    order = list(papers)
    for change, first, second in done:
        other = papers[second % PAPERS]
        _change(made, order, change, papers[first], other, second)
        rows = list(made.entries.order_by("position").values_list("paper", "position"))
        assert [paper for paper, _position in rows] == [paper.pk for paper in order]
        assert len({position for _paper, position in rows}) == len(rows)
        there = set(made.removed_entries.values_list("paper", flat=True))
        assert there.isdisjoint(paper for paper, _position in rows)
    connection.check_constraints()


def _change(
    made: ReadingList, order: list[Paper], change: str, paper: Paper, other: Paper, number: int
) -> None:
    """Do `change` to the list, and the same to `order`."""
    entries = {entry.paper_id: entry.pk for entry in made.entries.all()}
    match change:
        case "before" | "after" | "place" if paper in order:
            target: Target = Place(number)
            place = number - 1
            rest = [each for each in order if each != paper]
            if change != "place":
                if other not in order:
                    return
                target = (Before if change == "before" else After)(entries[other.pk])
                place = (rest if other != paper else order).index(other)
                place += change == "after" and other != paper
            move_entry(reading_list=made, entry_id=entries[paper.pk], target=target)
            rest.insert(place, paper)
            order[:] = rest
        case "remove" if paper in order:
            remove_entry(reading_list=made, entry_id=entries[paper.pk], now=NOW)
            order.remove(paper)
        case "restore" if removed := made.removed_entries.filter(paper=paper).first():
            restore_entry(reading_list=made, removed_id=removed.pk)
            restored = made.entries.get(paper=paper)
            # Where exactly is for other tests: those that stayed keep their order.
            order.insert(made.entries.filter(position__lt=restored.position).count(), paper)
        case "save":
            save_paper(reading_list=made, paper=paper)
            if paper not in order:
                order.append(paper)
        case "renumber":
            places.renumber(made.pk)


@given(removed=numbers)
@settings(
    deadline=None,
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_undo_at_once_leaves_the_order_as_it_was(db: None, removed: int) -> None:
    papers = [make_paper() for _number in range(PAPERS)]
    made = make_list(make_user(), papers=papers)
    entry = made.entries.get(paper=papers[removed])
    taken = remove_entry(reading_list=made, entry_id=entry.pk, now=NOW)
    restore_entry(reading_list=made, removed_id=taken.pk)
    in_order = made.entries.order_by("position").values_list("paper", flat=True)
    assert list(in_order) == [paper.pk for paper in papers]


# --- At once ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_different_moves_in_two_browsers_both_apply() -> None:
    made, (a, b, c, d, e, f) = make_entries(6)
    at_once(
        lambda: move(made, a, After(c)),
        lambda: move(made, f, Before(d)),
    )
    assert order_of(made) in ([b, c, a, f, d, e], [b, c, f, a, d, e])


@pytest.mark.django_db(transaction=True)
def test_many_moves_to_one_place_at_once_leave_every_entry_in_a_place_of_its_own() -> None:
    made, entries = make_entries(12)
    first, *others = entries

    def move_all(mine: list[int]) -> None:
        for entry in mine * 3:
            move(made, entry, After(first))

    at_once(*[lambda part=part: move_all(others[part::4]) for part in range(4)])
    assert order_of(made)[0] == first
    assert sorted(order_of(made)) == entries


@pytest.mark.django_db(transaction=True)
def test_papers_saved_at_once_get_places_of_their_own() -> None:
    made = make_list(make_user())
    papers = [make_paper() for _number in range(8)]
    at_once(*[lambda paper=paper: save_paper(reading_list=made, paper=paper) for paper in papers])
    assert made.entries.values("position").distinct().count() == 8


@pytest.mark.django_db(transaction=True)
def test_a_move_and_the_removal_of_what_it_names_at_once() -> None:
    """Whichever is first: the move is done, or it is refused; nothing is in two places."""
    for _round in range(5):
        made, (a, b, c) = make_entries(3)

        def try_to_move(made: ReadingList = made, a: int = a, b: int = b) -> bool:
            try:
                move(made, a, After(b))
            except EntryVanished:
                return False
            return True

        def remove(made: ReadingList = made, b: int = b) -> bool:
            remove_entry(reading_list=made, entry_id=b, now=NOW)
            return True

        at_once(try_to_move, remove)
        assert order_of(made) == [a, c]


@pytest.mark.django_db(transaction=True)
def test_an_entry_removed_twice_at_once_can_be_put_back_once() -> None:
    made, (a, _b) = make_entries(2)

    def remove() -> bool:
        try:
            remove_entry(reading_list=made, entry_id=a, now=NOW)
        except EntryVanished:
            return False
        return True

    assert sorted(at_once(remove, remove)) == [False, True]
    assert RemovedEntry.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_saving_into_a_list_that_is_deleted_at_once_is_done_or_refused() -> None:
    made = make_list(make_user())
    paper = make_paper()

    def save() -> bool:
        try:
            save_paper(reading_list=made, paper=paper)
        except Refused:
            return False
        return True

    at_once(save, lambda: bool(delete_list(reading_list=made)))
    assert not ReadingListEntry.objects.exists()
