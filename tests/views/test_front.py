"""GET /"""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from papers.models import Paper
from papers.ranking.levels import freeze_levels
from papers.ranking.refresh import refresh_all, refresh_pending
from papers.ranking.snapshots import take_snapshots
from papers.services.moderation import hide_paper
from papers.services.votes import cast_upvote, remove_upvote
from tests.factories import (
    make_moderator,
    make_paper,
    make_ranking_settings,
    make_tag,
    make_upvote,
    make_user,
)

pytestmark = pytest.mark.django_db


def keys_of(response: object) -> list[str]:
    """The keys of the page's papers, in the page's order."""
    return re.findall(r'data-paper="([^"]+)"', response.content.decode())  # type: ignore[attr-defined]


def make_trending(number: int) -> list[Paper]:
    """Papers with 2 voters each, the later ones listed later and so hotter."""
    voters = [make_user("alice"), make_user("bob")]
    papers = []
    for place in range(number):
        papers.append(make_paper(listed_at=timezone.now() - timedelta(hours=2 * (number - place))))
        for voter in voters:
            make_upvote(voter, papers[-1], first_cast_at=papers[-1].listed_at)
    refresh_all(timezone.now())
    return papers


def test_papers_stand_in_the_order_of_heat(client: Client) -> None:
    papers = make_trending(5)
    assert keys_of(client.get("/")) == [paper.key for paper in reversed(papers)]


def test_an_upvote_moves_the_order_once_the_ranking_has_seen_it(client: Client) -> None:
    papers = make_trending(3)
    for name in ("dora", "erik", "fay", "gus"):
        cast_upvote(user=make_user(name), paper=papers[0], now=timezone.now())
    assert keys_of(client.get("/"))[0] == papers[2].key
    refresh_pending(timezone.now() + timedelta(seconds=2))  # one snapshot a second
    assert keys_of(client.get("/"))[0] == papers[0].key


def test_the_windows_rank_differently(client: Client) -> None:
    voters = [make_user(f"voter-{number}") for number in range(6)]
    days_ago, today = timezone.now() - timedelta(days=4), timezone.now() - timedelta(hours=2)
    loved = make_paper("Loved for days", listed_at=days_ago)
    fresh = make_paper("Fresh today", listed_at=today)
    for voter in voters:
        make_upvote(voter, loved, first_cast_at=days_ago + timedelta(hours=1))
    for voter in voters[:2]:
        make_upvote(voter, fresh, first_cast_at=today + timedelta(minutes=1))
    refresh_all(timezone.now())
    assert keys_of(client.get("/?window=now"))[0] == fresh.key
    assert keys_of(client.get("/?window=month"))[0] == loved.key


def test_a_page_shows_thirty_papers_and_the_next_ones_follow_without_a_gap(client: Client) -> None:
    papers = make_trending(35)
    expected = [paper.key for paper in reversed(papers)]
    first = client.get("/")
    assert keys_of(first) == expected[:30]
    cursor = re.search(r"after=([0-9]+-[0-9]+)", first.content.decode())
    assert cursor is not None
    # What happens meanwhile does not move the papers under the reader's hands.
    cast_upvote(user=make_user("zoe"), paper=papers[0], now=timezone.now())
    refresh_pending(timezone.now() + timedelta(seconds=2))
    second = client.get(f"/?after={cursor[1]}")
    assert keys_of(second) == expected[30:]
    assert '<span class="visually-hidden">Rank </span>31' in second.content.decode()


def test_a_cursor_of_a_snapshot_that_is_gone_shows_the_beginning_and_says_so(
    client: Client,
) -> None:
    papers = make_trending(3)
    response = client.get("/?after=999999-2")
    assert keys_of(response)[0] == papers[-1].key
    assert "The ranking has moved on" in response.content.decode()


def test_papers_with_fewer_than_two_voters_stand_below_as_new(client: Client) -> None:
    trending = make_trending(1)
    lonely = make_paper("Waiting for a second upvote")
    make_upvote(make_user("carl"), lonely)
    refresh_all(timezone.now())
    response = client.get("/")
    assert keys_of(response) == [trending[0].key, lonely.key]
    assert "New, not yet trending" in response.content.decode()


