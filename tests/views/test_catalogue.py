"""GET /papers/"""

import re
from datetime import timedelta
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from papers.models import Paper, PaperHeat, SourceRecord
from papers.sorting import Sort
from papers.views import catalogue
from tests.at_once import table_locked
from tests.factories import at, make_paper, make_tag
from tests.views.listing import keys_of, pages_of

pytestmark = pytest.mark.django_db


def chips_of(html: str) -> dict[str, str]:
    """The active filters by their label, each with the address that clears it."""
    found = re.findall(r'<a class="chip" href="(\?[^"]*|/[^"]*)">(.*?)<svg', html, re.DOTALL)
    return {" ".join(unescape(label).split()): unescape(url) for url, label in found}


def test_without_filters_all_papers_of_the_catalogue_are_shown_newest_first(
    client: Client,
) -> None:
    old = make_paper(published_at=timezone.now() - timedelta(days=9), listed=False)
    new = make_paper(published_at=timezone.now() - timedelta(days=1))
    assert keys_of(client, "/papers/") == [new.key, old.key]
    assert "2 papers" in client.get("/papers/").content.decode()


@pytest.mark.parametrize(
    ("fields", "seen"),
    [
        ({}, True),
        ({"listed": False}, True),
        ({"withdrawn_at": timezone.now()}, False),
        ({"hidden_at": timezone.now()}, False),
        ({"pending_since": timezone.now()}, False),
    ],
    ids=["listed", "catalogue", "withdrawn", "hidden", "pending"],
)
def test_it_shows_the_papers_that_tag_pages_show(
    client: Client, fields: dict[str, object], seen: bool
) -> None:
    paper = make_paper("Zymurgy", tags=[make_tag("cs.LG")], **fields)  # type: ignore[arg-type]
    for query in ("", "?q=zymurgy", "?tag=cs-lg", "?author=ada+lovelace", "?sort=upvotes"):
        assert keys_of(client, f"/papers/{query}") == ([paper.key] if seen else []), query


def test_filters_combine_and_each_narrows_what_the_others_leave(client: Client) -> None:
    learning, vision = make_tag("cs.LG"), make_tag("cs.CV")
    wanted = make_paper(
        "Graph networks",
        tags=[learning],
        authors=["Emmy Noether"],
        listed_at=at("2026-03-02 10:00"),
        code_url="https://example.org/code",
    )
    same: dict[str, Any] = {
        "tags": [learning],
        "authors": ["Emmy Noether"],
        "listed_at": at("2026-03-02 10:00"),
        "code_url": "https://example.org/code",
    }
    make_paper("Recurrent networks", **same)
    make_paper("Graph networks", **same | {"tags": [learning, vision]})
    make_paper("Graph networks", **same | {"tags": [vision]})
    make_paper("Graph networks", **same | {"authors": ["Ada Lovelace"]})
    make_paper("Graph networks", **same | {"listed_at": at("2026-03-01 23:59")})
    make_paper("Graph networks", **same | {"listed_at": at("2026-03-03 00:00")})
    make_paper("Graph networks", **same | {"code_url": ""})
    query = urlencode(
        {
            "q": "graph",
            "tag": "cs-lg",
            "not_tag": "cs-cv",
            "author": "emmy noether",
            "listed_after": "2026-03-02",
            "listed_before": "2026-03-02",
            "has_code": "yes",
        }
    )
    assert keys_of(client, f"/papers/?{query}") == [wanted.key]


