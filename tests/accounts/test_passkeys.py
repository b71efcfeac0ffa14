"""/accounts/2fa/webauthn/: passkeys, and what anybody may send in place of one."""

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from playwright.sync_api import BrowserContext, CDPSession, expect
from playwright.sync_api import Page as BrowserPage
from pytest_django import Settings

from tests.accounts.page import Page
from tests.accounts.steps import is_logged_in, log_in
from tests.browser.steps import log_in as log_in_by_hand
from tests.factories import PASSWORD, make_user

PASSKEYS = "/accounts/2fa/webauthn/"
LOG_IN = "/accounts/2fa/webauthn/login/"
RESPONSE = {"clientDataJSON": "e30", "authenticatorData": "AA", "signature": "AA"}
HANDLES: list[Any] = [None, 7, [], "", "AA", "____", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5"]
NONSENSE: list[Any] = [
    "",
    "x",
    "1",
    "null",
    "[]",
    "{}",
    '"passkey"',
    "[" * 5000,
    "\x00",
    json.dumps({"id": 1}),
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": 3}),
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": []}),
    json.dumps({"id": "AA", "rawId": "AA", "type": "public-key", "response": RESPONSE}),
    *[
        json.dumps(
            {
                "id": "AA",
                "rawId": "AA",
                "type": "public-key",
                "response": {**RESPONSE, "userHandle": handle},
            }
        )
        for handle in HANDLES
    ],
]


def confirm_password(client: Client) -> None:
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302


@pytest.mark.django_db
@pytest.mark.parametrize("sent", NONSENSE)
def test_nonsense_in_place_of_a_passkey_logs_nobody_in(sent: str) -> None:
    client = Client()
    make_user("alice")
    client.get(LOG_IN, headers={"Accept": "application/json"})
    response = client.post(LOG_IN, {"credential": sent})
    assert response.status_code == 302
    assert not is_logged_in(client)


@pytest.mark.django_db
@pytest.mark.parametrize("sent", NONSENSE)
def test_nonsense_becomes_no_passkey(sent: str) -> None:
    client = Client()
    make_user("alice")
    log_in(client, "alice")
    confirm_password(client)
    client.get(f"{PASSKEYS}add/")
    response = client.post(f"{PASSKEYS}add/", {"name": "Phone", "credential": sent})
    assert response.status_code == 200
    assert "notice--error" in Page(response).source
    assert not Authenticator.objects.exists()


@pytest.mark.django_db
def test_a_passkey_of_another_member_cannot_be_touched(client: Client) -> None:
    key = Authenticator.objects.create(
        user=make_user("alice"), type=Authenticator.Type.WEBAUTHN, data={"name": "Phone"}
    )
    make_user("bob")
    log_in(client, "bob")
    confirm_password(client)
    for action in ("remove", "edit"):
        assert client.post(f"{PASSKEYS}keys/{key.pk}/{action}/", {"name": "X"}).status_code == 404
    assert Authenticator.objects.get().data == {"name": "Phone"}


# --- In a browser with an authenticator ---------------------------------------------------------


@pytest.fixture
def at_localhost(settings: Settings, live_server: Any) -> str:
    """The site's address: passkeys need a name, and are not for plain http anywhere else."""
    settings.MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
    return str(live_server.url).replace("127.0.0.1", "localhost")


@pytest.fixture
def browser_context_args(browser_context_args: dict[str, Any], at_localhost: str) -> dict[str, Any]:
    return {**browser_context_args, "base_url": at_localhost}


def plug_in(context: BrowserContext, page: BrowserPage) -> CDPSession:
    """Give the browser a device that keeps passkeys and recognises its owner."""
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    devtools.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return devtools


def add_passkey(page: BrowserPage) -> None:
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Add a passkey").click()
    if page.get_by_label("Password", exact=True).is_visible():
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name of the passkey").fill("My laptop")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_text("The passkey is added.")).to_be_visible()


def log_out(page: BrowserPage) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Log out").click()
    expect(page.get_by_role("link", name="Log in")).to_be_visible()


def test_a_passkey_is_added_and_logs_in_by_itself(
    context: BrowserContext, page: BrowserPage, transactional_db: None
) -> None:
    make_user("alice")
    plug_in(context, page)
    log_in_by_hand(page, "alice")
    add_passkey(page)
    log_out(page)

    page.goto("/accounts/login/?next=/library/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1, name="Library")).to_be_visible()
    expect(page.locator("summary", has_text="@alice")).to_be_visible()

    page.goto(PASSKEYS)
    page.get_by_role("link", name="Rename").click()
    if page.get_by_label("Password", exact=True).is_visible():
        page.get_by_label("Password", exact=True).fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name of the passkey").fill("Old laptop")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Remove Old laptop").click()
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("You have no passkey yet.")).to_be_visible()
    assert not Authenticator.objects.exists(), "codes that recover nothing go too"


def test_a_passkey_is_the_second_factor_of_the_password(
    context: BrowserContext, page: BrowserPage, transactional_db: None
) -> None:
    make_user("alice")
    plug_in(context, page)
    log_in_by_hand(page, "alice")
    add_passkey(page)
    log_out(page)
    page.goto("/accounts/login/")
    page.get_by_label("User name or email address").fill("alice")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Log in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Second factor")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("summary", has_text="@alice")).to_be_visible()


def test_without_a_passkey_one_is_told_and_can_go_on(
    context: BrowserContext, page: BrowserPage, transactional_db: None
) -> None:
    make_user("alice")
    plug_in(context, page)  # which keeps no passkey of hers
    page.goto("/accounts/login/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("The passkey was not used.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")
