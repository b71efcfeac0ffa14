"""GET /@<user>/<slug>/, /lists/new/ and /library/"""

import re

import pytest
from django.test import Client
from django.utils import timezone

from papers.models import Paper, ReadingList, Visibility
from papers.services.lists import MAX_LISTS, create_list
from tests.factories import make_list, make_moderator, make_paper, make_user

pytestmark = pytest.mark.django_db


def keys_of(response: object) -> list[str]:
    return re.findall(r'data-paper="([^"]+)"', response.content.decode())  # type: ignore[attr-defined]


def test_a_public_list_shows_its_papers_in_its_order(client: Client) -> None:
    papers = [make_paper() for _number in range(3)]
    reading_list = make_list(
        make_user("alice"),
        "Graph theory",
        slug="graph-theory",
        visibility=Visibility.PUBLIC,
        description="Begin with the first.",
        papers=[papers[2], papers[0], papers[1]],
    )
    entry = reading_list.entries.get(position=1)
    entry.note = "The best one."
    entry.save()
    response = client.get("/@alice/graph-theory/")
    assert keys_of(response) == [papers[2].key, papers[0].key, papers[1].key]
    html = response.content.decode()
    assert "Begin with the first." in html
    assert "The best one." in html
    assert "@alice" in html


def test_a_private_list_is_seen_by_its_owner_alone(client: Client) -> None:
    alice = make_user("alice")
    url = make_list(alice, "Secrets").get_absolute_url()
    missing = client.get("/@alice/no-such-list/")
    stranger = client.get(url)
    assert (stranger.status_code, missing.status_code) == (404, 404)
    assert "Secrets" not in stranger.content.decode()
    client.force_login(make_user("bob"))
    assert client.get(url).status_code == 404
    client.force_login(alice)
    assert client.get(url).status_code == 200
    client.force_login(make_moderator())
    assert client.get(url).status_code == 404


def test_a_hidden_paper_stays_in_the_list_for_its_owner_marked(client: Client) -> None:
    alice = make_user("alice")
    shown, hidden = make_paper(), make_paper()
    url = make_list(alice, visibility=Visibility.PUBLIC, papers=[shown, hidden]).get_absolute_url()
    Paper.objects.filter(pk=hidden.pk).update(hidden_at=timezone.now())
    assert keys_of(client.get(url)) == [shown.key]
    client.force_login(alice)
    response = client.get(url)
    assert keys_of(response) == [shown.key, hidden.key]
    assert "Hidden by a moderator" in response.content.decode()


def test_a_long_list_goes_on_to_a_second_page(client: Client) -> None:
    papers = [make_paper() for _number in range(102)]
    url = make_list(
        make_user("alice"), visibility=Visibility.PUBLIC, papers=papers
    ).get_absolute_url()
    assert keys_of(client.get(url)) == [paper.key for paper in papers[:100]]
    assert keys_of(client.get(f"{url}?after=100")) == [paper.key for paper in papers[100:]]


@pytest.mark.parametrize("after", ["x", "-1", "1.5", "9" * 20, "²"])
def test_a_place_that_is_none_is_refused(client: Client, after: str) -> None:
    url = make_list(make_user("alice"), visibility=Visibility.PUBLIC).get_absolute_url()
    assert client.get(url, {"after": after}).status_code == 400


def test_making_a_list(client: Client) -> None:
    alice = make_user("alice")
    client.force_login(alice)
    assert client.get("/lists/new/").status_code == 200
    response = client.post(
        "/lists/new/",
        {"title": "Graph theory", "description": "For the seminar.", "visibility": "public"},
    )
    assert response["Location"] == "/@alice/graph-theory/"
    made = ReadingList.objects.get(owner=alice)
    assert (made.description, made.visibility) == ("For the seminar.", "public")


def test_a_list_without_a_title_is_explained(client: Client) -> None:
    client.force_login(make_user("alice"))
    response = client.post("/lists/new/", {"title": " ", "visibility": "public"})
    assert response.status_code == 400
    assert "This field is required" in response.content.decode()


def test_a_visitor_is_sent_to_the_log_in(client: Client) -> None:
    assert client.get("/lists/new/")["Location"] == "/accounts/login/?next=%2Flists%2Fnew%2F"
    assert client.get("/library/")["Location"] == "/accounts/login/?next=%2Flibrary%2F"


@pytest.mark.parametrize("title", [" ", "\u200b", "\u202e"])
def test_a_title_that_cannot_be_seen_is_none(client: Client, title: str) -> None:
    client.force_login(make_user("alice"))
    response = client.post("/lists/new/", {"title": title, "visibility": "public"})
    assert response.status_code == 400


def test_characters_that_turn_the_text_around_are_taken_out(client: Client) -> None:
    client.force_login(make_user("alice"))
    fields = {"title": "A \u202elist", "description": "For\u2066 us", "visibility": "public"}
    client.post("/lists/new/", fields)
    made = ReadingList.objects.get()
    assert (made.title, made.description) == ("A list", "For us")


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Graph theory", "graph-theory"),
        ("Théorie des graphes", "theorie-des-graphes"),
        ("图论", "list"),
        ("new", "new-2"),
        ("_under_ -- lines_", "under-lines"),
        ("x" * 120, "x" * 60),
    ],
)
def test_the_address_is_made_of_the_title(title: str, slug: str) -> None:
    assert create_list(owner=make_user("alice"), title=title).slug == slug


def test_equal_titles_get_different_addresses() -> None:
    alice = make_user("alice")
    slugs = [create_list(owner=alice, title="Graph theory").slug for _number in range(3)]
    assert slugs == ["graph-theory", "graph-theory-2", "graph-theory-3"]


def test_nobody_has_more_lists_than_the_limit(client: Client) -> None:
    alice = make_user("alice")
    ReadingList.objects.bulk_create(
        ReadingList(owner=alice, title="L", slug=f"l-{number}") for number in range(MAX_LISTS)
    )
    client.force_login(alice)
    response = client.post("/lists/new/", {"title": "One more", "visibility": "private"})
    assert response.status_code == 409


def test_the_library_shows_ones_lists_and_what_one_saved_last(client: Client) -> None:
    alice = make_user("alice")
    papers = [make_paper() for _number in range(3)]
    make_list(alice, "Graph theory", papers=papers[:2])
    make_list(alice, "My list", slug="my-list", is_default=True, papers=papers[1:])
    make_list(make_user("bob"), "Bob's", papers=[make_paper()])
    client.force_login(alice)
    response = client.get("/library/")
    html = response.content.decode()
    assert "Graph theory" in html
    assert "2 papers" in html
    assert "Bob" not in html
    assert sorted(keys_of(response)) == sorted(paper.key for paper in papers)


def test_a_lists_size_is_the_number_of_papers_that_its_owner_sees_in_it(client: Client) -> None:
    alice = make_user("alice")
    pending = make_paper(listed=False, pending_since=timezone.now(), submitted_by=alice)
    hidden = make_paper(hidden_at=timezone.now())
    make_list(alice, "Odd papers", papers=[pending, hidden])
    client.force_login(alice)
    assert "1 paper\n" in client.get("/library/").content.decode()
