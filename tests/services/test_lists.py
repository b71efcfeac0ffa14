"""Making, editing, copying and deleting lists."""

from datetime import datetime

import pytest
from django.utils import timezone

from accounts.models import User
from papers.models import ReadingList, ReadingListEntry, RemovedEntry, Visibility
from papers.secret_links import digest_of, shown_token
from papers.services import lists
from papers.services.entries import remove_entry
from papers.services.errors import Forbidden, LimitReached, Refused
from papers.services.lists import (
    COPIES_PER_HOUR,
    copy_list,
    create_list,
    default_list,
    delete_list,
    edit_list,
    replace_link,
)
from tests.at_once import at_once
from tests.factories import at, make_list, make_moderator, make_paper, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def suspended(username: str = "sid") -> User:
    return make_user(username, suspended_until=at("2999-01-01 00:00"))


def token_of(reading_list: ReadingList) -> str:
    fresh = ReadingList.objects.get(pk=reading_list.pk)
    return str(shown_token(fresh.pk, fresh.link_nonce, fresh.link_digest))


def edited(reading_list: ReadingList, **values: str) -> ReadingList:
    """The list after a change of some of what its form has."""
    as_it_is = {
        "title": reading_list.title,
        "description": reading_list.description,
        "visibility": reading_list.visibility,
    }
    edit_list(reading_list=reading_list, **(as_it_is | values))
    reading_list.refresh_from_db()
    return reading_list


def test_renaming_keeps_the_address() -> None:
    made = create_list(owner=make_user(), title="Graph theory")
    renamed = edited(made, title="Extremal graph theory", description="New.")
    assert (renamed.title, renamed.description) == ("Extremal graph theory", "New.")
    assert renamed.slug == "graph-theory"


@pytest.mark.parametrize("before", Visibility)
@pytest.mark.parametrize("after", Visibility)
def test_a_list_has_a_link_exactly_while_it_is_unlisted(
    before: Visibility, after: Visibility
) -> None:
    made = create_list(owner=make_user(), title="Graphs", visibility=before)
    made = edited(made, visibility=after)
    assert made.visibility == after
    if after == Visibility.UNLISTED:
        assert made.link_digest == digest_of(token_of(made))
    else:
        assert (made.link_digest, made.link_nonce) == (None, "")


def test_a_link_survives_a_change_of_the_title() -> None:
    made = create_list(owner=make_user(), title="Graphs", visibility=Visibility.UNLISTED)
    token = token_of(made)
    assert token_of(edited(made, title="Trees")) == token


def test_a_list_that_was_private_in_between_has_another_link() -> None:
    made = create_list(owner=make_user(), title="Graphs", visibility=Visibility.UNLISTED)
    token = token_of(made)
    edited(made, visibility=Visibility.PRIVATE)
    assert token_of(edited(made, visibility=Visibility.UNLISTED)) != token


def test_replacing_the_link_makes_another_and_is_no_change_for_readers() -> None:
    made = create_list(owner=make_user(), title="Graphs", visibility=Visibility.UNLISTED)
    token, changed_at = token_of(made), made.updated_at
    replace_link(reading_list=made)
    assert token_of(made) != token
    assert ReadingList.objects.get().updated_at == changed_at


@pytest.mark.parametrize("visibility", [Visibility.PRIVATE, Visibility.PUBLIC])
def test_a_list_that_is_not_unlisted_has_no_link_to_replace(visibility: Visibility) -> None:
    made = create_list(owner=make_user(), title="Graphs", visibility=visibility)
    with pytest.raises(Refused):
        replace_link(reading_list=made)


SHARED = [Visibility.PUBLIC, Visibility.UNLISTED]


@pytest.mark.parametrize("visibility", SHARED)
def test_a_suspended_member_publishes_no_list(visibility: Visibility) -> None:
    sid = suspended()
    with pytest.raises(Forbidden):
        create_list(owner=sid, title="Graphs", visibility=visibility)
    private = create_list(owner=sid, title="Graphs")
    with pytest.raises(Forbidden):
        edited(private, visibility=visibility)


@pytest.mark.parametrize("visibility", SHARED)
def test_a_suspended_member_can_only_take_a_list_back(visibility: Visibility) -> None:
    shared = make_list(suspended(), visibility=visibility)
    with pytest.raises(Forbidden):
        edited(shared, title="Buy now", visibility=visibility)
    assert edited(shared, visibility=Visibility.PRIVATE).visibility == Visibility.PRIVATE


def test_a_suspended_member_gives_out_no_new_link() -> None:
    unlisted = make_list(suspended(), visibility=Visibility.UNLISTED)
    with pytest.raises(Forbidden):
        replace_link(reading_list=unlisted)


def test_a_list_is_deleted_with_all_that_is_in_it_once_or_twice() -> None:
    alice = make_user()
    made = make_list(alice, papers=[make_paper(), make_paper()])
    first = made.entries.order_by("position")[0]
    remove_entry(reading_list=made, entry_id=first.pk, now=NOW)
    delete_list(reading_list=made)
    delete_list(reading_list=made)
    assert not ReadingListEntry.objects.exists()
    assert not RemovedEntry.objects.exists()
    assert not alice.library_entries.exists()


