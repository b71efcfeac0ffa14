"""/accounts/signup/"""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.messages.middleware import MessageMiddleware
from django.contrib.sessions.middleware import SessionMiddleware
from django.core import mail
from django.db import connection
from django.http import HttpResponse, HttpResponseRedirect
from django.test import Client, RequestFactory, override_settings

from accounts.forms import SignupForm
from accounts.models import User
from tests.accounts.page import Page
from tests.accounts.steps import CHECK_MAIL, SIGN_UP, is_logged_in, sign_up, verification_link
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def test_the_form_asks_for_a_name_an_address_and_one_password(client: Client) -> None:
    page = Page(client.get(SIGN_UP))
    form = page.one("form", action=SIGN_UP)
    assert form.attributes["method"] == "post"
    assert page.heading == "Sign up"
    assert page.control("username").attributes["autocomplete"] == "username"
    assert page.control("email").attributes["autocomplete"] == "email"
    assert page.control("email").attributes["type"] == "email"
    assert page.control("password1").attributes["autocomplete"] == "new-password"
    assert not page.all("input", name="password2")


def test_every_field_has_a_label_and_its_help(client: Client) -> None:
    page = Page(client.get(SIGN_UP))
    for name in ("username", "email", "password1"):
        control = page.control(name)
        label = page.one("label", **{"for": control.attributes["id"]})
        assert label.text.strip()
        assert "placeholder" not in control.attributes
        assert page.described_by(name).strip()


def test_looking_at_the_form_sets_the_csrf_cookie_only(client: Client) -> None:
    response = client.get(SIGN_UP)
    assert list(response.cookies) == ["csrftoken"]


def test_a_new_member_is_logged_in_and_sent_to_check_their_mail(client: Client) -> None:
    response = sign_up(client, "alice")
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == CHECK_MAIL
    assert is_logged_in(client)
    user = User.objects.get(username="alice")
    assert user.email == "alice@example.org"
    assert user.check_password(PASSWORD)
    assert not EmailAddress.objects.get(user=user).verified


def test_the_check_your_mail_page_names_the_address_and_nothing_else_pops_up(
    client: Client,
) -> None:
    sign_up(client, "alice")
    page = Page(client.get(CHECK_MAIL))
    assert page.heading == "Check your mail"
    assert "alice@example.org" in page.text
    assert "Successfully" not in page.text


def test_the_mail_is_plain_words_with_one_link_to_the_page_that_verifies(client: Client) -> None:
    sign_up(client, "alice")
    (message,) = mail.outbox
    assert message.to == ["alice@example.org"]
    assert message.subject == "Verify your address for Offprint"
    assert message.extra_headers["Auto-Submitted"] == "auto-generated"
    assert not getattr(message, "alternatives", [])
    assert str(message.body).startswith("Hello alice,")
    assert str(message.body).count("http") == 2  # the link and the site's own address
    assert verification_link("alice@example.org").startswith("/accounts/confirm-email/")


def test_next_leads_over_check_your_mail_to_the_wanted_page(client: Client) -> None:
    response = sign_up(client, "alice", next_url="/library/")
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == f"{CHECK_MAIL}?next=/library/"
    assert Page(client.get(response.url)).all("a", href="/library/")
    assert verification_link("alice@example.org").endswith("?next=/library/")


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example/",
        "javascript:alert(1)",
        "http:///evil.example/",
    ],
)
def test_next_to_another_site_is_ignored(client: Client, target: str) -> None:
    response = sign_up(client, "alice", next_url=target)
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == CHECK_MAIL
    assert "evil" not in verification_link("alice@example.org")
    assert Page(client.get(CHECK_MAIL, {"next": target})).all("a", href=target) == []


def test_next_is_kept_in_the_form_and_in_the_link_to_log_in(client: Client) -> None:
    page = Page(client.get(SIGN_UP, {"next": "/library/"}))
    assert page.control("next").attributes["value"] == "/library/"
    assert page.all("a", href="/accounts/login/?next=%2Flibrary%2F")


def test_a_taken_name_is_refused_beside_its_field(client: Client) -> None:
    make_user("alice")
    page = Page(sign_up(client, "alice", email="other@example.org"))
    assert "This name is taken." in page.described_by("username")
    assert User.objects.count() == 1


def test_a_taken_address_is_refused_with_what_to_do(client: Client) -> None:
    make_user("alice", email="a@example.org")
    page = Page(sign_up(client, "bob", email="A@example.org"))
    assert "Log in instead" in page.described_by("email")
    assert not User.objects.filter(username="bob").exists()


def test_errors_stand_at_the_field_and_the_first_one_is_easy_to_find(client: Client) -> None:
    page = Page(client.post(SIGN_UP, {"username": "x", "email": "nonsense", "password1": "short"}))
    summary = page.one("div", role="alert")
    assert "User name" in summary.text
    assert page.all("a", href="#id_username")
    first = page.control("username").attributes
    assert first["aria-invalid"] == "true"
    assert "autofocus" in first
    assert "autofocus" not in page.control("email").attributes
    assert "Enter a valid email address." in page.described_by("email")
    assert "too short" in page.described_by("password1")
    assert page.control("password1").attributes.get("value", "") == ""


def test_a_name_lost_in_a_race_leaves_no_half_an_account() -> None:
    form = SignupForm({"username": "alice", "email": "second@example.org", "password1": PASSWORD})
    assert form.is_valid()
    make_user("alice")
    request = RequestFactory().post(SIGN_UP)
    SessionMiddleware(lambda _: HttpResponse()).process_request(request)
    MessageMiddleware(lambda _: HttpResponse()).process_request(request)
    user, response = form.try_save(request)
    assert user is None
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == SIGN_UP
    assert not EmailAddress.objects.filter(email="second@example.org").exists()
    assert not connection.needs_rollback


def test_a_mail_server_that_is_away_does_not_stop_a_sign_up(client: Client) -> None:
    # Nothing listens on port 1.
    backend = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(EMAIL_BACKEND=backend, EMAIL_HOST="127.0.0.1", EMAIL_PORT=1):
        response = sign_up(client, "alice")
    assert response.status_code == 302
    assert is_logged_in(client)
    assert "could not be sent" in Page(client.get(CHECK_MAIL)).text


def test_a_member_who_is_logged_in_is_sent_on(client: Client) -> None:
    client.force_login(make_user("alice"))
    response = client.get(SIGN_UP, {"next": "/library/"})
    assert isinstance(response, HttpResponseRedirect)
    assert response.url == "/library/"
