"""`next`, where to go afterwards: whatever it says, the pages around an account answer."""

import pytest
from django.http import HttpResponseRedirect
from django.test import Client

from tests.accounts.page import Page
from tests.accounts.steps import CHECK_MAIL, LOG_IN, SIGN_UP, log_in, sign_up
from tests.factories import make_user

NO_ADDRESSES = [
    "http://[",
    "//[",
    " //[",
    "http://[::1",
    "https://a]b",
    "http://testserver@[",
    "http://\u2100.example/",
    "//\uff0f[",
    "http://testserver:99999999/",
    "///[",
    "\\\\[",
    "/\\[",
    "javascript:alert(1)",
    "\x00",
    pytest.param("/" + "x" * 3000, id="long"),
]

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("target", NO_ADDRESSES)
@pytest.mark.parametrize(
    "path",
    [
        LOG_IN,
        SIGN_UP,
        CHECK_MAIL,
        "/accounts/confirm-email/no-such-key/",
        "/accounts/password/reset/",
        "/accounts/inactive/",
    ],
)
def test_a_page_shows_and_does_not_lead_there(client: Client, path: str, target: str) -> None:
    page = Page(client.get(path, {"next": target}))
    assert page.heading
    assert not page.all("a", href=target)


@pytest.mark.parametrize("target", NO_ADDRESSES)
@pytest.mark.parametrize("path", [LOG_IN, SIGN_UP, CHECK_MAIL, "/accounts/reauthenticate/"])
def test_a_page_for_members_answers_too(client: Client, path: str, target: str) -> None:
    client.force_login(make_user("alice"))
    assert client.get(path, {"next": target}).status_code in (200, 302)


@pytest.mark.parametrize("target", NO_ADDRESSES)
def test_every_form_leads_home_instead(client: Client, target: str) -> None:
    response = sign_up(client, "alice", next_url=target)
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == CHECK_MAIL
    for data in ({"next": target}, {}):
        response = client.post("/accounts/logout/", data, query_params={"next": target})
        assert isinstance(response, HttpResponseRedirect)
        assert response.url == "/"
    response = log_in(client, "alice", next_url=target)
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == "/"


def test_what_could_break_a_header_is_quoted(client: Client) -> None:
    make_user("alice")
    response = log_in(client, "alice", next_url="/a\r\nSet-Cookie: b\x00")
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == "/a%0D%0ASet-Cookie:%20b%00"
