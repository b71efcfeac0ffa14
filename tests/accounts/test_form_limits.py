"""What is too long for a field, or no text at all: said beside the field, in every form."""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.http import HttpResponseRedirect
from django.test import Client

from accounts.models import User
from tests.accounts.page import Page
from tests.accounts.steps import LOG_IN, SIGN_UP, is_logged_in, reset_link
from tests.factories import PASSWORD, make_user

EMAIL = "/accounts/email/"
RESET = "/accounts/password/reset/"
CHANGE = "/accounts/password/change/"
SET = "/accounts/password/set/"
AGAIN = "/accounts/reauthenticate/"

NUL = "Null characters are not allowed."
TOO_LONG_EMAIL = "at most 254 characters"
TOO_LONG_PASSWORD = "at most 1024 characters"

EMAILS = [
    pytest.param("x" * 300 + "@x.org", TOO_LONG_EMAIL, id="long name"),
    pytest.param("x" * 249 + "@x.org", TOO_LONG_EMAIL, id="one too long"),
    pytest.param("alice@" + "x." * 200 + "org", TOO_LONG_EMAIL, id="long host"),
    pytest.param("x" * 100_000 + "@x.org", TOO_LONG_EMAIL, id="very long"),
    pytest.param("ali\x00ce@x.org", NUL, id="NUL"),
]
PASSWORDS = [
    pytest.param("a phrase " * 600, TOO_LONG_PASSWORD, id="5,400 characters"),
    pytest.param("a phrase " * 12_000, TOO_LONG_PASSWORD, id="100 kB"),
    pytest.param("y" * 1025, TOO_LONG_PASSWORD, id="one too long"),
    pytest.param("correct\x00horse battery", NUL, id="NUL"),
]

pytestmark = pytest.mark.django_db


def refused(client: Client, path: str, data: dict[str, str], field: str) -> str:
    """What the page says beside `field`, given back with the status of an invalid form."""
    response = client.post(path, data)
    assert response.status_code == 200
    page = Page(response)
    assert page.control(field).attributes["aria-invalid"] == "true"
    return page.described_by(field)


# --- Addresses --------------------------------------------------------------------------------


@pytest.mark.parametrize(("email", "reason"), EMAILS)
def test_sign_up_refuses_the_address(client: Client, email: str, reason: str) -> None:
    data = {"username": "alice", "email": email, "password1": PASSWORD}
    assert reason in refused(client, SIGN_UP, data, "email")
    assert not User.objects.exists()


@pytest.mark.parametrize(("email", "reason"), EMAILS)
def test_a_change_of_address_refuses_it(client: Client, email: str, reason: str) -> None:
    client.force_login(make_user("alice"))
    assert reason in refused(client, EMAIL, {"action_add": "", "email": email}, "email")
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["alice@example.org"]


@pytest.mark.parametrize(("email", "reason"), EMAILS)
@pytest.mark.parametrize("action", ["action_send", "action_remove", "action_primary"])
def test_the_buttons_beside_an_address_do_nothing_with_it(
    client: Client, action: str, email: str, reason: str
) -> None:
    client.force_login(make_user("alice"))
    assert client.post(EMAIL, {action: "", "email": email}).status_code == 302
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["alice@example.org"]


@pytest.mark.parametrize(("email", "reason"), EMAILS)
def test_a_forgotten_password_refuses_it(client: Client, email: str, reason: str) -> None:
    assert reason in refused(client, RESET, {"email": email}, "email")
    assert not mail.outbox


@pytest.mark.parametrize(
    ("login", "reason"), [*EMAILS, pytest.param("x" * 10_000, TOO_LONG_EMAIL, id="name")]
)
def test_log_in_refuses_it(client: Client, login: str, reason: str) -> None:
    assert reason in refused(client, LOG_IN, {"login": login, "password": PASSWORD}, "login")


def test_the_longest_address_is_kept_whole(client: Client) -> None:
    email = "x" * 248 + "@x.org"
    data = {"username": "alice", "email": email, "password1": PASSWORD}
    assert client.post(SIGN_UP, data).status_code == 302
    assert User.objects.get().email == email
    assert EmailAddress.objects.get().email == email
    client.post("/accounts/logout/")
    client.post(LOG_IN, {"login": email, "password": PASSWORD})
    assert is_logged_in(client)


