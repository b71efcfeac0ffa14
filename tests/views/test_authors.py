"""GET /authors/<name key>/"""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import quote, unquote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import resolve, reverse
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from papers import authors
from papers.identifiers import author_name_key
from papers.views import authors as authors_view
from tests.factories import make_paper, make_tag
from tests.views.listing import keys_of, pages_of

pytestmark = pytest.mark.django_db


def text_of(client: Client, url: str) -> str:
    html = client.get(url).content.decode().partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


def test_it_shows_the_papers_by_the_name_newest_first(client: Client) -> None:
    old = make_paper(authors=["Emmy Noether"], published_at=timezone.now() - timedelta(days=9))
    new = make_paper(authors=["David Hilbert", "EMMY NOETHER"], listed=False)
    make_paper(authors=["Emmy Noether-Meyer"])
    assert keys_of(client, "/authors/emmy-noether/") == [new.key, old.key]
    assert "2 papers" in text_of(client, "/authors/emmy-noether/")


def test_it_says_that_a_name_is_not_a_person_and_how_it_is_printed(client: Client) -> None:
    make_paper(authors=["José Ångström"])
    make_paper(authors=["José Ångström"])
    make_paper(authors=["Jose Angstrom"])
    text = text_of(client, "/authors/jose-angstrom/")
    assert text.startswith("José Ångström") or "José Ångström 3 papers" in text
    assert "a name, not a person" in text
    assert "As printed José Ångström · Jose Angstrom" in text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, 200),
        ({"listed": False}, 200),
        ({"withdrawn_at": timezone.now()}, 404),
        ({"hidden_at": timezone.now()}, 404),
        ({"pending_since": timezone.now()}, 404),
    ],
    ids=["listed", "catalogue", "withdrawn", "hidden", "pending"],
)
def test_a_name_without_a_paper_that_one_may_see_is_not_found(
    client: Client, fields: dict[str, object], status: int
) -> None:
    make_paper(authors=["Emmy Noether"], **fields)  # type: ignore[arg-type]
    assert client.get("/authors/emmy-noether/").status_code == status


def test_nothing_of_papers_that_one_may_not_see_leaks(client: Client) -> None:
    make_paper(authors=["Emmy Noether"])
    make_paper(
        authors=["EMMY NOETHER", "Secret Coauthor"],
        tags=[make_tag("cs.CR")],
        hidden_at=timezone.now(),
    )
    text = text_of(client, "/authors/emmy-noether/")
    assert "Secret" not in text
    assert "EMMY" not in text
    assert "cs.CR" not in text


@pytest.mark.parametrize(
    "name", ["nobody", "%00", "..", ".", "-", "a%2Fb", "x" * 201, "%E2%80%AE", "%F0%9F%A6%86"]
)
def test_an_unknown_name_is_not_found(client: Client, name: str) -> None:
    make_paper()
    assert client.get(f"/authors/{name}/").status_code == 404


@pytest.mark.parametrize(
    "spelling", ["José Ångström", "JOSE-ANGSTROM", "jose angstrom", "josé-ångström"]
)
def test_other_spellings_lead_to_the_page(client: Client, spelling: str) -> None:
    make_paper(authors=["José Ångström"])
    response = client.get(f"/authors/{quote(spelling)}/?after=")
    assert (response.status_code, response["Location"]) == (
        301,
        "/authors/jose-angstrom/?after=",
    )


NAMES = [
    "José Ångström",
    "李小龙",
    "Юрий Й. Гагарин",
    "محمد علي",
    "अनुष्का शर्मा",
    "が ギ",
    "???",
    "A" * 300,
]


@pytest.mark.parametrize("name", NAMES)
def test_names_in_any_script_have_a_page_that_every_link_leads_to(
    client: Client, name: str
) -> None:
    paper = make_paper(authors=[name, "Ada Lovelace"])
    row = client.get("/papers/").content.decode()
    url = re.findall(r'<a href="(/authors/[^"]+)">', row)[0]
    assert url.isascii()
    assert keys_of(client, url) == [paper.key]


