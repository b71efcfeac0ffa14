"""/accounts/logout/"""

import pytest
from django.http import HttpResponseRedirect
from django.test import Client

from tests.accounts.page import Page
from tests.accounts.steps import is_logged_in
from tests.factories import make_user

LOG_OUT = "/accounts/logout/"

pytestmark = pytest.mark.django_db


def test_opening_the_page_only_shows_a_button(client: Client) -> None:
    client.force_login(make_user("alice"))
    page = Page(client.get(LOG_OUT))
    assert page.heading == "Log out"
    assert any(form.attributes["action"] == LOG_OUT for form in page.all("form", method="post"))
    assert is_logged_in(client)


def test_the_button_logs_out_and_leads_home(client: Client) -> None:
    client.force_login(make_user("alice"))
    response = client.post(LOG_OUT)
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == "/"
    assert not is_logged_in(client)


def test_logging_out_needs_the_forms_token() -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user("alice"))
    assert client.post(LOG_OUT).status_code == 403
    assert is_logged_in(client)


def test_next_to_another_site_is_ignored(client: Client) -> None:
    client.force_login(make_user("alice"))
    response = client.post(LOG_OUT, {"next": "//evil.example/"})
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == "/"


def test_a_visitor_who_is_not_logged_in_is_sent_home(client: Client) -> None:
    response = client.get(LOG_OUT)
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == "/"
    assert not response.cookies
