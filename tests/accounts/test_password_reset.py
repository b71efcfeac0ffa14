"""/accounts/password/reset/ and what follows from it."""

import pytest
from django.core import mail
from django.http import HttpResponseRedirect
from django.test import Client, override_settings

from tests.accounts.page import Page
from tests.accounts.steps import is_logged_in, last_mail, log_in, reset_link
from tests.factories import PASSWORD, make_user

RESET = "/accounts/password/reset/"
DONE = "/accounts/password/reset/done/"
NEW_PASSWORD = "a completely different phrase"

pytestmark = pytest.mark.django_db


def ask(client: Client, email: str) -> str:
    """Ask for a link; returns the text of the page that answers."""
    response = client.post(RESET, {"email": email})
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == DONE
    return Page(client.get(DONE)).text


def open_form(client: Client) -> str:
    """Open the link of the mail; returns the address that it leads to, without the key."""
    response = client.get(reset_link("alice@example.org"))
    assert isinstance(response, HttpResponseRedirect)
    return response.url


def test_the_form_has_one_labelled_field(client: Client) -> None:
    page = Page(client.get(RESET))
    assert page.heading == "Forgotten password"
    assert page.one("label", **{"for": "id_email"}).text == "Email address"
    assert page.control("email").attributes["autocomplete"] == "email"


def test_looking_at_the_form_sets_the_csrf_cookie_only(client: Client) -> None:
    assert list(client.get(RESET).cookies) == ["csrftoken"]


def test_the_whole_way_to_a_new_password(client: Client) -> None:
    make_user("alice")
    ask(client, "alice@example.org")
    message = last_mail("alice@example.org")
    assert message.subject == "Choose a new password for Offprint"
    assert "Your user name is alice." in message.body

    form_url = open_form(client)
    page = Page(client.get(form_url))
    assert page.heading == "Choose a new password"
    for name in ("password1", "password2"):
        assert page.control(name).attributes["autocomplete"] == "new-password"

    response = client.post(form_url, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    assert isinstance(response, HttpResponseRedirect)
    page = Page(client.get(response.url))
    assert page.heading == "Your password is changed"
    assert page.all("a", href="/accounts/login/")
    assert last_mail("alice@example.org").subject == "Your password on Offprint was changed"

    log_in(client, "alice", PASSWORD)
    assert not is_logged_in(client)
    log_in(client, "alice", NEW_PASSWORD)
    assert is_logged_in(client)


def test_an_unknown_address_gets_the_same_answer_and_no_mail(client: Client) -> None:
    make_user("alice")
    assert ask(client, "alice@example.org") == ask(client, "nobody@example.org")
    assert [message.to for message in mail.outbox] == [["alice@example.org"]]


def test_the_answer_is_the_same_while_the_mail_server_is_away(client: Client) -> None:
    make_user("alice")
    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=1):
        assert ask(client, "alice@example.org") == ask(client, "nobody@example.org")


def test_a_link_works_once(client: Client) -> None:
    make_user("alice")
    ask(client, "alice@example.org")
    link = reset_link("alice@example.org")
    form_url = open_form(client)
    client.post(form_url, {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    page = Page(Client().get(link))
    assert page.heading == "This link does not work any more"
    assert page.all("a", href=RESET)


def test_a_weak_password_and_a_mistyped_one_are_refused(client: Client) -> None:
    alice = make_user("alice")
    ask(client, "alice@example.org")
    form_url = open_form(client)
    page = Page(client.post(form_url, {"password1": "short", "password2": "short"}))
    assert "too short" in page.described_by("password1")
    page = Page(client.post(form_url, {"password1": NEW_PASSWORD, "password2": "another"}))
    assert "same password" in page.described_by("password2")
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_next_cannot_skip_the_page_that_says_what_happened(client: Client) -> None:
    assert not Page(client.get(RESET, {"next": "/library/"})).all("input", name="next")
