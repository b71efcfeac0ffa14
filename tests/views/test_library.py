"""GET /library/"""

import re
from collections.abc import Sequence
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.library import overview
from papers.models import LibraryEntry, Paper
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
from tests.views.libraries import keep, keys_of

pytestmark = pytest.mark.django_db

NOW = timezone.now()


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
    make_upvote(alice, taken_back, removed_at=timezone.now())
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
    cursor = f"added-{entry.pk}-{int(entry.added_at.timestamp() * 1e6)}"
    set_status(owner=alice, paper=first, status="", now=NOW)
    assert keys_of(client.get("/library/", {"after": cursor})) == [second.key]


@pytest.mark.parametrize(
    ("sort", "after"),
    [
        *[("added", text) for text in ("", "1", "-1-5", "1-x", "9" * 30, "1-" + "9" * 18, "²-1")],
        *[("title", text) for text in ("", "a-1", "1-" + "x" * 61, "1-a\x00")],
    ],
)
def test_a_cursor_that_is_none_is_refused(
    client: Client, alice: User, sort: str, after: str
) -> None:
    response = client.get("/library/", {"sort": sort, "after": f"{sort}-{after}"})
    assert response.status_code == 400
    assert "This page does not exist" in response.content.decode()


ORDERS = ("added", "changed", "published", "title")


@pytest.mark.parametrize("sort", ORDERS)
def test_a_cursor_of_another_order_is_refused(client: Client, alice: User, sort: str) -> None:
    answers = {
        order: client.get("/library/", {"sort": sort, "after": f"{order}-1-1"}).status_code
        for order in ORDERS
    }
    assert answers == {order: 200 if order == sort else 400 for order in ORDERS}
    assert client.get("/library/", {"sort": sort, "after": "1-1"}).status_code == 400
