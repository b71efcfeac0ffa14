"""Reading lists in the admin."""

from typing import Any

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from papers.admin.reading_list import SHOWN_ENTRIES
from papers.models import ReadingList, ReadingListEntry, Visibility
from tests.admin.pages import errors_of, form_of, messages_of, rows_of
from tests.factories import make_list, make_paper, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/papers/readinglist/"


def page_of(reading_list: ReadingList) -> str:
    return f"{LIST}{reading_list.pk}/change/"


def make_public_list(owner: str, title: str = "Weekend reading", **fields: Any) -> ReadingList:
    return make_list(make_user(owner), title, visibility=Visibility.PUBLIC, **fields)


def test_a_row_says_whose_list_it_is_and_how_long(moderator: Client) -> None:
    make_public_list("alice", "Pruning", papers=[make_paper(), make_paper()])
    make_public_list("bob", "Empty")
    rows = rows_of(moderator, LIST)
    assert rows[0].startswith("Empty bob Public 0 ")
    assert rows[1].startswith("Pruning alice Public 2 ")


@pytest.mark.parametrize("term", ["alice", "@alice", "pruning", "Pruning of n"])
def test_a_list_is_found_by_its_owner_or_the_beginning_of_its_title(
    moderator: Client, term: str
) -> None:
    make_public_list("alice", "Pruning of networks", slug="pruning-of-networks")
    make_public_list("bob", "Another", slug="another")
    rows = rows_of(moderator, f"{LIST}?q={term}")
    assert len(rows) == 1
    assert rows[0].startswith("Pruning of networks alice ")


@pytest.mark.parametrize("query", ["", "?q=alice", "?q=diag", "?visibility__exact=private"])
def test_a_moderator_does_not_learn_of_a_private_list(moderator: Client, query: str) -> None:
    make_list(make_user("alice"), "Diagnosis", slug="diagnosis")
    assert rows_of(moderator, f"{LIST}{query}") == []


@pytest.mark.parametrize("view", ["change", "history", "delete"])
def test_the_pages_of_a_private_list_are_to_a_moderator_as_those_of_one_that_does_not_exist(
    carol: User, moderator: Client, view: str
) -> None:
    carol.user_permissions.set(Permission.objects.filter(content_type__model="readinglist"))
    private = make_list(make_user("alice"), "Diagnosis", papers=[make_paper("A paper on it")])
    for act in (moderator.get, moderator.post):
        response = act(f"{LIST}{private.pk}/{view}/", {"title": "Mine", "post": "yes"}, follow=True)
        assert response.redirect_chain == [("/admin/", 302)]
        assert messages_of(response)[0].startswith("warning: ")
        assert "Diagnosis" not in response.content.decode()
        assert "A paper on it" not in response.content.decode()
    assert ReadingList.objects.get(pk=private.pk).title == "Diagnosis"


def test_a_private_list_is_not_offered_to_a_moderator_who_types_its_beginning(
    moderator: Client,
) -> None:
    make_list(make_user("alice"), "Diagnosis", slug="diagnosis")
    shared = make_public_list("bob", "Diagrams", slug="diagrams")
    response = moderator.get(
        "/admin/autocomplete/?app_label=papers&model_name=readinglistentry"
        "&field_name=reading_list&term=diag"
    )
    assert response.json()["results"] == [{"id": str(shared.pk), "text": "Diagrams"}]


def test_a_superuser_sees_private_lists(root: Client) -> None:
    private = make_list(make_user("alice"), "Diagnosis")
    assert rows_of(root, LIST)[0].startswith("Diagnosis alice Private ")
    assert root.get(page_of(private)).status_code == 200


@pytest.mark.parametrize("before", Visibility)
def test_nobody_but_its_owner_decides_who_may_read_a_list(root: Client, before: Visibility) -> None:
    reading_list = make_list(make_user("alice"), visibility=before)
    other = next(each for each in Visibility if each is not before)
    data = form_of(root, page_of(reading_list)) | {"title": "Seen to", "visibility": other.value}
    assert root.post(page_of(reading_list), data).status_code == 302
    reading_list.refresh_from_db()
    assert (reading_list.title, reading_list.visibility) == ("Seen to", before)


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
    reading_list = make_public_list("alice")
    papers = [make_paper(f"Paper number {place}.") for place in range(1, SHOWN_ENTRIES + 2)]
    ReadingListEntry.objects.bulk_create(
        ReadingListEntry(reading_list=reading_list, paper=paper, position=place)
        for place, paper in enumerate(papers, start=1)
    )
    page = moderator.get(page_of(reading_list)).content.decode()
    assert f"Paper number {SHOWN_ENTRIES}." in page
    assert f"Paper number {SHOWN_ENTRIES + 1}." not in page


def test_a_moderator_looks_but_changes_no_list(moderator: Client) -> None:
    reading_list = make_public_list("alice")
    assert moderator.get(page_of(reading_list)).status_code == 200
    assert moderator.post(page_of(reading_list), {"title": "Changed"}).status_code == 403


def test_titles_and_descriptions_are_cleaned_as_their_owners_own_are(root: Client) -> None:
    reading_list = make_public_list("alice")
    data = form_of(root, page_of(reading_list))
    assert errors_of(root.post(page_of(reading_list), data | {"title": "\u200b\u202e"}))
    changed = {"title": "A \u202elist", "description": "Of\u2066 it\r\nall"}
    assert root.post(page_of(reading_list), data | changed).status_code == 302
    reading_list.refresh_from_db()
    assert (reading_list.title, reading_list.description) == ("A list", "Of it\nall")


def test_an_unlisted_list_keeps_its_link_when_its_title_is_seen_to(root: Client) -> None:
    reading_list = make_list(make_user("alice"), visibility=Visibility.UNLISTED)
    digest = reading_list.link_digest
    data = form_of(root, page_of(reading_list)) | {"title": "Seen to", "link_digest": "0" * 64}
    assert root.post(page_of(reading_list), data).status_code == 302
    reading_list.refresh_from_db()
    assert (reading_list.title, reading_list.link_digest) == ("Seen to", digest)