# --- User names -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("username", "reason"),
    [pytest.param("x" * 10_000, "at most 30 characters", id="long"), ("ali\x00ce", NUL)],
)
def test_sign_up_refuses_the_name(client: Client, username: str, reason: str) -> None:
    data = {"username": username, "email": "alice@example.org", "password1": PASSWORD}
    assert reason in refused(client, SIGN_UP, data, "username")
    assert not User.objects.exists()


# --- Passwords --------------------------------------------------------------------------------


@pytest.mark.parametrize(("password", "reason"), PASSWORDS)
def test_sign_up_refuses_the_password(client: Client, password: str, reason: str) -> None:
    data = {"username": "alice", "email": "alice@example.org", "password1": password}
    assert reason in refused(client, SIGN_UP, data, "password1")
    assert not User.objects.exists()


@pytest.mark.parametrize(("password", "reason"), PASSWORDS)
def test_log_in_refuses_the_password(client: Client, password: str, reason: str) -> None:
    make_user("alice")
    assert reason in refused(client, LOG_IN, {"login": "alice", "password": password}, "password")


@pytest.mark.parametrize(("password", "reason"), PASSWORDS)
def test_a_change_of_password_refuses_each_of_the_three(
    client: Client, password: str, reason: str
) -> None:
    client.force_login(make_user("alice"))
    data = dict.fromkeys(("oldpassword", "password1", "password2"), password)
    for field in data:
        assert reason in refused(client, CHANGE, data, field)


@pytest.mark.parametrize(("password", "reason"), PASSWORDS)
def test_a_first_password_is_refused(client: Client, password: str, reason: str) -> None:
    alice = make_user("alice")
    alice.set_unusable_password()
    alice.save()
    client.force_login(alice)
    data = {"password1": password, "password2": password}
    for field in data:
        assert reason in refused(client, SET, data, field)


@pytest.mark.parametrize(("password", "reason"), PASSWORDS)
def test_the_link_to_a_new_password_refuses_it(client: Client, password: str, reason: str) -> None:
    make_user("alice")
    client.post(RESET, {"email": "alice@example.org"})
    form = client.get(reset_link("alice@example.org"))
    assert isinstance(form, HttpResponseRedirect)
    data = {"password1": password, "password2": password}
    for field in data:
        assert reason in refused(client, form.url, data, field)


@pytest.mark.parametrize(("password", "reason"), PASSWORDS)
def test_showing_that_it_is_you_refuses_it(client: Client, password: str, reason: str) -> None:
    client.force_login(make_user("alice"))
    assert reason in refused(client, AGAIN, {"password": password}, "password")


def test_the_longest_password_is_kept_whole(client: Client) -> None:
    password = "correct horse " * 73 + "ab"
    assert len(password) == 1024
    data = {"username": "alice", "email": "alice@example.org", "password1": password}
    assert client.post(SIGN_UP, data).status_code == 302
    alice = User.objects.get()
    assert alice.check_password(password)
    assert not alice.check_password(password[:-1])


def test_no_browser_cuts_an_address_or_a_password_while_it_is_pasted(client: Client) -> None:
    page = Page(client.get(SIGN_UP))
    assert "maxlength" not in page.control("email").attributes
    assert "maxlength" not in page.control("password1").attributes


# --- Codes and links --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "code", ["1\x00", pytest.param("1" * 100_000, id="100 kB"), "\u0661\u0662\u0663"]
)
def test_a_code_of_no_app_is_refused(client: Client, code: str) -> None:
    client.force_login(make_user("alice"))
    client.post(AGAIN, {"password": PASSWORD})
    assert refused(client, "/accounts/2fa/totp/activate/", {"code": code}, "code")


@pytest.mark.parametrize("key", ["1-%00", "z" * 13 + "-x", "z" * 300 + "-x", "1-" + "x" * 300])
def test_a_link_with_a_broken_key_gets_the_page_of_a_link_that_has_run_out(
    client: Client, key: str
) -> None:
    page = Page(client.get(f"/accounts/password/reset/key/{key}/"))
    assert page.heading == "This link does not work any more"
