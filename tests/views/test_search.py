"""GET /search/"""

import re

import pytest
from django.test import Client
from django.utils import timezone

from papers.models import Paper
from tests.factories import make_paper, make_user

pytestmark = pytest.mark.django_db


def found(client: Client, query: str) -> list[str]:
    response = client.get("/search/", {"q": query})
    assert response.status_code == 200
    return re.findall(r'data-paper="([^"]+)"', response.content.decode())


def test_all_words_must_be_there_in_title_authors_or_abstract(client: Client) -> None:
    paper = make_paper(
        "Graph neural networks",
        authors=["Emmy Noether"],
        abstract_text="We study symmetry and its conservation.",
    )
    make_paper("Graph theory", authors=["Leonhard Euler"])
    assert found(client, "graph noether symmetry") == [paper.key]
    assert found(client, "graph euler symmetry") == []
    assert len(found(client, "graph")) == 2


@pytest.mark.parametrize(
    "query", ["NETWORKS", "network", "will", "the", "Self-attention", "noether's"]
)
def test_case_stems_stop_words_and_hyphens(client: Client, query: str) -> None:
    paper = make_paper("The will of self-attention networks", authors=["Emmy Noether's students"])
    assert found(client, query) == [paper.key]


@pytest.mark.parametrize("query", ["'", "&", "a & | !", ":*", "\\", "%", "<->", "(", '"'])
def test_signs_are_never_an_error(client: Client, query: str) -> None:
    make_paper()
    assert client.get("/search/", {"q": query}).status_code == 200


@pytest.mark.parametrize(
    "query",
    [
        "2503.01234",
        " arXiv:2503.01234v2 ",
        "https://arxiv.org/abs/2503.01234",
        "https://arxiv.org/pdf/2503.01234v1.pdf",
        "https://huggingface.co/papers/2503.01234",
        "10.48550/arXiv.2503.01234",
    ],
)
def test_an_id_or_address_leads_to_the_paper(client: Client, query: str) -> None:
    make_paper(key="2503.01234")
    response = client.get("/search/", {"q": query})
    assert (response.status_code, response["Location"]) == (302, "/papers/2503.01234/")


def test_a_doi_leads_to_the_paper_in_any_case(client: Client) -> None:
    make_paper(key="doi:10.1000/xyz")
    assert client.get("/search/", {"q": "10.1000/XYZ"})["Location"] == "/papers/doi:10.1000/xyz/"


def test_an_id_that_is_not_here_says_so(client: Client) -> None:
    response = client.get("/search/", {"q": "2503.01234"})
    assert "No paper with this id is here yet" in response.content.decode()


def test_an_id_that_cannot_exist_is_searched_as_words(client: Client) -> None:
    paper = make_paper("The incident of 2513.00001")
    assert found(client, "2513.00001") == [paper.key]


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ({}, True),
        ({"listed": False}, True),
        ({"withdrawn_at": timezone.now()}, True),
        ({"hidden_at": timezone.now()}, False),
        ({"pending_since": timezone.now()}, False),
    ],
    ids=["listed", "catalogue", "withdrawn", "hidden", "pending"],
)
def test_what_is_not_public_does_not_leak(
    client: Client, fields: dict[str, object], seen: bool
) -> None:
    paper = make_paper("Zymurgy", key="2503.01234", **fields)  # type: ignore[arg-type]
    assert found(client, "zymurgy") == ([paper.key] if seen else [])
    assert (client.get("/search/", {"q": paper.key}).status_code == 302) is seen


def test_a_pending_paper_is_not_found_by_others_but_its_id_leads_its_submitter_there(
    client: Client,
) -> None:
    alice = make_user("alice")
    make_paper("Zymurgy", key="2503.01234", pending_since=timezone.now(), submitted_by=alice)
    client.force_login(alice)
    assert client.get("/search/", {"q": "2503.01234"}).status_code == 302
    assert found(client, "zymurgy") == []


def test_results_go_on_without_repeats(client: Client) -> None:
    papers = [make_paper("Zymurgy") for _number in range(65)]
    seen: list[str] = []
    url = "/search/?q=zymurgy"
    while url:
        html = client.get(url).content.decode()
        seen += re.findall(r'data-paper="([^"]+)"', html)
        more = re.search(r'rel="next"\s+href="\?([^"]+)"', html)
        url = f"/search/?{more[1].replace('&amp;', '&')}" if more else ""
    assert len(seen) == len(set(seen)) == len(papers)


def test_large_totals_are_not_counted_out(client: Client) -> None:
    Paper.objects.bulk_create(
        Paper(key=f"2401.{number:05d}", title="Zymurgy", title_text="Zymurgy", title_html="Zymurgy")
        for number in range(1, 1003)
    )
    assert "1,000+ papers" in client.get("/search/?q=zymurgy").content.decode()


def test_the_id_of_a_merged_paper_leads_to_the_one_it_became(client: Client) -> None:
    target = make_paper(key="2503.01234")
    make_paper(key="2503.01235", merged_into=target)
    assert client.get("/search/", {"q": "2503.01235"})["Location"] == "/papers/2503.01234/"


@pytest.mark.parametrize("query", ["x" * 251, "a\x00b"])
def test_what_cannot_be_searched_is_refused_with_a_reason(client: Client, query: str) -> None:
    response = client.get("/search/", {"q": query})
    assert response.status_code == 400
    assert "notice--error" in response.content.decode()
