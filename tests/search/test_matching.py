"""Paper.objects.matching: what a query finds."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from papers.models import Paper, Tag, TagScheme
from papers.search.language import parse_query
from tests.factories import make_paper, make_tag

pytestmark = pytest.mark.django_db


def found(text: str) -> set[str]:
    papers = Paper.objects.matching(parse_query(text))
    return set(papers.values_list("title_text", flat=True))


def test_all_words_must_be_there_in_title_authors_or_abstract() -> None:
    make_paper(
        "Graph neural networks",
        authors=["Emmy Noether"],
        abstract_text="We study symmetry and its conservation.",
    )
    make_paper("Graph theory", authors=["Leonhard Euler"])
    assert found("graph noether symmetry") == {"Graph neural networks"}
    assert found("graph euler symmetry") == set()
    assert found("graph") == {"Graph neural networks", "Graph theory"}


@pytest.mark.parametrize(
    "text", ["NETWORKS", "network", "will", "the", "self-attention", "Self attention", "noether's"]
)
def test_case_stems_stop_words_and_hyphens_do_not_matter(text: str) -> None:
    make_paper("The will of self-attention networks", authors=["Emmy Noether's students"])
    assert found(text) == {"The will of self-attention networks"}


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Erdős numbers", "erdos"),
        ("Erdos numbers", "ERDŐS"),
        ("Erdős numbers", "erdo\u030bs"),
        ("Straße und Fluß", "strasse"),
        ("Łukasiewicz logic", "lukasiewicz"),
        ("Naïve Bayes", "naive"),
        ("On the ﬁeld", "field"),
        ("COVID-19 and TCP/IP", "covid 19 ip"),
        ("Recall@k of GPT-4", "recall gpt-4"),
        ("If x<y and y>z", "y and y"),
    ],
)
def test_accents_and_signs_between_words_do_not_matter(title: str, text: str) -> None:
    make_paper(title)
    assert found(text) == {title}


def test_the_words_of_a_phrase_follow_each_other() -> None:
    make_paper("A survey of the field of graphs")
    make_paper("The graphs of a field: a survey")
    assert found('"field of graphs"') == {"A survey of the field of graphs"}
    assert found('"fields of graph"') == {"A survey of the field of graphs"}
    assert found("field of graphs") == {
        "A survey of the field of graphs",
        "The graphs of a field: a survey",
    }


def test_a_minus_leaves_out() -> None:
    make_paper("Graph networks", authors=["Jane Doe"])
    make_paper("Graph surveys", authors=["John Roe"])
    assert found("graph -survey") == {"Graph networks"}
    assert found("-survey") == {"Graph networks"}
    assert found('graph -"graph networks"') == {"Graph surveys"}
    assert found("graph -author:doe") == {"Graph surveys"}
    assert found("graph -title:surveys -author:doe") == set()


def test_or_needs_one_of_its_neighbours() -> None:
    make_paper("Graph kernels")
    make_paper("Graph networks")
    make_paper("Graph drawing")
    assert found("graph kernels OR networks") == {"Graph kernels", "Graph networks"}
    assert found("title:drawing OR kernels") == {"Graph drawing", "Graph kernels"}
    assert found("graph kernels OR -networks") == {"Graph kernels", "Graph drawing"}


def test_fields_look_in_their_place_only() -> None:
    make_paper("Bayes rules", authors=["Ada Banks"], abstract_text="After Lovelace.")
    make_paper("Lovelace", authors=["Thomas Bayes"], abstract_text="Of a bank.")
    assert found("author:bayes") == {"Lovelace"}
    assert found("title:bayes") == {"Bayes rules"}
    assert found("title:rule") == {"Bayes rules"}
    assert found("title:lovelace") == {"Lovelace"}
    # A name is not a stem: Banks is not Bank.
    assert found("author:bank") == set()
    assert found("author:BANKS") == {"Bayes rules"}


def test_a_quoted_name_is_that_of_one_author() -> None:
    make_paper("One", authors=["Jane Doe", "Wei Zhang"])
    make_paper("Two", authors=["Mary Jane", "Doe Smith"])
    make_paper("Three", authors=["Jean-Pierre Serre"])
    assert found('author:"Jane Doe"') == {"One"}
    assert found("author:jane author:doe") == {"One", "Two"}
    assert found('author:"Doe Wei"') == set()
    assert found('author:"Jean Pierre Serre"') == found("author:jean-pierre") == {"Three"}


@pytest.mark.parametrize("name", ["cs", "CS", "cs.LG", "cs-lg"])
def test_a_tag_includes_what_is_below_it(name: str) -> None:
    make_paper("Learning", tags=[make_tag("cs.LG")])
    make_paper("Algebra", tags=[make_tag("math.RA")])
    assert found(f"tag:{name}") == {"Learning"}
    assert found(f"-tag:{name}") == {"Algebra"}


def test_a_synonym_means_the_tag_that_is_used() -> None:
    tag = make_tag("cs.LG")
    Tag.objects.create(
        scheme=TagScheme.TOPIC, code="ml", slug="ml", name="Machine learning", synonym_of=tag
    )
    make_paper("Learning", tags=[tag])
    assert found("tag:ml") == {"Learning"}


def test_an_unknown_tag_is_looked_for_as_a_word() -> None:
    make_paper("On zymurgy")
    make_paper("On brewing")
    assert found("tag:zymurgy") == {"On zymurgy"}
    assert found("-tag:zymurgy") == {"On brewing"}


def test_dates_are_those_of_the_first_version() -> None:
    for day in (datetime(2019, 12, 31, 23, 59, tzinfo=UTC), datetime(2020, 1, 1, tzinfo=UTC)):
        make_paper(f"Of {day.year}", published_at=day)
    make_paper("Of no date", published_at=None)
    assert found("after:2020") == found("after:2020-01") == found("after:2020-01-01") == {"Of 2020"}
    assert found("before:2020") == found("before:2020-01-01") == {"Of 2019"}
    assert found("after:2019 before:2020") == {"Of 2019"}
    assert found("-after:2020") == {"Of 2019", "Of no date"}


def test_a_year_beside_other_words_is_also_that_of_publication() -> None:
    make_paper("Attention", published_at=datetime(2017, 6, 12, tzinfo=UTC))
    make_paper("Attention in 2017", published_at=datetime(2020, 1, 1, tzinfo=UTC))
    make_paper("Attention again", published_at=datetime(2018, 1, 1, tzinfo=UTC))
    assert found("attention 2017") == {"Attention", "Attention in 2017"}
    assert found("2017") == found('attention "2017"') == {"Attention in 2017"}


def test_has_code() -> None:
    make_paper("With code", code_url="https://example.org/code")
    make_paper("Without code")
    assert found("has:code") == {"With code"}
    assert found("-has:code") == {"Without code"}


def test_a_query_that_asks_nothing_matches_everything() -> None:
    make_paper("Anything")
    assert found("") == {"Anything"}


@pytest.mark.parametrize(
    "text", ["'", "a & | !", ":*", "\\", "%", "<->", "(", "①", "-①", "x" * 600]
)
def test_signs_are_never_an_error(text: str) -> None:
    make_paper()
    found(text)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.text(max_size=80))
def test_no_text_is_an_error(text: str) -> None:
    found(text)
    found(f"author:{text} title:{text} -{text}")


@pytest.mark.parametrize(
    ("text", "index"),
    [
        ("doe", "paper_search"),
        ("doe -graph", "paper_search"),
        ("author:doe", "paper_search_authors"),
        ('title:"graph networks"', "paper_search_title"),
    ],
)
def test_an_index_serves_it(text: str, index: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("set local enable_seqscan = off")
        plan = Paper.objects.matching(parse_query(text)).order_by().explain()
    assert f"Bitmap Index Scan on {index} " in plan
