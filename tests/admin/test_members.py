"""Members, their addresses and second factors in the admin."""

from datetime import timedelta
from html import unescape

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from accounts.models import FormerUsername, Profile, User
from papers.services.votes import cast_upvote
from tests.admin.pages import form_of, messages_of, rows_of, text_of
from tests.factories import make_moderator, make_paper, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/accounts/user/"


def page_of(member: User) -> str:
    return f"{LIST}{member.pk}/change/"


@pytest.fixture
def clerk(client: Client) -> Client:
    """Staff who may change members, and are no superuser."""
    member = make_moderator("clerk")
    member.user_permissions.set(
        Permission.objects.filter(codename__in=["change_user", "delete_authenticator"])
    )
    client.force_login(member)
    return client


def test_the_list_says_whose_address_is_verified(root: Client) -> None:
    make_user("alice")
    make_user("bob", verified=False)
    shown = root.get(LIST).content.decode()
    for name, verified in (("alice", "True"), ("bob", "False")):
        row = shown.split(f">{name}<")[1]
        cell = row.split('class="field-email_verified"')[1].split("</td>")[0]
        assert f'alt="{verified}"' in cell


@pytest.mark.parametrize(
    "term", ["alice", "ALI", "@alice", "alice@example.org", "second@example.org"]
)
def test_a_member_is_found_by_the_beginning_of_the_name_or_a_whole_address(
    root: Client, term: str
) -> None:
    alice = make_user("alice")
    EmailAddress.objects.create(user=alice, email="second@example.org", verified=False)
    make_user("bob")
    rows = rows_of(root, f"{LIST}?q={term}")
    assert [row.split()[0] for row in rows] == ["alice"]


@pytest.mark.parametrize("term", ["lice", "alice@", "example.org"])
def test_a_member_is_not_found_by_a_part_of_an_address(root: Client, term: str) -> None:
    make_user("alice")
    assert rows_of(root, f"{LIST}?q={term}") == []


def test_the_list_is_narrowed_by_standing(root: Client) -> None:
    now = timezone.now()
    make_user("alice")
    make_user("bob", suspended_until=now + timedelta(days=1))
    make_user("dave", suspended_until=now - timedelta(days=1))
    make_user("erin", quarantined_at=now)
    suspended = rows_of(root, f"{LIST}?standing=suspended")
    assert [row.split()[0] for row in suspended] == ["bob"]
    quarantined = rows_of(root, f"{LIST}?standing=quarantined")
    assert [row.split()[0] for row in quarantined] == ["erin"]


def test_standing_and_address_are_shown_and_not_changed(root: Client) -> None:
    alice = make_user("alice")
    data = form_of(root, page_of(alice)) | {
        "first_name": "Alice",
        "email": "other@example.org",
        "suspended_until_0": "2100-01-01",
        "suspended_until_1": "00:00",
    }
    assert root.post(page_of(alice), data).status_code == 302
    saved = User.objects.get(pk=alice.pk)
    assert saved.first_name == "Alice"
    assert (saved.email, saved.suspended_until) == (alice.email, None)


def test_a_new_name_is_held_to_the_rules_of_names(root: Client) -> None:
    alice = make_user("alice")
    response = root.post(page_of(alice), form_of(root, page_of(alice)) | {"username": "Not a name"})
    assert "username" in response.context["adminform"].form.errors


def test_a_member_is_added(root: Client) -> None:
    data = {
        "username": "dave",
        "usable_password": "true",
        "password1": "correct horse battery",
        "password2": "correct horse battery",
    }
    assert root.post(f"{LIST}add/", data).status_code == 302
    assert User.objects.get(username="dave").check_password("correct horse battery")


def test_members_are_not_deleted_here(root: Client) -> None:
    alice = make_user("alice")
    assert "delete_selected" not in root.get(LIST).content.decode()
    assert root.post(f"{LIST}{alice.pk}/delete/", {"post": "yes"}).status_code == 403


def test_a_superuser_makes_a_moderator(root: Client) -> None:
    alice = make_user("alice")
    root.post(page_of(alice), form_of(root, page_of(alice)) | {"is_staff": "on"})
    assert User.objects.get(pk=alice.pk).is_moderator


