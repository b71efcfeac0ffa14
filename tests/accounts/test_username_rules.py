"""Which user names sign-up accepts, and what it says about the others."""

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import IntegrityError, transaction
from django.test import Client, RequestFactory

from accounts.adapters import AccountAdapter
from accounts.models import User
from accounts.usernames import RESERVED_USERNAMES
from tests.accounts.page import Page
from tests.accounts.steps import is_logged_in, log_in, sign_up
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["al", "a1", "7of9", "ada-lovelace", "ada_lovelace", "a" * 30])
def test_a_good_name_is_taken_as_typed(client: Client, name: str) -> None:
    sign_up(client, name, email="a@example.org")
    assert User.objects.get().username == name


@pytest.mark.parametrize(
    "name", ["a", "-ada", "_ada", "ada lovelace", "ada.l", "ada@example.org", "adä", "ada\u0130"]
)
def test_a_name_of_another_shape_is_refused_with_the_rule(client: Client, name: str) -> None:
    page = Page(sign_up(client, name, email="a@example.org"))
    assert "Use 2 to 30 lower-case letters" in page.described_by("username")
    assert not User.objects.exists()


def test_an_upper_case_letter_is_refused_and_not_folded(client: Client) -> None:
    page = Page(sign_up(client, "Alice", email="a@example.org"))
    assert "lower-case" in page.described_by("username")
    assert page.control("username").attributes["value"] == "Alice"
    assert not User.objects.exists()


def test_a_name_longer_than_thirty_letters_is_refused(client: Client) -> None:
    page = Page(sign_up(client, "a" * 31, email="a@example.org"))
    assert "30" in page.described_by("username")
    assert not User.objects.exists()


def test_reserved_names_are_refused(client: Client) -> None:
    assert {"admin", "moderator", "settings", "lists"} <= RESERVED_USERNAMES
    page = Page(sign_up(client, "moderator", email="a@example.org"))
    assert "reserved" in page.described_by("username")
    assert not User.objects.exists()


def test_the_database_keeps_two_spellings_of_a_name_apart_from_nobody() -> None:
    make_user("alice")
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_user("Alice")


def test_log_in_finds_a_name_in_any_case(client: Client) -> None:
    make_user("alice")
    log_in(client, "ALICE")
    assert is_logged_in(client)


def test_a_name_is_never_made_up_from_an_address() -> None:
    user = User(email="private.person@example.org")
    with pytest.raises(ImproperlyConfigured):
        AccountAdapter().populate_username(RequestFactory().post("/"), user)
    assert user.username == ""