def test_a_hidden_paper_is_gone_at_once_before_the_ranking_is_refreshed(client: Client) -> None:
    papers = make_trending(3)
    hide_paper(paper=papers[2], moderator=make_moderator(), reason="Not a paper.")
    assert keys_of(client.get("/")) == [papers[1].key, papers[0].key]


def test_the_count_shows_votes_that_the_ranking_has_not_seen_yet(client: Client) -> None:
    [paper] = make_trending(1)
    dora = make_user("dora")
    cast_upvote(user=dora, paper=paper, now=timezone.now())
    assert 'data-upvotes="3"' in client.get("/").content.decode()
    remove_upvote(user=dora, paper=paper, now=timezone.now())
    assert 'data-upvotes="2"' in client.get("/").content.decode()


def test_an_empty_site_says_what_will_be_here(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert "Nothing is trending yet" in response.content.decode()


def test_a_member_sees_their_own_votes_pressed(client: Client) -> None:
    [paper] = make_trending(1)
    client.force_login(make_user("dora"))
    html = client.get("/").content.decode()
    assert 'aria-pressed="false"' in html
    assert f'action="/papers/{paper.key}/upvote/"' in html
    client.post(f"/papers/{paper.key}/upvote/")
    html = client.get("/").content.decode()
    assert 'aria-pressed="true"' in html
    assert f'action="/papers/{paper.key}/upvote/remove/"' in html


def test_a_visitors_upvote_button_leads_to_the_log_in(client: Client) -> None:
    [paper] = make_trending(1)
    html = client.get("/").content.decode()
    assert "csrfmiddlewaretoken" not in html
    assert '<form method="get" action="/accounts/login/">' in html
    assert f'<input type="hidden" name="next" value="/papers/{paper.key}/">' in html


@pytest.mark.parametrize("query", ["window=year", "after=1", "after=0-0", "after=-1-2"])
def test_an_address_that_means_nothing_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/?{query}").status_code == 400


def test_empty_parameters_mean_nothing_was_asked(client: Client) -> None:
    assert client.get("/?window=&after=").status_code == 200


def test_only_get_and_head_are_answered(client: Client) -> None:
    assert client.head("/").status_code == 200
    assert client.post("/").status_code == 405


def test_the_order_can_be_balanced_between_fields_and_its_pages_keep_to_it(client: Client) -> None:
    papers = make_trending(35)
    make_ranking_settings(field_smoothing=0.0)
    math, quiet = make_tag("math.HO"), papers[20]
    Paper.objects.filter(pk=quiet.pk).update(primary_tag=math)
    Paper.objects.exclude(pk=quiet.pk).update(primary_tag=make_tag("cs.LG"))
    for number in range(20):
        make_paper(tags=[math], listed_at=timezone.now() - timedelta(hours=number))
    refresh_all(timezone.now())
    freeze_levels(timezone.now())
    take_snapshots(timezone.now() + timedelta(seconds=2))
    assert keys_of(client.get("/"))[0] != quiet.key
    first = client.get("/?balance=fields")
    assert keys_of(first)[0] == quiet.key
    more = re.search(r'rel="next"\s+href="([^"]+)"', first.content.decode())
    assert more is not None
    second = client.get(more[1].replace("&amp;", "&"))
    ranked = [key for response in (first, second) for key in keys_of(response)]
    assert {paper.key for paper in papers} <= set(ranked)
    assert "The ranking has moved on" not in second.content.decode()


def test_the_controls_keep_what_the_other_one_says(client: Client) -> None:
    content = client.get("/?window=now&balance=fields").content.decode()
    assert 'href="/?balance=fields"' in content  # the week, which is the default
    assert 'href="/?window=month&amp;balance=fields"' in content
    assert 'href="/?window=now"' in content


def test_an_unknown_balance_is_refused(client: Client) -> None:
    response = client.get("/?balance=authors")
    assert response.status_code == 400
    assert "There is no such balance" in response.content.decode()
