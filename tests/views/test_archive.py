"""GET /archive/ and /archive/<day>/"""

import re
from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client

from papers.models import Paper, RankingSnapshot
from papers.services.moderation import hide_paper
from tests.factories import at, make_moderator, make_paper

pytestmark = pytest.mark.django_db

NOW = at("2026-03-05 12:00")


@pytest.fixture(autouse=True)
def _on_that_day() -> object:
    with time_machine.travel(NOW, tick=False):
        yield


def keys_of(response: object) -> list[str]:
    """The keys of the page's papers, in the page's order."""
    return re.findall(r'data-paper="([^"]+)"', response.content.decode())  # type: ignore[attr-defined]


def beside(response: object) -> dict[str, str]:
    """Where the page's links to the day before and after lead."""
    content = response.content.decode()  # type: ignore[attr-defined]
    return dict(re.findall(r'rel="(prev|next)"\s+href="([^"]+)"', content))


def snapshot(taken_at: str, papers: list[Paper], window: str = "week", balance: str = "") -> None:
    RankingSnapshot.objects.create(
        window=window,
        balance=balance,
        taken_at=at(taken_at),
        paper_ids=[paper.pk for paper in papers],
    )


def test_the_archive_begins_with_yesterday(client: Client) -> None:
    response = client.get("/archive/?window=now&balance=fields")
    assert (response.status_code, response["Location"]) == (
        302,
        "/archive/2026-03-04/?window=now&balance=fields",
    )


def test_the_field_for_a_date_leads_to_its_day(client: Client) -> None:
    assert client.get("/archive/?on=2026-02-01")["Location"] == "/archive/2026-02-01/"
    response = client.get("/archive/?on=soon")
    assert response.status_code == 400
    assert "write it like 2025-03-11" in response.content.decode()


@pytest.mark.parametrize("on", ["2026-03-05", "2026-03-06", "2030-01-01", "9999-12-31"])
def test_the_field_for_a_date_leads_to_the_last_day_from_today_on(client: Client, on: str) -> None:
    response = client.get(f"/archive/?on={on}&window=month", follow=True)
    assert response.redirect_chain == [("/archive/2026-03-04/?window=month", 302)]
    assert response.status_code == 200


@pytest.mark.parametrize("on", ["2026-02-30", "20260301", "2026-W09-1", "0000-01-01", "x"])
def test_what_is_no_date_is_refused_by_the_field(client: Client, on: str) -> None:
    assert client.get("/archive/", {"on": on}).status_code == 400


def test_a_day_shows_the_front_page_of_its_end(client: Client) -> None:
    one, two, three = (make_paper(f"Paper {number}") for number in range(3))
    snapshot("2026-03-02 08:00", [one, two, three])
    snapshot("2026-03-02 22:15", [three, one, two])
    snapshot("2026-03-03 00:05", [one])
    response = client.get("/archive/2026-03-02/")
    assert keys_of(response) == [three.key, one.key, two.key]
    content = response.content.decode()
    assert "unchanged since 2 March 2026, 22:15 UTC" in content
    assert '<span class="visually-hidden">Rank </span>3' in content


def test_each_window_and_balance_has_its_own_archive(client: Client) -> None:
    one, two = make_paper(), make_paper()
    snapshot("2026-03-02 08:00", [one, two], window="month", balance="fields")
    assert keys_of(client.get("/archive/2026-03-02/")) == []
    assert keys_of(client.get("/archive/2026-03-02/?window=month&balance=fields")) == [
        one.key,
        two.key,
    ]


def test_pages_follow_each_other(client: Client) -> None:
    papers = [make_paper() for _ in range(32)]
    snapshot("2026-03-02 08:00", papers, balance="fields")
    first = client.get("/archive/2026-03-02/?balance=fields")
    assert keys_of(first) == [paper.key for paper in papers[:30]]
    assert 'href="/archive/2026-03-02/?balance=fields&amp;after=30"' in first.content.decode()
    second = client.get("/archive/2026-03-02/?balance=fields&after=30")
    assert keys_of(second) == [paper.key for paper in papers[30:]]
    beyond = client.get("/archive/2026-03-02/?balance=fields&after=90")
    assert beyond.status_code == 200
    assert "So many papers were not ranked" in beyond.content.decode()


def test_a_paper_that_was_hidden_since_leaves_its_rank_empty(client: Client) -> None:
    one, two = make_paper("Fine"), make_paper("Spam")
    snapshot("2026-03-02 08:00", [two, one])
    hide_paper(paper=two, moderator=make_moderator(), reason="Spam, not a paper.")
    response = client.get("/archive/2026-03-02/")
    assert keys_of(response) == [one.key]
    assert '<span class="visually-hidden">Rank </span>2' in response.content.decode()


def test_before_the_archive_begins_a_day_is_an_empty_page(client: Client) -> None:
    snapshot("2026-03-03 08:00", [make_paper()])
    response = client.get("/archive/2026-03-02/")
    assert response.status_code == 200
    assert keys_of(response) == []
    content = response.content.decode()
    assert "does not reach back" in content
    assert '<a href="/archive/2026-03-03/">It begins on 3 March 2026.</a>' in content


@pytest.mark.parametrize(
    "path", ["2026-03-05/", "2026-03-06/", "9999-12-31/", "2026-02-30/", "2026-W09/", "soon/"]
)
def test_today_and_the_future_and_what_is_no_day_are_not_found(client: Client, path: str) -> None:
    assert client.get(f"/archive/{path}").status_code == 404


@pytest.mark.parametrize("query", ["window=year", "balance=all", "after=0", "after=-1", "after=x"])
def test_what_there_is_not_is_refused_in_a_sentence(client: Client, query: str) -> None:
    assert client.get(f"/archive/2026-03-02/?{query}").status_code == 400


def test_a_day_leads_to_the_days_beside_it_in_the_same_order(client: Client) -> None:
    snapshot("2026-03-01 08:00", [make_paper()], window="month")
    assert beside(client.get("/archive/2026-03-02/?window=month")) == {
        "prev": "/archive/2026-03-01/?window=month",
        "next": "/archive/2026-03-03/?window=month",
    }
    assert beside(client.get("/archive/2026-03-04/"))["next"] == "/"
    first = client.get("/archive/0001-01-01/")
    assert first.status_code == 200
    assert "Nothing earlier" in first.content.decode()


def test_the_front_page_and_the_footer_lead_to_the_archive(client: Client) -> None:
    content = client.get("/?balance=fields").content.decode()
    assert 'href="/archive/?balance=fields"' in content
    assert 'href="/archive/"' in content


def test_an_archived_day_sets_no_cookie(client: Client) -> None:
    snapshot("2026-03-01 08:00", [make_paper()])
    day = date(2026, 3, 4) - timedelta(days=1)
    assert not client.get(f"/archive/{day}/").cookies
