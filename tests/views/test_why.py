"""GET /papers/<key>/why/, and the sentence on the front page that leads to it."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from papers.models import Paper
from papers.ranking.refresh import refresh_all
from papers.services.moderation import hide_paper
from tests.factories import (
    make_moderator,
    make_paper,
    make_ranking_settings,
    make_tag,
    make_upvote,
    make_user,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def papers() -> list[Paper]:
    """Trending papers with 5, 3 and 2 voters, in the order of heat."""
    listed_at = timezone.now() - timedelta(hours=1)
    made = []
    for voters in (5, 3, 2):
        made.append(make_paper(listed_at=listed_at, tags=[make_tag("cs.LG")]))
        for _ in range(voters):
            make_upvote(make_user(), made[-1], first_cast_at=listed_at)
    refresh_all(timezone.now())
    return made


def text_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def explanations(client: Client, url: str = "/") -> list[str]:
    page = client.get(url).content.decode()
    return re.findall(r"<details[^>]*data-why.*?</details>", page, re.DOTALL)


def test_each_trending_paper_says_why_it_is_there(client: Client, papers: list[Paper]) -> None:
    make_paper("New, and without a rank")
    told = [text_of(each) for each in explanations(client)]
    assert len(told) == 3
    for text, voters, rank in zip(told, (5, 3, 2), (1, 2, 3), strict=True):
        assert f"rank {rank} " in text
        assert f"{voters} eligible voters" in text
        assert "half-life of 36 hours" in text


def test_the_sentence_follows_the_window_and_the_numbers(
    client: Client, papers: list[Paper]
) -> None:
    make_ranking_settings(half_life_now=7.5)
    assert "half-life of 7.5 hours" in text_of(explanations(client, "/?window=now")[0])
    balanced = explanations(client, "/?window=month&balance=fields")[0]
    assert "half-life of 120 hours" in text_of(balanced)
    assert f"/papers/{papers[0].key}/why/?window=month&amp;balance=fields" in balanced


def test_a_visitor_gets_a_link_and_a_member_the_figures_in_place(
    client: Client, papers: list[Paper]
) -> None:
    assert "hx-get" not in explanations(client)[0]
    client.force_login(make_user())
    assert f'hx-get="/papers/{papers[0].key}/why/"' in explanations(client)[0]


def test_the_page_has_the_sentence_and_the_figures(client: Client, papers: list[Paper]) -> None:
    response = client.get(f"/papers/{papers[0].key}/why/?window=month")
    assert response.status_code == 200
    text = text_of(response.content.decode())
    assert "rank 1 by the upvotes of 5 eligible voters" in text
    assert "half-life of 120 hours" in text
    assert "5 together" in text
    assert "full weight 5" in text


def test_htmx_gets_the_figures_without_a_page_around_them(
    client: Client, papers: list[Paper]
) -> None:
    url = f"/papers/{papers[0].key}/why/"
    fragment = client.get(url, headers={"hx-request": "true"})
    assert "<h1" not in fragment.content.decode()
    assert "5 eligible voters" in fragment.content.decode()
    assert "HX-Request" in fragment["Vary"]


def test_no_voter_is_named(client: Client, papers: list[Paper]) -> None:
    voter = make_user("a-very-private-voter")
    make_upvote(voter, papers[0])
    refresh_all(timezone.now() + timedelta(seconds=2))
    client.force_login(make_moderator())
    assert voter.username not in client.get(f"/papers/{papers[0].key}/why/").content.decode()


def test_a_count_that_is_hidden_is_nowhere_in_it(client: Client, papers: list[Paper]) -> None:
    make_ranking_settings(hide_counts_hours=6)
    for text in (
        text_of(explanations(client)[0]),
        text_of(client.get(f"/papers/{papers[0].key}/why/").content.decode()),
    ):
        assert "rank 1 " in text
        assert "eligible voter" not in text
        assert "The number of its upvotes is shown from" in text


def test_a_paper_that_does_not_trend_says_why(client: Client) -> None:
    paper = make_paper()
    make_upvote(make_user(), paper)
    refresh_all(timezone.now())
    text = text_of(client.get(f"/papers/{paper.key}/why/").content.decode())
    assert "it needs upvotes of 2 eligible voters. It has 1." in text


def test_who_may_not_see_the_paper_is_told_nothing(client: Client, papers: list[Paper]) -> None:
    hide_paper(paper=papers[0], moderator=make_moderator(), reason="Spam.")
    pending = make_paper(listed=False, pending_since=timezone.now())
    assert client.get(f"/papers/{papers[0].key}/why/").status_code == 410
    assert client.get(f"/papers/{pending.key}/why/").status_code == 404
    client.force_login(make_moderator("mona"))
    assert client.get(f"/papers/{papers[0].key}/why/").status_code == 200


@pytest.mark.parametrize("spelling", ["{}v2", "arXiv:{}"])
def test_other_spellings_lead_to_the_figures_in_the_same_order(
    client: Client, papers: list[Paper], spelling: str
) -> None:
    key = papers[0].key
    response = client.get(f"/papers/{spelling.format(key)}/why/?window=month")
    assert response.status_code == 301
    assert response["Location"] == f"/papers/{key}/why/?window=month"


def test_unfolded_figures_are_announced_and_their_link_says_where_it_leads(
    client: Client, papers: list[Paper]
) -> None:
    client.force_login(make_user())
    link = (
        rf'<a id="why-{papers[0].pk}"[^>]*href="/papers/{papers[0].key}/why/\?window=month"[^>]*>'
    )
    row = explanations(client, "/?window=month")[0]
    assert re.search(link + "All figures<", row)
    assert re.search(r'data-figures\s+aria-live="polite"', row)
    url = f"/papers/{papers[0].key}/why/?window=month"
    fragment = client.get(url, headers={"hx-request": "true"}).content.decode()
    (loaded,) = re.findall(link + "Page of these figures<", fragment)
    assert 'hx-swap-oob="true"' in fragment.split("<a id=")[1]
    assert loaded
    assert "hx-swap-oob" not in client.get(url).content.decode()


@pytest.mark.parametrize("query", ["window=year", "balance=none", "window=week&balance=x"])
def test_orders_that_do_not_exist_are_bad_requests(
    client: Client, papers: list[Paper], query: str
) -> None:
    assert client.get(f"/papers/{papers[0].key}/why/?{query}").status_code == 400


def test_it_is_only_read(client: Client, papers: list[Paper]) -> None:
    assert client.post(f"/papers/{papers[0].key}/why/").status_code == 405
