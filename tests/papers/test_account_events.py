"""What happens to accounts, and what it does to the upvotes that they have cast."""

import re
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import email_confirmed
from django.core import mail
from django.db.models import Sum
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from papers.models import Paper, Upvote, VoteOutbox
from papers.services.votes import cast_upvote
from tests.factories import PASSWORD, make_moderator, make_paper, make_user

NOW = timezone.now() - timedelta(minutes=10)


@pytest.fixture
def paper(db: None) -> Paper:
    return make_paper()


def vote(user: User, paper: Paper) -> Upvote:
    return cast_upvote(user=user, paper=paper, now=NOW)


def reason(user: User) -> str:
    return Upvote.objects.get(user=user).weight_reason


def counted(paper: Paper) -> int:
    """The count that pages show, as nothing has drained the outbox."""
    total = VoteOutbox.objects.filter(paper=paper).aggregate(total=Sum("delta"))["total"]
    return total or 0


def links() -> list[str]:
    """The paths that the last mail links to."""
    return re.findall(r"https?://[^/\s]+(/\S+)", str(mail.outbox[-1].body))


def confirm_by_mail(client: Client) -> None:
    (link,) = [link for link in links() if "confirm-email" in link]
    assert client.post(link).status_code == 302


# --- Through the pages of allauth -------------------------------------------------------------


def test_a_new_members_vote_counts_once_the_address_is_verified(
    client: Client, paper: Paper
) -> None:
    form = {"username": "alice", "email": "alice@example.org", "password1": PASSWORD}
    assert client.post(reverse("account_signup"), form).status_code == 302
    alice = User.objects.get(username="alice")
    assert vote(alice, paper).weight_reason == "unverified"
    assert counted(paper) == 0
    confirm_by_mail(client)
    assert reason(alice) == "counted"
    assert counted(paper) == 1


def test_looking_at_the_link_of_the_mail_verifies_nothing(client: Client, paper: Paper) -> None:
    form = {"username": "alice", "email": "alice@example.org", "password1": PASSWORD}
    client.post(reverse("account_signup"), form)
    alice = User.objects.get(username="alice")
    vote(alice, paper)
    (link,) = [link for link in links() if "confirm-email" in link]
    assert client.get(link).status_code == 200
    assert reason(alice) == "unverified"


def test_an_address_and_its_votes_are_verified_together_or_not_at_all(
    client: Client, paper: Paper
) -> None:
    form = {"username": "alice", "email": "alice@example.org", "password1": PASSWORD}
    client.post(reverse("account_signup"), form)
    alice = User.objects.get(username="alice")
    vote(alice, paper)

    def fail(**kwargs: Any) -> None:
        raise ZeroDivisionError

    email_confirmed.connect(fail)
    try:
        with pytest.raises(ZeroDivisionError):
            confirm_by_mail(client)
    finally:
        email_confirmed.disconnect(fail)
    assert not EmailAddress.objects.get(user=alice).verified
    assert (reason(alice), counted(paper)) == ("unverified", 0)
    confirm_by_mail(client)
    assert (reason(alice), counted(paper)) == ("counted", 1)


def test_changing_the_address_keeps_votes_counted_all_the_time(
    client: Client, paper: Paper
) -> None:
    alice = make_user("alice")
    vote(alice, paper)
    client.force_login(alice)
    new = {"action_add": "", "email": "new@example.org"}
    assert client.post(reverse("account_email"), new).status_code == 302
    assert reason(alice) == "counted"
    confirm_by_mail(client)
    assert list(EmailAddress.objects.values_list("email", flat=True)) == ["new@example.org"]
    assert reason(alice) == "counted"
    assert counted(paper) == 1


def test_one_address_verified_for_another_member_first_leaves_this_one_unverified(
    client: Client, paper: Paper
) -> None:
    alice = make_user("alice", verified=False, email="shared@example.org")
    make_user("bob", email="shared@example.org")
    vote(alice, paper)
    client.force_login(alice)
    client.post(reverse("account_email"), {"action_send": "", "email": "shared@example.org"})
    (link,) = [link for link in links() if "confirm-email" in link]
    client.post(link)
    assert reason(alice) == "unverified"


# --- By other ways, such as the admin ---------------------------------------------------------


def test_an_address_verified_by_hand_counts_and_unverified_by_hand_does_not(paper: Paper) -> None:
    alice = make_user("alice", verified=False)
    vote(alice, paper)
    address = EmailAddress.objects.get(user=alice)
    address.verified = True
    address.save()
    assert (reason(alice), counted(paper)) == ("counted", 1)
    address.verified = False
    address.save()
    assert (reason(alice), counted(paper)) == ("unverified", 0)


def test_without_its_last_verified_address_an_account_no_longer_counts(paper: Paper) -> None:
    alice = make_user("alice")
    second = EmailAddress.objects.create(user=alice, email="second@example.org", verified=True)
    vote(alice, paper)
    EmailAddress.objects.get(user=alice, primary=True).delete()
    assert (reason(alice), counted(paper)) == ("counted", 1)
    second.delete()
    assert (reason(alice), counted(paper)) == ("unverified", 0)


def test_closing_an_account_takes_its_votes_out_and_opening_it_restores_them(
    paper: Paper,
) -> None:
    alice = make_user("alice")
    vote(alice, paper)
    alice.is_active = False
    alice.save()
    assert (reason(alice), counted(paper)) == ("suspended", 0)
    alice.is_active = True
    alice.save(update_fields=["is_active"])
    assert (reason(alice), counted(paper)) == ("counted", 1)


def test_logging_in_asks_nothing_of_the_votes(client: Client, paper: Paper) -> None:
    alice = make_user("alice")
    vote(alice, paper)
    Upvote.objects.update(weight=0, weight_reason="unverified")  # so that revaluing would show
    client.force_login(alice)  # saves the time of the last log-in
    assert reason(alice) == "unverified"


def test_the_votes_of_an_erased_member_leave_the_counts(paper: Paper) -> None:
    alice, bob = make_user("alice"), make_user("bob")
    taken_back = make_paper()
    for user in (alice, bob):
        vote(user, paper)
    Upvote.objects.create(
        user=alice, paper=taken_back, first_cast_at=NOW, removed_at=NOW,
        weight=1, weight_reason="counted",
    )  # fmt: skip
    alice.delete()
    assert (counted(paper), counted(taken_back)) == (1, 0)
    assert [vote.user for vote in Upvote.objects.all()] == [bob]


def test_members_erased_together_leave_the_counts_too(paper: Paper) -> None:
    for _ in range(3):
        vote(make_user(), paper)
    make_moderator()
    User.objects.filter(is_staff=False).delete()
    assert counted(paper) == 0
