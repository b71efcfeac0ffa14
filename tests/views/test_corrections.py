"""What the page of a closed period and the public log say of its correction."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from papers.models import ModerationLogEntry, Paper, Standing, Upvote
from papers.periods import CalendarPeriod
from papers.ranking.standings import close
from papers.services.moderation import hide_paper
from papers.services.standings import correct_standing
from tests.factories import at, make_moderator, make_paper, make_upvote, make_user

pytestmark = pytest.mark.django_db

NOON = at("2025-03-11 12:00")
DAY = "/daily/2025-03-11/"


def make_closed_day(papers: int) -> list[Paper]:
    """Papers of a closed day, the first of them with the most upvotes."""
    made = [make_paper(f"Paper {place}", listed_at=NOON) for place in range(1, papers + 1)]
    for number, paper in enumerate(reversed(made)):
        for _ in range(number):
            make_upvote(make_user(), paper, first_cast_at=NOON)
    close(CalendarPeriod.parse("day", "2025-03-11"))
    return made


def correct(carol: User, reason: str = "A ring of accounts.") -> None:
    standing = Standing.objects.get()
    correct_standing(standing=standing, moderator=carol, reason=reason, now=timezone.now())


def take_votes_of(paper: Paper) -> None:
    Upvote.objects.filter(paper=paper).update(weight=0, weight_reason="quarantined")


def text_of(client: Client, url: str = DAY) -> str:
    page = client.get(url).content.decode().split("<main", 1)[1].split("</main>")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


def test_a_ranking_that_was_not_corrected_says_nothing_of_it(client: Client) -> None:
    make_closed_day(2)
    assert "Corrected" not in text_of(client)


def test_the_page_tells_why_and_which_papers_moved(client: Client) -> None:
    first, _second = make_closed_day(2)
    take_votes_of(first)
    make_upvote(make_user(), _second, first_cast_at=NOON)
    correct(make_moderator())
    text = text_of(client)
    assert "Corrected by a moderator on" in text
    assert "A ring of accounts. Paper 2 : now rank 1, before rank 2 Paper 1 : now rank 2" in text


def test_a_paper_that_was_hidden_is_not_quoted(client: Client) -> None:
    first, _second = make_closed_day(2)
    carol = make_moderator()
    hide_paper(paper=first, moderator=carol, reason="Advertising.")
    correct(carol)
    text = text_of(client)
    assert f"{first.key} : now without a rank, before rank 1" in text
    assert "Paper 1" not in text


def test_a_reason_that_was_removed_is_said_to_be(client: Client) -> None:
    take_votes_of(make_closed_day(2)[0])
    correct(make_moderator(), "Bob bought them.")
    ModerationLogEntry.objects.update(reason="")
    text = text_of(client)
    assert "(reason removed)" in text
    assert "Bob" not in text


def test_the_public_log_names_the_ranking_and_leads_to_it(client: Client) -> None:
    take_votes_of(make_closed_day(2)[0])
    correct(make_moderator("carol"))
    page = client.get("/moderation/log/").content.decode()
    assert f'<a href="{DAY}">Papers of 11 March 2025</a>' in page
    assert "by carol A ring of accounts." in text_of(client, "/moderation/log/")


def test_moderators_are_led_to_the_button_and_nobody_else(client: Client) -> None:
    make_closed_day(1)
    link = f"/admin/papers/standing/{Standing.objects.get().pk}/change/"
    assert link not in client.get(DAY).content.decode()
    client.force_login(make_moderator())
    assert link in client.get(DAY).content.decode()
    assert client.get(link).status_code == 200


def test_many_corrections_cost_no_more_queries_than_one(client: Client) -> None:
    papers, carol = make_closed_day(5), make_moderator()
    costs = []
    for paper in papers[:3]:
        take_votes_of(paper)
        correct(carol)
        with CaptureQueriesContext(connection) as queries:
            client.get(DAY)
        costs.append(len(queries))
    assert len(set(costs)) == 1
