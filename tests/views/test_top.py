"""GET /top/"""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from papers.models import Paper
from papers.ranking.refresh import refresh_all
from tests.factories import make_paper, make_upvote, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def keys_of(html: str) -> list[str]:
    return re.findall(r'data-paper="([^"]+)"', html)


def get(client: Client, query: str = "") -> str:
    response = client.get(f"/top/{query}")
    assert response.status_code == 200
    return response.content.decode()


def more_of(html: str) -> str:
    more = re.search(r'rel="next"\s+href="(\?[^"]*after=[^"]+)"', html)
    assert more is not None
    return unescape(more[1])


def upvoted(days_ago: float, times: int, **fields: Any) -> Paper:
    paper = make_paper(listed_at=NOW - timedelta(days=days_ago), **fields)
    for _ in range(times):
        make_upvote(make_user(), paper)
    return paper


def test_each_window_has_the_papers_listed_in_it_most_upvoted_first(client: Client) -> None:
    by_age = [upvoted(days, times) for days, times in ((400, 4), (60, 3), (20, 2), (3, 1))]
    upvoted(2, 5, withdrawn_at=NOW)
    refresh_all(NOW)
    expected = [paper.key for paper in by_age]
    assert keys_of(get(client)) == expected[3:]
    assert keys_of(get(client, "?window=week")) == expected[3:]
    assert keys_of(get(client, "?window=month")) == expected[2:]
    assert keys_of(get(client, "?window=year")) == expected[1:]
    assert keys_of(get(client, "?window=all")) == expected


def test_votes_count_whenever_they_were_cast_and_only_those_that_count(client: Client) -> None:
    one, none = upvoted(2, 1), upvoted(1, 0)
    make_upvote(make_user(), none, weight=0.0)
    refresh_all(NOW)
    assert keys_of(get(client)) == [one.key, none.key]


def test_the_chosen_window_is_marked(client: Client) -> None:
    html = get(client, "?window=year")
    assert re.findall(r'aria-current="true">([^<]+)<', html)[-1] == "Year"


@pytest.mark.parametrize("window", ["now", "day", "WEEK", "x" * 10_000, "%00"])
def test_an_unknown_window_is_refused(client: Client, window: str) -> None:
    assert client.get(f"/top/?window={window}").status_code == 400


@pytest.mark.parametrize("window", ["week", "all"])
def test_paging_keeps_the_window_and_shows_each_paper_once(client: Client, window: str) -> None:
    for _ in range(64):
        make_paper(listed_at=NOW - timedelta(days=1))
    first_of_all = upvoted(3, 2)
    refresh_all(NOW)
    by_id = list(Paper.objects.exclude(pk=first_of_all.pk).order_by("-pk"))
    expected = [first_of_all.key, *(paper.key for paper in by_id)]
    html = get(client, f"?window={window}")
    found = keys_of(html)
    for _ in range(2):
        more = more_of(html)
        assert f"window={window}" in more
        html = get(client, more)
        found += keys_of(html)
    assert found == expected


def test_a_hidden_paper_is_gone_at_once_before_the_ranking_is_refreshed(client: Client) -> None:
    papers = [upvoted(1, 1) for _ in range(31)]
    refresh_all(NOW)
    Paper.objects.filter(pk=papers[-1].pk).update(hidden_at=NOW)
    html = get(client)
    assert len(keys_of(html)) == 29
    assert keys_of(get(client, more_of(html))) == [papers[0].key]


def test_a_window_without_papers_says_so(client: Client) -> None:
    assert "No papers were listed in this time" in get(client)
    assert "There are no papers with fewer upvotes" in get(client, "?after=top-0-0-1")


@pytest.mark.parametrize(
    "after",
    ["", "1-1", "1-1-", "-1-1-1", "1-" + "9" * 18 + "-1", "9" * 30 + "-1-1", "%00"],
)
def test_a_cursor_that_means_nothing_is_refused(client: Client, after: str) -> None:
    assert client.get(f"/top/?after=top-{after}").status_code == 400


@pytest.mark.parametrize("after", ["nothing", "9999-12-31", "1-1-1", "new-1-1", "upvotes-1-1-1"])
def test_a_cursor_of_another_order_is_refused(client: Client, after: str) -> None:
    assert client.get(f"/top/?after={after}").status_code == 400
