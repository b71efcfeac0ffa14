"""Snapshots of the front page's order, and its pages."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from psycopg import sql
from pytest_django import DjangoAssertNumQueries, Settings

from papers.models import RankingSnapshot, Window
from papers.ranking.orders import order_sql
from papers.ranking.refresh import refresh_all, refresh_pending
from papers.ranking.snapshots import READ, TAKE, prune, read_page, take_snapshots
from tests.factories import at, make_paper, make_ranking_settings
from tests.ranking.world import World, make_world

pytestmark = pytest.mark.django_db

NOW = timezone.now()
SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def ranked(papers: int, listed_at: datetime | None = None) -> World:
    """Papers that trend: the first the hottest, since all its voters are the latest."""
    world = make_world(papers, 2, listed_at)
    for paper in range(papers):
        for member in range(2):
            world.cast(member, paper, NOW - (paper + 1) * HOUR)
    refresh_pending(NOW)
    return world


def ids(world: World) -> list[int]:
    return [paper.pk for paper in world.papers]


def stored(window: str = "week") -> list[list[int]]:
    """The orders stored for a window, oldest first."""
    snapshots = RankingSnapshot.objects.filter(window=window, balance="").order_by("taken_at", "pk")
    return list(snapshots.values_list("paper_ids", flat=True))


# --- Taking -----------------------------------------------------------------------------------


def test_every_window_gets_the_order_of_its_own_heat() -> None:
    world = make_world(2, 6)
    # A crowd some days ago against a few now.
    for member in range(6):
        world.cast(member, 0, NOW - 60 * HOUR)
    for member in range(2):
        world.cast(member, 1, NOW)
    world.change(0, listed_at=NOW - 60 * HOUR)
    refresh_pending(NOW)
    crowd, few = ids(world)
    assert stored("now") == [[few, crowd]]
    assert stored("month") == [[crowd, few]]


def test_a_snapshot_is_written_only_when_the_order_changed() -> None:
    world = ranked(3)
    first = stored()
    assert first == [ids(world)]
    # Hotter, but at the top already.
    make_voter = make_world(1, 1).members[0]
    World(world.papers, [make_voter]).cast(0, 0, NOW)
    result = refresh_pending(NOW + 5 * SECOND)
    assert result.changed == 1
    assert stored() == first


def test_there_is_at_most_one_snapshot_a_second_and_the_last_order_is_not_lost() -> None:
    world = ranked(2)
    one, two = ids(world)
    world.change(0, hidden_at=NOW)
    refresh_pending(NOW + SECOND / 2)
    assert stored() == [[one, two]]
    # The next tick finds nothing in the outbox, and the order still not written.
    assert refresh_pending(NOW + SECOND).outbox_rows == 0
    assert stored() == [[one, two], [two]]


def test_an_order_without_papers_is_written_after_one_with_some_but_not_at_first() -> None:
    assert take_snapshots(NOW) == 0
    world = ranked(1)
    world.change(0, hidden_at=NOW)
    refresh_pending(NOW + SECOND)
    assert stored() == [ids(world), []]


def test_a_snapshot_keeps_only_the_top(settings: Settings) -> None:
    settings.RANKING = {**settings.RANKING, "snapshot_size": 3}
    world = ranked(5)
    assert stored() == [ids(world)[:3]]


def test_equal_heat_goes_to_the_older_row() -> None:
    world = make_world(3, 2, NOW - HOUR)
    for paper in (2, 0, 1):
        for member in range(2):
            world.cast(member, paper, NOW)
    refresh_pending(NOW)
    assert stored() == [ids(world)]


def test_a_clock_that_went_back_does_not_stop_the_snapshots() -> None:
    world = ranked(2)
    _, two = ids(world)
    world.change(0, hidden_at=NOW)
    refresh_pending(NOW - HOUR)
    assert read_page("week", None, 10).paper_ids == [two]


def test_a_clock_that_is_ahead_does_not_date_what_comes_after_it() -> None:
    world = ranked(3)
    world.change(0, hidden_at=NOW)
    refresh_pending(NOW + 365 * DAY)
    world.change(1, hidden_at=NOW)
    refresh_pending(timezone.now() + 2 * SECOND)
    assert stored()[-1] == ids(world)[2:]
    times = RankingSnapshot.objects.values_list("taken_at", flat=True)
    assert max(times) <= timezone.now()


def test_snapshots_from_the_future_are_brought_back_to_the_present() -> None:
    world = ranked(2)
    RankingSnapshot.objects.filter(window="week").update(taken_at=NOW + 365 * DAY)
    world.change(0, hidden_at=NOW)
    refresh_pending(timezone.now())
    assert read_page("week", None, 10).paper_ids == ids(world)[1:]
    times = RankingSnapshot.objects.values_list("taken_at", flat=True)
    assert max(times) <= timezone.now()


def test_taking_and_the_new_papers_walk_partial_indexes() -> None:
    ranked(2)
    with connection.cursor() as cursor:
        # With so few rows a sort would be cheaper; it is whether the indexes can serve that counts.
        cursor.execute("set local enable_sort = off; set local enable_seqscan = off")
        values: dict[str, Any] = {
            "now": NOW,
            "young_since": NOW,
            "size": 10,
            "new": 10,
            "named": None,
            "offset": 0,
        }
        for window in Window.values:
            for balance, index in (("", f"heat_{window}"), ("fields", f"heat_field_{window}")):
                take = sql.SQL("explain " + TAKE).format(order=order_sql(window, balance))
                cursor.execute(take, {**values, "window": window, "balance": balance})
                assert f"using {index} " in str(cursor.fetchall())
        # Of two rows any index may be the cheapest to walk. The test's end brings the others back.
        cursor.execute(
            "select indexrelid::regclass::text from pg_index where not indisprimary"
            " and indrelid = 'papers_paperheat'::regclass"
        )
        for (index,) in cursor.fetchall():
            if index != "heat_not_yet_trending":
                cursor.execute(f"drop index {index}")
        cursor.execute("explain " + READ, {**values, "window": "week", "balance": ""})
        assert "using heat_not_yet_trending " in str(cursor.fetchall())


# --- Reading ----------------------------------------------------------------------------------


def test_pages_follow_each_other_through_one_snapshot_whatever_happens_meanwhile() -> None:
    world = ranked(5)
    order = ids(world)
    first = read_page("week", None, 2)
    assert (first.paper_ids, first.offset, first.total) == (order[:2], 0, 5)
    world.change(0, hidden_at=NOW)
    refresh_pending(NOW + SECOND)
    second = read_page("week", first.next_cursor, 2)
    third = read_page("week", second.next_cursor, 2)
    assert (second.paper_ids, second.offset) == (order[2:4], 2)
    assert (third.paper_ids, third.offset) == (order[4:], 4)
    assert third.next_cursor is None
    assert first.snapshot_id == second.snapshot_id == third.snapshot_id
    assert [page.expired for page in (first, second, third)] == [False] * 3
    assert read_page("week", None, 2).paper_ids == order[1:3]


def test_a_page_that_ends_with_the_snapshot_has_none_after_it() -> None:
    world = ranked(4)
    page = read_page("week", read_page("week", None, 2).next_cursor, 2)
    assert (page.paper_ids, page.next_cursor) == (ids(world)[2:], None)


def test_a_page_is_one_query(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    ranked(3)
    with django_assert_num_queries(1):
        page = read_page("week", None, 2)
    with django_assert_num_queries(1):
        read_page("week", page.next_cursor, 2)


def test_the_cursor_of_a_snapshot_that_is_gone_leads_to_the_first_page() -> None:
    world = ranked(3)
    cursor = read_page("week", None, 1).next_cursor
    RankingSnapshot.objects.all().delete()
    take_snapshots(NOW + SECOND)
    page = read_page("week", cursor, 1)
    assert page.expired
    assert (page.paper_ids, page.offset) == (ids(world)[:1], 0)


def test_a_cursor_of_another_window_leads_to_the_first_page() -> None:
    ranked(3)
    page = read_page("month", read_page("week", None, 1).next_cursor, 1)
    assert (page.expired, page.offset) == (True, 0)


def test_a_cursor_beyond_the_end_is_an_empty_page() -> None:
    ranked(3)
    snapshot = read_page("week", None, 1).snapshot_id
    page = read_page("week", f"{snapshot}-30", 10)
    assert (page.paper_ids, page.offset, page.next_cursor) == ([], 30, None)


@pytest.mark.parametrize(
    "cursor",
    ["", "7", "7-", "-7", "a-b", "7-3-1", "-7-3", "7--3", "07-3", "7-03", " 7-3", "7-3\n",
     "\u0667-3", "7-1e3", "9" * 30 + "-1", "1-" + "9" * 30],
)  # fmt: skip
def test_a_cursor_that_is_none_of_ours_is_refused(cursor: str) -> None:
    with pytest.raises(ValueError, match="not a place in a ranking"):
        read_page("week", cursor, 10)


def test_a_page_says_the_half_life_of_its_window_that_is_in_force(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    assert read_page("month", None, 10).half_life_hours == 120.0
    make_ranking_settings(half_life_week=24.0, applied_at=NOW)
    make_ranking_settings(half_life_week=48.0, applied_at=None)
    with django_assert_num_queries(1):
        assert read_page("week", None, 10).half_life_hours == 24.0


def test_a_cursor_keeps_to_its_balance() -> None:
    ranked(3)
    cursor = read_page("week", None, 1, "fields").next_cursor
    page = read_page("week", cursor, 1, "fields")
    assert (page.offset, page.expired) == (1, False)
    page = read_page("week", cursor, 1)
    assert (page.offset, page.expired) == (0, True)


def test_before_the_first_snapshot_there_are_new_papers_only() -> None:
    paper = make_paper()
    refresh_all(NOW)
    page = read_page("week", None, 10)
    assert (page.snapshot_id, page.taken_at, page.paper_ids, page.total) == (None, None, [], 0)
    assert page.new_ids == [paper.pk]
    assert page.next_cursor is None


def test_new_papers_are_the_ten_last_listed_that_do_not_trend_on_the_first_page_only() -> None:
    ranked(3)
    new = [make_paper(listed_at=NOW - n * SECOND) for n in range(12)]
    make_paper(listed=False)
    make_paper(hidden_at=NOW)
    refresh_all(NOW)
    page = read_page("week", None, 2)
    assert page.new_ids == [paper.pk for paper in new[:10]]
    assert read_page("week", page.next_cursor, 2).new_ids == []


def test_a_paper_that_ceased_to_trend_is_not_new_while_the_snapshot_still_ranks_it() -> None:
    world = ranked(2)
    world.take_back(0, 1)
    refresh_pending(NOW + SECOND / 2)
    page = read_page("week", None, 10)
    assert page.paper_ids == ids(world)
    assert page.new_ids == []


# --- Pruning ----------------------------------------------------------------------------------


def snapshot(taken_at: str, *paper_ids: int, window: str = "week") -> RankingSnapshot:
    return RankingSnapshot.objects.create(
        window=window, taken_at=at(taken_at), paper_ids=list(paper_ids)
    )


def kept(**filters: Any) -> list[int]:
    return list(
        RankingSnapshot.objects.filter(**filters).order_by("pk").values_list("pk", flat=True)
    )


def test_a_snapshot_is_pruned_an_hour_after_the_next_one_was_taken() -> None:
    old = snapshot("2026-03-01 08:00", 1)
    current_until_lately = snapshot("2026-03-01 08:30", 2)
    newest = snapshot("2026-03-01 11:30", 3)
    assert prune(at("2026-03-01 12:00")) == 1
    assert kept() == [current_until_lately.pk, newest.pk]
    assert old.pk not in kept()
    assert prune(at("2026-03-01 12:31")) == 1
    assert kept() == [newest.pk]


def test_the_newest_of_each_window_is_kept_however_old() -> None:
    week, month = snapshot("2026-01-01 08:00", 1), snapshot("2026-01-02 08:00", 1, window="month")
    assert prune(at("2026-03-01 12:00")) == 0
    assert kept() == [week.pk, month.pk]


def test_the_last_of_each_utc_day_is_kept_as_the_archive() -> None:
    snapshot("2026-03-01 08:00", 1)
    snapshot("2026-03-01 23:59", 2, window="month")
    last = snapshot("2026-03-01 23:58", 2)
    snapshot("2026-03-02 00:01", 3)
    last_of_next = snapshot("2026-03-02 09:00", 4)
    newest = snapshot("2026-03-04 09:00", 5)
    assert prune(at("2026-03-05 12:00")) == 2
    assert kept(window="week") == [last.pk, last_of_next.pk, newest.pk]
    assert len(kept(window="month")) == 1
    assert prune(at("2026-03-05 12:00")) == 0


def test_a_clock_that_is_ahead_prunes_nothing_that_readers_still_need() -> None:
    for minutes in (2, 1):
        RankingSnapshot.objects.create(
            window="week", taken_at=NOW - timedelta(minutes=minutes), paper_ids=[minutes]
        )
    assert prune(NOW + 365 * DAY) == 0