def test_each_active_filter_is_a_chip_that_clears_it_alone(client: Client) -> None:
    make_paper()
    url = (
        "/papers/?q=graph&tag=cs.LG&tag=math&not_tag=cs-cv&author=Emmy+Noether&has_code=1"
        "&source=huggingface&listed_after=2026-03-02&sort=oldest&after=oldest.0.1.2"
    )
    html = client.get(url).content.decode()
    chips = chips_of(html)
    assert list(chips) == [
        "“graph”",
        "cs.LG",
        "math",
        "not cs.CV",
        "by Emmy Noether",
        "listed from 2 Mar 2026",
        "With code",
        "from Hugging Face",
    ]
    assert chips["math"] == (
        "?q=graph&tag=cs-lg&not_tag=cs-cv&author=Emmy+Noether&has_code=1"
        "&source=huggingface&listed_after=2026-03-02&sort=oldest"
    )
    assert chips["by Emmy Noether"] == (
        "?q=graph&tag=cs.LG&tag=math&not_tag=cs-cv&has_code=1"
        "&source=huggingface&listed_after=2026-03-02&sort=oldest"
    )
    assert '<a class="filter-chips__all" href="/papers/">' in html


def test_a_chip_shows_what_somebody_typed_as_text(client: Client) -> None:
    html = client.get("/papers/", {"q": "<b>x</b>", "author": "<i>Eve</i>"}).content.decode()
    assert "<b>x" not in html
    assert "“&lt;b&gt;x&lt;/b&gt;”" in html
    assert "<i>Eve" not in html


@pytest.mark.parametrize(
    "query",
    [
        "tag=no-such-tag",
        "not_tag=no-such-tag",
        "tag=cs-lg&tag=no-such-tag",
        "tag=a%00b",
        "tag=" + "x" * 10_000,
        "&".join(f"tag=cs-lg&tag={number}" for number in range(20)),
        "author=...",
        "author=" + "x" * 10_000,
        "author=a%00b",
        "q=a%00b",
        "q=" + "x" * 10_000,
        "listed_after=yesterday",
        "listed_after=2026-02-30",
        "listed_before=99999-01-01",
        "listed_after=2026-03-02&listed_before=2026-03-01",
        "has_code=perhaps",
        "source=elsewhere",
        "sort=best",
        "sort=%00",
        "tag=%E2%80%AEcs-lg",
    ],
)
def test_what_means_nothing_is_an_error_beside_its_field(client: Client, query: str) -> None:
    paper = make_paper()
    response = client.get(f"/papers/?{query}")
    html = response.content.decode()
    assert response.status_code == 400
    assert paper.key not in html
    assert 'class="filters" open' in html
    assert "field__errors" in html or "sort=" in query


def test_an_unknown_tag_is_named_and_those_known_stay_ticked(client: Client) -> None:
    html = client.get("/papers/?tag=cs.LG&tag=cs.XX").content.decode()
    assert "There is no tag “cs.XX”." in html
    assert re.search(r'name="tag"\s+value="cs-lg"\s+checked', html)
    assert re.search(r'name="tag"\s+value="cs.XX"', html)


@pytest.mark.parametrize("cursor", ["", "0.1", "1.1.1", "0.1.1.1", "0.\u0661.1", "0.1." + "9" * 19])
def test_a_cursor_of_no_page_is_refused(client: Client, cursor: str) -> None:
    assert client.get("/papers/", {"after": f"newest.{cursor}"}).status_code == 400


ORDERS = ("newest", "oldest", "listed", "upvotes", "trending")


@pytest.mark.parametrize("sort", ORDERS)
def test_a_cursor_of_another_order_is_refused(client: Client, sort: str) -> None:
    answers = {
        order: client.get("/papers/", {"sort": sort, "after": f"{order}.0.1.1"}).status_code
        for order in ORDERS
    }
    assert answers == {order: 200 if order == sort else 400 for order in ORDERS}
    assert client.get("/papers/", {"sort": sort, "after": "0.1.1"}).status_code == 400


def test_a_cursor_beyond_the_calendar_is_refused(client: Client) -> None:
    assert client.get("/papers/?after=newest.0.999999999999999999.1").status_code == 400


def test_a_cursor_of_impossibly_many_upvotes_is_an_ordinary_one(client: Client) -> None:
    assert (
        client.get("/papers/?sort=upvotes&after=upvotes.0.999999999999999999.1").status_code == 200
    )


