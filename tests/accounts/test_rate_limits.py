"""Too many requests: how many, by whom, and what the answer says."""

import pytest
from django.core import mail
from django.http import HttpResponseBase
from django.test import Client, override_settings
from django.utils import timezone
from time_machine import travel

from tests.accounts.page import Page
from tests.accounts.steps import CHECK_MAIL, LOG_IN, SIGN_UP, is_logged_in, log_in, sign_up
from tests.factories import make_user

RESET = "/accounts/password/reset/"

pytestmark = pytest.mark.django_db


def seconds_of(response: HttpResponseBase) -> int:
    """How long the page with status 429 says to wait; fails for any other page."""
    assert response.status_code == 429
    page = Page(response)
    assert page.heading == "Too many requests"
    assert "Please try again in " in page.text
    return int(response["Retry-After"])


def test_guessing_a_password_is_stopped_and_the_page_says_when_to_go_on(client: Client) -> None:
    make_user("alice")
    with travel(timezone.now(), tick=False) as clock:
        for _ in range(5):
            assert log_in(client, "alice", "a guess").status_code == 200
            clock.shift(10)
        response = log_in(client, "alice", "a guess")
        assert seconds_of(response) == 250
        assert "5 minutes" in Page(response).text
        # The right password has to wait as well: the answer must not tell that it was right.
        assert log_in(client, "alice").status_code == 429
        clock.shift(seconds_of(response))
        log_in(client, "alice")
    assert is_logged_in(client)


def test_another_member_can_still_log_in_from_there(client: Client) -> None:
    make_user("alice")
    make_user("bob")
    for _ in range(6):
        log_in(client, "alice", "a guess")
    log_in(client, "bob")
    assert is_logged_in(client)


def test_looking_at_a_form_is_not_counted(client: Client) -> None:
    for _ in range(40):
        assert client.get(LOG_IN).status_code == 200


def test_sign_ups_from_one_address_are_limited(client: Client) -> None:
    for _ in range(20):
        client.post(SIGN_UP, {})
    assert 1 <= seconds_of(client.post(SIGN_UP, {})) <= 60


def test_asking_for_a_new_password_is_limited_for_each_address(client: Client) -> None:
    make_user("alice")
    for _ in range(5):
        client.post(RESET, {"email": "alice@example.org"})
    assert 1 <= seconds_of(client.post(RESET, {"email": "Alice@example.org"})) <= 60
    assert len(mail.outbox) == 5
    assert client.post(RESET, {"email": "bob@example.org"}).status_code == 302


def test_the_limit_is_the_same_for_an_unknown_address(client: Client) -> None:
    for _ in range(5):
        client.post(RESET, {"email": "nobody@example.org"})
    seconds_of(client.post(RESET, {"email": "nobody@example.org"}))


def test_sending_the_link_again_is_limited(client: Client) -> None:
    sign_up(client, "alice")
    for _ in range(2):
        assert client.post(CHECK_MAIL).status_code == 302
    assert 240 <= seconds_of(client.post(CHECK_MAIL)) <= 300
    assert len(mail.outbox) == 3


def flood(headers: dict[str, str]) -> HttpResponseBase:
    """Use up the sign-ups of a minute; returns the answer to one more."""
    for _ in range(20):
        Client(headers=headers).post(SIGN_UP, {})
    return Client(headers=headers).post(SIGN_UP, {})


def test_without_a_proxy_a_forged_header_does_not_make_a_new_visitor() -> None:
    assert flood({"X-Forwarded-For": "192.0.2.1"}).status_code == 429
    assert Client(headers={"X-Forwarded-For": "192.0.2.2"}).post(SIGN_UP, {}).status_code == 429


@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
def test_behind_a_proxy_each_visitor_is_counted_apart() -> None:
    assert flood({"X-Forwarded-For": "192.0.2.1"}).status_code == 429
    assert Client(headers={"X-Forwarded-For": "192.0.2.2"}).post(SIGN_UP, {}).status_code == 200


@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1)
def test_behind_a_proxy_only_its_own_entry_is_believed() -> None:
    assert flood({"X-Forwarded-For": "198.51.100.7, 192.0.2.1"}).status_code == 429
    forged = {"X-Forwarded-For": "198.51.100.8, 192.0.2.1"}
    assert Client(headers=forged).post(SIGN_UP, {}).status_code == 429


@override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=2)
def test_a_request_past_a_proxy_is_refused_and_the_log_says_what_to_do(
    caplog: pytest.LogCaptureFixture,
) -> None:
    visitor = Client(headers={"X-Forwarded-For": "192.0.2.1"})
    assert visitor.get(SIGN_UP).status_code == 200
    response = visitor.post(SIGN_UP, {})
    assert response.status_code == 400
    assert "We cannot tell where this request comes from" in Page(response).text
    assert "TRUSTED_PROXY_COUNT, 2: lower the number" in caplog.text
