"""/settings/username/: another name, and what becomes of the old one."""

import time
from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.test import Client
from django.utils import timezone

from accounts.models import FormerUsername, User
from accounts.services import NAME_CHANGE_DAYS, NAME_CHANGES, change_username, rename
from papers.models import Visibility
from tests.accounts.page import Page
from tests.accounts.steps import is_logged_in, log_in, sign_up
from tests.at_once import at_once, in_thread, waits_for_a_lock
from tests.eventually import eventually
from tests.factories import PASSWORD, make_list, make_user

USERNAME = "/settings/username/"
NOW = timezone.now()


def change(member: User, username: str, *, days: int = 0) -> None:
    change_username(member=member, username=username, now=NOW + timedelta(days=days))


def former_names() -> dict[str, str]:
    return dict(FormerUsername.objects.values_list("username", "user__username"))


def confirm_password(client: Client) -> None:
    assert client.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302


# --- The service --------------------------------------------------------------------------------


def test_the_old_name_is_kept(db: None) -> None:
    alice = make_user("alice")
    change(alice, "alina")
    assert alice.username == "alina"
    assert User.objects.get().username == "alina"
    assert former_names() == {"alice": "alina"}


def test_one_can_go_back_to_a_former_name(db: None) -> None:
    alice = make_user("alice")
    change(alice, "alina")
    change(alice, "alice")
    assert former_names() == {"alina": "alice"}
    change(alice, "alina")
    assert former_names() == {"alice": "alina"}


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("bob", "taken"),
        ("robert", "taken"),
        ("alice", "same"),
        ("admin", "reserved"),
        ("Alina", "invalid"),
        ("a", "invalid"),
        ("al ina", "invalid"),
        ("alina\n", "invalid"),
        ("å" * 10, "invalid"),
        ("x" * 31, "invalid"),
    ],
)
def test_a_name_that_one_cannot_have_changes_nothing(db: None, name: str, code: str) -> None:
    alice, bob = make_user("alice"), make_user("robert")
    rename(member=bob, username="bob", now=NOW)
    with pytest.raises(ValidationError) as refusal:
        change(alice, name)
    assert refusal.value.code == code
    assert alice.username == "alice"
    assert former_names() == {"robert": "bob"}


def test_names_change_three_times_within_thirty_days(db: None) -> None:
    alice = make_user("alice")
    for number in range(NAME_CHANGES):
        change(alice, f"alice-{number}", days=number)
    with pytest.raises(ValidationError, match="Try again in 28 days") as refusal:
        change(alice, "alina", days=NAME_CHANGES - 1)
    assert refusal.value.code == "limit"
    change(alice, "alina", days=NAME_CHANGE_DAYS)
    assert alice.username == "alina"


def test_a_suspended_member_keeps_their_name(db: None) -> None:
    alice = make_user("alice", suspended_until=NOW + timedelta(days=1))
    with pytest.raises(PermissionDenied):
        change(alice, "alina")
    assert User.objects.get().username == "alice"


@pytest.mark.django_db(transaction=True)
def test_two_who_want_one_name_at_once_do_not_both_get_it() -> None:
    members = [make_user("alice"), make_user("bob")]

    def take(member: User) -> str:
        try:
            change(member, "carla")
        except ValidationError as error:
            return str(error.code)
        return "got it"

    answers = at_once(*[lambda member=member: take(member) for member in members])
    assert sorted(answers) == ["got it", "taken"]
    assert User.objects.filter(username="carla").count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_name_that_is_being_given_up_can_be_taken_by_nobody() -> None:
    alice = make_user("alice")

    def sign_up_as_alice() -> bool:
        return User.objects.bulk_create([User(username="alice")], ignore_conflicts=True) != []

    with transaction.atomic():
        rename(member=alice, username="alina", now=NOW)
        newcomer = in_thread(sign_up_as_alice)
        eventually(waits_for_a_lock, timeout=10)
    with pytest.raises(Exception, match="was given up"):
        newcomer.result(timeout=20)
    assert former_names() == {"alice": "alina"}