def test_empty_fields_of_the_form_filter_nothing(client: Client) -> None:
    paper = make_paper()
    url = (
        "/papers/?q=&tag=&not_tag=&author=&listed_after=&listed_before=&has_code=&source=&sort="
        "&utm_source=elsewhere"
    )
    assert keys_of(client, url) == [paper.key]
    assert chips_of(client.get(url).content.decode()) == {}


def test_the_form_keeps_what_is_chosen(client: Client) -> None:
    html = client.get(
        "/papers/?q=graph&has_code=yes&source=demo&listed_after=2026-03-02&sort=oldest"
    ).content.decode()
    assert 'value="graph"' in html
    assert '<option value="yes" selected>' in html
    assert '<option value="demo" selected>' in html
    assert 'value="2026-03-02"' in html
    assert '<input type="hidden" name="sort" value="oldest"' in html


def make_many(number: int) -> list[Paper]:
    """Papers of which some are listed and some upvoted, many at the same instants."""
    now = timezone.now()
    papers = []
    for place in range(number):
        listed_at = now - timedelta(days=place % 7) if place % 3 else None
        published_at = now - timedelta(days=place % 5) if place % 11 else None
        paper = make_paper(
            listed=listed_at is not None, listed_at=listed_at, published_at=published_at
        )
        if place % 4 and listed_at and place % 5:
            h = 1000 + place % 7 / 3
            PaperHeat.objects.create(
                paper=paper, upvotes=place % 6, listed_at=listed_at, visible=True, trending=True,
                h_now=h, h_week=h, h_month=h,
            )  # fmt: skip
        elif place % 4:
            PaperHeat.objects.create(paper=paper, upvotes=place % 6)
        papers.append(paper)
    return papers


def shown(paper: Paper) -> float:
    return (paper.published_at or paper.created_at).timestamp()


def upvotes(paper: Paper) -> int:
    heat = PaperHeat.objects.filter(paper=paper).first()
    return heat.upvotes if heat else 0


def heat_of(paper: Paper) -> float | None:
    """None for a paper that does not trend."""
    heat = PaperHeat.objects.filter(paper=paper, trending=True).first()
    return heat.h_week if heat else None


def in_order(sort: Sort) -> list[str]:
    """The keys of all papers in an order, by a way of its own."""

    def rank(paper: Paper) -> tuple[float, ...]:
        newest = (1, -shown(paper), -paper.pk)
        match sort:
            case Sort.NEWEST:
                return newest
            case Sort.OLDEST:
                return (shown(paper), paper.pk)
            case Sort.LISTED:
                listed_at = paper.listed_at
                return (0, -listed_at.timestamp(), -paper.pk) if listed_at else newest
            case Sort.UPVOTES:
                return (0, -upvotes(paper), -paper.pk) if upvotes(paper) else newest
            case Sort.TRENDING:
                heat = heat_of(paper)
                return newest if heat is None else (0, -heat, paper.pk)

    return [paper.key for paper in sorted(Paper.objects.all(), key=rank)]


@pytest.mark.parametrize("sort", Sort)
def test_the_pages_of_each_order_have_every_paper_once_and_in_its_place(
    client: Client, monkeypatch: pytest.MonkeyPatch, sort: Sort
) -> None:
    monkeypatch.setattr(catalogue, "PAGE_SIZE", 7)
    make_many(40)
    pages = pages_of(client, f"/papers/?sort={sort.value}")
    assert [len(page) for page in pages] == [7, 7, 7, 7, 7, 5]
    assert [key for page in pages for key in page] == in_order(sort)


def test_a_page_that_ends_with_the_first_part_of_an_order_leads_on_to_the_second(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "PAGE_SIZE", 2)
    listed = [make_paper() for _number in range(2)]
    others = [make_paper(listed=False) for _number in range(2)]
    assert sorted(pages_of(client, "/papers/?sort=listed")[0]) == sorted(p.key for p in listed)
    assert sorted(pages_of(client, "/papers/?sort=listed")[1]) == sorted(p.key for p in others)