def test_nobody_else_gives_powers_away(clerk: Client) -> None:
    alice = make_user("alice")
    data = form_of(clerk, page_of(alice)) | {"is_staff": "on", "is_superuser": "on"}
    assert clerk.post(page_of(alice), data | {"first_name": "Alice"}).status_code == 302
    saved = User.objects.get(pk=alice.pk)
    assert (saved.first_name, saved.is_staff, saved.is_superuser) == ("Alice", False, False)


def test_nobody_else_renames_a_member_or_shuts_them_out(clerk: Client) -> None:
    alice = make_user("alice")
    data = form_of(clerk, page_of(alice)) | {
        "first_name": "Alice",
        "username": "mallory",
        "email": "mallory@example.org",
        "is_active": "",
    }
    assert clerk.post(page_of(alice), data).status_code == 302
    saved = User.objects.get(pk=alice.pk)
    assert (saved.first_name, saved.username, saved.email) == ("Alice", "alice", alice.email)
    assert saved.is_active


def test_nobody_else_sets_the_password_of_a_member(clerk: Client) -> None:
    alice = make_user("alice")
    passwords = {"password1": "another horse battery", "password2": "another horse battery"}
    assert clerk.get(f"{LIST}{alice.pk}/password/").status_code == 403
    assert clerk.post(f"{LIST}{alice.pk}/password/", passwords).status_code == 403
    clerk.post(page_of(alice), form_of(clerk, page_of(alice)) | {"password": "x"})
    assert User.objects.get(pk=alice.pk).check_password("correct horse battery")


def test_everybody_else_sees_the_name_and_standing_and_nothing_of_the_password(
    clerk: Client,
) -> None:
    alice = make_user("alice")
    page = clerk.get(page_of(alice)).content.decode()
    shown = text_of(page)
    assert "User name: alice" in shown
    assert "alice@example.org" in shown
    assert alice.password not in unescape(page)
    assert "/password/" not in page.split("<main", 1)[1]


def test_a_superuser_renames_a_member_shuts_them_out_and_sets_their_password(root: Client) -> None:
    alice = make_user("alice")
    data = form_of(root, page_of(alice)) | {"username": "alice-two", "is_active": ""}
    assert root.post(page_of(alice), data).status_code == 302
    passwords = {
        "usable_password": "true",
        "password1": "another horse battery",
        "password2": "another horse battery",
    }
    assert root.post(f"{LIST}{alice.pk}/password/", passwords).status_code == 302
    saved = User.objects.get(pk=alice.pk)
    assert (saved.username, saved.is_active) == ("alice-two", False)
    assert saved.check_password("another horse battery")


def test_staff_who_may_add_members_name_them(clerk: Client) -> None:
    staff = User.objects.get(username="clerk")
    staff.user_permissions.add(Permission.objects.get(codename="add_user"))
    data = {
        "username": "dave",
        "usable_password": "true",
        "password1": "correct horse battery",
        "password2": "correct horse battery",
    }
    assert clerk.post(f"{LIST}add/", data).status_code == 302
    assert User.objects.filter(username="dave").exists()


def test_nobody_else_changes_staff_or_their_passwords(clerk: Client) -> None:
    carol = make_moderator("carol")
    assert clerk.post(page_of(carol), {"username": "carol"}).status_code == 403
    passwords = {"password1": "another horse battery", "password2": "another horse battery"}
    assert clerk.post(f"{LIST}{carol.pk}/password/", passwords).status_code == 403
    carol.refresh_from_db()
    assert carol.check_password("correct horse battery")


# --- Addresses --------------------------------------------------------------------------------


def test_an_address_verified_by_hand_lets_votes_count(root: Client) -> None:
    bob = make_user("bob", verified=False)
    vote = cast_upvote(user=bob, paper=make_paper(), now=timezone.now())
    assert vote.weight == 0
    address = EmailAddress.objects.get(user=bob)
    data = {"action": "verify", "_selected_action": address.pk, "index": "0"}
    response = root.post("/admin/account/emailaddress/", data, follow=True)
    assert messages_of(response) == ["success: Verified: bob@example.org."]
    vote.refresh_from_db()
    assert vote.weight == 1


