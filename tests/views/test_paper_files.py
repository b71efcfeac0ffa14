"""GET /papers/<key>.md, .bib, .ris and .csl.json"""

import json
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.utils import timezone

from papers.models import PaperIdentifier, Tag
from papers.services.moderation import hide_paper
from tests.factories import make_moderator, make_paper, make_tag

pytestmark = pytest.mark.django_db

SUFFIXES = {
    "md": "text/markdown; charset=utf-8",
    "bib": "application/x-bibtex; charset=utf-8",
    "ris": "application/x-research-info-systems; charset=utf-8",
    "csl.json": "application/vnd.citationstyles.csl+json; charset=utf-8",
}

each_suffix = pytest.mark.parametrize("suffix", SUFFIXES)


@each_suffix
def test_a_paper_is_a_file_under_its_page(client: Client, suffix: str) -> None:
    paper = make_paper("Notes on engines", key="2503.01234")
    response = client.get(f"/papers/2503.01234.{suffix}")
    year = paper.published_at.year if paper.published_at else 0
    kind = "inline" if suffix == "md" else "attachment"
    assert response.status_code == 200
    assert response["Content-Type"] == SUFFIXES[suffix]
    assert response["Content-Disposition"] == f'{kind}; filename="lovelace{year}notes.{suffix}"'
    assert "Notes on engines" in response.content.decode()


@each_suffix
def test_a_file_that_the_visitor_has_is_not_sent_again(client: Client, suffix: str) -> None:
    make_paper(key="2503.01234")
    url = f"/papers/2503.01234.{suffix}"
    response = client.get(url)
    assert not response.cookies
    assert response["Cache-Control"] == "private, no-cache"
    by_tag = client.get(url, headers={"If-None-Match": response["ETag"]})
    by_date = client.get(url, headers={"If-Modified-Since": response["Last-Modified"]})
    assert (by_tag.status_code, by_date.status_code) == (304, 304)
    assert client.head(url).status_code == 200
    assert client.post(url).status_code == 405


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("math/0611800", "math/0611800"),
        ("doi:10.1000/a/b.c-d_e(f)", "doi:10.1000/a/b.c-d_e(f)"),
        ("doi:10.1000/a.bib.b", "doi:10.1000/a.bib.b"),
        ("doi:10.1000/50%#x?y", "doi:10.1000/50%25%23x%3Fy"),
        ("op:abcdefgh23", "op:abcdefgh23"),
    ],
)
def test_keys_of_every_form_have_files(client: Client, key: str, path: str) -> None:
    make_paper("Notes on engines", key=key)
    for suffix in SUFFIXES:
        response = client.get(f"/papers/{path}.{suffix}")
        assert response.status_code == 200
        assert "Notes on engines" in response.content.decode()


@each_suffix
def test_other_spellings_lead_to_the_file_of_the_key(client: Client, suffix: str) -> None:
    paper = make_paper(key="2503.01234")
    PaperIdentifier.objects.create(paper=paper, kind="doi", value="10.1000/x.y")
    for other in ("2503.01234v2", "arXiv:2503.01234", "doi:10.1000/X.Y"):
        response = client.get(f"/papers/{other}.{suffix}?from=mail")
        assert response.status_code == 301
        assert response["Location"] == f"/papers/2503.01234.{suffix}?from=mail"


@each_suffix
def test_a_merged_paper_leads_to_the_file_of_the_one_it_became(client: Client, suffix: str) -> None:
    target = make_paper(key="2503.01234")
    make_paper(key="2503.01235", merged_into=target)
    assert client.get(f"/papers/2503.01235.{suffix}")["Location"] == f"/papers/2503.01234.{suffix}"


@each_suffix
def test_what_the_page_does_not_show_the_files_do_not(client: Client, suffix: str) -> None:
    hidden = make_paper("An advertisement", key="2503.01234")
    make_paper("Too early", key="2503.01235", listed=False, pending_since=timezone.now())
    carol = make_moderator()
    hide_paper(paper=hidden, moderator=carol, reason="Advertises pills.")
    answer = client.get(f"/papers/2503.01234.{suffix}")
    assert answer.status_code == 410
    assert "An advertisement" not in answer.content.decode()
    for key in ("2503.01235", "2503.09999", "2513.01234"):
        assert client.get(f"/papers/{key}.{suffix}").status_code == 404
    client.force_login(carol)
    assert client.get(f"/papers/2503.01234.{suffix}").status_code == 200


