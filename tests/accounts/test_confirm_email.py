"""/accounts/confirm-email/ and the link of the mail below it."""

from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from django.core import mail
from django.http import HttpResponseRedirect
from django.test import Client, override_settings
from django.utils import timezone
from time_machine import travel

from accounts.models import User
from tests.accounts.page import Page
from tests.accounts.steps import CHECK_MAIL, is_logged_in, sign_up, verification_link
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def is_verified(email: str) -> bool:
    return bool(EmailAddress.objects.get(email=email).verified)


def test_opening_the_link_shows_a_button_and_changes_nothing(client: Client) -> None:
    sign_up(client, "alice")
    link = verification_link("alice@example.org")
    page = Page(Client().get(link))
    assert page.heading == "Verify your address"
    assert "alice@example.org" in page.text
    assert not is_verified("alice@example.org")


def test_the_button_verifies_and_says_what_that_means(client: Client) -> None:
    sign_up(client, "alice")
    response = client.post(verification_link("alice@example.org"))
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == "/"
    assert is_verified("alice@example.org")
    assert is_logged_in(client)
    page = Page(client.get(response.url))
    assert "Your address is verified: your upvotes count now." in page.source


def test_the_page_returns_to_next_in_another_browser_too(client: Client) -> None:
    sign_up(client, "alice", next_url="/library/")
    link = verification_link("alice@example.org")
    phone = Client()
    page = Page(phone.get(link))
    assert page.control("next").attributes["value"] == "/library/"
    action = page.one("form", method="post").attributes["action"]
    response = phone.post(action, {"next": "/library/"})
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == "/library/"
    assert is_verified("alice@example.org")


def test_next_to_another_site_is_ignored(client: Client) -> None:
    sign_up(client, "alice")
    link = verification_link("alice@example.org")
    response = client.post(link, {"next": "//evil.example/"})
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == "/"


def test_a_link_that_has_done_its_work_says_so(client: Client) -> None:
    sign_up(client, "alice")
    link = verification_link("alice@example.org")
    client.post(link)
    for response in (client.get(link), client.post(link), Client().get(link)):
        assert response.status_code == 200
        assert Page(response).heading == "Your address is verified"


def test_opening_somebody_elses_link_leaves_one_logged_in(client: Client) -> None:
    sign_up(Client(), "bob")
    client.force_login(make_user("alice"))
    client.get(verification_link("bob@example.org"))
    assert is_logged_in(client)


@pytest.mark.parametrize("key", ["nonsense", "MQ:1abcde:forged", "-"])
def test_a_broken_link_is_a_404_that_offers_a_new_one(client: Client, key: str) -> None:
    for response in (client.get(f"{CHECK_MAIL}{key}/"), client.post(f"{CHECK_MAIL}{key}/")):
        assert response.status_code == 404
        page = Page(response)
        assert page.heading == "This link does not work any more"
        assert page.all("a", href=CHECK_MAIL)


def test_a_link_dies_after_three_days(client: Client) -> None:
    with travel(timezone.now() - timedelta(days=3, minutes=1), tick=False):
        sign_up(client, "alice")
    link = verification_link("alice@example.org")
    assert client.get(link).status_code == 404
    assert client.post(link).status_code == 404
    assert not is_verified("alice@example.org")


def test_an_address_that_another_account_has_verified_is_refused(client: Client) -> None:
    alice = make_user("alice", verified=False, email="shared@example.org")
    make_user("bob", email="shared@example.org")
    key = EmailConfirmationHMAC(EmailAddress.objects.get(user=alice)).key
    page = Page(client.get(f"{CHECK_MAIL}{key}/"))
    assert page.heading == "This address belongs to another account"
    client.post(f"{CHECK_MAIL}{key}/")
    assert not EmailAddress.objects.get(user=alice).verified


def test_the_link_can_be_sent_again(client: Client) -> None:
    sign_up(client, "alice", next_url="/library/")
    page = Page(client.get(f"{CHECK_MAIL}?next=/library/"))
    (form,) = [f for f in page.all("form", method="post") if f.attributes["action"] == CHECK_MAIL]
    assert "Send the link again" in form.text
    response = client.post(CHECK_MAIL, {"next": page.control("next").attributes["value"]})
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == f"{CHECK_MAIL}?next=/library/"
    assert len(mail.outbox) == 2
    assert "We have sent a link to alice@example.org." in Page(client.get(response.url)).source
    client.post(verification_link("alice@example.org"))
    assert is_verified("alice@example.org")


def test_a_member_created_by_hand_can_have_a_link_sent(client: Client) -> None:
    user = User.objects.create_user("dora", email="dora@example.org")
    client.force_login(user)
    assert "dora@example.org" in Page(client.get(CHECK_MAIL)).text
    assert not EmailAddress.objects.filter(user=user).exists()
    client.post(CHECK_MAIL)
    client.post(verification_link("dora@example.org"))
    assert is_verified("dora@example.org")


def test_a_member_without_an_address_is_shown_where_to_add_one(client: Client) -> None:
    client.force_login(User.objects.create_user("dora"))
    assert Page(client.get(CHECK_MAIL)).all("a", href="/accounts/email/")
    assert client.post(CHECK_MAIL).status_code == 302
    assert not mail.outbox


def test_a_verified_member_has_nothing_left_to_do(client: Client) -> None:
    client.force_login(make_user("alice"))
    assert Page(client.get(CHECK_MAIL)).heading == "Nothing left to do"
    client.post(CHECK_MAIL)
    assert not mail.outbox


def test_a_stranger_sees_no_form_and_gets_no_cookie(client: Client) -> None:
    response = client.get(CHECK_MAIL)
    assert Page(response).heading == "Check your mail"
    assert not response.cookies
    response = client.post(CHECK_MAIL)
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == f"/accounts/login/?next={CHECK_MAIL}"


def test_the_kept_mail_is_linked_on_development_machines_only(client: Client) -> None:
    sign_up(client, "alice")
    assert Page(client.get(CHECK_MAIL)).all("a", href="/dev/mail/")
    with override_settings(DEVELOPMENT=False):
        assert not Page(client.get(CHECK_MAIL)).all("a", href="/dev/mail/")
