"""GET /badge/<key>.svg, and the Markdown on the paper's page."""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from django.test import Client
from django.utils import timezone

from papers.models import Paper
from papers.ranking.refresh import refresh_all
from papers.ranking.standings import close_due
from papers.services.votes import cast_upvote
from tests.factories import (
    at,
    make_paper,
    make_ranking_settings,
    make_upvote,
    make_user,
)

pytestmark = pytest.mark.django_db

NOON = at("2025-03-11 12:00")


def make_upvoted(number: int, **fields: object) -> Paper:
    paper = make_paper(**fields)  # type: ignore[arg-type]
    for _ in range(number):
        make_upvote(make_user(), paper, first_cast_at=fields.get("listed_at", timezone.now()))
    refresh_all(timezone.now())
    return paper


def url_of(paper: Paper) -> str:
    return f"/badge/{paper.key}.svg"


def label_of(client: Client, paper: Paper) -> str:
    response = client.get(url_of(paper))
    assert response.status_code == 200
    svg = fromstring(response.content)  # noqa: S314 - ours
    assert svg.get("role") == "img"
    return str(svg.get("aria-label"))


def test_it_shows_and_reads_out_the_upvotes(client: Client) -> None:
    assert label_of(client, make_upvoted(0)) == "Offprint: 0 upvotes"
    assert label_of(client, make_upvoted(1)) == "Offprint: 1 upvote"
    texts = re.findall(r"<text[^>]*>([^<]*)<", client.get(url_of(make_upvoted(2))).content.decode())
    assert texts == ["Offprint", "2 upvotes"]


def test_a_vote_that_is_not_ranked_yet_is_counted(client: Client) -> None:
    paper = make_upvoted(1)
    cast_upvote(user=make_user(), paper=paper, now=timezone.now())
    assert label_of(client, paper) == "Offprint: 2 upvotes"


def test_it_shows_the_best_place_of_the_longest_period(client: Client) -> None:
    second = make_upvoted(2, listed_at=NOON)
    first = make_upvoted(3, listed_at=NOON + timedelta(days=1))
    close_due(timezone.now())
    assert label_of(client, first) == "Offprint: 3 upvotes · #1 paper of the month"
    assert label_of(client, second) == "Offprint: 2 upvotes · #1 paper of the day"


def test_it_is_the_same_for_everybody_and_caches_may_keep_what_visitors_get(
    client: Client,
) -> None:
    paper, alice = make_upvoted(1), make_user("alice", language="de")
    stranger = client.get(url_of(paper))
    assert stranger["Content-Type"] == "image/svg+xml; charset=utf-8"
    assert stranger["Cache-Control"] == "public, max-age=300"
    assert "Cookie" not in stranger.get("Vary", "")
    client.force_login(alice)
    member = client.get(url_of(paper))
    assert member.content == stranger.content
    assert member["ETag"] == stranger["ETag"]
    assert not stranger.cookies
    assert member["Cache-Control"] == "private, max-age=300"


def test_unchanged_it_costs_no_body(client: Client) -> None:
    paper = make_upvoted(1)
    tag = client.get(url_of(paper))["ETag"]
    unchanged = client.get(url_of(paper), headers={"if-none-match": tag})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    cast_upvote(user=make_user(), paper=paper, now=timezone.now())
    assert client.get(url_of(paper), headers={"if-none-match": tag}).status_code == 200


@pytest.mark.parametrize("state", ["hidden_at", "pending_since"])
@pytest.mark.parametrize("is_moderator", [False, True])
def test_what_strangers_may_not_see_has_no_badge_for_anybody(
    client: Client, state: str, is_moderator: bool
) -> None:
    alice = make_user("alice", is_staff=is_moderator)
    fields: dict[str, Any] = {state: timezone.now()}
    paper = make_paper(submitted_by=alice, **fields)
    client.force_login(alice)
    assert client.get(url_of(paper)).status_code == 404
    page = client.get(paper.get_absolute_url())
    assert "/badge/" not in page.content.decode()


@pytest.mark.parametrize("key", ["2501.99999", "2513.00001", "nothing", "doi:10.1000/x"])
def test_a_paper_that_is_not_here_has_none(client: Client, key: str) -> None:
    assert client.get(f"/badge/{key}.svg").status_code == 404


def test_another_spelling_leads_to_the_badge(client: Client) -> None:
    paper = make_upvoted(0, key="2503.01234")
    response = client.get("/badge/arXiv:2503.01234v2.svg")
    assert response["Location"] == url_of(paper)


def test_a_number_that_is_hidden_for_so_new_a_paper_is_not_on_it(client: Client) -> None:
    paper = make_upvoted(7)
    make_ranking_settings(hide_counts_hours=6)
    assert label_of(client, paper) == "Offprint: paper"
    assert b"7" not in re.sub(rb'="[^"]*"', b"", client.get(url_of(paper)).content)


def test_it_has_nothing_that_a_strict_policy_forbids(client: Client) -> None:
    svg = client.get(url_of(make_upvoted(1))).content.decode()
    for forbidden in ("style", "<script", "href", "onload", "@import"):
        assert forbidden not in svg


def test_nothing_is_changed_by_posting(client: Client) -> None:
    assert client.post(url_of(make_upvoted(0))).status_code == 405


def test_the_page_of_the_paper_has_the_markdown_to_copy(client: Client) -> None:
    paper = make_upvoted(0, key="doi:10.1016/0000-1(85)90001-2")
    page = client.get(paper.get_absolute_url()).content.decode()
    found = re.search(r"<textarea[^>]*badge-markdown[^>]*>([^<]*)<", page)
    assert found is not None
    base = "http://testserver"
    key = "doi:10.1016/0000-1%2885%2990001-2"
    assert unescape(found[1]) == (
        f"[![This paper on Offprint]({base}/badge/{key}.svg)]({base}/papers/{key}/)"
    )
    assert client.get(f"/badge/{key}.svg").status_code == 200
