"""/settings/profile/: what one says of oneself and shows; and the index of the settings."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Profile, User
from tests.accounts.page import Page
from tests.factories import make_user

pytestmark = pytest.mark.django_db

PROFILE = "/settings/profile/"
TEXT = {
    "display_name": "Alice Example",
    "affiliation": "University of Somewhere",
    "homepage": "https://alice.example.org/",
    "about": "I read *everything*.",
}


@pytest.fixture
def alice(client: Client) -> User:
    alice = make_user("alice")
    client.force_login(alice)
    return alice


def saved() -> dict[str, object]:
    return dict(Profile.objects.values(*TEXT).get())


def test_a_profile_is_saved_and_shown_again(client: Client, alice: User) -> None:
    assert client.post(PROFILE, {**TEXT, "shows_lists": "on"}).status_code == 302
    assert saved() == TEXT
    page = Page(client.get(PROFILE))
    assert page.control("display_name").attributes["value"] == "Alice Example"
    assert "checked" in page.control("shows_lists").attributes
    assert "checked" not in page.control("shows_reading").attributes


def answer() -> bool | None:
    return User.objects.get().votes_public


def test_upvotes_are_private_until_one_says_otherwise(client: Client, alice: User) -> None:
    assert "checked" not in Page(client.get(PROFILE)).control("votes_public").attributes
    client.post(PROFILE, TEXT)
    assert answer() is None, "an unticked box does not answer the question"
    client.post(PROFILE, {**TEXT, "votes_public": "on"})
    assert answer() is True
    client.post(PROFILE, TEXT)
    assert answer() is False


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("homepage", "javascript:alert(1)"),
        ("homepage", "ftp://example.org/"),
        ("homepage", "https://known.org@evil.example/"),
        ("homepage", "https://" + "x" * 10_000 + ".org/"),
        ("homepage", "no address"),
        ("display_name", "x" * 81),
        ("display_name", "a\x00b"),
        ("affiliation", "x" * 10_000),
        ("about", "x" * 2001),
        ("about", "a\x00b"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_lost(
    client: Client, alice: User, name: str, value: str
) -> None:
    response = client.post(PROFILE, {**TEXT, name: value})
    assert response.status_code == 400
    assert Page(response).all("ul", **{"class": "field__errors"})
    assert not Profile.objects.exists()
    kept = next(other for other in ("display_name", "affiliation") if other != name)
    assert Page(response).control(kept).attributes["value"] == TEXT[kept]


def test_characters_that_turn_the_text_around_are_left_out(client: Client, alice: User) -> None:
    client.post(PROFILE, {**TEXT, "display_name": "\u202eecilA\u2066", "about": "a\u202eb\r\nc"})
    assert saved() == {**TEXT, "display_name": "ecilA", "about": "ab\nc"}


def test_a_name_of_which_nothing_can_be_seen_is_none(client: Client, alice: User) -> None:
    client.post(PROFILE, {**TEXT, "display_name": "\u200b\u200d"})
    assert saved()["display_name"] == ""


def test_a_suspended_member_publishes_nothing(client: Client, alice: User) -> None:
    User.objects.update(suspended_until=timezone.now() + timedelta(days=1))
    response = client.post(PROFILE, {**TEXT, "votes_public": "on"})
    assert response.status_code == 403
    assert "Your account is suspended" in Page(response).text
    assert not Profile.objects.exists()
    assert User.objects.get().votes_public is None


def test_the_index_and_every_page_lead_to_all_settings(client: Client, alice: User) -> None:
    pages = [
        PROFILE,
        "/settings/preferences/",
        "/settings/username/",
        "/accounts/email/",
        "/accounts/password/change/",
        "/accounts/2fa/",
        "/settings/sessions/",
    ]
    index = Page(client.get("/settings/"))
    assert all(index.all("a", href=url) for url in pages)
    for url in pages:
        page = Page(client.get(url))
        assert all(page.all("a", href=other) for other in pages), url
        assert [link.attributes["href"] for link in page.all("a", **{"aria-current": "page"})] == [
            url
        ]
