"""GET /lists/"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.models import Paper, ReadingList, Visibility
from papers.querysets import reading_list as vocabulary
from papers.views import lists as view
from tests.factories import at, make_list, make_paper, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def publish(title: str, owner: User | None = None, **fields: Any) -> ReadingList:
    fields = {"visibility": Visibility.PUBLIC, "papers": [make_paper()]} | fields
    return make_list(owner or make_user(), title, **fields)


def titles_on(response: Any) -> list[str]:
    html = response.content.decode()
    return re.findall(r'directory__title">\s*<a [^>]+>([^<]+)<', html)


def changed(reading_list: ReadingList, minutes_ago: int) -> None:
    instant = NOW - timedelta(minutes=minutes_ago)
    ReadingList.objects.filter(pk=reading_list.pk).update(updated_at=instant)


def test_public_lists_stand_in_it_last_changed_first(client: Client) -> None:
    for title, minutes in (("Second", 2), ("First", 1), ("Third", 3)):
        changed(publish(title), minutes)
    publish("Private", visibility=Visibility.PRIVATE)
    publish("Unlisted", visibility=Visibility.UNLISTED)
    assert titles_on(client.get("/lists/")) == ["First", "Second", "Third"]


def test_lists_with_nothing_to_be_seen_do_not(client: Client) -> None:
    publish("Empty", papers=[])
    publish("All hidden", papers=[make_paper(hidden_at=NOW)])
    pending = make_paper(listed=False, pending_since=NOW)
    publish("All pending", papers=[pending])
    assert titles_on(client.get("/lists/")) == []


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({"suspended_until": at("2999-01-01 00:00")}, False),
        ({"suspended_until": at("2020-01-01 00:00")}, True),
        ({"quarantined_at": NOW}, False),
        ({"is_active": False}, False),
    ],
)
def test_lists_of_members_who_were_set_apart_do_not(
    client: Client, fields: dict[str, Any], shown: bool
) -> None:
    owner = make_user("mallory")
    made = publish("Buy now", owner)
    User.objects.filter(pk=owner.pk).update(**fields)
    paper = made.entries.get().paper
    assert bool(titles_on(client.get("/lists/"))) is shown
    assert ("Buy now" in client.get(paper.get_absolute_url()).content.decode()) is shown
    if "quarantined_at" in fields:  # and notices nothing
        assert client.get(made.get_absolute_url()).status_code == 200


def test_a_list_is_told_by_size_owner_and_the_words_of_its_description(client: Client) -> None:
    papers = [make_paper(), make_paper(), make_paper(hidden_at=NOW)]
    publish("Graphs", make_user("alice"), papers=papers, description="Read *these* & <b>more</b>.")
    html = " ".join(client.get("/lists/").content.decode().split())
    assert '2 papers · by <a href="/@alice/">@alice</a>' in html
    assert "Read these &amp; &lt;b&gt;more&lt;/b&gt;." in html


def test_a_long_list_is_not_counted_to_its_end(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(vocabulary, "SIZE_LIMIT", 2)
    publish("Graphs", papers=[make_paper() for _number in range(9)])
    assert client.get("/lists/").context["page"].lists[0].size == 3


def test_pages_follow_one_another(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "DIRECTORY_PAGE_SIZE", 2)
    for number in range(5):
        changed(publish(f"List {number}"), number // 2)  # some at the same instant
    seen: list[str] = []
    url: str | None = "/lists/"
    while url:
        response = client.get(url)
        seen += titles_on(response)
        cursor = response.context["page"].next_cursor
        url = f"/lists/?after={cursor}" if cursor else None
    assert seen == ["List 1", "List 0", "List 3", "List 2", "List 4"]


@pytest.mark.parametrize("after", ["", "1", "1-", "1-2-3", "9" * 19 + "-1", "1-" + "9" * 19])
def test_a_cursor_that_is_none_is_refused(client: Client, after: str) -> None:
    assert client.get("/lists/", {"after": f"changed-{after}"}).status_code == 400


@pytest.mark.parametrize("after", ["x", "1-1", "newest-1-1"])
def test_a_cursor_of_another_order_is_refused(client: Client, after: str) -> None:
    assert client.get("/lists/", {"after": after}).status_code == 400


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("graph", ["Theory of graphs"]),
        ("GRAPHS theory", ["Theory of graphs"]),
        ('"theory of graphs"', ["Theory of graphs"]),
        ("theory -graphs", ["Theory of sets"]),
        ("trees", []),
        ("", ["Theory of graphs", "Theory of sets"]),
        ("\u202e \u200b", ["Theory of graphs", "Theory of sets"]),
        ("theory' & | ! ( ) :* \\", ["Theory of graphs", "Theory of sets"]),
    ],
)
def test_titles_are_searched(client: Client, query: str, found: list[str]) -> None:
    for title in ("Theory of graphs", "Theory of sets"):
        publish(title)
    publish("Graphs of mine", visibility=Visibility.PRIVATE)
    assert sorted(titles_on(client.get("/lists/", {"q": query}))) == found


@pytest.mark.parametrize(
    "query",
    ["etude", "Étude", "to be", "tcp", "IP", "self attention", "self-attention", "be -graph"],
)
def test_titles_are_searched_without_accents_by_each_part_and_by_stop_words(
    client: Client, query: str
) -> None:
    publish("Étude: to be TCP/IP, or self-attention")
    publish("Graph")
    assert titles_on(client.get("/lists/", {"q": query})) == [
        "Étude: to be TCP/IP, or self-attention"
    ]


@pytest.mark.parametrize("query", ["author:doe", "before:2018", "has:code", "tag:cs.LG", "&"])
def test_fields_that_a_title_has_not_find_nothing(client: Client, query: str) -> None:
    publish("Graph")
    assert titles_on(client.get("/lists/", {"q": query})) == []


@pytest.mark.parametrize("query", ["x" * 251, "a\x00b", "x" * 10_000])
def test_a_search_that_cannot_be_is_explained(client: Client, query: str) -> None:
    response = client.get("/lists/", {"q": query})
    assert response.status_code == 400
    assert "field__errors" in response.content.decode()


def test_what_finds_nothing_is_said(client: Client) -> None:
    publish("Graphs")
    assert "No public list has “&lt;trees&gt;”" in client.get("/lists/?q=<trees>").content.decode()


# --- On the page of a paper -------------------------------------------------------------------


def test_a_paper_says_in_which_public_lists_it_is(client: Client) -> None:
    paper = make_paper()
    for number in range(7):
        changed(publish(f"Public {number}", papers=[paper]), number)
    publish("Private one", visibility=Visibility.PRIVATE, papers=[paper])
    publish("Unlisted one", visibility=Visibility.UNLISTED, papers=[paper])
    publish("Public without it")
    html = client.get(paper.get_absolute_url()).content.decode()
    assert "In 7 public lists" in html
    assert re.findall(r">(Public \d)<", html) == [f"Public {number}" for number in range(5)]
    for title in ("Private one", "Unlisted one", "Public without it"):
        assert title not in html


def test_a_paper_in_no_public_list_says_nothing(client: Client) -> None:
    paper: Paper = make_paper()
    assert "public list" not in client.get(paper.get_absolute_url()).content.decode()
