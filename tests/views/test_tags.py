"""GET /tags/<slug>/"""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from papers.models import PaperHeat, Tag
from papers.tag_counts import count_papers_of_tags
from tests.factories import at, make_paper, make_tag
from tests.views.listing import keys_of, pages_of

pytestmark = pytest.mark.django_db


def test_a_tag_shows_its_papers_newest_first(client: Client) -> None:
    tag = make_tag("cs.LG")
    old = make_paper(tags=[tag], published_at=timezone.now() - timedelta(days=9))
    new = make_paper(tags=[tag], published_at=timezone.now() - timedelta(days=1))
    make_paper(tags=[make_tag("cs.CV")])
    assert keys_of(client, "/tags/cs-lg/") == [new.key, old.key]


def test_a_group_shows_the_papers_of_everything_below_it_once(client: Client) -> None:
    both = make_paper(tags=[make_tag("astro-ph.GA"), make_tag("astro-ph.CO")])
    make_paper(tags=[make_tag("cs.LG")])
    assert keys_of(client, "/tags/all-physics/") == [both.key]
    assert keys_of(client, "/tags/astro-ph/") == [both.key]


def test_papers_of_the_catalogue_are_shown_and_withdrawn_ones_are_not(client: Client) -> None:
    tag = make_tag("cs.LG")
    catalogue = make_paper(tags=[tag], listed=False)
    make_paper(tags=[tag], withdrawn_at=timezone.now())
    assert keys_of(client, "/tags/cs-lg/") == [catalogue.key]


@pytest.mark.parametrize(
    ("spelling", "slug"), [("cs.LG", "cs-lg"), ("CS-LG", "cs-lg"), ("math.MP", "math-ph")]
)
def test_other_spellings_and_synonyms_lead_to_the_tag(
    client: Client, spelling: str, slug: str
) -> None:
    response = client.get(f"/tags/{spelling}/")
    assert (response.status_code, response["Location"]) == (301, f"/tags/{slug}/")


@pytest.mark.parametrize("slug", ["no-such-tag", "%00", "é", "cs_lg"])
def test_an_unknown_tag_is_not_found(client: Client, slug: str) -> None:
    assert client.get(f"/tags/{slug}/").status_code == 404


def test_a_tag_without_papers_says_so(client: Client) -> None:
    assert "No papers carry this tag yet" in client.get("/tags/cs-lg/").content.decode()


def test_paging_follows_the_date_then_the_id(client: Client) -> None:
    tag = make_tag("cs.LG")
    same = timezone.now()
    papers = [make_paper(tags=[tag], published_at=same) for _number in range(31)]
    pages = pages_of(client, "/tags/cs-lg/")
    assert [len(page) for page in pages] == [30, 1]
    assert [key for page in pages for key in page] == [paper.key for paper in reversed(papers)]


def test_the_most_upvoted_first(client: Client) -> None:
    tag = make_tag("cs.LG")
    few, none, many = (make_paper(tags=[tag]) for _number in range(3))
    PaperHeat.objects.create(paper=few, upvotes=1)
    PaperHeat.objects.create(paper=many, upvotes=12)
    assert keys_of(client, "/tags/cs-lg/?sort=upvotes") == [many.key, few.key, none.key]
    assert keys_of(client, "/tags/cs-lg/?sort=newest") == [many.key, none.key, few.key]


@pytest.mark.parametrize(
    "query", ["sort=best", "sort=%00", "sort=oldest", "after=xyz", "after=upvotes.0.1.1"]
)
def test_an_unknown_order_or_a_malformed_cursor_is_refused(client: Client, query: str) -> None:
    assert client.get(f"/tags/cs-lg/?{query}").status_code == 400


def test_it_leads_to_the_tags_above_and_below_and_to_the_catalogue(client: Client) -> None:
    html = client.get("/tags/astro-ph/").content.decode()
    for url in (
        "/tags/",
        "/tags/all-physics/",
        "/tags/astro-ph-ga/",
        "/papers/?tag=astro-ph",
        "?sort=upvotes",
    ):
        assert (f'href="{url}"' in html) is (url != "?sort=upvotes"), url


def test_it_says_how_many_papers_carry_it_and_each_tag_below(client: Client) -> None:
    make_paper(tags=[make_tag("astro-ph.GA")])
    make_paper(tags=[make_tag("astro-ph.GA"), make_tag("astro-ph.CO")])
    count_papers_of_tags()
    html = " ".join(client.get("/tags/astro-ph/").content.decode().split())
    assert "2 papers" in html
    assert re.findall(
        r'chip" href="/tags/astro-ph-ga/"[^>]*>[^<]*<span class="count">(\d+)', html
    ) == ["2"]


def test_a_large_tag_is_read_along_the_index_and_its_total_taken_from_the_count(
    client: Client,
) -> None:
    tag = make_tag("cs.LG")
    papers = [make_paper(tags=[tag], published_at=at(f"2026-03-0{day} 12:00")) for day in (1, 2, 3)]
    Tag.objects.filter(pk=tag.pk).update(paper_count=1_234_567)
    assert keys_of(client, "/tags/cs-lg/") == [paper.key for paper in reversed(papers)]
    assert "1,234,567 papers" in client.get("/tags/cs-lg/").content.decode()
