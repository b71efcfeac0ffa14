"""What saving a member writes, and what it leaves to the moderators."""

from datetime import timedelta

import pytest
from allauth.account.adapter import get_adapter
from django.db import DatabaseError, transaction
from django.utils import timezone

from accounts.models import User
from papers.models import Upvote
from papers.services.members import quarantine_member, suspend_member
from papers.services.votes import cast_upvote
from tests.factories import make_moderator, make_paper, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def test_a_password_set_by_a_request_that_began_before_a_quarantine_does_not_end_it() -> None:
    alice = make_user("alice")
    cast_upvote(user=alice, paper=make_paper(), now=NOW)
    as_the_request_read_her = User.objects.get(pk=alice.pk)
    quarantine_member(member=alice, moderator=make_moderator(), reason="A ring of votes.")
    get_adapter().set_password(as_the_request_read_her, "another horse battery")
    stored = User.objects.get(pk=alice.pk)
    assert stored.check_password("another horse battery")
    assert stored.quarantined_at is not None
    assert Upvote.objects.get().weight == 0


def test_saving_brings_back_no_suspension_that_has_ended() -> None:
    alice = make_user("alice", suspended_until=NOW + timedelta(days=1))
    stale = User.objects.get(pk=alice.pk)
    User.objects.filter(pk=alice.pk).update(suspended_until=None)
    stale.first_name = "Alice"
    stale.save()
    stored = User.objects.get(pk=alice.pk)
    assert (stored.first_name, stored.suspended_until) == ("Alice", None)


def test_saving_leaves_a_suspension_of_meanwhile_also_where_columns_are_deferred() -> None:
    alice = make_user("alice", first_name="Alice")
    stale = User.objects.defer("first_name").get(pk=alice.pk)
    until = NOW + timedelta(days=1)
    suspend_member(member=alice, until=until, moderator=make_moderator(), reason="A day.")
    User.objects.filter(pk=alice.pk).update(first_name="Alicia")
    stale.save()
    stored = User.objects.get(pk=alice.pk)
    assert (stored.first_name, stored.suspended_until) == ("Alicia", until)


def test_what_names_the_columns_writes_them_and_so_does_a_new_account() -> None:
    alice = make_user("alice", suspended_until=NOW, quarantined_at=NOW)
    stored = User.objects.get(pk=alice.pk)
    assert (stored.suspended_until, stored.quarantined_at) == (NOW, NOW)
    stored.quarantined_at = None
    stored.save(update_fields=["quarantined_at"])
    assert User.objects.get(pk=alice.pk).quarantined_at is None


def test_saving_an_account_that_was_erased_does_not_make_it_anew() -> None:
    stale = User.objects.get(pk=make_user("alice").pk)
    User.objects.get(pk=stale.pk).delete()
    with pytest.raises(DatabaseError), transaction.atomic():
        stale.save()
    assert not User.objects.filter(username="alice").exists()