def test_an_address_that_another_has_verified_is_not_verified_again(root: Client) -> None:
    make_user("alice", email="shared@example.org")
    bob = make_user("bob", verified=False, email="shared@example.org")
    address = EmailAddress.objects.get(user=bob)
    data = {"action": "verify", "_selected_action": address.pk, "index": "0"}
    response = root.post("/admin/account/emailaddress/", data, follow=True)
    assert messages_of(response) == ["error: Another member has verified shared@example.org."]
    address.refresh_from_db()
    assert not address.verified


@pytest.mark.parametrize("term", ["bob", "BOB@example.org"])
def test_an_address_is_found_whole_or_by_its_owner(root: Client, term: str) -> None:
    make_user("alice")
    make_user("bob")
    rows = rows_of(root, f"/admin/account/emailaddress/?q={term}")
    assert [row.split()[0] for row in rows] == ["bob@example.org"]


# --- Second factors ---------------------------------------------------------------------------


def give_second_factor(member: User) -> Authenticator:
    Authenticator.objects.create(user=member, type=Authenticator.Type.RECOVERY_CODES, data={})
    return Authenticator.objects.create(
        user=member, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"}
    )


def test_secrets_of_second_factors_are_not_shown(root: Client) -> None:
    factor = give_second_factor(make_user("alice"))
    page = root.get(f"/admin/mfa/authenticator/{factor.pk}/change/").content.decode()
    assert "alice" in page
    assert "JBSWY3DPEHPK3PXP" not in page


def test_a_lost_second_factor_is_taken_away_with_its_recovery_codes(root: Client) -> None:
    factor = give_second_factor(make_user("alice"))
    path = f"/admin/mfa/authenticator/{factor.pk}/delete/"
    assert root.post(path, {"post": "yes"}).status_code == 302
    assert not Authenticator.objects.exists()


def test_only_a_superuser_takes_it_from_staff(clerk: Client) -> None:
    factor = give_second_factor(make_moderator("carol"))
    path = f"/admin/mfa/authenticator/{factor.pk}/delete/"
    assert clerk.post(path, {"post": "yes"}).status_code == 403
    data = {"action": "delete_selected", "_selected_action": factor.pk, "post": "yes"}
    clerk.post("/admin/mfa/authenticator/", data)
    assert Authenticator.objects.filter(pk=factor.pk).exists()


def save_name(client: Client, member: User, name: str) -> str:
    """Send the member's form with another name, and return the text of the answer."""
    url = page_of(member)
    data = {**form_of(client, url), "username": name}
    return text_of(client.post(url, data, follow=True).content.decode())


def test_a_member_whose_name_is_changed_here_keeps_the_old_one(root: Client) -> None:
    alice = make_user("alice")
    save_name(root, alice, "alina")
    assert User.objects.get(pk=alice.pk).username == "alina"
    assert FormerUsername.objects.get().username == "alice"
    assert "alice" in text_of(root.get(page_of(alice)).content.decode())
    save_name(root, alice, "alice")
    assert FormerUsername.objects.get().username == "alina"


def test_the_name_that_another_member_had_is_refused_at_the_field(root: Client) -> None:
    alice, bob = make_user("alice"), make_user("bob")
    save_name(root, alice, "alina")
    assert "it stays theirs" in save_name(root, bob, "alice")
    assert User.objects.get(pk=bob.pk).username == "bob"


def test_what_members_say_of_themselves_is_shown_and_not_changed(root: Client) -> None:
    alice = make_user("alice")
    Profile.objects.create(user=alice, display_name="Alice Example")
    page = root.get(page_of(alice)).content.decode()
    assert "Alice Example" in page
    assert 'name="profile-0-display_name"' not in page


def test_where_members_are_logged_in_is_nobody_else_s_business(root: Client) -> None:
    assert root.get("/admin/usersessions/usersession/").status_code == 404
