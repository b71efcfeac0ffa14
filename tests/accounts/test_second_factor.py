"""/accounts/2fa/: setting up an authenticator app, recovery codes, logging in with them."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.http import HttpResponseRedirect
from django.test import Client

from tests.accounts.page import Page
from tests.accounts.steps import is_logged_in, log_in
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def code_for(secret: str) -> str:
    """The code that an app with this secret shows now."""
    return str(format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time()))))


def set_up_app(client: Client) -> str:
    """Log Alice in and switch on her second factor; returns the secret."""
    make_user("alice")
    log_in(client, "alice")
    url = "/accounts/2fa/totp/activate/"
    response = client.get(url)
    assert isinstance(response, HttpResponseRedirect)
    page = Page(client.get(response.url))
    assert page.heading == "Please show that it is you"
    assert page.control("password").attributes["autocomplete"] == "current-password"
    assert client.post(response.url, {"password": PASSWORD}).status_code == 302
    page = Page(client.get(url))
    secret = page.one("input", id="authenticator_secret").attributes["value"]
    assert page.control("code").attributes["autocomplete"] == "one-time-code"
    assert client.post(url, {"code": code_for(secret)}).status_code == 302
    return secret


def test_every_page_has_one_heading_and_labels(client: Client) -> None:
    set_up_app(client)
    for path in (
        "/accounts/2fa/",
        "/accounts/2fa/totp/deactivate/",
        "/accounts/2fa/recovery-codes/",
        "/accounts/2fa/recovery-codes/generate/",
        "/accounts/reauthenticate/",
    ):
        page = Page(client.get(path))
        assert page.heading, path
        controls = [*page.all("textarea"), *page.all("input", type="text")]
        labelled = {label.attributes["for"] for label in page.all("label")}
        assert {control.attributes["id"] for control in controls} <= labelled


def test_log_in_asks_for_the_code_of_the_app(client: Client) -> None:
    secret = set_up_app(client)
    phone = Client()
    response = log_in(phone, "alice", next_url="/library/")
    assert isinstance(response, HttpResponseRedirect)
    assert not is_logged_in(phone)
    page = Page(phone.get(response.url))
    assert page.heading == "Second factor"
    assert page.control("code").attributes["autocomplete"] == "one-time-code"
    assert "Incorrect code" in Page(phone.post(response.url, {"code": "000000"})).text
    response = phone.post(response.url, {"code": code_for(secret)})
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == "/library/"
    assert is_logged_in(phone)


def test_a_recovery_code_opens_the_door_once(client: Client) -> None:
    set_up_app(client)
    codes = Authenticator.objects.get(
        user__username="alice", type=Authenticator.Type.RECOVERY_CODES
    ).wrap()
    code = codes.get_unused_codes()[0]
    assert code in Page(client.get("/accounts/2fa/recovery-codes/")).source
    for expected in (True, False):
        phone = Client()
        response = log_in(phone, "alice")
        assert isinstance(response, HttpResponseRedirect)
        phone.post(response.url, {"code": code})
        assert is_logged_in(phone) is expected