@given(st.text(min_size=1, max_size=150))
@example("\N{ANGSTROM SIGN}")
@example("ﬁ")
@example("İstanbul")
@example("a" * 119 + " b")
def test_the_key_of_every_name_makes_the_round_trip_through_an_address(name: str) -> None:
    key = author_name_key(name)
    url = reverse("papers:author", args=[key])
    assert url.isascii()

    assert resolve(unquote(url)).kwargs == {"name_key": key}


def test_it_names_who_wrote_often_with_the_author(client: Client) -> None:
    make_paper(authors=["Emmy Noether", "David Hilbert", "Felix Klein"])
    make_paper(authors=["Felix Klein", "Emmy Noether"])
    text = text_of(client, "/authors/emmy-noether/")
    assert "Often with Felix Klein 2 papers together David Hilbert 1 paper together" in text
    html = client.get("/authors/emmy-noether/").content.decode()
    assert '<a href="/authors/felix-klein/">Felix Klein</a>' in html


def test_large_collaborations_do_not_crowd_out_coauthors(client: Client) -> None:
    team = [f"Member {number}" for number in range(authors.AUTHORS_OF_A_TEAM)]
    make_paper(authors=["Emmy Noether", *team])
    make_paper(authors=["Emmy Noether", "Felix Klein"])
    text = text_of(client, "/authors/emmy-noether/").partition("Often with")[2]
    assert text.startswith(" Felix Klein 1 paper together")
    assert "Member 7 1 paper together" not in text


def test_it_shows_the_tags_that_the_papers_carry_most(client: Client) -> None:
    learning, vision = make_tag("cs.LG"), make_tag("cs.CV")
    make_paper(authors=["Emmy Noether"], tags=[learning, vision])
    make_paper(authors=["Emmy Noether"], tags=[learning])
    html = client.get("/authors/emmy-noether/").content.decode()
    facts = html[html.index('<dl class="facts') : html.index("</dl>")]
    assert re.findall(r'href="/tags/([a-z-]+)/"', facts) == ["cs-lg", "cs-cv"]


def test_a_name_that_stands_twice_on_a_paper_is_one_paper(client: Client) -> None:
    paper = make_paper(authors=["Wei Wang", "Wei Wang"])
    assert keys_of(client, "/authors/wei-wang/") == [paper.key]
    assert "1 paper " in text_of(client, "/authors/wei-wang/")


def test_paging_shows_every_paper_once(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(authors_view, "PAGE_SIZE", 3)
    same = timezone.now()
    papers = [make_paper(published_at=same) for _number in range(8)]
    pages = pages_of(client, "/authors/ada-lovelace/")
    assert [len(page) for page in pages] == [3, 3, 2]
    assert [key for page in pages for key in page] == [paper.key for paper in reversed(papers)]


def test_a_malformed_cursor_is_refused(client: Client) -> None:
    make_paper()
    assert client.get("/authors/ada-lovelace/?after=xyz").status_code == 400


def test_many_papers_are_not_counted_out(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from papers import paging, sorting

    for module in (paging, sorting, authors):
        monkeypatch.setattr(module, "COUNT_LIMIT", 5)
    for _number in range(7):
        make_paper()
    assert "5+ papers" in text_of(client, "/authors/ada-lovelace/")
    assert len(keys_of(client, "/authors/ada-lovelace/")) == 7


def test_its_page_links_to_the_catalogue_filtered_by_the_name(client: Client) -> None:
    paper = make_paper(authors=["李小龙"])
    html = client.get(reverse("papers:author", args=["李小龙"])).content.decode()
    link = re.search(r'href="(/papers/\?author=[^"]+)"', html)
    assert link is not None
    assert keys_of(client, unescape(link[1])) == [paper.key]


def test_it_costs_the_same_queries_for_five_papers_and_for_fifty(client: Client) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get("/authors/ada-lovelace/")
        return len(queries)

    for _number in range(5):
        make_paper(tags=[make_tag("cs.LG")])
    few = cost()
    for _number in range(45):
        make_paper(tags=[make_tag("cs.CV")])
    assert cost() == few
