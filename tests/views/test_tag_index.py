"""GET /tags/"""

import re
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from papers.models import Tag, TagScheme
from papers.tag_counts import count_papers_of_tags
from tests.factories import make_paper, make_tag

pytestmark = pytest.mark.django_db


def tags_of(client: Client, url: str = "/tags/") -> list[str]:
    """The addresses of the tags that the index shows, in its order."""
    response = client.get(url)
    assert response.status_code == 200
    main = response.content.decode().partition("<main")[2]
    return re.findall(r'href="/tags/([a-z0-9-]+)/"', main)


def headings_of(client: Client) -> list[str]:
    html = client.get("/tags/").content.decode()
    return [" ".join(text.split()) for text in re.findall(r"<h2[^>]*>(.*?)</h2>", html, re.DOTALL)]


def test_it_shows_every_tag_in_use_below_the_one_above_it(client: Client) -> None:
    shown = tags_of(client)
    assert sorted(set(shown)) == sorted(Tag.objects.in_use().values_list("slug", flat=True))
    physics = shown[shown.index("all-physics") : shown.index("math")]
    assert {"astro-ph", "astro-ph-ga", "quant-ph", "physics-optics"} <= set(physics)
    assert "cs-lg" not in physics


def test_each_scheme_has_a_section_if_it_has_tags(client: Client) -> None:
    assert headings_of(client) == ["arXiv categories", "bioRxiv categories"]
    Tag.objects.create(scheme=TagScheme.TOPIC, code="agents", slug="agents", name="Agents")
    assert headings_of(client) == ["arXiv categories", "bioRxiv categories", "Topics"]


def test_groups_are_closed_until_one_opens_them_and_open_in_a_search(client: Client) -> None:
    html = client.get("/tags/").content.decode()
    assert html.count('<details class="tree">') == 10
    assert '<details class="tree" open>' not in html
    assert '<details class="tree" open>' in client.get("/tags/?q=learning").content.decode()


def test_each_tag_says_how_many_papers_carry_it(client: Client) -> None:
    for _number in range(3):
        make_paper(tags=[make_tag("cs.LG")])
    count_papers_of_tags()
    html = " ".join(unescape(client.get("/tags/?q=cs.LG").content.decode()).split())
    assert re.findall(r'<span class="count">(\d+)<', html) == ["3", "3"]


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("cs.lg", ["cs", "cs-lg"]),
        ("CS.LG", ["cs", "cs-lg"]),
        ("string theory", []),
        ("quantum physics", ["all-physics", "quant-ph"]),
        ("galax", ["all-physics", "astro-ph", "astro-ph-ga"]),
        ("alg-geom", ["math", "math-ag"]),
        ("  cs.lg ", ["cs", "cs-lg"]),
        ("100%", []),
    ],
)
def test_a_search_keeps_what_it_finds_and_what_stands_above(
    client: Client, search: str, found: list[str]
) -> None:
    response = client.get("/tags/", {"q": search})
    main = response.content.decode().partition("<main")[2]
    shown = re.findall(r'href="/tags/([a-z0-9-]+)/"', main)
    assert list(dict.fromkeys(shown)) == found
    assert ("No tag has" in main) is (not found)


def test_a_group_that_is_found_alone_is_still_a_group(client: Client) -> None:
    assert tags_of(client, "/tags/?q=economics")[0] == "econ"


def test_what_was_searched_is_shown_as_text(client: Client) -> None:
    html = client.get("/tags/", {"q": "<b>x</b>"}).content.decode()
    assert "<b>x" not in html
    assert "No tag has “&lt;b&gt;x&lt;/b&gt;”" in html


@pytest.mark.parametrize("search", ["x" * 101, "a\x00b"])
def test_what_cannot_be_searched_is_refused_with_a_reason(client: Client, search: str) -> None:
    response = client.get("/tags/", {"q": search})
    assert response.status_code == 400
    assert "notice--error" in response.content.decode()


def test_a_tree_that_bites_its_tail_still_gives_a_page(client: Client) -> None:
    first = Tag.objects.create(scheme="topic", code="hen", slug="hen", name="Hen")
    second = Tag.objects.create(scheme="topic", code="egg", slug="egg", name="Egg", parent=first)
    Tag.objects.filter(pk=first.pk).update(parent=second)
    make_paper(tags=[first])
    count_papers_of_tags()
    for url in ("/tags/", "/tags/?q=egg", "/tags/hen/", "/tags/egg/", "/papers/?tag=egg"):
        assert client.get(url).status_code == 200, url


def test_it_costs_the_same_queries_however_many_tags_there_are(client: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/tags/")
        return len(queries)

    before = cost()
    for number in range(50):
        Tag.objects.create(
            scheme="topic", code=f"t{number}", slug=f"t{number}", name=f"Topic {number}"
        )
    assert cost() == before == 1
