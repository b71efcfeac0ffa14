"""GET /new/"""

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from papers.models import Paper
from tests.factories import make_paper

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def keys_of(html: str) -> list[str]:
    return re.findall(r'data-paper="([^"]+)"', html)


def get(client: Client, query: str = "") -> str:
    response = client.get(f"/new/{query}")
    assert response.status_code == 200
    return response.content.decode()


def more_of(html: str) -> str:
    more = re.search(r'rel="next"\s+href="(\?after=[^"]+)"', html)
    assert more is not None
    return unescape(more[1])


def test_the_last_listed_stands_first_whenever_it_was_published(client: Client) -> None:
    old = make_paper(listed_at=NOW - timedelta(days=3), published_at=NOW - timedelta(days=3))
    new = make_paper(listed_at=NOW - timedelta(hours=1), published_at=NOW - timedelta(days=900))
    make_paper(listed=False)
    assert keys_of(get(client)) == [new.key, old.key]


def test_papers_listed_at_one_instant_stand_each_once_over_the_pages(client: Client) -> None:
    papers = [make_paper(listed_at=NOW - timedelta(days=1)) for _ in range(65)]
    expected = [paper.key for paper in reversed(papers)]
    first = get(client)
    second = get(client, more_of(first))
    # The paper that the cursor was made of may vanish meanwhile.
    Paper.objects.filter(key=expected[59]).update(hidden_at=NOW)
    third = get(client, more_of(second))
    assert [keys_of(page) for page in (first, second, third)] == [
        expected[:30],
        expected[30:60],
        expected[60:],
    ]


@pytest.mark.parametrize("state", ["hidden_at", "withdrawn_at", "pending_since"])
def test_papers_that_are_not_listed_any_more_are_not_shown(client: Client, state: str) -> None:
    paper = make_paper()
    Paper.objects.filter(pk=paper.pk).update(**{state: NOW})
    assert keys_of(get(client)) == []


def test_what_is_listed_in_the_future_waits(client: Client) -> None:
    make_paper(listed_at=NOW + timedelta(hours=1))
    assert "No papers have been listed yet" in get(client)


def test_beyond_the_end_the_page_says_so(client: Client) -> None:
    make_paper()
    assert "There is nothing older" in get(client, "?after=new-0-1")


@pytest.mark.parametrize(
    "after", ["", "1", "1-", "1-2-3", "9" * 18 + "-1", "9" * 30 + "-1", "%00", "1-%C2%B2"]
)
def test_a_cursor_that_means_nothing_is_refused(client: Client, after: str) -> None:
    assert client.get(f"/new/?after=new-{after}").status_code == 400


@pytest.mark.parametrize("after", ["nothing", "2025-03", "1-1", "top-1-1-1", "upvotes-1-1-1"])
def test_a_cursor_of_another_order_is_refused(client: Client, after: str) -> None:
    assert client.get(f"/new/?after={after}").status_code == 400
