"""Which papers come first, and how they are paged."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import SuspiciousOperation
from django.db import connection
from django.utils import timezone

from papers.models import Paper
from papers.search import candidates as candidates_room
from papers.search.candidates import Candidates, candidates
from papers.search.engine import ranked_page
from papers.search.language import parse_query
from papers.search.ranking import scores
from papers.search.words import refresh_words
from tests.factories import make_paper

pytestmark = pytest.mark.django_db

FILLER = "Many other things are said at some length in this abstract, none of them to the point."


def find(text: str) -> Candidates:
    return candidates(Paper.objects.searchable(), parse_query(text))


def ranked(text: str) -> list[str]:
    page = ranked_page(parse_query(text), find(text), "", 100)
    return [paper.title_text for paper in page.papers]


def test_the_title_counts_more_than_the_abstract() -> None:
    make_paper("Of trees", abstract_text="Graphs, graphs, graphs.")
    make_paper("Of graphs", abstract_text=FILLER)
    make_paper("Of forests", abstract_text=f"A graph. {FILLER}")
    assert ranked("graphs") == ["Of graphs", "Of trees", "Of forests"]


def test_all_words_in_the_title_or_among_the_authors_come_first() -> None:
    make_paper("Attention", authors=["Bob Roe"], abstract_text="After Vaswani, Vaswani, Vaswani.")
    make_paper("Attention please", authors=["Ashish Vaswani"], abstract_text=FILLER)
    assert ranked("vaswani attention")[0] == "Attention please"


def test_a_short_abstract_that_says_it_counts_more_than_a_long_one() -> None:
    make_paper("Long", abstract_text=f"A graph. {FILLER} {FILLER.upper()} And so on, and so on.")
    make_paper("Short", abstract_text="A graph.")
    assert ranked("graph") == ["Short", "Long"]


def test_the_rarer_of_two_words_decides() -> None:
    for _number in range(8):
        make_paper("Learning", abstract_text=FILLER)
    make_paper("Learning is common", abstract_text=f"Zymurgy. {FILLER}")
    make_paper("Zymurgy is rare", abstract_text=f"Learning. {FILLER}")
    refresh_words()
    assert ranked("learning zymurgy") == ["Zymurgy is rare", "Learning is common"]


def test_the_year_of_publication_counts_as_if_it_stood_in_the_title() -> None:
    make_paper(
        "Then", published_at=datetime(2017, 6, 1, tzinfo=UTC), abstract_text=f"Graphs. {FILLER}"
    )
    make_paper("Now", abstract_text=f"Graphs in 2017. {FILLER}")
    assert ranked("graphs 2017") == ["Then", "Now"]


def test_words_as_they_were_typed_come_before_others_of_their_stem() -> None:
    make_paper("One", abstract_text="Connect them.")
    make_paper("Two", abstract_text="Connections them.")
    make_paper("Three", abstract_text="Connected them.")
    assert ranked("connections")[0] == "Two"
    assert ranked("CONNECTED")[0] == "Three"
    assert ranked('"connect them"')[0] == "One"


def test_the_spelling_of_a_name_counts_too() -> None:
    make_paper("One", authors=["Paul Erdős"])
    make_paper("Two", authors=["Paul Erdos"])
    assert ranked("erdős") == ranked("author:erdős") == ["One", "Two"]
    assert ranked("erdos") == ["Two", "One"]


def test_words_of_or_and_fields_are_ranked_too() -> None:
    make_paper("Graph trees", authors=["Jane Doe"])
    make_paper("Graphs", authors=["Jane Doe"])
    assert ranked("trees OR graphs author:doe")[0] == "Graph trees"


def test_equals_come_newest_first_and_filters_alone_have_no_score() -> None:
    first, second = make_paper("Graph", authors=[]), make_paper("Graph", authors=[])
    query = parse_query("graph")
    page = ranked_page(query, find("graph"), "", 10)
    assert [paper.pk for paper in page.papers] == [second.pk, first.pk]
    assert scores(parse_query("has:code"), [first.pk]) == {}
    assert scores(query, []) == {}


@pytest.mark.parametrize("text", ["'", "\\", "a'b\\c", "①", "x:y", "∅ graph", "'graph'", '"\'\\"'])
def test_odd_words_have_a_score(text: str) -> None:
    paper = make_paper("Graph")
    scores(parse_query(text), [paper.pk])


def test_pages_neither_repeat_nor_miss_when_papers_come_and_go() -> None:
    old = [make_paper("Zymurgy", abstract_text="zymurgy " * (n % 3)) for n in range(12)]
    query = parse_query("zymurgy")
    seen: list[int] = []
    cursor: str | None = ""
    while cursor is not None:
        page = ranked_page(query, find("zymurgy"), cursor, 5)
        seen += [paper.pk for paper in page.papers]
        cursor = page.next_cursor
        make_paper("Zymurgy zymurgy")
        Paper.objects.filter(pk=seen[0]).update(hidden_at=timezone.now())
    assert len(seen) == len(set(seen))
    assert {paper.pk for paper in old} <= set(seen)


@pytest.mark.parametrize("cursor", ["x", "1", "-1-1", "1-", "9" * 30 + "-1", "1.5-2", "1-1\n"])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    make_paper("Zymurgy")
    with pytest.raises(SuspiciousOperation):
        ranked_page(parse_query("zymurgy"), find("zymurgy"), cursor, 5)


# --- Common queries ---------------------------------------------------------------------------


@pytest.fixture
def few_are_ranked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates_room, "MATCHES_RANKED", 4)
    monkeypatch.setattr(candidates_room, "TITLES_RANKED", 2)


def make_many() -> list[Paper]:
    """Twenty papers with a common word, the first the oldest; the oldest three have it in titles."""
    now = timezone.now()
    return [
        make_paper(
            "Of zymurgy" if age > 17 else "Of beer",
            abstract_text="On zymurgy.",
            published_at=now - timedelta(days=age),
        )
        for age in range(20, 0, -1)
    ]


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("analyze papers_paper")


@pytest.mark.parametrize("analyzed", [False, True], ids=["never analysed", "analysed"])
@pytest.mark.parametrize("counted", [False, True], ids=["uncounted", "counted words"])
@pytest.mark.usefixtures("few_are_ranked")
def test_the_newest_and_those_with_the_word_in_the_title_are_ranked(
    analyzed: bool, counted: bool
) -> None:
    many = make_many()
    if counted:
        refresh_words()
    if analyzed:
        analyze()
    found = find("zymurgy")
    assert found.is_capped
    assert found.total == 4
    assert set(found.ids) == {paper.pk for paper in [*many[-4:], *many[1:3]]}


@pytest.mark.usefixtures("few_are_ranked")
def test_a_wider_window_is_tried_where_one_holds_too_few() -> None:
    many = make_many()
    analyze()
    # The newest half no longer matches, and the statistics do not know it yet.
    Paper.objects.filter(pk__in=[paper.pk for paper in many[10:]]).update(abstract_text="On hops.")
    assert {paper.pk for paper in many[6:10]} <= set(find("zymurgy").ids)


@pytest.mark.usefixtures("few_are_ranked")
def test_as_many_as_are_ranked_are_not_too_many() -> None:
    make_many()
    Paper.objects.filter(pk__in=Paper.objects.order_by("pk")[4:]).delete()
    assert not find("zymurgy").is_capped
    assert find("zymurgy").total == 4


def test_the_next_query_is_planned_as_ever() -> None:
    make_paper("Graph")
    find("graph")
    with connection.cursor() as cursor:
        cursor.execute("select current_setting('enable_seqscan'), current_setting('work_mem')")
        assert cursor.fetchone()[0] == "on"