@pytest.mark.django_db(transaction=True)
def test_two_who_swap_their_names_at_once_neither_lose_nor_share_one() -> None:
    alice, bob = make_user("alice"), make_user("bob")

    def swap(member: User, username: str) -> bool:
        try:
            change(member, username)
        except ValidationError:
            return False
        return True

    began = time.monotonic()
    assert at_once(lambda: swap(alice, "bob"), lambda: swap(bob, "alice")) == [False, False]
    assert time.monotonic() - began < 20
    assert set(User.objects.values_list("username", flat=True)) == {"alice", "bob"}


# --- The page -----------------------------------------------------------------------------------


def test_the_page_asks_for_the_password_and_then_does_what_was_asked(
    client: Client, db: None
) -> None:
    make_user("alice")
    log_in(client, "alice")
    response = client.post(USERNAME, {"username": "alina"})
    assert response.headers["Location"].startswith("/accounts/reauthenticate/")
    assert User.objects.get().username == "alice"
    client.post(response.headers["Location"], {"password": PASSWORD}, follow=True)
    assert client.post(USERNAME, {"username": "alina"}).status_code in (302, 400)
    assert User.objects.get().username == "alina"
    page = Page(client.get(USERNAME))
    assert "You are @alina" in page.text
    assert "@alice, until" in page.text
    assert is_logged_in(client)


@pytest.mark.parametrize(
    ("name", "status"),
    [("bob", 400), ("", 400), ("x" * 10_000, 400), ("a\x00b", 400), ("\u202eecila", 400)],
)
def test_a_bad_name_gets_its_sentence_at_the_field(
    client: Client, db: None, name: str, status: int
) -> None:
    make_user("alice")
    make_user("bob")
    log_in(client, "alice")
    confirm_password(client)
    response = client.post(USERNAME, {"username": name})
    assert response.status_code == status
    assert Page(response).described_by("username").strip()
    assert User.objects.filter(username="alice").exists()


def test_a_suspended_member_is_told_why_not(client: Client, db: None) -> None:
    make_user("alice", suspended_until=NOW + timedelta(days=1))
    log_in(client, "alice")
    confirm_password(client)
    response = client.post(USERNAME, {"username": "alina"})
    assert response.status_code == 403
    assert "Your account is suspended" in Page(response).text


def test_sign_up_refuses_a_former_name_at_the_field(client: Client, db: None) -> None:
    rename(member=make_user("alice"), username="alina", now=NOW)
    response = sign_up(client, "alice", email="other@example.org")
    assert response.status_code == 200
    assert "This name is taken." in Page(response).text
    assert User.objects.count() == 1


# --- Old addresses ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("/@alice/", "/@alina/"),
        ("/@alice/reading/", "/@alina/reading/"),
        ("/@alice/reading/?after=3&x=a%20b", "/@alina/reading/?after=3&x=a%20b"),
        ("/@Alice/", "/@alina/"),
        ("/@ALINA/", "/@alina/"),
        ("/@Alina/reading/", "/@alina/reading/"),
    ],
)
def test_old_addresses_lead_to_the_new_ones(
    client: Client, db: None, asked: str, answered: str
) -> None:
    alice = make_user("alice")
    make_list(alice, slug="reading", visibility=Visibility.PUBLIC)
    rename(member=alice, username="alina", now=NOW)
    response = client.get(asked)
    assert (response.status_code, response.headers["Location"]) == (301, answered)
    # Not to be kept for ever: one may go back to a former name.
    assert "no-cache" in response.headers["Cache-Control"]
    assert client.get(answered).status_code == 200


def test_what_was_never_there_is_not_there_under_an_old_name(client: Client, db: None) -> None:
    alice = make_user("alice")
    make_list(alice, slug="private")
    rename(member=alice, username="alina", now=NOW)
    for slug in ("private", "nothing"):
        response = client.get(f"/@alice/{slug}/", follow=True)
        assert response.redirect_chain == [(f"/@alina/{slug}/", 301)]
        assert response.status_code == 404
    assert client.get("/@nobody-here/").status_code == 404
    assert isinstance(response.wsgi_request.user, AnonymousUser)
