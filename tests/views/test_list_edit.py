"""/@<user>/<slug>/edit/, …/delete/ and …/copy/"""

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.models import ReadingList, Visibility
from papers.services import lists
from tests.factories import at, make_list, make_moderator, make_paper, make_user

pytestmark = pytest.mark.django_db

FIELDS = {"title": "Trees", "description": "All *kinds*.", "visibility": "public"}


@pytest.fixture
def alice(client: Client) -> User:
    user = make_user("alice")
    client.force_login(user)
    return user


@pytest.fixture
def graphs(alice: User) -> ReadingList:
    return make_list(alice, "Graphs", slug="graphs", papers=[make_paper("Paper one")])


def test_the_title_changes_and_the_address_stays(client: Client, graphs: ReadingList) -> None:
    response = client.post("/@alice/graphs/edit/", FIELDS)
    assert response["Location"] == "/@alice/graphs/"
    html = client.get("/@alice/graphs/").content.decode()
    assert "Trees" in html
    assert "<p>All <em>kinds</em>.</p>" in html
    client.logout()
    assert client.get("/@alice/graphs/").status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "\u200b"},
        {"title": "x" * 121},
        {"title": "a\x00b"},
        {"description": "x" * 2001},
        {"description": "a\x00b"},
        {"visibility": "secret"},
        {"visibility": ""},
    ],
)
def test_what_cannot_be_is_explained_and_changes_nothing(
    client: Client, graphs: ReadingList, wrong: dict[str, str]
) -> None:
    response = client.post("/@alice/graphs/edit/", FIELDS | wrong)
    assert response.status_code == 400
    html = response.content.decode()
    assert "field__errors" in html
    assert "Edit “Graphs”" in html
    assert ReadingList.objects.get().title == "Graphs"


def test_a_description_of_two_thousand_characters_in_many_lines_fits(
    client: Client, graphs: ReadingList
) -> None:
    description = "\r\n".join(["x" * 9] * 200)
    client.post("/@alice/graphs/edit/", FIELDS | {"description": description})
    assert len(ReadingList.objects.get().description) == 1999


def test_a_suspended_member_is_told_why_a_list_cannot_be_public(
    client: Client, alice: User, graphs: ReadingList
) -> None:
    alice.suspended_until = at("2999-01-01 00:00")
    alice.save(update_fields=["suspended_until"])
    response = client.post("/@alice/graphs/edit/", FIELDS)
    assert response.status_code == 403
    assert "While you are suspended" in response.content.decode()
    assert ReadingList.objects.get().visibility == "private"
    response = client.post("/lists/new/", FIELDS)
    assert response.status_code == 403
    assert client.post("/lists/new/", FIELDS | {"visibility": "private"}).status_code == 302


def test_deleting_asks_first(client: Client, graphs: ReadingList) -> None:
    html = client.get("/@alice/graphs/delete/").content.decode()
    assert "Delete “Graphs”?" in html
    assert "1 paper\n" in html
    assert ReadingList.objects.exists()
    response = client.post("/@alice/graphs/delete/", follow=True)
    assert "The list “Graphs” is deleted." in response.content.decode()
    assert response.request["PATH_INFO"] == "/library/"
    assert not ReadingList.objects.exists()
    assert client.post("/@alice/graphs/delete/").status_code == 404


def test_deleting_the_default_list_says_what_follows(client: Client, alice: User) -> None:
    lists.default_list(owner=alice)
    html = client.get("/@alice/my-list/delete/").content.decode()
    assert "the next “Save” begins a new one" in html


def test_a_copy_says_of_what_while_that_can_be_read(client: Client, graphs: ReadingList) -> None:
    lists.edit_list(reading_list=graphs, **FIELDS)
    client.force_login(make_user("bob"))
    response = client.post("/@alice/graphs/copy/", follow=True)
    html = response.content.decode()
    assert response.request["PATH_INFO"] == "/@bob/trees/"
    assert "Copied 1 paper into a private list of your own." in html
    assert 'copied from <a href="/@alice/graphs/">Trees</a> by @alice' in html
    lists.edit_list(reading_list=graphs, **(FIELDS | {"visibility": "private", "title": "Secret"}))
    html = client.get("/@bob/trees/").content.decode()
    assert "copied from" not in html
    assert "Secret" not in html


def test_what_is_left_out_of_a_copy_is_counted(client: Client, graphs: ReadingList) -> None:
    hidden = make_paper(hidden_at=timezone.now())
    graphs.entries.create(paper=hidden, position=2)
    client.force_login(graphs.owner)
    html = client.post("/@alice/graphs/copy/", follow=True).content.decode()
    assert "1 paper is left out: it can no longer be saved." in html


def test_too_many_copies_are_refused(
    client: Client, graphs: ReadingList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lists, "COPIES_PER_HOUR", 1)
    assert client.post("/@alice/graphs/copy/").status_code == 302
    response = client.post("/@alice/graphs/copy/")
    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


def test_a_visitor_is_asked_to_log_in_and_comes_back(client: Client, graphs: ReadingList) -> None:
    ReadingList.objects.update(visibility=Visibility.PUBLIC)
    client.logout()
    assert 'name="next" value="/@alice/graphs/"' in " ".join(
        client.get("/@alice/graphs/").content.decode().split()
    )
    for action in ("edit", "delete"):
        response = client.get(f"/@alice/graphs/{action}/")
        assert response["Location"] == f"/accounts/login/?next=%2F%40alice%2Fgraphs%2F{action}%2F"


def test_a_moderator_edits_no_list_of_others(client: Client, graphs: ReadingList) -> None:
    ReadingList.objects.update(visibility=Visibility.PUBLIC)
    client.force_login(make_moderator())
    assert client.post("/@alice/graphs/edit/", FIELDS).status_code == 404
