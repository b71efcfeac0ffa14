"""Counts that are kept back for the first hours of a paper: nothing shows them, no order tells."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from papers.models import Paper
from papers.ranking.refresh import refresh_all
from tests.factories import make_paper, make_ranking_settings, make_tag, make_upvote, make_user

pytestmark = pytest.mark.django_db


def shown(paper: Paper) -> int | None:
    return Paper.objects.for_rows().get(pk=paper.pk).shown_upvotes


def paper_with_upvotes(number: int, *, hours_ago: float = 1, **fields: object) -> Paper:
    listed_at = timezone.now() - timedelta(hours=hours_ago)
    paper = make_paper(listed_at=listed_at, **fields)  # type: ignore[arg-type]
    for _ in range(number):
        make_upvote(make_user(), paper)
    return paper


def keys_on(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('data-paper="')[1:]]


def body(client: Client, url: str) -> str:
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def test_a_count_is_shown_at_once_where_nothing_is_hidden() -> None:
    paper = paper_with_upvotes(2, hours_ago=0.01)
    listed_later = paper_with_upvotes(1, hours_ago=-3)
    refresh_all(timezone.now())
    assert (shown(paper), shown(listed_later)) == (2, 1)
    make_ranking_settings(hide_counts_hours=0)
    assert (shown(paper), shown(listed_later)) == (2, 1)


def test_a_count_is_hidden_for_the_hours_that_are_set() -> None:
    make_ranking_settings(hide_counts_hours=6)
    young, old = paper_with_upvotes(2, hours_ago=5.9), paper_with_upvotes(3, hours_ago=6.1)
    never_listed = make_paper(listed=False)
    refresh_all(timezone.now())
    assert shown(young) is None
    assert shown(old) == 3
    assert shown(never_listed) == 0
    for papers in (Paper.objects.for_rows(), Paper.objects.for_paper_page()):
        until = papers.get(pk=young.pk).counts_hidden_until
        assert until == young.listed_at + timedelta(hours=6)  # type: ignore[operator]


def test_only_numbers_that_are_in_force_hide_a_count() -> None:
    paper = paper_with_upvotes(2)
    refresh_all(timezone.now())
    make_ranking_settings(hide_counts_hours=6, applied_at=None)
    assert shown(paper) == 2
    make_ranking_settings(hide_counts_hours=6)
    assert shown(paper) is None
    make_ranking_settings(hide_counts_hours=0)
    assert shown(paper) == 2


@pytest.mark.parametrize("signed_in", [False, True], ids=["visitor", "member"])
def test_pages_have_a_sentence_in_place_of_the_number(client: Client, signed_in: bool) -> None:
    make_ranking_settings(hide_counts_hours=6)
    paper = paper_with_upvotes(2)
    refresh_all(timezone.now())
    if signed_in:
        client.force_login(make_user())
    for url in ("/", "/new/", paper.get_absolute_url()):
        page = body(client, url)
        assert "data-upvotes" not in page
        assert "The number of its upvotes is shown from" in page


def test_the_control_that_comes_back_after_a_vote_has_no_number(client: Client) -> None:
    make_ranking_settings(hide_counts_hours=6)
    paper = paper_with_upvotes(2)
    client.force_login(make_user(votes_public=False))
    answer = client.post(f"{paper.get_absolute_url()}upvote/", headers={"hx-request": "true"})
    assert "Remove upvote" in answer.content.decode()
    assert "data-upvotes" not in answer.content.decode()


def test_an_open_day_does_not_tell_hidden_counts_by_its_order(client: Client) -> None:
    few, many = paper_with_upvotes(1, hours_ago=0.02), paper_with_upvotes(3, hours_ago=0.01)
    refresh_all(timezone.now())
    assert few.listed_at is not None
    today = f"/daily/{few.listed_at.date()}/"
    assert keys_on(body(client, today)) == [many.key, few.key]
    make_ranking_settings(hide_counts_hours=6)
    assert keys_on(body(client, today)) == [few.key, many.key]


def test_the_top_leaves_out_papers_with_hidden_counts(client: Client) -> None:
    make_ranking_settings(hide_counts_hours=6)
    paper_with_upvotes(3)
    old = paper_with_upvotes(1, hours_ago=7)
    refresh_all(timezone.now())
    assert keys_on(body(client, "/top/")) == [old.key]


def test_the_catalogue_by_upvotes_does_not_tell_hidden_counts(client: Client) -> None:
    tag = make_tag("cs.LG")
    make_ranking_settings(hide_counts_hours=6)
    published = timezone.now() - timedelta(days=9)
    hidden = paper_with_upvotes(3, tags=[tag], published_at=published)
    old = paper_with_upvotes(1, hours_ago=7, tags=[tag], published_at=published)
    never = paper_with_upvotes(0, tags=[tag])
    refresh_all(timezone.now())
    for url in ("/papers/?sort=upvotes", "/tags/cs-lg/?sort=upvotes"):
        assert keys_on(body(client, url)) == [old.key, never.key, hidden.key]
