"""Reading lists in the admin."""

import pytest
from django.test import Client

from papers.admin.reading_list import SHOWN_ENTRIES
from papers.models import ReadingList, ReadingListEntry, Visibility
from tests.admin.pages import form_of, rows_of
from tests.factories import make_list, make_paper, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/papers/readinglist/"


def page_of(reading_list: ReadingList) -> str:
    return f"{LIST}{reading_list.pk}/change/"


def test_a_row_says_whose_list_it_is_and_how_long(moderator: Client) -> None:
    make_list(make_user("alice"), "Pruning", papers=[make_paper(), make_paper()])
    make_list(make_user("bob"), "Empty")
    rows = rows_of(moderator, LIST)
    assert rows[0].startswith("Empty bob Private 0 ")
    assert rows[1].startswith("Pruning alice Private 2 ")


@pytest.mark.parametrize("term", ["alice", "@alice", "pruning", "Pruning of n"])
def test_a_list_is_found_by_its_owner_or_the_beginning_of_its_title(
    moderator: Client, term: str
) -> None:
    make_list(make_user("alice"), "Pruning of networks", slug="pruning-of-networks")
    make_list(make_user("bob"), "Another", slug="another")
    rows = rows_of(moderator, f"{LIST}?q={term}")
    assert len(rows) == 1
    assert rows[0].startswith("Pruning of networks alice ")


def test_an_offensive_list_is_made_private_by_those_who_may(root: Client) -> None:
    reading_list = make_list(make_user("alice"), "Rude", visibility=Visibility.PUBLIC)
    data = form_of(root, page_of(reading_list)) | {"visibility": "private"}
    assert root.post(page_of(reading_list), data).status_code == 302
    reading_list.refresh_from_db()
    assert reading_list.visibility == "private"


def test_what_is_in_a_list_and_whose_it_is_stays_as_it_is(root: Client) -> None:
    alice = make_user("alice")
    reading_list = make_list(alice, papers=[make_paper("Kept")])
    entry = reading_list.entries.get()
    data = form_of(root, page_of(reading_list)) | {
        "owner": make_user("bob").pk,
        "slug": "other",
        "entries-0-id": entry.pk,
        "entries-0-DELETE": "on",
        "entries-0-position": "9",
    }
    assert root.post(page_of(reading_list), data).status_code == 302
    saved = ReadingList.objects.get(pk=reading_list.pk)
    assert (saved.owner, saved.slug) == (alice, reading_list.slug)
    assert ReadingListEntry.objects.get(pk=entry.pk).position == 1


def test_of_a_long_list_the_beginning_is_shown(moderator: Client) -> None:
    reading_list = make_list(make_user("alice"))
    papers = [make_paper(f"Paper number {place}.") for place in range(1, SHOWN_ENTRIES + 2)]
    ReadingListEntry.objects.bulk_create(
        ReadingListEntry(reading_list=reading_list, paper=paper, position=place)
        for place, paper in enumerate(papers, start=1)
    )
    page = moderator.get(page_of(reading_list)).content.decode()
    assert f"Paper number {SHOWN_ENTRIES}." in page
    assert f"Paper number {SHOWN_ENTRIES + 1}." not in page


def test_a_moderator_looks_but_changes_no_list(moderator: Client) -> None:
    reading_list = make_list(make_user("alice"))
    assert moderator.get(page_of(reading_list)).status_code == 200
    assert moderator.post(page_of(reading_list), {"title": "Changed"}).status_code == 403