def test_after_the_default_list_was_deleted_saving_makes_another() -> None:
    alice = make_user()
    first = default_list(owner=alice)
    delete_list(reading_list=first)
    second = default_list(owner=alice)
    assert second.is_default
    assert second.pk != first.pk


def test_nothing_changes_in_a_list_that_was_deleted_meanwhile() -> None:
    made = make_list(make_user())
    ReadingList.objects.all().delete()
    with pytest.raises(Refused):
        edit_list(reading_list=made, title="X", description="", visibility="private")
    with pytest.raises(Refused):
        copy_list(source=made, owner=make_user(), now=NOW)


# --- Copies -----------------------------------------------------------------------------------


def papers_of(reading_list: ReadingList) -> list[tuple[int, str]]:
    return list(reading_list.entries.order_by("position").values_list("paper_id", "note"))


def test_a_copy_is_private_in_the_same_order_and_says_of_what() -> None:
    papers = [make_paper() for _number in range(4)]
    order = [papers[2], papers[0], papers[3], papers[1]]
    source = make_list(make_user(), "Graphs", visibility=Visibility.PUBLIC, papers=order)
    bob = make_user()
    copied = copy_list(source=source, owner=bob, now=NOW)
    made = ReadingList.objects.get(owner=bob)
    assert (copied.reading_list, copied.papers, copied.left_out) == (made, 4, 0)
    assert (made.title, made.visibility, made.copied_from) == ("Graphs", "private", source)
    assert [paper for paper, _note in papers_of(made)] == [paper.pk for paper in order]
    assert bob.library_entries.count() == 4


def annotated_list(owner: User) -> ReadingList:
    made = make_list(
        owner, visibility=Visibility.PUBLIC, papers=[make_paper()], description="Read me."
    )
    made.entries.update(note="My word on it.")
    return made


def test_what_another_wrote_does_not_come_along() -> None:
    made = copy_list(source=annotated_list(make_user()), owner=make_user(), now=NOW).reading_list
    assert made.description == ""
    assert [note for _paper, note in papers_of(made)] == [""]


def test_what_one_wrote_oneself_does() -> None:
    alice = make_user()
    made = copy_list(source=annotated_list(alice), owner=alice, now=NOW).reading_list
    assert made.description == "Read me."
    assert [note for _paper, note in papers_of(made)] == ["My word on it."]


def test_hidden_papers_are_left_out_and_counted_for_those_who_saw_them() -> None:
    alice, shown, hidden = make_user(), make_paper(), make_paper(hidden_at=NOW)
    source = make_list(alice, visibility=Visibility.PUBLIC, papers=[hidden, shown])
    left_out = {
        copied.left_out
        for copied in (
            copy_list(source=source, owner=alice, now=NOW),
            copy_list(source=source, owner=make_moderator(), now=NOW),
        )
    }
    assert left_out == {1}
    strangers = copy_list(source=source, owner=make_user(), now=NOW)
    assert (strangers.papers, strangers.left_out) == (1, 0)


def test_a_copy_outlives_what_it_was_copied_from() -> None:
    source = make_list(make_user(), visibility=Visibility.PUBLIC, papers=[make_paper()])
    made = copy_list(source=source, owner=make_user(), now=NOW).reading_list
    delete_list(reading_list=source)
    made.refresh_from_db()
    assert made.copied_from is None
    assert made.entries.count() == 1


def test_copies_are_limited() -> None:
    source, bob = make_list(make_user(), visibility=Visibility.PUBLIC), make_user()
    noon = datetime.fromisoformat("2026-03-01T12:00:00Z")
    for _number in range(COPIES_PER_HOUR):
        copy_list(source=source, owner=bob, now=noon)
    with pytest.raises(LimitReached) as limit:
        copy_list(source=source, owner=bob, now=noon)
    assert limit.value.retry_after == 3600


# --- At once ----------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_lists_of_one_title_made_at_once_get_different_addresses() -> None:
    alice = make_user()
    made = at_once(*[lambda: create_list(owner=alice, title="Graphs") for _number in range(6)])
    assert len({reading_list.slug for reading_list in made}) == 6


@pytest.mark.django_db(transaction=True)
def test_a_list_made_public_and_unlisted_at_once_is_one_of_them() -> None:
    made = create_list(owner=make_user(), title="Graphs")
    wanted = [Visibility.PUBLIC, Visibility.UNLISTED, Visibility.PRIVATE] * 2

    def change(visibility: Visibility) -> None:
        lists.edit_list(reading_list=made, title="Graphs", description="", visibility=visibility)

    at_once(*[lambda each=each: change(each) for each in wanted])
    made.refresh_from_db()
    assert (made.link_digest is not None) is (made.visibility == Visibility.UNLISTED)
