"""The catalogue's filters, apart from the page that shows them."""

import pytest
from django.http import QueryDict

from papers.filters import CatalogueFilter
from papers.models import Paper, Tag
from papers.sorting import Sort
from tests.factories import at, make_paper, make_tag

pytestmark = pytest.mark.django_db


def filtered(query: str) -> set[str]:
    """The titles that pass the filters of a query string."""
    filters = CatalogueFilter(QueryDict(query), Paper.objects.all())
    assert filters.is_valid(), filters.form.errors
    return {paper.title for paper in filters.qs}


@pytest.fixture
def tagged() -> None:
    for title, codes in {
        "learning": ["cs.LG"],
        "both": ["cs.LG", "math.AG"],
        "galaxies": ["astro-ph.GA"],
        "none": [],
    }.items():
        make_paper(title, tags=[make_tag(code) for code in codes])


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("tag=cs-lg", {"learning", "both"}),
        ("tag=cs.LG", {"learning", "both"}),
        ("tag=CS.lg", {"learning", "both"}),
        ("tag=astro-ph.ga", {"galaxies"}),
        ("tag=cs", {"learning", "both"}),
        ("tag=all-physics", {"galaxies"}),
        ("tag=grp_physics", {"galaxies"}),
        ("tag=Computer++Science", {"learning", "both"}),
        ("tag=alg-geom", {"both"}),
        ("tag=cs-lg&tag=math", {"both"}),
        ("tag=cs-lg&tag=cs.LG&tag=&tag=+", {"learning", "both"}),
        ("tag=cs-lg&tag=astro-ph", set()),
        ("not_tag=math", {"learning", "galaxies", "none"}),
        ("not_tag=math&not_tag=all-physics", {"learning", "none"}),
        ("tag=cs&not_tag=alg-geom", {"learning"}),
        ("tag=cs&not_tag=cs-lg", set()),
    ],
)
def test_tags(tagged: None, query: str, found: set[str]) -> None:
    assert filtered(query) == found


def test_a_name_that_two_tags_share_means_the_one_that_has_it_as_code() -> None:
    make_paper("optics", tags=[make_tag("physics.optics")])
    make_paper("galaxies", tags=[make_tag("astro-ph.GA")])
    assert filtered("tag=physics") == {"optics"}


def test_a_synonym_is_shown_as_the_tag_that_is_used() -> None:
    filters = CatalogueFilter(QueryDict("tag=alg-geom"), Paper.objects.all())
    assert filters.is_valid()
    assert [chip.label for chip in filters.chips] == ["math.AG"]


@pytest.mark.parametrize(
    "name", ["José Ångström", "jose angstrom", "JOSE-ANGSTROM", " José  Ångström "]
)
def test_authors_by_name_in_any_case_and_without_accents(name: str) -> None:
    make_paper("his", authors=["Someone Else", "José Ångström"])
    make_paper("another's", authors=["José Ångström Jr"])
    data = QueryDict(mutable=True)
    data["author"] = name
    assert filtered(data.urlencode()) == {"his"}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("listed_after=2026-03-02", {"second", "third"}),
        ("listed_before=2026-03-02", {"first", "second"}),
        ("listed_after=2026-03-02&listed_before=2026-03-02", {"second"}),
        ("listed_after=0001-01-01&listed_before=9999-12-30", {"first", "second", "third"}),
        ("listed_before=9999-12-31", {"first", "second", "third"}),
    ],
)
def test_days_of_listing_count_in_full(query: str, found: set[str]) -> None:
    make_paper("first", listed_at=at("2026-03-01 23:59"))
    make_paper("second", listed_at=at("2026-03-02 23:59"))
    make_paper("third", listed_at=at("2026-03-03 00:00"))
    make_paper("never", listed=False)
    assert filtered(query) == found


@pytest.mark.parametrize("yes", ["yes", "1", "true", "on", "YES"])
@pytest.mark.parametrize("no", ["no", "0", "false", "off"])
def test_papers_with_and_without_code(yes: str, no: str) -> None:
    make_paper("with", code_url="https://example.org/code")
    make_paper("without")
    assert filtered(f"has_code={yes}") == {"with"}
    assert filtered(f"has_code={no}") == {"without"}


def test_words_are_read_as_the_search_reads_them() -> None:
    make_paper("Graph networks", authors=["Emmy Noether"])
    make_paper("Graph theory", authors=["Leonhard Euler"])
    assert filtered("q=graph+-theory") == {"Graph networks"}
    assert filtered("q=author:euler") == {"Graph theory"}
    assert filtered("q=%22graph+theory%22+OR+networks") == {"Graph networks", "Graph theory"}


@pytest.mark.parametrize(
    ("query", "sort", "is_stretch"),
    [
        ("", Sort.NEWEST, False),
        ("sort=upvotes", Sort.UPVOTES, False),
        ("sort=listed", Sort.LISTED, False),
        ("listed_after=2026-03-02", Sort.LISTED, True),
        ("listed_before=2026-03-02&sort=newest", Sort.NEWEST, False),
    ],
)
def test_the_order(query: str, sort: Sort, is_stretch: bool) -> None:
    filters = CatalogueFilter(QueryDict(query), Paper.objects.all())
    assert filters.is_valid()
    assert (filters.sort_by, filters.is_stretch) == (sort, is_stretch)


def test_tags_cost_the_same_queries_however_many_they_are(
    django_assert_num_queries: object, tagged: None
) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def cost(query: str) -> int:
        with CaptureQueriesContext(connection) as queries:
            filtered(query)
        return len(queries)

    assert cost("tag=cs-lg") == cost("tag=cs-lg&tag=math&tag=stat&tag=econ") == 3


def test_a_tag_names_itself_and_all_below_it() -> None:
    physics, galaxies = (Tag.objects.get(slug=slug) for slug in ("all-physics", "astro-ph-ga"))
    branches = Tag.objects.branches([physics.pk, galaxies.pk])
    assert galaxies.pk in branches[physics.pk]
    assert branches[galaxies.pk] == {galaxies.pk}
