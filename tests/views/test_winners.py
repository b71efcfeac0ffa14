"""GET /winners/ and /winners/2025-03/"""

import re
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from time_machine import travel

from papers.models import Paper, StandingPlace
from papers.ranking.standings import close_due
from papers.services.moderation import hide_paper
from tests.factories import (
    at,
    make_moderator,
    make_paper,
    make_ranking_settings,
    make_upvote,
    make_user,
)

pytestmark = pytest.mark.django_db

NOON = at("2025-03-11 12:00")  # a Tuesday, in week 11
URL = "/winners/2025-03/"


def make_winner(title: str, listed_at: datetime, upvotes: int = 1) -> Paper:
    paper = make_paper(title, listed_at=listed_at)
    for _ in range(upvotes):
        make_upvote(make_user(), paper, first_cast_at=listed_at)
    return paper


def main_of(client: Client, url: str = URL) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode().split("<main", 1)[1].split("</main>")[0]


def text_of(client: Client, url: str = URL) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main_of(client, url)))


def test_it_names_the_first_of_each_day_week_and_month_and_no_other(client: Client) -> None:
    make_winner("First of Tuesday", NOON, upvotes=2)
    make_winner("Second of Tuesday", NOON, upvotes=1)
    make_winner("First of Thursday", NOON + timedelta(days=2), upvotes=3)
    close_due(timezone.now())
    text = text_of(client)
    assert "Paper of the month First of Thursday 3 upvotes" in text
    assert "Week 11, 2025 First of Thursday 3 upvotes" in text
    assert "Tue 11 March 2025 First of Tuesday 2 upvotes" in text
    assert "Thu 13 March 2025 First of Thursday 3 upvotes" in text
    assert "Second of Tuesday" not in text


def test_it_has_each_day_of_the_month_once_under_its_weekday(client: Client) -> None:
    page = main_of(client)
    assert re.findall(r'href="/daily/2025-03-(\d\d)/"', page) == [f"{n:02}" for n in range(1, 32)]
    weekdays = re.findall(r"calendar__day--(\d)", page)
    assert weekdays[:4] == ["6", "7", "1", "2"]  # the 1st of March 2025 was a Saturday
    assert re.findall(r'href="/weekly/2025-W(\d\d)/"', page) == ["09", "10", "11", "12", "13", "14"]


def test_a_week_that_lies_in_two_months_stands_in_both(client: Client) -> None:
    make_winner("Won on Friday", at("2025-02-28 12:00"))
    close_due(timezone.now())
    assert "Week 9, 2025 Won on Friday" in text_of(client)
    assert "Week 9, 2025 Won on Friday" in text_of(client, "/winners/2025-02/")
    assert "Fri 28 February" not in text_of(client)


def test_a_place_without_upvotes_wins_nothing(client: Client) -> None:
    make_paper("Nobody's", listed_at=NOON)
    close_due(timezone.now())
    text = text_of(client)
    assert "Nobody" not in text
    assert "Tue 11 March 2025 No winner" in text


def test_what_is_not_closed_is_not_decided_and_what_comes_is_no_link(client: Client) -> None:
    make_winner("Leads so far", NOON)
    with travel(NOON + timedelta(hours=2), tick=False):
        page, text = main_of(client), text_of(client)
    assert "Tue 11 March 2025 Not decided" in text
    assert "Wed 12 To come" in text
    assert "Leads so far" not in text
    assert "/daily/2025-03-12/" not in page
    assert "/weekly/2025-W12/" not in page


def test_a_winner_that_was_hidden_is_not_shown_and_not_replaced(client: Client) -> None:
    first = make_winner("Was hidden", NOON, upvotes=2)
    make_winner("Second", NOON)
    close_due(timezone.now())
    hide_paper(paper=first, moderator=make_moderator(), reason="Spam.")
    text = text_of(client)
    assert "Was hidden" not in text
    assert "Second" not in text
    assert "Tue 11 March 2025 No winner" in text


