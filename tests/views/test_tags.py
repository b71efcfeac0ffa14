"""GET /tags/<slug>/"""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import make_paper, make_tag

pytestmark = pytest.mark.django_db


def keys_of(client: Client, url: str) -> list[str]:
    return re.findall(r'data-paper="([^"]+)"', client.get(url).content.decode())


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
    first = keys_of(client, "/tags/cs-lg/")
    html = client.get("/tags/cs-lg/").content.decode()
    more = re.search(r'rel="next"\s+href="(\?after=[^"]+)"', html)
    assert more is not None
    rest = keys_of(client, f"/tags/cs-lg/{more[1]}")
    assert [*first, *rest] == [paper.key for paper in reversed(papers)]
