"""GET and POST /library/"""

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.library import overview
from papers.models import LibraryEntry, Paper, ReadingListEntry
from papers.services.library import set_status, write_note
from papers.services.moderation import hide_paper
from papers.views import library
from tests.factories import (
    at,
    make_list,
    make_moderator,
    make_paper,
    make_tag,
    make_upvote,
    make_user,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def keep(owner: User, title: str = "", *, days_ago: int = 0, **fields: Any) -> Paper:
    """A paper in the library of `owner`: to read, unless told otherwise."""
    status, note = fields.pop("status", "to_read"), fields.pop("note", "")
    paper = make_paper(title, **fields)
    now = NOW - timedelta(days=days_ago)
    set_status(owner=owner, paper=paper, status=status, now=now)
    write_note(owner=owner, paper=paper, note=note, now=now)
    return paper


def keys_of(response: Any) -> list[str]:
    return re.findall(r'data-paper="([^"]+)"', response.content.decode())


def keys(papers: Sequence[Paper]) -> list[str]:
    return [paper.key for paper in papers]


@pytest.fixture
def alice(client: Client) -> User:
    """Alice, logged in."""
    alice = make_user("alice")
    client.force_login(alice)
    return alice


# --- What is there ----------------------------------------------------------------------------


def test_it_shows_all_that_one_keeps_the_last_added_first(client: Client, alice: User) -> None:
    old = keep(alice, days_ago=3)
    new = keep(alice, status="read", note="See *table 3*.")
    saved = make_paper()
    make_list(alice, "Seminar", papers=[saved])
    keep(make_user("bob"))
    response = client.get("/library/")
    assert keys_of(response) == keys([saved, new, old])
    html = response.content.decode()
    assert "See *table 3*." in html
    assert "Seminar" in html


def test_what_a_moderator_hid_is_shown_marked_with_its_note(client: Client, alice: User) -> None:
    paper = keep(alice, "Spam", note="Odd.")
    hide_paper(paper=paper, moderator=make_moderator(), reason="Not a paper.")
    response = client.get("/library/")
    assert keys_of(response) == [paper.key]
    assert "Hidden by a moderator" in response.content.decode()
    assert "Odd." in response.content.decode()


def test_an_empty_library_says_how_to_fill_it(client: Client, alice: User) -> None:
    html = client.get("/library/").content.decode()
    assert "Your library is empty" in html
    assert "Nothing in your library fits" in client.get("/library/?q=x").content.decode()


def test_the_counts_of_the_statuses_stand_above(client: Client, alice: User) -> None:
    for status in ("to_read", "to_read", "reading", "not_interested"):
        keep(alice, status=status)
    make_list(alice, papers=[make_paper()])
    counts = overview.status_counts(alice)
    numbers = {status.value: status.count.number for status in counts}
    assert numbers == {"to_read": 2, "reading": 1, "read": 0, "not_interested": 1, "none": 1}
    assert overview.all_of(counts).number == 5


def test_counting_stops_at_a_limit(client: Client, alice: User) -> None:
    papers = Paper.objects.bulk_create(
        Paper(key=f"2501.{number:05d}", title="T", title_text="T", title_html="T")
        for number in range(1, 1003)
    )
    LibraryEntry.objects.bulk_create(
        LibraryEntry(owner=alice, paper=paper, status="read", added_at=NOW, changed_at=NOW)
        for paper in papers
    )
    [read] = [found for found in overview.status_counts(alice) if found.value == "read"]
    assert (read.count.number, read.count.is_capped) == (1000, True)
    html = client.get("/library/").content.decode()
    assert "1,000+ papers" in html


def test_long_lists_beside_it_are_not_counted_to_the_end(client: Client, alice: User) -> None:
    make_list(alice, "Long", papers=[make_paper() for _number in range(101)])
    assert "100+ papers" in client.get("/library/").content.decode()


def test_all_lists_can_be_reached(client: Client, alice: User) -> None:
    lists = [make_list(alice, f"List {number}") for number in range(15)]
    html = client.get("/library/").content.decode()
    assert all(own.get_absolute_url() in html for own in lists)
    assert "3 more lists" in html


# --- Filters ----------------------------------------------------------------------------------


def test_by_status(client: Client, alice: User) -> None:
    kept = {
        status: keep(alice, status=status)
        for status in ("to_read", "reading", "read", "not_interested")
    }
    kept["none"] = make_paper()
    make_list(alice, papers=[kept["none"]])
    for status, paper in kept.items():
        assert keys_of(client.get("/library/", {"status": status})) == [paper.key]


def test_by_list_and_by_none(client: Client, alice: User) -> None:
    listed, loose = make_paper(), keep(alice)
    seminar = make_list(alice, "Seminar", papers=[listed])
    make_list(make_user("bob"), papers=[loose])
    assert keys_of(client.get("/library/", {"list": seminar.pk})) == [listed.key]
    assert keys_of(client.get("/library/", {"list": "none"})) == [loose.key]


def test_by_tag_and_the_tags_below_it(client: Client, alice: User) -> None:
    learning = keep(alice, tags=[make_tag("cs.LG")])
    keep(alice, tags=[make_tag("math.CO")])
    for tag in ("cs.LG", "cs-lg", "CS"):
        assert keys_of(client.get("/library/", {"tag": tag})) == [learning.key]


def test_by_note_and_by_upvote(client: Client, alice: User) -> None:
    noted, upvoted, taken_back = keep(alice, note="Hm."), keep(alice), keep(alice)
    make_upvote(alice, upvoted)
    make_upvote(make_user("bob"), noted)
    make_upvote(alice, taken_back, removed_at=NOW)
    assert keys_of(client.get("/library/?note=1")) == [noted.key]
    assert keys_of(client.get("/library/?upvoted=1")) == [upvoted.key]


def test_by_words_of_papers_and_of_ones_own_notes(client: Client, alice: User) -> None:
    titled = keep(alice, "Graph colouring", days_ago=1)
    noted = keep(alice, "Something else", note="Compare with the graphs of chapter 2.")
    keep(alice, "Nothing of it")
    keep(make_user("bob"), "Another", note="graph")
    assert keys_of(client.get("/library/", {"q": "graph"})) == keys([noted, titled])
    assert keys_of(client.get("/library/", {"q": '"chapter 2" compare'})) == [noted.key]
    assert keys_of(client.get("/library/", {"q": "title:graph"})) == [titled.key]
    assert keys_of(client.get("/library/", {"q": "graph -chapter"})) == [titled.key]


def test_filters_combine_and_clear_one_by_one(client: Client, alice: User) -> None:
    both = keep(alice, "Graph colouring", tags=[make_tag("cs.LG")], note="Yes.")
    keep(alice, "Graph drawing", tags=[make_tag("cs.LG")])
    keep(alice, "Trees", tags=[make_tag("cs.LG")], note="No.")
    url = "/library/?q=graph&tag=cs.LG&note=1&status=to_read&sort=title"
    response = client.get(url)
    assert keys_of(response) == [both.key]
    html = response.content.decode()
    off = re.findall(r'class="chip chip--off"\s+href="([^"]+)"', html)
    assert [link.replace("&amp;", "&") for link in off] == [
        "?tag=cs.LG&note=1&status=to_read&sort=title",
        "?q=graph&note=1&status=to_read&sort=title",
        "?q=graph&tag=cs.LG&status=to_read&sort=title",
        "/library/",
    ]


@pytest.mark.parametrize(
    ("parameter", "sentence"),
    [
        ("status=skimmed", "Select a valid choice"),
        ("list=999999", "Select a valid choice"),
        ("list=x", "Select a valid choice"),
        ("list=%00", "Select a valid choice"),
        ("tag=no-such-tag", "There is no such tag"),
        ("tag=%00", "Null characters are not allowed"),
        (f"tag={'x' * 10_000}", "at most 80 characters"),
        ("sort=votes", "Select a valid choice"),
        (f"q={'x' * 251}", "at most 250 characters"),
        ("q=a%00b", "Null characters are not allowed"),
    ],
)
def test_a_filter_that_cannot_be_is_explained_on_the_page(
    client: Client, alice: User, parameter: str, sentence: str
) -> None:
    keep(alice)
    response = client.get(f"/library/?{parameter}")
    assert response.status_code == 400
    assert sentence in response.content.decode()
    assert keys_of(response) == []


@pytest.mark.parametrize(
    "q", ["%E2%80%AEevil", "a" * 250, "'; drop table", '"', "-", "OR", "author:"]
)
def test_odd_words_find_nothing_and_break_nothing(client: Client, alice: User, q: str) -> None:
    keep(alice)
    assert client.get(f"/library/?q={q}").status_code == 200


def test_another_members_list_is_no_filter(client: Client, alice: User) -> None:
    theirs = make_list(make_user("bob"), "Bob's", visibility="public", papers=[keep(alice)])
    assert client.get("/library/", {"list": theirs.pk}).status_code == 400


# --- Orders and pages -------------------------------------------------------------------------


def page_through(client: Client, url: str) -> list[str]:
    found: list[str] = []
    for _page in range(20):
        response = client.get(url)
        assert response.status_code == 200
        found += keys_of(response)
        link = re.search(r'rel="next"\s+href="([^"]+)"', response.content.decode())
        if link is None:
            return found
        url = f"/library/{link[1].replace('&amp;', '&')}"
    raise AssertionError("the pages do not end")


@pytest.mark.parametrize("sort", ["", "added", "changed", "published", "title"])
def test_every_order_shows_each_paper_once_over_its_pages(
    client: Client, alice: User, monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    monkeypatch.setattr(library, "PAGE_SIZE", 2)
    # Some are equal in everything that an order looks at.
    papers = [
        keep(
            alice,
            title,
            days_ago=number // 2,
            published_at=at(f"2026-03-0{number // 3 + 1} 12:00"),
        )
        for number, title in enumerate(["b", "a-b", "Ä", "“A”", "b", "c, d", "图"])
    ]
    write_note(owner=alice, paper=papers[6], note="New.", now=NOW + timedelta(days=1))
    found = page_through(client, f"/library/?sort={sort}" if sort else "/library/")
    assert sorted(found) == sorted(keys(papers))
    by_key = {paper.key: number for number, paper in enumerate(papers)}
    order = [by_key[key] for key in found]
    expected = {
        "": [1, 0, 3, 2, 5, 4, 6],
        "added": [1, 0, 3, 2, 5, 4, 6],
        "changed": [6, 1, 0, 3, 2, 5, 4],
        "published": [6, 5, 4, 3, 2, 1, 0],
        "title": [2, 1, 3, 0, 4, 5, 6],
    }
    assert order == expected[sort]


def test_a_cursor_is_good_when_its_paper_has_gone(client: Client, alice: User) -> None:
    first, second = keep(alice), keep(alice, days_ago=1)
    entry = LibraryEntry.objects.get(paper=first)
    cursor = f"{entry.pk}-{int(entry.added_at.timestamp() * 1e6)}"
    set_status(owner=alice, paper=first, status="", now=NOW)
    assert keys_of(client.get("/library/", {"after": cursor})) == [second.key]


@pytest.mark.parametrize(
    ("sort", "after"),
    [
        *[("added", text) for text in ("x", "1", "-1-5", "1-x", "9" * 30, "1-" + "9" * 18, "²-1")],
        *[("title", text) for text in ("x", "a-1", "1-" + "x" * 61, "1-a\x00")],
    ],
)
def test_a_cursor_that_is_none_is_refused(
    client: Client, alice: User, sort: str, after: str
) -> None:
    response = client.get("/library/", {"sort": sort, "after": after})
    assert response.status_code == 400
    assert "This page does not exist" in response.content.decode()


# --- Many at once -----------------------------------------------------------------------------


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