def test_votes_after_the_closing_change_no_number(client: Client) -> None:
    paper = make_winner("Won", NOON)
    close_due(timezone.now())
    for _ in range(3):
        make_upvote(make_user(), paper)
    assert "Won 1 upvote" in text_of(client)


def test_a_number_that_is_hidden_for_so_new_a_paper_is_not_told(client: Client) -> None:
    listed_at = timezone.now() - timedelta(days=4)
    make_winner("Won early", listed_at, upvotes=7)
    close_due(timezone.now())
    url = f"/winners/{listed_at:%Y-%m}/"
    assert "Won early 7 upvotes" in text_of(client, url)
    make_ranking_settings(hide_counts_hours=700)
    text = text_of(client, url)
    assert "Won early" in text
    assert "7 upvotes" not in text


def test_previous_and_next_skip_months_in_which_nothing_was_closed(client: Client) -> None:
    for month in ("2024-11", "2025-03", "2025-06"):
        make_winner("Won", at(f"{month}-11 12:00"))
    close_due(timezone.now())
    page = main_of(client)
    assert re.search(r'rel="prev"\s+href="/winners/2024-11/"', page)
    assert re.search(r'rel="next"\s+href="/winners/2025-06/"', page)
    assert "Nothing earlier" in main_of(client, "/winners/2024-11/")


def test_without_a_month_it_leads_to_the_last_that_has_anything(client: Client) -> None:
    this_month = timezone.now().strftime("%Y-%m")
    assert client.get("/winners/")["Location"] == f"/winners/{this_month}/"
    make_winner("Won", NOON)
    close_due(timezone.now())
    assert client.get("/winners/")["Location"] == URL


@pytest.mark.parametrize("month", ["2001-01", "0001-01"])
def test_a_month_in_which_nothing_was_closed_is_a_page(client: Client, month: str) -> None:
    text = text_of(client, f"/winners/{month}/")
    assert "Paper of the month No papers" in text
    assert "Not decided" not in text


@pytest.mark.parametrize("month", ["2999-01", "2025-13", "2025-00", "9999-12", "0000-01", "2025-3"])
def test_the_future_and_what_is_no_month_are_not_found(client: Client, month: str) -> None:
    assert client.get(f"/winners/{month}/").status_code == 404


def test_the_page_of_a_period_leads_to_the_winners_of_its_month(client: Client) -> None:
    make_winner("Won", NOON)
    close_due(timezone.now())
    for page in ("/daily/2025-03-11/", "/weekly/2025-W11/", "/monthly/2025-03/"):
        assert f'href="{URL}"' in main_of(client, page), page


@pytest.mark.parametrize(
    ("now", "month"),
    [("2026-04-29 12:00", "2026-04"), ("2026-05-01 12:00", "2026-05")],
)
def test_a_week_leads_to_no_month_that_has_not_begun(client: Client, now: str, month: str) -> None:
    with travel(at(now), tick=False):
        make_paper("Of week 18", listed_at=at("2026-04-28 12:00"))
        page = main_of(client, "/weekly/2026-W18/")
        assert f'href="/winners/{month}/"' in page
        assert client.get(f"/winners/{month}/").status_code == 200


def test_every_page_leads_to_the_winners(client: Client) -> None:
    assert 'href="/winners/"' in client.get("/new/").content.decode().split("<footer")[1]


def test_a_full_month_costs_as_many_queries_as_one_day(client: Client) -> None:
    costs = []
    for days in ([11], range(1, 31)):
        for day in days:
            if day != 11 or len(days) == 1:
                make_winner("Won", at(f"2025-03-{day:02} 12:00"))
        close_due(timezone.now())
        with CaptureQueriesContext(connection) as queries:
            client.get(URL)
        costs.append(len(queries))
    assert StandingPlace.objects.filter(standing__period="day").count() == 30
    assert costs == [5, 5]
