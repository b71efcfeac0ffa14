"""Suspending and quarantining members from the admin, and ending either."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from papers.models import ModerationLogEntry, Upvote
from papers.services.votes import cast_upvote
from tests.admin.pages import messages_of, text_of
from tests.factories import make_moderator, make_paper, make_user

pytestmark = pytest.mark.django_db

TOMORROW = timezone.now() + timedelta(days=1)


@pytest.fixture
def alice(db: None) -> User:
    """A member with one upvote that counts."""
    member = make_user("alice")
    cast_upvote(user=member, paper=make_paper(), now=timezone.now())
    return member


def page_of(member: User) -> str:
    return f"/admin/accounts/user/{member.pk}/moderate/"


def press(client: Client, member: User, button: str, reason: str = "A ring of votes.") -> Any:
    data = {
        "until_0": TOMORROW.date().isoformat(),
        "until_1": "12:00:00",
        "reason": reason,
        button: "1",
    }
    return client.post(page_of(member), data, follow=True)


def counts(member: User) -> bool:
    return Upvote.objects.get(user=member).weight > 0


@pytest.mark.parametrize(
    ("act", "undo", "field"),
    [
        ("suspend", "end_suspension", "suspended_until"),
        ("quarantine", "release", "quarantined_at"),
    ],
)
def test_each_act_and_its_end_are_logged_and_restore_the_votes(
    moderator: Client, carol: User, alice: User, act: str, undo: str, field: str
) -> None:
    before = Upvote.objects.values().get()
    response = press(moderator, alice, act, "A ring of votes.")
    assert messages_of(response)[0].startswith("success: @alice is ")
    alice.refresh_from_db()
    assert getattr(alice, field) is not None
    assert not counts(alice)
    press(moderator, alice, undo, "It was none.")
    alice.refresh_from_db()
    assert getattr(alice, field) is None
    assert Upvote.objects.values().get() == before
    entries = ModerationLogEntry.objects.order_by("pk").values_list("actor", "member", "reason")
    assert list(entries) == [
        (carol.pk, alice.pk, "A ring of votes."),
        (carol.pk, alice.pk, "It was none."),
    ]


def test_the_page_says_how_the_member_stands_and_offers_what_can_be_done(
    moderator: Client, alice: User
) -> None:
    page = moderator.get(page_of(alice)).content.decode()
    assert "Upvotes 1 stand, of which 1 count" in text_of(page)
    assert ['name="suspend"' in page, 'name="quarantine"' in page] == [True, True]
    assert ['name="end_suspension"' in page, 'name="release"' in page] == [False, False]
    press(moderator, alice, "suspend")
    press(moderator, alice, "quarantine", "A second look.")
    page = moderator.get(page_of(alice)).content.decode()
    assert ['name="end_suspension"' in page, 'name="release"' in page] == [True, True]
    text = text_of(page)
    assert "Suspended until" in text
    assert "Upvotes 1 stand, of which 0 count" in text
    assert "quarantined carol A second look." in text


@pytest.mark.parametrize("button", ["suspend", "quarantine"])
def test_a_reason_is_needed(moderator: Client, alice: User, button: str) -> None:
    response = press(moderator, alice, button, " ")
    assert response.status_code == 400
    assert counts(alice)


@pytest.mark.parametrize(
    ("until", "complaint"),
    [
        (("", ""), "Until when?"),
        (("2020-01-01", "12:00"), "must end in the future"),
        (("tomorrow", "noon"), "Enter a valid date"),
    ],
)
def test_a_suspension_needs_an_end_in_the_future(
    moderator: Client, alice: User, until: tuple[str, str], complaint: str
) -> None:
    data = {"until_0": until[0], "until_1": until[1], "reason": "Abuse.", "suspend": "1"}
    response = moderator.post(page_of(alice), data)
    assert response.status_code == 400
    assert complaint in response.content.decode()
    assert counts(alice)


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize("until", [("9999-12-31", "23:59:59"), ("0001-01-01", "00:00")])
def test_an_end_that_is_none_in_other_time_zones_is_refused(
    moderator: Client, carol: User, alice: User, zone: str, until: tuple[str, str]
) -> None:
    User.objects.filter(pk=carol.pk).update(time_zone=zone)
    data = {"until_0": until[0], "until_1": until[1], "reason": "Abuse.", "suspend": "1"}
    response = moderator.post(page_of(alice), data)
    assert response.status_code == 400
    assert list(response.context["form"].errors) == ["until"]
    assert counts(alice)
    assert moderator.get(page_of(alice)).status_code == 200


@pytest.mark.parametrize("until", [("2020-01-01", "12:00"), ("tomorrow", "noon"), ("", "12:00")])
def test_only_a_suspension_looks_at_its_end(
    moderator: Client, alice: User, until: tuple[str, str]
) -> None:
    press(moderator, alice, "suspend")
    for button in ("end_suspension", "quarantine", "release"):
        data = {"until_0": until[0], "until_1": until[1], "reason": "Looked into.", button: "1"}
        assert moderator.post(page_of(alice), data).status_code == 302
        blank = moderator.post(page_of(alice), {**data, "reason": " "})
        assert list(blank.context["form"].errors) == ["reason"]
    assert ModerationLogEntry.objects.count() == 4
    assert counts(alice)


def test_what_was_done_meanwhile_is_said(moderator: Client, alice: User) -> None:
    press(moderator, alice, "quarantine")
    assert messages_of(press(moderator, alice, "quarantine")) == [
        "warning: This member is quarantined already."
    ]


def test_a_button_that_is_none_does_nothing(moderator: Client, alice: User) -> None:
    press(moderator, alice, "erase")
    moderator.get(f"{page_of(alice)}?quarantine=1&reason=Sneaky")
    assert counts(alice)
    assert not ModerationLogEntry.objects.exists()


def test_a_moderator_is_told_whom_they_may_not_judge(moderator: Client, carol: User) -> None:
    for member, words in (
        (carol, "Nobody moderates their own account."),
        (make_moderator("dave"), "Only an administrator"),
    ):
        page = moderator.get(page_of(member)).content.decode()
        assert words in page
        assert 'name="quarantine"' not in page
        assert words in messages_of(press(moderator, member, "quarantine"))[0]
    assert not ModerationLogEntry.objects.exists()


def test_only_moderators_see_it(client: Client, alice: User) -> None:
    client.force_login(make_user("bob"))
    assert client.get(page_of(alice)).status_code in (302, 403)
    assert press(client, alice, "quarantine").status_code == 403
    assert counts(alice)


def test_it_shows_no_address(moderator: Client, alice: User) -> None:
    assert alice.email not in moderator.get(page_of(alice)).content.decode()


@pytest.mark.parametrize("asked", ["999999", "x", "%00"])
def test_a_member_who_is_not_there_is_404(moderator: Client, asked: str) -> None:
    assert moderator.get(f"/admin/accounts/user/{asked}/moderate/").status_code == 404


def test_the_members_page_in_the_admin_and_the_public_one_lead_there(
    root: Client, moderator: Client, alice: User
) -> None:
    link = f'href="{page_of(alice)}"'
    assert link in root.get(f"/admin/accounts/user/{alice.pk}/change/").content.decode()
    assert link in moderator.get("/@alice/").content.decode()


def test_the_log_outlives_the_moderator(root: Client, moderator: Client, alice: User) -> None:
    press(moderator, alice, "quarantine")
    User.objects.get(username="carol").delete()
    assert "deleted member" in root.get(page_of(alice)).content.decode()
