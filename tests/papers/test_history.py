"""A paper's upvotes and ranks over time: what is told, from when on, and what is not."""

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from papers.history import MIN_UPVOTES, MOST_STEPS, History, history_of
from papers.models import ArchivedRank, Paper, Upvote
from papers.ranking.refresh import refresh_all
from tests.factories import at, make_paper, make_ranking_settings, make_upvote, make_user

pytestmark = pytest.mark.django_db

NOON = at("2025-03-11 12:00")
NOW = at("2025-03-14 09:00")
DAY = timedelta(days=1)
NONE = "\N{EN DASH}"


def vote(paper: Paper, number: int, cast_at: datetime, **fields: object) -> None:
    for _ in range(number):
        make_upvote(make_user(), paper, first_cast_at=cast_at, **fields)


def history(paper: Paper, now: datetime = NOW) -> History | None:
    refresh_all(timezone.now())
    return history_of(Paper.objects.for_paper_page().get(pk=paper.pk), now)


def told(paper: Paper, now: datetime = NOW) -> list[tuple[str, int, int, int | None]]:
    """The first day, new upvotes, all upvotes and rank of each step."""
    found = history(paper, now)
    assert found is not None
    return [(f"{step.first:%m-%d}", step.new, step.upvotes, step.rank) for step in found.steps]


def test_upvotes_add_up_day_by_day_since_the_listing_and_ranks_stand_beside_them() -> None:
    paper = make_paper(listed_at=NOON)
    vote(paper, 2, NOON)
    vote(paper, 4, NOON + 2 * DAY)
    ArchivedRank.objects.create(paper=paper, day=date(2025, 3, 12), rank=7)
    ArchivedRank.objects.create(paper=paper, day=date(2025, 3, 13), rank=2)
    assert told(paper) == [
        ("03-11", 2, 2, None),
        ("03-12", 0, 2, 7),
        ("03-13", 4, 6, 2),
        ("03-14", 0, 6, None),
    ]


def test_days_are_utc() -> None:
    paper = make_paper(listed_at=NOON)
    vote(paper, 3, at("2025-03-11 23:59"))
    vote(paper, 2, at("2025-03-12 00:00"))
    with timezone.override("Pacific/Auckland"):
        assert [step[1] for step in told(paper)] == [3, 2, 0, 0]


def test_it_begins_with_the_fifth_upvote_that_counts() -> None:
    paper = make_paper(listed_at=NOON)
    vote(paper, MIN_UPVOTES - 1, NOON)
    vote(paper, 3, NOON, weight=0.0)
    vote(paper, 3, NOON, removed_at=NOON + DAY)
    assert history(paper) is None
    vote(paper, 1, NOON)
    assert told(paper)[-1][2] == MIN_UPVOTES


def test_a_vote_that_counts_no_more_leaves_the_former_days_too() -> None:
    paper = make_paper(listed_at=NOON)
    vote(paper, 7, NOON)
    Upvote.objects.filter(pk=paper.upvotes.first().pk).update(  # type: ignore[union-attr]
        weight=0, weight_reason="suspended"
    )
    assert told(paper)[0][2] == 6


def test_votes_from_before_the_listing_and_of_tomorrow_are_counted_at_the_ends() -> None:
    paper = make_paper(listed_at=NOON)
    vote(paper, 5, NOON - 30 * DAY)
    vote(paper, 1, NOW + 2 * DAY)
    assert [step[1] for step in told(paper)] == [5, 0, 0, 1]


def test_a_paper_that_was_never_listed_has_none() -> None:
    paper = make_paper(listed=False, published_at=NOON)
    vote(paper, 9, NOON)
    assert history(paper) is None


def test_nothing_is_told_while_the_number_is_hidden() -> None:
    paper = make_paper()
    vote(paper, 9, timezone.now())
    assert history(paper, timezone.now()) is not None
    make_ranking_settings(hide_counts_hours=6)
    assert history(paper, timezone.now()) is None


def test_years_are_told_in_steps_of_many_days_and_lose_no_vote_and_no_best_rank() -> None:
    paper = make_paper(listed_at=NOON)
    for year in range(20):
        vote(paper, 1, NOON + year * 365 * DAY)
    for place in range(100):
        ArchivedRank.objects.create(
            paper=paper, day=NOON.date() + place * 9 * DAY, rank=100 - place
        )
    found = history(paper, NOON + 20 * 365 * DAY)
    assert found is not None
    assert found.days_a_step == 122
    assert len(found.steps) <= MOST_STEPS
    assert found.steps[-1].upvotes == 20
    assert min(step.rank for step in found.steps if step.rank) == 1
    for before, after in zip(found.steps, found.steps[1:], strict=False):
        assert after.first == before.last + DAY


