"""Redis is stopped while people vote: nobody waits, nothing is lost, the ranking catches up."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect
from pytest_django import Settings

from papers.models import Paper
from papers.ranking.reconcile import reconcile
from papers.ranking.refresh import refresh_all
from tests.browser.steps import keys_on_page, log_in, upvotes_of
from tests.eventually import eventually
from tests.factories import make_paper, make_upvote, make_user
from tests.valkey import Valkey, own_valkey
from tests.workers import Workers

# Milliseconds in which every request must be answered with Redis away.
PATIENCE = 1000


@pytest.fixture
def valkey(settings: Settings) -> Iterator[Valkey]:
    """A Redis that this test may stop, as the site's cache."""
    with own_valkey() as server:
        cache = {**settings.CACHES["default"], "LOCATION": f"{server.url}/1"}
        settings.CACHES = {"default": cache}
        settings.CELERY_BROKER_URL = f"{server.url}/0"
        yield server


@pytest.fixture
def workers(transactional_db: None, tmp_path: Path, valkey: Valkey) -> Iterator[Workers]:
    with Workers(tmp_path, valkey.url) as made:
        yield made


def ranked_upvotes(paper: Paper) -> int:
    return Paper.objects.values_list("heat__upvotes", flat=True).get(pk=paper.pk) or 0


@pytest.mark.parametrize("trouble", ["stop", "freeze"])
def test_votes_are_answered_at_once_and_ranked_when_redis_is_back(
    page: Page, valkey: Valkey, workers: Workers, trouble: str
) -> None:
    listed_at = timezone.now() - timedelta(hours=2)
    papers = [make_paper(listed_at=listed_at - timedelta(minutes=n)) for n in range(3)]
    for voter in (make_user("bob"), make_user("erik")):
        for paper in papers:
            make_upvote(voter, paper, first_cast_at=listed_at)
    refresh_all(timezone.now())
    last = papers[-1]
    make_user("dora")
    log_in(page, "dora")
    # The worker works before the trouble: a first vote is ranked.
    workers.start()
    page.goto("/")
    row = page.locator(f'[data-paper="{papers[0].key}"]')
    row.get_by_role("button", name="Upvote").click()
    eventually(lambda: ranked_upvotes(papers[0]) == 3, timeout=20)

    getattr(valkey, trouble)()
    page.goto("/")
    row = page.locator(f'[data-paper="{last.key}"]')
    with page.expect_response(lambda response: "/upvote/" in response.url) as answer:
        row.get_by_role("button", name="Upvote").click()
    assert answer.value.status == 200
    expect(row.locator("[data-upvotes]")).to_have_attribute("data-upvotes", "3")
    assert answer.value.request.timing["responseEnd"] < PATIENCE
    for address in ("/", last.get_absolute_url(), "/library/", "/daily/"):
        response = page.goto(address)
        assert response is not None
        assert response.status == 200
        assert response.request.timing["responseEnd"] < PATIENCE
    health = page.request.get("/readyz")
    assert health.status == 503

    if trouble == "freeze":
        valkey.thaw()
    else:
        valkey.start()  # empty: what it held is lost
    eventually(lambda: ranked_upvotes(last) == 3, timeout=40)
    page.goto("/")
    assert upvotes_of(page, last.key) == 3
    assert set(keys_on_page(page)) == {paper.key for paper in papers}
    assert not reconcile(timezone.now()).drifting_ids
