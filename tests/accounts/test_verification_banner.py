"""Who is asked to verify an address (accounts/verification.py)."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.http import HttpRequest
from django.test import RequestFactory
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.verification import needs_verification
from tests.factories import make_user

pytestmark = pytest.mark.django_db


def page_request(user: User | AnonymousUser, session: SessionStore | None = None) -> HttpRequest:
    """A request for a page by this visitor, in this browser."""
    request = RequestFactory().get("/")
    request.user = user
    request.session = session or SessionStore()
    return request


def test_a_stranger_is_not_asked_and_costs_no_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    with django_assert_num_queries(0):
        assert not needs_verification(page_request(AnonymousUser()))


def test_an_unverified_member_is_asked_on_every_page() -> None:
    browser = SessionStore()
    alice = make_user("alice", verified=False)
    assert needs_verification(page_request(alice, browser))
    assert needs_verification(page_request(alice, browser))
    assert not browser.modified


def test_a_verified_member_costs_one_query_and_then_none(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    browser = SessionStore()
    alice = make_user("alice")
    with django_assert_num_queries(1):
        assert not needs_verification(page_request(alice, browser))
    with django_assert_num_queries(0):
        assert not needs_verification(page_request(alice, browser))


def test_verifying_in_another_browser_ends_the_asking_here() -> None:
    browser = SessionStore()
    alice = make_user("alice", verified=False)
    assert needs_verification(page_request(alice, browser))
    EmailAddress.objects.filter(user=alice).update(verified=True)
    assert not needs_verification(page_request(alice, browser))


def test_what_is_remembered_holds_for_one_member_only() -> None:
    browser = SessionStore()
    assert not needs_verification(page_request(make_user("alice"), browser))
    assert needs_verification(page_request(make_user("bob", verified=False), browser))


def test_a_member_without_an_address_is_asked() -> None:
    assert needs_verification(page_request(User.objects.create_user("dora")))
