"""/accounts/password/change/"""

import pytest
from django.test import Client

from tests.accounts.page import Page
from tests.accounts.steps import is_logged_in, last_mail
from tests.factories import PASSWORD, make_user

CHANGE = "/accounts/password/change/"
NEW_PASSWORD = "a completely different phrase"

pytestmark = pytest.mark.django_db


def test_a_new_password_needs_the_present_one(client: Client) -> None:
    alice = make_user("alice")
    client.force_login(alice)
    page = Page(client.get(CHANGE))
    assert page.heading == "Change your password"
    assert page.control("oldpassword").attributes["autocomplete"] == "current-password"
    data = {"oldpassword": "wrong", "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    page = Page(client.post(CHANGE, data))
    assert "not your present password" in page.described_by("oldpassword")
    alice.refresh_from_db()
    assert alice.check_password(PASSWORD)


def test_a_changed_password_keeps_one_logged_in_and_is_announced_by_mail(client: Client) -> None:
    alice = make_user("alice")
    client.force_login(alice)
    data = {"oldpassword": PASSWORD, "password1": NEW_PASSWORD, "password2": NEW_PASSWORD}
    client.post(CHANGE, data)
    alice.refresh_from_db()
    assert alice.check_password(NEW_PASSWORD)
    assert is_logged_in(client)
    message = last_mail("alice@example.org")
    assert message.subject == "Your password on Offprint was changed"
    assert "from the internet address 127.0.0.1" in message.body
