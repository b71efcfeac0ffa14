"""/settings/sessions/: where one is logged in, and ending that."""

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.sessions import describe, end_sessions, forget_ended_sessions
from tests.accounts.page import Page
from tests.accounts.steps import log_in
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db

SESSIONS = "/settings/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
PHONE = (
    "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/126.0 Mobile Safari/537.36"
)


@pytest.fixture
def laptop() -> Client:
    make_user("alice")
    client = Client(headers={"User-Agent": FIREFOX})
    log_in(client, "alice")
    return client


@pytest.fixture
def phone(laptop: Client) -> Client:
    client = Client(headers={"User-Agent": PHONE})
    log_in(client, "alice")
    return client


def number_of(client: Client) -> int:
    key = client.session.session_key
    return int(UserSession.objects.get(session_key=key).pk)


def test_every_session_is_listed_and_the_present_one_is_marked(
    laptop: Client, phone: Client
) -> None:
    page = Page(laptop.get(SESSIONS))
    names = [element.text.strip() for element in page.all("strong")]
    assert names == ["Firefox, Linux", "Chrome, Android"]
    assert page.text.count("This browser") == 1
    assert page.text.index("This browser") < page.text.index("Chrome, Android")
    assert "127.0.0.1" in page.text


def test_one_can_be_ended(laptop: Client, phone: Client) -> None:
    response = laptop.post(SESSIONS, {"session": number_of(phone)}, follow=True)
    assert "1 session is ended." in Page(response).text
    assert phone.get("/library/").status_code == 302
    assert laptop.get("/library/").status_code == 200
    assert UserSession.objects.count() == 1


def test_all_others_can_be_ended(laptop: Client, phone: Client) -> None:
    log_in(tablet := Client(), "alice")
    response = laptop.post(SESSIONS, {"others": "1"}, follow=True)
    assert "2 sessions are ended." in Page(response).text
    assert [is_in(client) for client in (laptop, phone, tablet)] == [True, False, False]


def is_in(client: Client) -> bool:
    return client.get("/library/").status_code == 200


@pytest.mark.parametrize("number", ["", "0", "x", "9" * 40, "-1", "1\x00"])
def test_what_is_no_session_ends_nothing(laptop: Client, phone: Client, number: str) -> None:
    response = laptop.post(SESSIONS, {"session": number})
    assert response.status_code == 404
    assert "no such session" in Page(response).text
    assert UserSession.objects.count() == 2


def test_nobody_ends_the_sessions_of_others(laptop: Client) -> None:
    bob = make_user("bob")
    log_in(intruder := Client(), "bob")
    assert intruder.post(SESSIONS, {"session": number_of(laptop)}).status_code == 404
    assert end_sessions(bob, [number_of(laptop)]) == 0
    assert is_in(laptop)
    assert "Firefox" not in Page(intruder.get(SESSIONS)).text


def test_a_changed_password_closes_the_others_and_they_are_no_longer_listed(
    laptop: Client, phone: Client
) -> None:
    new = "another horse battery"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    assert laptop.post("/accounts/password/change/", data).status_code == 302
    assert not is_in(phone)
    assert "Chrome" not in Page(laptop.get(SESSIONS)).text
    assert "Firefox, Linux" in Page(laptop.get(SESSIONS)).text


def test_the_list_costs_as_much_with_many_sessions(laptop: Client) -> None:
    def queries() -> int:
        laptop.get(SESSIONS)
        with CaptureQueriesContext(connection) as counted:
            laptop.get(SESSIONS)
        return len(counted)

    before = queries()
    for _number in range(5):
        log_in(Client(), "alice")
    assert queries() == before


def test_use_is_noted_every_half_hour_and_costs_nothing_in_between(laptop: Client) -> None:
    def writes(moment: timedelta) -> int:
        with time_machine.travel(start + moment), CaptureQueriesContext(connection) as counted:
            laptop.get("/library/")
        return sum("usersession" in query["sql"] for query in counted)

    laptop.get("/")
    start = timezone.now()
    assert writes(timedelta(minutes=5)) == 0
    assert writes(timedelta(minutes=31)) > 0
    assert writes(timedelta(minutes=50)) == 0
    seen = UserSession.objects.get().last_seen_at
    assert abs(seen - start - timedelta(minutes=31)) < timedelta(minutes=1)


def test_nothing_is_kept_of_a_session_that_is_over(laptop: Client, phone: Client) -> None:
    phone.post("/accounts/logout/")
    assert forget_ended_sessions() == 1
    assert UserSession.objects.get().user_agent == FIREFOX


@pytest.mark.parametrize(
    ("user_agent", "device"),
    [
        ("", ""),
        ("curl/8.5", ""),
        (FIREFOX, "Firefox, Linux"),
        (PHONE, "Chrome, Android"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1",
         "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("<script>alert(1)</script>", ""),
    ],
)  # fmt: skip
def test_browsers_are_named_in_words(user_agent: str, device: str) -> None:
    assert describe(user_agent) == device


def test_a_hostile_browser_s_name_is_no_markup(laptop: Client) -> None:
    client = Client(headers={"User-Agent": "<b>Firefox/" + "x" * 5000})
    log_in(client, "alice")
    response = laptop.get(SESSIONS)
    assert response.status_code == 200
    assert "<b>Firefox" not in Page(response).source
