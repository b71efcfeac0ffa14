"""The front page of past days, and the ranks that are kept of it."""

from datetime import UTC, date, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from papers import tasks
from papers.models import ArchivedRank, Paper, RankingSnapshot
from papers.ranking.archive import archive_day, archive_due, read_day
from tests.at_once import at_once
from tests.factories import at, make_paper

pytestmark = pytest.mark.django_db

DAY = date(2026, 3, 2)


def make_papers(number: int) -> list[int]:
    return [make_paper().pk for _ in range(number)]


def snapshot(
    taken_at: str, paper_ids: list[int], *, window: str = "week", balance: str = ""
) -> None:
    RankingSnapshot.objects.create(
        window=window, balance=balance, taken_at=at(taken_at), paper_ids=paper_ids
    )


def ranks(day: date = DAY) -> dict[int, int]:
    rows = ArchivedRank.objects.filter(day=day).order_by("rank")
    return dict(rows.values_list("rank", "paper"))


# --- Reading ----------------------------------------------------------------------------------


def test_a_day_has_the_order_of_its_end(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    one, two, three = make_papers(3)
    snapshot("2026-03-01 08:00", [one])
    snapshot("2026-03-02 23:59:59", [one, two, three])
    snapshot("2026-03-03 00:00:00", [three])
    with django_assert_num_queries(1):
        page = read_day(DAY, "week", "", offset=0, size=2)
    assert (page.paper_ids, page.total, page.next_offset) == ([one, two], 3, 2)
    assert (page.taken_at, page.first_day) == (at("2026-03-02 23:59:59"), date(2026, 3, 1))
    rest = read_day(DAY, "week", "", offset=2, size=2)
    assert (rest.paper_ids, rest.next_offset) == ([three], None)


def test_a_day_on_which_the_order_did_not_change_has_that_of_the_days_before() -> None:
    snapshot("2026-02-01 08:00", [1])
    assert read_day(DAY, "week", "", offset=0, size=2).paper_ids == [1]


def test_each_order_has_its_own_archive() -> None:
    snapshot("2026-03-02 08:00", [1])
    snapshot("2026-03-02 09:00", [2], window="month")
    snapshot("2026-03-02 10:00", [3], balance="fields")
    orders = [("week", ""), ("month", ""), ("week", "fields"), ("now", "")]
    found = [read_day(DAY, *order, offset=0, size=9).paper_ids for order in orders]
    assert found == [[1], [2], [3], []]


def test_before_the_first_snapshot_nothing_is_archived() -> None:
    snapshot("2026-03-03 00:00", [1])
    page = read_day(DAY, "week", "", offset=0, size=9)
    assert (page.taken_at, page.paper_ids, page.total, page.next_offset) == (None, [], 0, None)


# --- Keeping the ranks ------------------------------------------------------------------------


def test_the_ranks_of_a_day_are_those_of_the_order_that_the_front_page_shows_by_itself() -> None:
    one, two = make_papers(2)
    snapshot("2026-03-02 08:00", [two, one])
    snapshot("2026-03-02 09:00", [one, two], window="now")
    snapshot("2026-03-02 09:00", [one, two], balance="fields")
    assert archive_day(DAY) == 2
    assert ranks() == {1: two, 2: one}


def test_writing_a_day_again_changes_nothing() -> None:
    one, two = make_papers(2)
    snapshot("2026-03-02 08:00", [two, one])
    archive_day(DAY)
    snapshot("2026-03-02 09:00", [one, two])
    assert archive_day(DAY) == 0
    assert ranks() == {1: two, 2: one}


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_write_each_rank_once() -> None:
    snapshot("2026-03-02 08:00", make_papers(50))
    written = at_once(lambda: archive_day(DAY), lambda: archive_day(DAY))
    assert sum(written) == len(ranks()) == 50


def test_a_deleted_paper_leaves_its_rank_empty() -> None:
    one, two, three = make_papers(3)
    snapshot("2026-03-02 08:00", [one, two, three])
    Paper.objects.filter(pk=two).delete()
    archive_day(DAY)
    assert ranks() == {1: one, 3: three}


def test_a_paper_that_was_merged_since_leaves_its_rank_to_the_one_that_was_kept() -> None:
    kept, merged, other, ranked_itself = make_papers(4)
    Paper.objects.filter(pk=merged).update(merged_into=kept)
    snapshot("2026-03-02 08:00", [merged, other, ranked_itself])
    archive_day(DAY)
    assert ranks() == {1: kept, 2: other, 3: ranked_itself}
    Paper.objects.filter(pk=other).update(merged_into=ranked_itself)
    ArchivedRank.objects.all().delete()
    archive_day(DAY)
    assert ranks() == {1: kept, 3: ranked_itself}


def test_every_day_since_the_first_snapshot_is_written_once_it_is_over() -> None:
    one, two = make_papers(2)
    snapshot("2026-02-27 23:00", [one])
    snapshot("2026-03-01 08:00", [two])
    now = at("2026-03-02 12:00")
    assert archive_due(now) == 3
    assert ranks(date(2026, 2, 27)) == ranks(date(2026, 2, 28)) == {1: one}
    assert ranks(date(2026, 3, 1)) == {1: two}
    assert ranks() == {}
    # A day that was missed in between is made up for.
    ArchivedRank.objects.filter(day=date(2026, 2, 28)).delete()
    assert archive_due(now) == 1
    assert archive_due(now) == 0


def test_a_day_is_over_for_the_ranks_ten_minutes_after_its_end() -> None:
    snapshot("2026-03-02 08:00", make_papers(1))
    assert archive_due(at("2026-03-03 00:09:59")) == 0
    assert archive_due(at("2026-03-03 00:10")) == 1


def test_a_worker_whose_clock_is_ahead_writes_no_day_that_is_not_over() -> None:
    (one,) = make_papers(1)
    yesterday = timezone.now().astimezone(UTC) - timedelta(days=1)
    RankingSnapshot.objects.create(window="week", taken_at=yesterday, paper_ids=[one])
    archive_due(timezone.now() + timedelta(days=365))
    assert not ArchivedRank.objects.filter(day__gte=timezone.now().astimezone(UTC).date()).exists()


def test_the_worker_writes_what_is_due() -> None:
    (one,) = make_papers(1)
    snapshot("2026-03-02 08:00", [one])
    tasks.archive_ranks()
    assert ranks() == {1: one}
