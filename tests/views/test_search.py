"""GET /search/"""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import unquote_plus

import pytest
from django.test import Client
from django.utils import timezone

from papers.mathtext import render, render_abstract
from papers.models import Paper
from papers.search.words import refresh_words
from papers.views import search
from tests.at_once import table_locked
from tests.factories import at, make_paper, make_user

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


def test_an_address_that_names_no_paper_says_what_to_paste_instead(client: Client) -> None:
    response = client.get("/search/", {"q": "https://www.nature.com/articles/nature14539"})
    assert "This address of nature.com does not tell the DOI" in response.content.decode()
    words = client.get("/search/", {"q": "zymurgy"}).content.decode()
    assert "No paper has all of this" in words


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


def page(client: Client, query: str, **parameters: str) -> str:
    return client.get("/search/", {"q": query, **parameters}).content.decode()


def text_of(html: str) -> str:
    """What a page says in its main part, in one line."""
    main = html.split('id="main"')[1].split("</main>", maxsplit=1)[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", main)).split())


def test_the_best_match_comes_first_and_the_newest_where_one_asks_for_that(client: Client) -> None:
    now = timezone.now()
    best = make_paper("Zymurgy", published_at=now - timedelta(days=9))
    newest = make_paper("Beer", abstract_text="With zymurgy.", published_at=now)
    assert found(client, "zymurgy") == [best.key, newest.key]
    html = page(client, "zymurgy", sort="newest")
    assert re.findall(r'data-paper="([^"]+)"', html) == [newest.key, best.key]
    assert found(client, "after:2001") == [newest.key, best.key], "there is nothing to rank by"


def test_newest_first_goes_on_without_repeats_too(client: Client) -> None:
    papers = [make_paper("Zymurgy") for _number in range(35)]
    first = page(client, "zymurgy", sort="newest")
    cursor = re.search(r"after=(newest-[0-9-]+)", first)
    assert cursor
    second = page(client, "zymurgy", sort="newest", after=cursor[1])
    shown = re.findall(r'data-paper="([^"]+)"', first + second)
    assert len(shown) == len(set(shown)) == len(papers)


@pytest.mark.parametrize(
    ("sort", "after"), [("newest", "1-1"), ("newest", "2025-11"), ("", "newest-1-1")]
)
def test_a_cursor_of_another_order_is_refused(client: Client, sort: str, after: str) -> None:
    make_paper("Zymurgy")
    response = client.get("/search/", {"q": "zymurgy", "sort": sort, "after": after})
    assert response.status_code == 400


def test_what_was_found_is_marked_in_title_and_abstract(client: Client) -> None:
    make_paper(
        "On graphs of <trees>",
        title_html="On graphs of &lt;trees&gt; <math><mi>graph</mi></math>",
        abstract_text="Erdős drew a graph & a tree.",
        abstract_html="<p>Erdős drew a graph &amp; a tree.</p>",
    )
    html = page(client, "graph erdos tree")
    assert (
        "On <mark>graphs</mark> of &lt;<mark>trees</mark>&gt; <math><mi>graph</mi></math>" in html
    )
    assert "<mark>Erdős</mark> drew a <mark>graph</mark> &amp; a <mark>tree</mark>." in html
    assert "Whole abstract" not in html, "the excerpt is all of it"


def test_a_field_is_marked_in_its_place_only(client: Client) -> None:
    make_paper("Graphs by Doe", authors=["Jane Doe"], abstract_text="Doe on graphs.")
    html = page(client, "title:graphs author:doe")
    assert re.findall(r"<mark>(.*?)</mark>", html) == ["Graphs"]


def test_the_whole_abstract_opens_in_place(client: Client) -> None:
    filler = "Nothing to see here. " * 30
    make_paper(
        "Beer",
        abstract_text=f"{filler}At last zymurgy. {filler}",
        abstract_html=f"<p>{filler}</p><p>At last zymurgy. <em>Yes.</em></p>",
    )
    html = page(client, "zymurgy")
    excerpt, details = html.split('<details class="row__abstract">')
    assert "At last <mark>zymurgy</mark>." in excerpt
    assert "<p>At last <mark>zymurgy</mark>. <em>Yes.</em></p>" in details


@pytest.mark.parametrize("query", ["script", "alert", "img onerror", "mark", "lt", "quot", "b"])
def test_hostile_papers_and_queries_stay_text(client: Client, query: str) -> None:
    hostile = "<script>alert(1)</script> \"><img src=x onerror=alert(2)> <b>mark lt quot</b> '"
    rendered, abstract = render(hostile), render_abstract(hostile)
    make_paper(
        hostile,
        title_text=rendered.text,
        title_html=rendered.html,
        abstract_text=abstract.text,
        abstract_html=abstract.html,
        authors=[hostile],
    )
    html = page(client, query)
    assert "<mark>" in html
    for text in (
        html,
        page(client, hostile),
        page(client, f'tag:"{hostile[:20]}'),
        page(client, f"{query} before:<script>"),
    ):
        main = text.split('id="main"')[1]
        assert "<script" not in main
        assert "<img" not in main
        assert "<b>" not in main


def test_another_spelling_is_offered_where_little_is_found(client: Client) -> None:
    make_paper("Zymurgy")
    refresh_words()
    html = page(client, "zymurgyy -beer", sort="newest")
    assert '<a href="?q=zymurgy+-beer&amp;sort=newest">zymurgy -beer</a>?' in html
    assert "Did you mean" not in page(client, "zymurgy")


@pytest.mark.parametrize("field", ["hidden_at", "pending_since"])
def test_nothing_tells_of_the_words_of_a_hidden_paper(client: Client, field: str) -> None:
    paper = make_paper("Zymurgy", abstract_text="Barleycorn and more.", authors=["Jane Brewster"])
    refresh_words()
    Paper.objects.filter(pk=paper.pk).update(**{field: timezone.now()})
    for query in (
        "zymurgy",
        "zymurgyy",
        "barleycornn",
        "author:brewsterr",
        "bar*",
        '"barleycorn and"',
    ):
        said = text_of(page(client, query)).replace(query, "")
        for secret in ("Zymurgy", "zymurgy", "arleycorn ", "Brewster ", "Did you mean", "1 paper"):
            assert secret not in said, query


def test_what_was_not_understood_is_said(client: Client) -> None:
    paper = make_paper("Yesterday, zymurgy")
    html = page(client, "before:yesterday tag:zymurgy")
    assert f'data-paper="{paper.key}"' in html
    assert "“before:yesterday” names no date." in text_of(html)
    assert "There is no tag “zymurgy”." in text_of(html)
    said = text_of(page(client, "OR has:video author: " + "w " * 45))
    assert "OR stands between two words" in said
    assert "only has:code is" in said
    assert "Nothing follows “author:”" in said


@pytest.mark.parametrize("query", ["-beer", "ale OR -beer", "-before:2018"])
def test_a_query_that_excludes_is_answered_newest_first(client: Client, query: str) -> None:
    old = make_paper("Zymurgy of ale", published_at=at("2019-01-01"))
    new = make_paper("Zymurgy", published_at=at("2020-01-01"))
    make_paper("Beer", published_at=at("2017-01-01"))
    assert found(client, query) == [new.key, old.key]
    assert "Best match" not in page(client, query)


@pytest.mark.django_db(transaction=True)
def test_what_takes_too_long_to_look_for_is_said(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "SECONDS", 0.2)
    with table_locked("papers_paper"):
        response = client.get("/search/", {"q": "-beer"})
    assert response.status_code == 503
    assert "takes too long" in response.content.decode()


def test_too_many_matches_are_said_to_be_compared_in_part(client: Client) -> None:
    Paper.objects.bulk_create(
        Paper(
            key=f"2401.{number:05d}",
            title="Zymurgy",
            title_text="Zymurgy",
            title_html="Zymurgy",
            published_at=timezone.now(),
        )
        for number in range(1, 1003)
    )
    assert "not all are compared" in page(client, "zymurgy")
    newest = page(client, "zymurgy", sort="newest")
    assert "not all are compared" not in newest
    assert "1,000+ papers" in newest
    assert "1,000+ papers" in page(client, "before:2100-01-01 -has:code")


def test_filters_are_links_that_come_and_go(client: Client) -> None:
    paper = make_paper("Zymurgy", code_url="https://example.org/code")
    make_paper("Zymurgy")
    added = re.search(r'class="chip"\s+href="\?(q=[^"]+)">With code', page(client, "zymurgy"))
    assert added
    assert unquote_plus(added[1]) == "q=zymurgy has:code"
    html = client.get(f"/search/?{added[1]}").content.decode()
    assert re.findall(r'data-paper="([^"]+)"', html) == [paper.key]
    removed = re.search(r'chip--on"\s+href="\?(q=[^"]+)">With code', html)
    assert removed
    assert unquote_plus(removed[1]) == "q=zymurgy"


def test_nothing_asked_shows_how_to_ask(client: Client) -> None:
    assert re.search(r'<details class="search-help"\s+open', page(client, ""))
    assert not re.search(r'<details class="search-help"\s+open', page(client, "zymurgy"))
    assert "author:" in text_of(page(client, "zymurgy"))


def test_an_unknown_order_is_refused_with_a_reason(client: Client) -> None:
    response = client.get("/search/", {"q": "zymurgy", "sort": "price"})
    assert response.status_code == 400
    assert "price" in response.content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "'",
        "\\",
        "%",
        "\u202egraph",
        "①",
        "-①",
        "#" * 250,
        "🎈",
        "tag:",
        "tag:'",
        "after:9999-12-31",
        "a' OR 1=1",
        "x" * 250,
        '"' * 249,
        "- " * 100,
        "OR " * 80,
    ],
)
def test_odd_queries_have_a_page(client: Client, query: str) -> None:
    make_paper("A graph")
    assert client.get("/search/", {"q": query}).status_code == 200
    assert client.get("/search/", {"q": query, "sort": "newest"}).status_code == 200


def test_a_visitors_page_sets_no_cookie(client: Client) -> None:
    make_paper("Zymurgy")
    assert not client.get("/search/?q=zymurgy").cookies
