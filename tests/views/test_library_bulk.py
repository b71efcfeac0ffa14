"""POST /library/: changes of many papers at once"""

import re
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from accounts.models import User
from papers.models import LibraryEntry, ReadingListEntry
from papers.services.moderation import hide_paper
from papers.views import library
from tests.factories import make_list, make_moderator, make_user
from tests.views.libraries import keep, keys_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> User:
    """Alice, logged in."""
    alice = make_user("alice")
    client.force_login(alice)
    return alice


def change(client: Client, url: str = "/library/", **data: Any) -> HttpResponse:
    response: HttpResponse = client.post(url, data)  # type: ignore[assignment]
    return response


def told(client: Client) -> str:
    return client.get("/library/").content.decode()


def test_setting_the_status_of_the_ticked(client: Client, alice: User) -> None:
    one, two, other = keep(alice), keep(alice, status="read"), keep(alice)
    response = change(client, "/library/?sort=title", do="status:read", paper=[one.pk, two.pk])
    assert (response.status_code, response["Location"]) == (302, "/library/?sort=title")
    statuses = dict(LibraryEntry.objects.values_list("paper", "status"))
    assert statuses == {one.pk: "read", two.pk: "read", other.pk: "to_read"}
    html = told(client)
    assert "1 paper changed." in html
    assert "1 was so already" in html


def test_putting_into_a_list_and_taking_out_again(client: Client, alice: User) -> None:
    papers = [keep(alice) for _number in range(3)]
    seminar = make_list(alice, "Seminar", papers=papers[:1])
    ids = [paper.pk for paper in papers]
    change(client, do=f"add:{seminar.pk}", paper=ids)
    assert list(seminar.entries.values_list("paper", flat=True)) == ids
    assert "2 papers changed." in told(client)
    change(client, do=f"take:{seminar.pk}", paper=ids[:2])
    assert list(seminar.entries.values_list("paper", flat=True)) == ids[2:]
    assert "2 papers changed." in told(client)


def test_taking_out_of_the_library_asks_first(client: Client, alice: User) -> None:
    noted, plain, other = keep(alice, note="Hm."), keep(alice), keep(alice)
    make_list(alice, papers=[plain])
    data: dict[str, Any] = {"do": "remove", "paper": [noted.pk, plain.pk]}
    response = change(client, **data)
    html = response.content.decode()
    assert response.status_code == 200
    assert "2 papers leave your library" in html
    assert "1 of your private notes is deleted" in html
    assert LibraryEntry.objects.count() == 3
    assert change(client, **data, confirmed="1").status_code == 302
    assert [entry.paper for entry in LibraryEntry.objects.all()] == [other]
    assert not ReadingListEntry.objects.exists()


def test_everything_that_matches_changes_in_chunks(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.library.selection.CHUNK", 2)
    monkeypatch.setattr(library, "PAGE_SIZE", 2)
    for _number in range(5):
        keep(alice, note="Hm.")
    other = keep(alice)
    change(client, "/library/?note=1", do="status:read", everything="1")
    assert LibraryEntry.objects.filter(status="read").count() == 5
    assert LibraryEntry.objects.get(paper=other).status == "to_read"
    assert "5 papers changed." in told(client)
    # What is asked for shrinks while it is changed.
    change(client, "/library/?status=read", do="status:", everything="1")
    assert not LibraryEntry.objects.filter(status="read").exists()


def test_nothing_ticked_is_explained(client: Client, alice: User) -> None:
    paper = keep(alice)
    response = change(client, do="status:read")
    assert response.status_code == 400
    assert "Tick the papers to change first." in response.content.decode()
    assert keys_of(response) == [paper.key]


@pytest.mark.parametrize(
    "do", ["", "status:skimmed", "add:999999", "take:x", "delete", "add:", "remove:1", "x" * 10_000]
)
def test_a_change_that_is_none_is_explained_and_the_ticks_stay(
    client: Client, alice: User, do: str
) -> None:
    paper = keep(alice)
    response = change(client, do=do, paper=[paper.pk])
    assert response.status_code == 400
    assert re.search(rf'value="{paper.pk}"[^>]*checked', response.content.decode())
    assert LibraryEntry.objects.get().status == "to_read"


@pytest.mark.parametrize("number", ["x", "-1", "9" * 19, "1.5", "²", "\x00"])
def test_papers_that_are_no_numbers_are_refused(client: Client, alice: User, number: str) -> None:
    keep(alice)
    assert change(client, do="status:read", paper=[number]).status_code == 400


def test_papers_and_lists_of_others_are_out_of_reach(client: Client, alice: User) -> None:
    bob = make_user("bob")
    theirs = keep(bob)
    list_of_bob = make_list(bob, visibility="public")
    mine = keep(alice)
    change(client, do="status:read", paper=[theirs.pk, 10**15])
    assert dict(LibraryEntry.objects.values_list("owner", "status")) == {
        bob.pk: "to_read",
        alice.pk: "to_read",
    }
    assert change(client, do=f"add:{list_of_bob.pk}", paper=[mine.pk]).status_code == 400
    assert not list_of_bob.entries.exists()


def test_a_hidden_paper_can_be_let_go_but_not_put_into_another_list(
    client: Client, alice: User
) -> None:
    paper = keep(alice)
    seminar = make_list(alice, "Seminar")
    hide_paper(paper=paper, moderator=make_moderator(), reason="Not a paper.")
    change(client, do=f"add:{seminar.pk}", paper=[paper.pk])
    assert not seminar.entries.exists()
    assert "1 was so already, or cannot be." in told(client)
    change(client, do="remove", paper=[paper.pk], confirmed="1")
    assert not LibraryEntry.objects.exists()


def test_a_change_without_its_token_is_refused() -> None:
    client = Client(enforce_csrf_checks=True)
    alice = make_user("alice")
    client.force_login(alice)
    paper = keep(alice)
    assert change(client, do="status:read", paper=[paper.pk]).status_code == 403


def test_a_visitor_is_sent_to_the_log_in(client: Client) -> None:
    response = client.post("/library/?sort=title", {"do": "status:read"})
    assert response["Location"] == "/accounts/login/?next=%2Flibrary%2F%3Fsort%3Dtitle"