def test_the_files_say_what_the_database_knows(client: Client) -> None:
    paper = make_paper(
        r"Notes on $K$-theory of \'Etale maps",
        key="2503.01234",
        tags=[make_tag("stat.ML"), make_tag("cs.LG")],
        published_at=datetime(2025, 3, 1, tzinfo=UTC),
        published_precision="month",
        abstract="We show $x$.",
        journal_ref="J. Engines 12 (2025)",
    )
    PaperIdentifier.objects.create(paper=paper, kind="doi", value="10.1000/xyz")
    [item] = json.loads(client.get("/papers/2503.01234.csl.json").content)
    assert item["title"] == "Notes on $K$-theory of Étale maps"
    assert item["issued"] == {"date-parts": [[2025, 3]]}
    assert item["keyword"] == "stat.ML, cs.LG"
    assert item["DOI"] == "10.1000/xyz"
    assert item["container-title"] == "J. Engines 12 (2025)"
    assert "primaryClass = {stat.ML}" in client.get("/papers/2503.01234.bib").content.decode()
    markdown = client.get("/papers/2503.01234.md").content.decode()
    assert markdown.startswith("# Notes on $K$-theory of Étale maps\n")
    assert "<http://testserver/papers/2503.01234/>" in markdown


def test_a_withdrawn_paper_says_so_once(client: Client) -> None:
    make_paper(
        key="2503.01234",
        withdrawn_at=timezone.now(),
        withdrawal_reason="Lemma 3 is wrong.",
        comments="Lemma 3 is wrong.",
    )
    for suffix in SUFFIXES:
        text = client.get(f"/papers/2503.01234.{suffix}").content.decode()
        assert text.count("Withdrawn. Lemma 3 is wrong.") == 1
        assert text.count("Lemma 3 is wrong.") == 1


def test_the_doi_that_names_the_paper_comes_before_others(client: Client) -> None:
    paper = make_paper(key="doi:10.2000/preprint")
    PaperIdentifier.objects.create(paper=paper, kind="doi", value="10.1000/journal")
    assert "doi = {10.2000/preprint}" in client.get(f"/papers/{paper.key}.bib").content.decode()


def test_tags_without_a_category_of_arxiv_are_no_primary_class(client: Client) -> None:
    topic = Tag.objects.create(scheme="topic", code="engines", slug="engines", name="Engines")
    paper = make_paper(tags=[topic])
    text = client.get(f"/papers/{paper.key}.bib").content.decode()
    assert "primaryClass" not in text
    assert "keywords = {Engines}" in text


def test_the_page_names_its_files_for_people_and_for_programs(client: Client) -> None:
    make_paper(key="2503.01234", published_at=datetime(2025, 3, 4, 23, 0, tzinfo=UTC))
    html = " ".join(client.get("/papers/2503.01234/").content.decode().split())
    for suffix, content_type in SUFFIXES.items():
        plain = content_type.partition(";")[0]
        assert f'<link rel="alternate" type="{plain}" href="/papers/2503.01234.{suffix}"' in html
        assert f'href="/papers/2503.01234.{suffix}" type="{plain}">' in html
    for name, content in (
        ("citation_publication_date", "2025/03/04"),
        ("citation_online_date", "2025/03/04"),
        ("citation_arxiv_id", "2503.01234"),
        ("citation_pdf_url", "https://arxiv.org/pdf/2503.01234"),
        ("citation_abstract_html_url", "http://testserver/papers/2503.01234/"),
    ):
        assert f'<meta name="{name}" content="{content}">' in html


def test_nobody_is_told_a_day_that_nobody_knows(client: Client) -> None:
    first = datetime(2025, 1, 1, tzinfo=UTC)
    make_paper(key="2503.01234", published_at=first, published_precision="year")
    make_paper(key="2503.01235", published_at=first, published_precision="month")
    year, month = (
        " ".join(client.get(f"/papers/{key}/").content.decode().split())
        for key in ("2503.01234", "2503.01235")
    )
    assert '<meta name="citation_publication_date" content="2025">' in year
    assert '<meta name="citation_publication_date" content="2025/01">' in month
    assert "citation_online_date" not in year + month
    assert '<time datetime="2025">2025</time>' in year
    assert '<time datetime="2025-01">January 2025</time>' in month


def test_a_doi_that_ends_like_a_file_is_reached_by_its_own_id(client: Client) -> None:
    paper = make_paper(key="op:abcdefgh23")
    PaperIdentifier.objects.create(paper=paper, kind="doi", value="10.1000/notes.md")
    assert client.get("/papers/doi:10.1000/notes.md/")["Location"] == "/papers/op:abcdefgh23/"
    assert client.get("/papers/doi:10.1000/notes.md.bib")["Location"] == "/papers/op:abcdefgh23.bib"
