"""/accounts/login/"""

import pytest
from django.http import HttpResponseRedirect
from django.test import Client, override_settings
from django.utils import timezone

from accounts.services import change_username
from tests.accounts.page import Page
from tests.accounts.steps import LOG_IN, is_logged_in, log_in
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def test_the_form_has_the_attributes_that_password_managers_read(client: Client) -> None:
    page = Page(client.get(LOG_IN))
    assert page.heading == "Log in"
    assert page.one("label", **{"for": "id_login"}).text == "User name or email address"
    assert page.control("login").attributes["autocomplete"] == "username"
    assert page.control("login").attributes["autocapitalize"] == "none"
    assert page.control("password").attributes["autocomplete"] == "current-password"


def test_looking_at_the_form_sets_the_csrf_cookie_only(client: Client) -> None:
    response = client.get(LOG_IN, {"next": "/papers/2503.01234/"})
    assert list(response.cookies) == ["csrftoken"]


def test_a_member_logs_in_by_user_name(client: Client) -> None:
    make_user("alice")
    response = log_in(client, "alice")
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == "/"
    assert is_logged_in(client)


def test_a_member_logs_in_by_address_in_any_case(client: Client) -> None:
    make_user("alice", email="alice@example.org")
    log_in(client, " Alice@Example.org ")
    assert is_logged_in(client)


@pytest.mark.parametrize("typed", ["alice", " Alice "])
def test_a_member_logs_in_by_a_name_they_gave_up(client: Client, typed: str) -> None:
    change_username(member=make_user("alice"), username="alina", now=timezone.now())
    log_in(client, typed)
    assert is_logged_in(client)


def test_a_wrong_password_for_a_former_name_tells_nothing(client: Client) -> None:
    change_username(member=make_user("alice"), username="alina", now=timezone.now())
    former, unknown = (Page(log_in(client, name, "not the password")) for name in ("alice", "bob"))
    assert former.text == unknown.text
    assert former.control("login").attributes["value"] == "alice"
    assert not is_logged_in(client)


def test_an_unverified_member_may_log_in(client: Client) -> None:
    make_user("alice", verified=False)
    log_in(client, "alice")
    assert is_logged_in(client)


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(client: Client) -> None:
    make_user("alice")
    wrong = Page(log_in(client, "alice", "not the password"))
    unknown = Page(log_in(client, "bob", "not the password"))
    assert "do not belong together" in wrong.one("div", role="alert").text
    assert wrong.text == unknown.text
    assert not is_logged_in(client)


def test_next_is_followed_after_log_in(client: Client) -> None:
    make_user("alice")
    page = Page(client.get(LOG_IN, {"next": "/papers/2503.01234/"}))
    assert page.control("next").attributes["value"] == "/papers/2503.01234/"
    response = log_in(client, "alice", next_url="/papers/2503.01234/")
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == "/papers/2503.01234/"


def test_next_survives_a_wrong_password_and_the_way_to_sign_up(client: Client) -> None:
    make_user("alice")
    page = Page(log_in(client, "alice", "not the password", next_url="/library/"))
    assert page.control("next").attributes["value"] == "/library/"
    page = Page(client.get(LOG_IN, {"next": "/library/"}))
    assert page.all("a", href="/accounts/signup/?next=%2Flibrary%2F")


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example/", "/\\evil.example/", "javascript:alert(1)"],
)
def test_next_to_another_site_is_ignored(client: Client, target: str) -> None:
    make_user("alice")
    response = log_in(client, "alice", next_url=target)
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == "/"


def test_a_closed_account_is_told_so(client: Client) -> None:
    make_user("alice", is_active=False)
    response = log_in(client, "alice")
    assert isinstance(response, HttpResponseRedirect)
    assert Page(client.get(response.url)).heading == "This account is closed"
    assert not is_logged_in(client)


def test_a_new_session_begins_at_log_in(client: Client) -> None:
    make_user("alice")
    session = client.session
    session["seen"] = True
    session.save()
    before = session.session_key
    log_in(client, "alice")
    assert client.session.session_key != before


def test_the_demo_log_ins_are_offered_where_the_demo_is(client: Client) -> None:
    make_user("reader")
    page = Page(client.get(LOG_IN))
    details = page.one("details")
    for text in ("reader", "curator", "moderator", "admin", "offprint-demo"):
        assert text in details.text


def test_the_demo_log_ins_are_not_offered_without_a_demo(client: Client) -> None:
    assert "offprint-demo" not in Page(client.get(LOG_IN)).source


def test_the_demo_log_ins_are_not_offered_in_production(client: Client) -> None:
    make_user("reader")
    with override_settings(DEVELOPMENT=False):
        assert "offprint-demo" not in Page(client.get(LOG_IN)).source
