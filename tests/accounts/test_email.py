"""/accounts/email/"""

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from tests.accounts.page import Page
from tests.accounts.steps import last_mail, verification_link
from tests.factories import make_user

EMAIL = "/accounts/email/"

pytestmark = pytest.mark.django_db


def addresses() -> dict[str, bool]:
    return dict(EmailAddress.objects.values_list("email", "verified"))


def test_the_old_address_stays_until_the_new_one_is_verified(client: Client) -> None:
    alice = make_user("alice", email="old@example.org")
    client.force_login(alice)
    client.post(EMAIL, {"action_add": "", "email": "new@example.org"})
    assert addresses() == {"old@example.org": True, "new@example.org": False}
    page = Page(client.get(EMAIL))
    assert "old@example.org is verified." in page.text
    assert "new@example.org: open the link" in page.text
    client.post(verification_link("new@example.org"))
    alice.refresh_from_db()
    assert alice.email == "new@example.org"
    assert addresses() == {"new@example.org": True}


def test_the_old_address_hears_of_the_change(client: Client) -> None:
    client.force_login(make_user("alice", email="old@example.org"))
    client.post(EMAIL, {"action_add": "", "email": "new@example.org"})
    client.post(verification_link("new@example.org"))
    message = last_mail("old@example.org")
    assert message.subject == "Your email address on Offprint was changed"
    assert "from old@example.org to new@example.org" in message.body
    assert "http://testserver/accounts/password/reset/" in message.body


def test_a_change_can_be_taken_back(client: Client) -> None:
    client.force_login(make_user("alice", email="old@example.org"))
    client.post(EMAIL, {"action_add": "", "email": "new@example.org"})
    client.post(EMAIL, {"action_remove": "", "email": "new@example.org"})
    assert addresses() == {"old@example.org": True}


def test_the_only_address_cannot_be_removed(client: Client) -> None:
    client.force_login(make_user("alice", email="old@example.org"))
    client.post(EMAIL, {"action_remove": "", "email": "old@example.org"})
    assert addresses() == {"old@example.org": True}
    assert "an account needs one address" in Page(client.get(EMAIL)).source


def test_a_broken_address_is_refused_beside_its_field(client: Client) -> None:
    client.force_login(make_user("alice"))
    page = Page(client.post(EMAIL, {"action_add": "", "email": "nonsense"}))
    assert page.heading == "Your email address"
    assert "valid email address" in page.described_by("email")
    assert not mail.outbox
