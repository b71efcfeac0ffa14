"""The refresh: what it takes from the outbox, and what it writes."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings

from papers.models import Paper, PaperHeat, VoteOutbox
from papers.ranking import outbox, refresh
from papers.ranking.refresh import RefreshResult, refresh_all, refresh_pending
from papers.ranking.snapshots import read_page
from tests.eventually import eventually
from tests.factories import (
    make_paper,
    make_ranking_settings,
    make_tag,
    make_upvote,
    make_user,
)
from tests.ranking.world import (
    assert_same_rows,
    expected_rows,
    make_world,
    rows,
    shown_counts,
    true_counts,
)

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR = timedelta(hours=1)


# --- Taking in what waits ---------------------------------------------------------------------


def test_a_queued_paper_gets_its_row() -> None:
    tag = make_tag()
    paper = make_paper(tags=[tag])
    make_upvote(make_user("alice"), paper)
    make_upvote(make_user("bob"), paper)
    outbox.queue([paper.pk], +1)
    assert refresh_pending(NOW) == RefreshResult(outbox_rows=1, papers=1, changed=0, inserted=1)
    row = PaperHeat.objects.get()
    assert (row.paper, row.upvotes, row.listed_at) == (paper, 2, paper.listed_at)
    assert (row.primary_tag, row.visible, row.trending) == (tag, True, True)
    assert_same_rows(rows(), expected_rows(timezone.now()))


def test_several_changes_of_a_paper_are_one_computation() -> None:
    paper = make_paper()
    outbox.queue([paper.pk])
    refresh_pending(NOW)
    make_upvote(make_user(), paper)
    for delta in (1, -1, 1):
        outbox.queue([paper.pk], delta)
    assert refresh_pending(NOW) == RefreshResult(outbox_rows=3, papers=1, changed=1, inserted=0)
    assert not VoteOutbox.objects.exists()


def test_nothing_is_written_when_nothing_changed() -> None:
    world = make_world(3)
    for member in range(3):
        world.cast(member, 0, NOW - HOUR)
    refresh_pending(NOW)
    outbox.queue([paper.pk for paper in world.papers])
    assert refresh_pending(NOW) == RefreshResult(outbox_rows=3, papers=3, changed=0, inserted=0)


def test_an_empty_outbox_is_no_work() -> None:
    make_paper()
    assert refresh_pending(NOW) == RefreshResult()


def test_a_backlog_larger_than_a_batch_is_drained(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh, "OUTBOX_ROWS_A_BATCH", 2)
    make_world(5)
    assert refresh_pending(NOW) == RefreshResult(outbox_rows=5, papers=5, changed=0, inserted=5)
    assert not VoteOutbox.objects.exists()


def test_a_batch_that_ends_between_two_votes_for_a_paper_shows_neither_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refresh, "OUTBOX_ROWS_A_BATCH", 2)
    world = make_world(2)
    for member, paper in [(0, 0), (1, 0), (0, 1), (2, 0)]:
        world.cast(member, paper, NOW)
    assert refresh_pending(NOW, max_batches=1).papers == 2
    assert shown_counts() == true_counts()
    refresh_pending(NOW)
    assert shown_counts() == true_counts()
    assert not VoteOutbox.objects.exists()


def test_a_vote_queued_by_a_clock_that_is_ahead_is_not_shown_twice() -> None:
    world = make_world(1)
    world.cast(0, 0, NOW)
    VoteOutbox.objects.exclude(delta=0).update(queued_at=timezone.now() + timedelta(hours=1))
    refresh_pending(NOW)
    assert shown_counts() == true_counts() == {world.papers[0].pk: 1}


def test_a_paper_deleted_meanwhile_is_passed_over() -> None:
    world = make_world(3)
    gone = world.papers[1].pk
    world.cast(0, 1, NOW - HOUR)
    Paper.objects.filter(pk=gone).delete()
    assert refresh_pending(NOW).papers == 2
    assert gone not in rows()


def test_queries_do_not_grow_with_the_outbox(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_world(10)
    # Lock, instant, take, plan, settings, write, a snapshot of each of the six orders, unlock.
    with django_assert_num_queries(13):
        refresh_pending(NOW)
    make_world(20)
    with django_assert_num_queries(13):
        refresh_pending(NOW)


# --- Which papers, and where they stand -------------------------------------------------------


def test_a_paper_trends_from_its_second_eligible_voter_on() -> None:
    world = make_world(1)
    standing = []
    for member in range(3):
        world.cast(member, 0, NOW - HOUR, weight=0.0 if member == 1 else 1.0)
        refresh_pending(NOW)
        standing.append(PaperHeat.objects.get().trending)
    assert standing == [False, False, True]
    make_ranking_settings(min_voters=3)
    assert refresh_all(NOW).changed == 1
    assert not PaperHeat.objects.get().trending


def test_a_catalogue_paper_has_a_count_and_no_heat() -> None:
    paper = make_paper(listed=False)
    make_upvote(make_user(), paper)
    outbox.queue([paper.pk], +1)
    refresh_pending(NOW)
    row = PaperHeat.objects.get()
    assert (row.upvotes, row.visible, row.trending, row.listed_at) == (1, False, False, None)
    assert (row.h_now, row.h_week, row.h_month) == (None, None, None)


def test_a_catalogue_paper_without_votes_needs_no_row() -> None:
    paper = make_paper(listed=False)
    make_upvote(make_user(), paper, weight=0.0)
    outbox.queue([paper.pk])
    refresh_pending(NOW)
    assert not PaperHeat.objects.exists()


def test_hiding_takes_a_paper_out_and_restoring_brings_it_back_as_it_was() -> None:
    world = make_world(1)
    for member in range(2):
        world.cast(member, 0, NOW - HOUR)
    refresh_pending(NOW)
    before = rows()
    world.change(0, hidden_at=NOW)
    refresh_pending(NOW)
    hidden = PaperHeat.objects.get()
    assert (hidden.visible, hidden.trending, hidden.upvotes) == (False, False, 2)
    world.change(0, hidden_at=None)
    refresh_pending(NOW)
    assert rows() == before


def test_a_new_primary_tag_and_an_earlier_listing_reach_the_row() -> None:
    world = make_world(1)
    refresh_pending(NOW)
    earlier = NOW - 5 * HOUR
    world.change(0, primary_tag=make_tag("math.AG"), listed_at=earlier)
    refresh_pending(NOW)
    row = PaperHeat.objects.get()
    assert (row.primary_tag, row.listed_at) == (make_tag("math.AG"), earlier)
    assert_same_rows(rows(), expected_rows(NOW))


def test_a_clock_behind_the_databases_makes_no_vote_a_vote_of_the_future() -> None:
    world = make_world(1)
    world.cast(0, 0, timezone.now())
    refresh_pending(NOW - HOUR)
    assert not VoteOutbox.objects.exists()
    assert_same_rows(rows(), expected_rows(timezone.now()))


# --- Everything anew --------------------------------------------------------------------------


def test_a_full_refresh_computes_what_no_outbox_row_names() -> None:
    listed, catalogue = make_paper(), make_paper(listed=False)
    moderated = make_paper(hidden_at=NOW)
    for paper in (listed, catalogue, moderated):
        make_upvote(make_user(), paper)
    make_paper(listed=False)
    assert refresh_all(NOW).inserted == 3
    assert_same_rows(rows(), expected_rows(timezone.now()))
    assert set(rows()) == {listed.pk, catalogue.pk, moderated.pk}


def test_a_full_refresh_puts_wrong_rows_right_whatever_is_wrong() -> None:
    world = make_world(4)
    for member in range(3):
        world.cast(member, member, NOW - HOUR)
    refresh_pending(NOW)
    right = rows()
    PaperHeat.objects.filter(paper=world.papers[0]).update(upvotes=77, trending=True)
    PaperHeat.objects.filter(paper=world.papers[1]).update(h_week=float("nan"), h_now=1e300)
    PaperHeat.objects.filter(paper=world.papers[2]).delete()
    result = refresh_all(NOW)
    assert (result.changed, result.inserted) == (2, 1)
    assert_same_rows(rows(), right)


def test_a_full_refresh_takes_the_outbox_in_with_the_papers(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refresh, "PAPERS_A_CHUNK", 2)
    world = make_world(5)
    world.cast(0, 4, NOW - HOUR)
    result = refresh_all(NOW)
    assert (result.outbox_rows, result.inserted) == (6, 5)
    assert not VoteOutbox.objects.exists()
    assert refresh_all(NOW) == RefreshResult(outbox_rows=0, papers=5, changed=0, inserted=0)


def test_the_front_page_follows_votes_while_a_full_refresh_runs(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refresh, "PAPERS_A_CHUNK", 1)
    world = make_world(3, 4)
    for member in range(2):
        world.cast(member, 0, NOW - HOUR)
        world.cast(member, 1, NOW - 2 * HOUR)
    tops: list[int] = []

    def meanwhile(done: int, total: int) -> None:
        tops.append(read_page("week", None, 1).paper_ids[0])
        if done == 1:
            world.cast(2, 1, NOW)
            world.cast(3, 1, NOW)
            since = time.monotonic()
            eventually(lambda: time.monotonic() > since + 1.1)

    refresh_all(NOW, meanwhile)
    one, two, _ = (paper.pk for paper in world.papers)
    assert tops == [one, two, two]


def test_a_full_refresh_says_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh, "PAPERS_A_CHUNK", 2)
    make_world(5)
    steps: list[tuple[int, int]] = []
    refresh_all(NOW, lambda done, total: steps.append((done, total)))
    assert steps == [(2, 5), (4, 5), (5, 5)]


def test_the_lock_is_given_back_even_when_the_settings_make_no_snapshot(
    settings: Settings,
) -> None:
    make_world(1)
    settings.RANKING = {}
    with pytest.raises(KeyError, match="snapshot_size"):
        refresh_pending(NOW)
    with connection.cursor() as cursor:
        # Ours: other runs of the suite share the server. Locks of members' names have two numbers,
        # which is objsubid 2, and end with the test's transaction.
        cursor.execute(
            "select count(*) from pg_locks"
            " where locktype = 'advisory' and pid = pg_backend_pid() and objsubid = 1"
        )
        assert cursor.fetchone() == (0,)
