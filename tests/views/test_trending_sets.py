"""GET ?sort=trending of a tag, an author, a list, and of the catalogue"""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from papers import sorting
from papers.models import Paper, PaperHeat, ReadingListEntry, Visibility
from papers.ranking.refresh import refresh_all
from papers.secret_links import token_for
from papers.services.moderation import hide_paper
from papers.views import list_page, tags
from tests.factories import (
    make_list,
    make_moderator,
    make_paper,
    make_tag,
    make_upvote,
    make_user,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR = timedelta(hours=1)


def keys_of(client: Client, url: str) -> list[str]:
    """The keys of the page's papers, in the page's order."""
    response = client.get(url)
    assert response.status_code == 200, url
    return re.findall(r'data-paper="([^"]+)"', response.content.decode())


def pages_of(client: Client, url: str) -> list[list[str]]:
    """The keys on this page and on those that "More" leads to."""
    pages = []
    while url:
        html = client.get(url).content.decode()
        pages.append(re.findall(r'data-paper="([^"]+)"', html))
        more = re.search(r'rel="next"\s+href="([^"]+)"', html)
        url = url.split("?", maxsplit=1)[0] + more[1].replace("&amp;", "&") if more else ""
    return pages


def make_ranked() -> list[Paper]:
    """Papers of a tag, hottest in the window "week" first; the last two do not trend.

    The first was loved for days, the second is fresh: in the window "now" they change places.
    """
    voters = [make_user(f"voter-{number}") for number in range(9)]
    specs = [(96, 9), (3, 3), (40, 3), (20, 1), (30, 0)]
    papers = []
    for hours, votes in specs:
        paper = make_paper(
            tags=[make_tag("cs.LG")],
            listed_at=NOW - hours * HOUR,
            published_at=NOW - hours * HOUR,
        )
        for voter in voters[:votes]:
            make_upvote(voter, paper, first_cast_at=NOW - hours * HOUR / 2)
        papers.append(paper)
    refresh_all(NOW)
    return papers


def by_heat(papers: list[Paper], window: str) -> list[str]:
    heats = PaperHeat.objects.filter(paper__in=papers, trending=True).order_by(f"-h_{window}")
    ranked = list(heats.values_list("paper__key", flat=True))
    rest = Paper.objects.filter(pk__in=[paper.pk for paper in papers]).exclude(key__in=ranked)
    return ranked + list(rest.order_by("-published_at").values_list("key", flat=True))


@pytest.mark.parametrize("window", ["now", "week", "month"])
@pytest.mark.parametrize("url", ["/tags/cs-lg/", "/tags/cs/", "/authors/ada-lovelace/"])
def test_papers_stand_by_heat_then_those_that_do_not_trend_newest_first(
    client: Client, url: str, window: str
) -> None:
    papers = make_ranked()
    assert keys_of(client, f"{url}?sort=trending&window={window}") == by_heat(papers, window)


def test_the_windows_of_a_tag_rank_differently_and_the_week_is_the_default(client: Client) -> None:
    papers = make_ranked()
    assert by_heat(papers, "now") != by_heat(papers, "month")
    assert keys_of(client, "/tags/cs-lg/?sort=trending") == by_heat(papers, "week")
    assert keys_of(client, "/papers/?sort=trending") == by_heat(papers, "week")


def test_a_tag_leaves_out_the_papers_of_others(client: Client) -> None:
    papers = make_ranked()
    make_paper(tags=[make_tag("math.HO")])
    assert len(keys_of(client, "/tags/cs-lg/?sort=trending")) == len(papers)
    assert len(keys_of(client, "/tags/math/?sort=trending")) == 1


@pytest.mark.parametrize("window", ["now", "week"])
@pytest.mark.parametrize("walked", [False, True], ids=["sorted", "walked"])
def test_pages_have_every_paper_once_and_equal_heat_goes_to_the_older_row(
    client: Client, monkeypatch: pytest.MonkeyPatch, window: str, walked: bool
) -> None:
    if walked:
        monkeypatch.setattr(sorting, "SORTED_AT_ONCE", 0)
    monkeypatch.setattr(tags, "PAGE_SIZE", 2)
    listed_at = NOW - HOUR
    papers = [make_paper(tags=[make_tag("cs.LG")], listed_at=listed_at) for _ in range(7)]
    voters = [make_user(f"voter-{number}") for number in range(3)]
    for place, paper in enumerate(papers[:6]):
        # Two that are equal, two that are equal to three digits, and two that are equal.
        for voter in voters[: 3 if place < 2 else 2]:
            cast_at = NOW - timedelta(microseconds=1000 * (place // 4))
            make_upvote(voter, paper, first_cast_at=cast_at)
    refresh_all(NOW)
    pages = pages_of(client, f"/tags/cs-lg/?sort=trending&window={window}")
    assert [len(page) for page in pages] == [2, 2, 2, 1]
    assert [key for page in pages for key in page] == [paper.key for paper in papers]


def test_the_controls_offer_orders_and_windows(client: Client) -> None:
    make_ranked()
    for url in ("/tags/cs-lg/", "/authors/ada-lovelace/"):
        html = client.get(url).content.decode()
        assert f'href="{url}?sort=trending"' in html
        assert "window=" not in html
        html = client.get(f"{url}?sort=trending&window=now").content.decode()
        assert f'href="{url}?sort=trending&amp;window=month"' in html
        assert f'href="{url}?sort=upvotes"' in html
        assert f'href="{url}"' in html


@pytest.mark.parametrize(
    "query",
    [
        "sort=best",
        "sort=trending&window=year",
        "sort=trending&after=xyz",
        "sort=trending&after=trendingnow.0.1.1",
        "sort=trending&window=now&after=trending.0.1.1",
        "sort=trending&after=upvotes.0.1.1",
        # The bits of infinity and of what is no number, and more bits than there are.
        "sort=trending&after=trending.0.9218868437227405312.1",
        "sort=trending&after=trending.0.9221120237041090560.1",
        "sort=trending&after=trending.0.9999999999999999999.1",
    ],
)
@pytest.mark.parametrize("page", ["tag", "author", "list"])
def test_what_there_is_not_is_refused(client: Client, page: str, query: str) -> None:
    papers = make_ranked()
    make_list(make_user("alice"), slug="open", visibility=Visibility.PUBLIC, papers=papers)
    urls = {"tag": "/tags/cs-lg/", "author": "/authors/ada-lovelace/", "list": "/@alice/open/"}
    assert client.get(f"{urls[page]}?{query}").status_code == 400


# --- Lists ------------------------------------------------------------------------------------


def test_a_list_is_shown_by_heat_with_its_notes_and_without_its_tools(client: Client) -> None:
    alice, papers = make_user("alice"), make_ranked()
    reading = make_list(
        alice, slug="open", visibility=Visibility.PUBLIC, papers=list(reversed(papers))
    )
    ReadingListEntry.objects.filter(paper=papers[1]).update(note="Read the appendix.")
    client.force_login(alice)
    html = client.get("/@alice/open/").content.decode()
    assert 'href="/@alice/open/?sort=trending"' in html
    assert "/@alice/open/entries/move/" in html
    trending = client.get("/@alice/open/?sort=trending").content.decode()
    assert re.findall(r'data-paper="([^"]+)"', trending) == by_heat(papers, "week")
    assert "Read the appendix." in trending
    assert "/entries/" not in trending
    assert keys_of(client, "/@alice/open/") == [paper.key for paper in reversed(papers)]
    assert reading.entries.count() == len(papers)


def test_an_unlisted_list_is_shown_by_heat_to_whoever_has_its_link(client: Client) -> None:
    papers = make_ranked()
    made = make_list(
        make_user("alice"), slug="linked", visibility=Visibility.UNLISTED, papers=papers
    )
    link = f"/lists/s/{token_for(made.pk, made.link_nonce)}/"
    assert keys_of(client, f"{link}?sort=trending") == by_heat(papers, "week")
    html = client.get(link).content.decode()
    assert f'href="{link}?sort=trending"' in html
    assert "/@alice/linked/" not in html


def test_a_hidden_paper_of_a_list_is_shown_to_its_owner_only(client: Client) -> None:
    alice, papers = make_user("alice"), make_ranked()
    make_list(alice, slug="open", visibility=Visibility.PUBLIC, papers=papers)
    hide_paper(paper=papers[0], moderator=make_moderator(), reason="Spam, not a paper.")
    refresh_all(NOW)
    assert papers[0].key not in keys_of(client, "/@alice/open/?sort=trending")
    client.force_login(alice)
    assert papers[0].key in keys_of(client, "/@alice/open/?sort=trending")


def test_a_private_list_has_no_order_for_strangers(client: Client) -> None:
    make_list(make_user("alice"), slug="mine", papers=make_ranked())
    assert client.get("/@alice/mine/?sort=trending").status_code == 404


def test_the_pages_of_a_list_by_heat_have_every_paper_once(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(list_page, "PAGE_SIZE", 2)
    papers = make_ranked()
    make_list(make_user("alice"), slug="open", visibility=Visibility.PUBLIC, papers=papers)
    pages = pages_of(client, "/@alice/open/?sort=trending&window=month")
    assert [key for page in pages for key in page] == by_heat(papers, "month")
