"""The question whether one's upvotes are public: after the first upvote, once, in the page."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from papers.models import Paper
from tests.accounts.page import Page
from tests.factories import make_paper, make_user

pytestmark = pytest.mark.django_db

ANSWER = "/settings/votes/"
QUESTION = "Your upvotes are private. Show them on your profile?"
HTMX = {"HX-Request": "true"}


@pytest.fixture
def alice(client: Client) -> User:
    alice = make_user("alice")
    client.force_login(alice)
    return alice


@pytest.fixture
def paper() -> Paper:
    return make_paper()


def upvote(client: Client, paper: Paper, **headers: str) -> str:
    url = f"/papers/{paper.key}/upvote/"
    return client.post(url, {"next": "/"}, headers=headers).content.decode()


def is_asked(client: Client) -> bool:
    return QUESTION in Page(client.get("/")).text


def test_nobody_is_asked_before_the_first_upvote(client: Client, alice: User) -> None:
    assert not is_asked(client)


def test_the_next_page_asks_until_there_is_an_answer(
    client: Client, alice: User, paper: Paper
) -> None:
    upvote(client, paper)
    assert is_asked(client)
    assert is_asked(client)
    assert User.objects.get().votes_public is None
    response = client.post(ANSWER, {"answer": "no", "next": "/library/"})
    assert response.headers["Location"] == "/library/"
    assert User.objects.get().votes_public is False
    assert not is_asked(client)
    upvote(client, make_paper())
    assert not is_asked(client)


def test_htmx_gets_the_question_with_the_first_upvote_only(
    client: Client, alice: User, paper: Paper
) -> None:
    fragment = upvote(client, paper, **HTMX)
    assert QUESTION in fragment
    assert 'hx-swap-oob="true"' in fragment
    assert "data-vote" in fragment
    assert QUESTION not in upvote(client, make_paper(), **HTMX)


@pytest.mark.parametrize("other", ["the same paper", "another paper"])
def test_another_browser_does_not_ask_again(
    client: Client, alice: User, paper: Paper, other: str
) -> None:
    upvote(client, paper)
    second = Client()
    second.force_login(alice)
    voted = paper if other == "the same paper" else make_paper()
    assert QUESTION not in upvote(second, voted, **HTMX)
    assert not is_asked(second)


@pytest.mark.parametrize(
    ("answer", "public", "sentence"),
    [("yes", True, "Your upvotes show on your profile."), ("no", False, "stay private")],
)
def test_htmx_swaps_the_answer_in(
    client: Client, alice: User, paper: Paper, answer: str, public: bool, sentence: str
) -> None:
    upvote(client, paper)
    response = client.post(ANSWER, {"answer": answer}, headers=HTMX)
    assert response.status_code == 200
    assert sentence in response.content.decode()
    assert User.objects.get().votes_public is public


@pytest.mark.parametrize("answer", ["", "maybe", "yes\x00", "x" * 10_000])
def test_anything_else_is_no_answer(client: Client, alice: User, answer: str) -> None:
    assert client.post(ANSWER, {"answer": answer}).status_code == 400
    assert User.objects.get().votes_public is None


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example/", "x"])
def test_the_answer_leads_to_no_other_site(client: Client, alice: User, next_url: str) -> None:
    response = client.post(ANSWER, {"answer": "no", "next": next_url})
    assert response.headers["Location"] == "/settings/profile/"


def test_a_suspended_member_keeps_them_private(client: Client, alice: User) -> None:
    User.objects.update(suspended_until=timezone.now() + timedelta(days=1))
    response = client.post(ANSWER, {"answer": "yes"})
    assert response.status_code == 403
    assert "Your account is suspended" in Page(response).text
    assert client.post(ANSWER, {"answer": "no"}).status_code == 302
    assert User.objects.get().votes_public is False


def test_asking_costs_no_query(client: Client, alice: User, paper: Paper) -> None:
    def queries() -> int:
        client.get("/")
        with CaptureQueriesContext(connection) as counted:
            client.get("/")
        return len(counted)

    before = queries()
    upvote(client, paper)
    assert queries() == before


def test_an_answer_is_sent_by_post(client: Client, alice: User) -> None:
    assert client.get(ANSWER, {"answer": "yes"}).status_code == 405