def test_without_ranks_there_is_no_chart_of_them() -> None:
    paper = make_paper(listed_at=NOON)
    vote(paper, 5, NOON)
    found = history(paper)
    assert found is not None
    assert found.rank_chart is None
    assert '<desc id="votes-chart-description">5 upvotes until ' in found.votes_chart


def points_of(chart: str) -> list[tuple[float, float]]:
    """The points of the line of a chart, in its units."""
    path = re.search(r'<g class="chart__line[^>]*><path d="([^"]+)"', chart)
    assert path
    return [(float(x), float(y)) for x, y in re.findall(r"[ML]([-\d.]+) ([-\d.]+)", path[1])]


def tick_of(chart: str, day: str) -> float:
    found = re.search(rf'<text x="([\d.]+)"[^>]*>{day}</text>', chart)
    assert found
    return float(found[1])


def test_each_value_stands_above_its_own_day() -> None:
    paper = make_paper(listed_at=NOON)
    vote(paper, 2, NOON)
    vote(paper, 4, NOON + 2 * DAY)
    ArchivedRank.objects.create(paper=paper, day=date(2025, 3, 13), rank=2)
    found = history(paper)
    assert found is not None
    # The day before, and four days; on the third all six upvotes were there.
    before, first, _second, third, today = points_of(found.votes_chart)
    assert first[0] == tick_of(found.votes_chart, "11 Mar")
    assert before[1] > first[1] > third[1] == today[1]
    assert third[0] == tick_of(found.votes_chart, "13 Mar")
    assert found.rank_chart is not None
    ((ranked, _),) = points_of(found.rank_chart)
    assert ranked == tick_of(found.rank_chart, "13 Mar")


def test_an_unfinished_step_of_many_days_is_as_wide_as_its_days() -> None:
    paper = make_paper(listed_at=NOON)
    vote(paper, 5, NOON)
    found = history(paper, NOON + 120 * DAY)
    assert found is not None
    assert (found.days_a_step, found.steps[-1].first) == (3, found.steps[-1].last)
    *_, one, two, last = [x for x, _ in points_of(found.votes_chart)]
    assert (two - one) / (last - two) == pytest.approx(3, rel=0.01)


def test_on_its_very_first_day_a_paper_has_a_curve_already() -> None:
    paper = make_paper()
    vote(paper, 5, timezone.now())
    found = history(paper, timezone.now())
    assert found is not None
    assert re.search(r'<path d="M\S+ \S+ L', found.votes_chart)


def test_the_page_shows_charts_and_the_same_as_a_table(client: Client) -> None:
    paper = make_paper(listed_at=timezone.now() - 3 * DAY)
    vote(paper, 6, timezone.now() - 2 * DAY)
    ArchivedRank.objects.create(paper=paper, day=(timezone.now() - DAY).date(), rank=3)
    refresh_all(timezone.now())
    page = client.get(paper.get_absolute_url()).content.decode()
    assert len(re.findall(r'<svg[^>]*class="chart"[^>]*role="img"', page)) == 2
    assert "style=" not in page
    table = page.split("The same as a table")[1].split("</table>")[0]
    rows = re.findall(r"<tr>(.*?)</tr>", table, re.DOTALL)[1:]
    cells = [re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", row)).split()[-3:] for row in rows]
    assert cells == [["0", "0", NONE], ["6", "6", NONE], ["0", "6", "3"], ["0", "6", NONE]]


def test_a_paper_with_few_upvotes_shows_neither(client: Client) -> None:
    paper = make_paper()
    vote(paper, MIN_UPVOTES - 1, timezone.now())
    refresh_all(timezone.now())
    page = client.get(paper.get_absolute_url()).content.decode()
    assert "Over time" not in page
    assert 'class="chart"' not in page


def test_a_history_costs_two_queries_however_long_it_is() -> None:
    costs: list[int] = []
    for votes, days in ((5, 1), (40, 30)):
        paper = make_paper(listed_at=NOON)
        for place in range(votes):
            vote(paper, 1, NOON + place % days * DAY)
        for place in range(days):
            # One paper a rank and day.
            ArchivedRank.objects.create(
                paper=paper, day=NOON.date() + place * DAY, rank=len(costs) + 1
            )
        refresh_all(timezone.now())
        row = Paper.objects.for_paper_page().get(pk=paper.pk)
        with CaptureQueriesContext(connection) as queries:
            history_of(row, NOON + 40 * DAY)
        costs.append(len(queries))
    assert costs == [2, 2]
