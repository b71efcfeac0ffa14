"""How a page of many papers is found: sorted at once, or along an index."""

import pytest
from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from django.test.utils import CaptureQueriesContext

from papers import sorting
from papers.models import Paper
from papers.querysets import PaperQuerySet
from papers.sorting import Selection, Sort, select, sorted_page
from tests.factories import at, make_paper

pytestmark = pytest.mark.django_db

# How the query says that no index may give the order.
AT_ONCE = '("papers_paper"."id" * 0)'


@pytest.fixture
def papers() -> list[Paper]:
    """Four papers, the newest first."""
    return [make_paper(published_at=at(f"2026-03-0{day} 12:00")) for day in (4, 3, 2, 1)]


def queries_of(selection: Selection) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        found = sorted_page(selection, Sort.NEWEST, "", 2)
    assert [paper.published_at.day for paper in found.papers if paper.published_at] == [4, 3]
    assert found.next_cursor
    return [query["sql"] for query in queries if 'FROM "papers_paper"' in query["sql"]]


def test_few_papers_are_sorted_at_once_and_many_found_along_an_index(papers: list[Paper]) -> None:
    (few,) = queries_of(Selection(Paper.objects.all(), 4, estimate=sorting.SORTED_AT_ONCE))
    (many,) = queries_of(Selection(Paper.objects.all(), 4, estimate=sorting.SORTED_AT_ONCE + 1))
    (most,) = queries_of(Selection(Paper.objects.all(), 4, estimate=sorting.SORTED_IN_NEED + 1))
    assert AT_ONCE in few
    assert AT_ONCE not in many
    assert AT_ONCE not in most


def slow_once() -> PaperQuerySet:
    """All papers; the first row that is looked at takes a minute, any later one no time."""
    with connection.cursor() as cursor:
        cursor.execute("create temp sequence looks")
    # Two texts and no boolean: the database would leave out what is true anyhow.
    slow = RawSQL(
        "case when nextval('looks') = 1 then pg_sleep(60)::text else '' end = ''",
        [],
        output_field=BooleanField(),
    )
    return Paper.objects.alias(slow=slow).filter(slow=True)


def test_a_walk_that_takes_too_long_gives_way_to_sorting(
    papers: list[Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "PATIENCE", 0.1)
    queries = queries_of(Selection(slow_once(), 4, estimate=sorting.SORTED_IN_NEED))
    assert AT_ONCE in queries[-1]


def test_a_stretch_of_the_order_is_walked_however_few_the_database_expects(
    papers: list[Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "COUNT_LIMIT", 1)
    (sorted_at_once,) = queries_of(select(Paper.objects.all()))
    (walked,) = queries_of(select(Paper.objects.all(), is_stretch=True))
    assert AT_ONCE in sorted_at_once
    assert AT_ONCE not in walked


def test_the_total_is_exact_up_to_the_limit(
    papers: list[Paper], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sorting, "COUNT_LIMIT", 4)
    exact = select(Paper.objects.all())
    assert (exact.total, exact.is_capped) == (4, False)
    monkeypatch.setattr(sorting, "COUNT_LIMIT", 3)
    capped = select(Paper.objects.all())
    assert (capped.total, capped.is_capped) == (3, True)