@pytest.mark.parametrize("sort", [Sort.LISTED, Sort.UPVOTES])
def test_the_second_part_of_an_order_is_asked_for_only_where_the_first_fills_no_page(
    client: Client, monkeypatch: pytest.MonkeyPatch, sort: Sort
) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/papers/?sort={sort.value}")
        return len(queries)

    monkeypatch.setattr(catalogue, "PAGE_SIZE", 5)
    for _number in range(5):
        PaperHeat.objects.create(paper=make_paper(), upvotes=1)
    both_parts = cost()
    PaperHeat.objects.create(paper=make_paper(), upvotes=1)
    assert cost() == both_parts - 1


def test_days_of_listing_are_read_last_listed_first_unless_another_order_is_chosen(
    client: Client,
) -> None:
    early = make_paper(listed_at=at("2026-03-01 10:00"), published_at=at("2026-02-28 00:00"))
    late = make_paper(listed_at=at("2026-03-05 10:00"), published_at=at("2026-01-01 00:00"))
    assert keys_of(client, "/papers/?listed_after=2026-03-01") == [late.key, early.key]
    newest = "/papers/?listed_after=2026-03-01&sort=newest"
    assert keys_of(client, newest) == [early.key, late.key]
    html = client.get("/papers/?listed_after=2026-03-01").content.decode()
    assert re.search(r'<a href="\?listed_after=2026-03-01"\s+aria-current="true">Last listed', html)


def test_large_totals_are_not_counted_out(client: Client) -> None:
    Paper.objects.bulk_create(
        Paper(key=f"2401.{number:05d}", title="Zymurgy", title_text="Zymurgy", title_html="Zymurgy")
        for number in range(1, 1003)
    )
    assert "1,000+ papers" in client.get("/papers/").content.decode()
    Paper.objects.filter(key__gt="2401.01000").delete()
    assert "1,000 papers" in client.get("/papers/").content.decode()


def test_many_papers_are_read_along_an_index_and_few_of_them_sorted(client: Client) -> None:
    Paper.objects.bulk_create(
        Paper(
            key=f"2401.{number:05d}",
            title="Zymurgy",
            title_text="Zymurgy",
            title_html="Zymurgy",
            published_at=at("2026-01-01 00:00") + timedelta(minutes=number),
        )
        for number in range(1, 1102)
    )
    assert keys_of(client, "/papers/?q=zymurgy")[:2] == ["2401.01101", "2401.01100"]


def test_the_order_is_part_of_the_address_and_keeps_the_filters(client: Client) -> None:
    html = client.get("/papers/?tag=cs-lg&after=newest.0.1.1").content.decode()
    assert '<a href="?tag=cs-lg&amp;sort=upvotes"' in html
    assert re.search(r'<a href="\?tag=cs-lg"\s+aria-current="true">Newest', html)


def test_only_the_plain_catalogue_is_for_search_engines(client: Client) -> None:
    assert 'name="robots"' not in client.get("/papers/").content.decode()
    assert 'name="robots"' in client.get("/papers/?q=graph").content.decode()


def test_papers_of_one_source(client: Client) -> None:
    paper = make_paper()
    make_paper()
    SourceRecord.objects.create(
        paper=paper,
        source="huggingface",
        source_id=paper.key,
        digest="0" * 64,
        record_date=timezone.now().date(),
        fields={},
    )
    assert keys_of(client, "/papers/?source=huggingface") == [paper.key]
    assert keys_of(client, "/papers/?source=biorxiv") == []


@pytest.mark.django_db(transaction=True)
def test_filters_that_take_too_long_are_answered_with_a_way_out(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "SECONDS", 0.05)
    with table_locked("papers_authorship"):
        response = client.get("/papers/?author=Ada+Lovelace")
    assert response.status_code == 503
    assert "take too long" in response.content.decode()
    assert "by Ada Lovelace" in response.content.decode()
