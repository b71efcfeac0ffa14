"""Numbers of the ranking that come into force: all at once, or not at all."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from papers.models import FieldLevel, PaperHeat, RankingDelay, RankingSettings, VoteOutbox
from papers.ranking import applying, outbox, refresh
from papers.ranking.applying import apply_waiting
from papers.ranking.levels import freeze_levels
from papers.ranking.parameters import current_settings
from papers.ranking.reconcile import reconcile
from papers.ranking.refresh import refresh_pending
from papers.ranking.snapshots import read_page
from papers.services.ranking_settings import withdraw_settings
from papers.tasks import apply_ranking_settings
from tests.at_once import in_thread, waits_for_a_lock
from tests.eventually import eventually
from tests.factories import make_ranking_settings
from tests.ranking.world import (
    World,
    assert_same_rows,
    expected_rows,
    make_world,
    rows,
    shown_counts,
    true_counts,
)
from tests.workers import database_url

NOW = timezone.now()
HOUR = timedelta(hours=1)

# What a reader sees in one statement: the numbers, the heat of all papers, the front page.
SEEN = """
select (select max(id) from papers_rankingsettings where applied_at is not null),
    (select array_agg(h_week order by paper_id) from papers_paperheat),
    (select paper_ids from papers_rankingsnapshot
     where "window" = 'week' and balance = '' order by taken_at desc, id desc limit 1)
"""


def make_rivals(now: datetime = NOW) -> World:
    """Two papers: the first has more upvotes, the second has newer ones; both are ranked."""
    world = make_world(2, listed_at=now - 40 * HOUR)
    for member in range(6):
        world.cast(member, 0, now - 39 * HOUR)
    for member in range(3):
        world.cast(member, 1, now - HOUR)
    refresh_pending(now)
    return world


def let_wait(**fields: Any) -> RankingSettings:
    """Numbers that wait; with these upvotes fade so fast that the newer ones win."""
    fields = fields or {"half_life_week": 6.0}
    return make_ranking_settings(applied_at=None, **fields)


def order() -> list[int]:
    return read_page("week", None, 30).paper_ids


def seen() -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(SEEN)
        return tuple(cursor.fetchone())


@contextmanager
def last_row_held(world: World) -> Iterator[None]:
    """Meanwhile nobody can write the row of the last paper.

    Held by another connection: within a transaction PostgreSQL tells of no connection that came
    after the first question about them.
    """
    held, done = Event(), Event()

    def hold() -> None:
        with transaction.atomic():
            PaperHeat.objects.select_for_update().get(paper=world.papers[-1])
            held.set()
            done.wait(120)

    holder = in_thread(hold)
    try:
        assert held.wait(20)
        yield
    finally:
        done.set()
        holder.result(timeout=20)


@pytest.mark.django_db
def test_every_paper_is_computed_and_the_front_page_follows_at_once() -> None:
    world = make_rivals()
    older, newer = (paper.pk for paper in world.papers)
    assert order() == [older, newer]
    waiting = let_wait()
    applied = apply_waiting(NOW)
    assert applied is not None
    assert (applied.numbers, applied.refreshed.changed) == (waiting, 2)
    assert current_settings() == waiting
    assert_same_rows(rows(), expected_rows(NOW))
    # Although the snapshot before is younger than a second.
    assert order() == [newer, older]


@pytest.mark.django_db
def test_more_voters_may_be_asked_for() -> None:
    world = make_rivals()
    let_wait(min_voters=4)
    apply_waiting(NOW)
    assert order() == [world.papers[0].pk]
    let_wait(min_voters=2)
    apply_waiting(NOW)
    assert order() == [paper.pk for paper in world.papers]


@pytest.mark.django_db
def test_the_levels_of_fields_are_frozen_anew_with_them() -> None:
    make_rivals()
    freeze_levels(NOW)
    let_wait(half_life_now=11.0, half_life_week=30.0, half_life_month=100.0)
    before = set(FieldLevel.objects.values_list("window", "level"))
    apply_waiting(NOW)
    applied = set(FieldLevel.objects.values_list("window", "level"))
    assert applied.isdisjoint(before)
    freeze_levels(NOW)
    assert set(FieldLevel.objects.values_list("window", "level")) == applied


@pytest.mark.django_db
def test_what_waits_in_the_outbox_is_taken_in() -> None:
    world = make_rivals()
    world.cast(5, 1, NOW - HOUR)
    let_wait()
    applied = apply_waiting(NOW)
    assert applied is not None
    assert applied.refreshed.outbox_rows == 1
    assert not VoteOutbox.objects.exists()
    assert shown_counts() == true_counts()


@pytest.mark.django_db
def test_numbers_that_change_no_row_write_none() -> None:
    make_rivals()
    let_wait(hide_counts_hours=4)
    applied = apply_waiting(NOW)
    assert applied is not None
    assert (applied.refreshed.papers, applied.refreshed.changed) == (2, 0)
    assert current_settings().hide_counts_hours == 4


@pytest.mark.django_db
def test_without_numbers_that_wait_there_is_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    make_ranking_settings()
    with django_assert_num_queries(1):
        assert apply_waiting(NOW) is None


@pytest.mark.django_db
def test_the_last_application_is_in_force_although_a_clock_was_ahead() -> None:
    make_ranking_settings(applied_at=NOW + HOUR)
    waiting = let_wait()
    apply_waiting(NOW)
    assert current_settings() == waiting


@pytest.mark.django_db
def test_many_chunks_are_one_change(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(refresh, "PAPERS_A_CHUNK", 1)
    make_rivals()
    let_wait(half_life_now=3.0, half_life_week=5.0, half_life_month=7.0, mix=0.2, prior=1.5)
    done: list[tuple[int, int]] = []
    apply_waiting(NOW, lambda papers, total: done.append((papers, total)))
    assert done == [(1, 2), (2, 2)]
    assert_same_rows(rows(), expected_rows(NOW))
    assert reconcile(NOW).drifting_ids == set()


# --- With others at the same time -------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_readers_see_the_old_numbers_and_order_or_the_new_ones_never_a_mix(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refresh, "PAPERS_A_CHUNK", 1)
    world = make_rivals()
    before = seen()
    let_wait()
    with last_row_held(world):
        worker = in_thread(lambda: apply_waiting(NOW))
        # The first paper is computed and written by then, and the numbers are marked.
        eventually(waits_for_a_lock)
        assert seen() == before
        assert order() == [paper.pk for paper in world.papers]
    watched = []
    while not worker.done():
        watched.append(seen())
    worker.result(timeout=20)
    after = seen()
    assert all(old != new for old, new in zip(before, after, strict=True))
    assert all(state in (before, after) for state in watched)


@pytest.mark.django_db(transaction=True)
def test_a_vote_cast_meanwhile_is_counted_once_and_ranked_next() -> None:
    world = make_rivals()
    let_wait()
    with last_row_held(world):
        worker = in_thread(lambda: apply_waiting(NOW))
        eventually(waits_for_a_lock)
        world.cast(4, 1, NOW - HOUR)
        assert shown_counts() == true_counts()
    worker.result(timeout=20)
    assert shown_counts() == true_counts()
    assert PaperHeat.objects.get(paper=world.papers[1]).upvotes == 3
    refresh_pending(NOW)
    assert_same_rows(rows(), expected_rows(NOW))


@pytest.mark.django_db(transaction=True)
def test_numbers_that_are_withdrawn_meanwhile_change_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refresh, "PAPERS_A_CHUNK", 1)
    make_rivals()
    before, waiting, chunks = seen(), let_wait(), []

    def withdraw(done: int, _total: int) -> None:
        chunks.append(done)
        # In another connection, as from a page; it must not have to wait.
        in_thread(lambda: withdraw_settings(numbers=waiting)).result(timeout=20)

    assert apply_waiting(NOW, withdraw) is None
    assert chunks == [1]
    assert seen() == before
    assert not RankingSettings.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_numbers_that_are_withdrawn_after_the_last_paper_do_not_come_into_force(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_rivals()
    before, waiting = seen(), let_wait()

    def withdraw(*_numbers: Any, **_options: Any) -> int:
        in_thread(lambda: withdraw_settings(numbers=waiting)).result(timeout=20)
        return 0

    monkeypatch.setattr(applying, "take_snapshots", withdraw)
    assert apply_waiting(NOW) is None
    assert seen() == before


@pytest.mark.django_db
def test_an_attempt_that_fails_is_not_repeated_at_once_and_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    make_rivals()
    waiting, attempts = let_wait(), []

    def fail(*_numbers: Any) -> None:
        attempts.append(1)
        raise RuntimeError("no room on the disk")

    with monkeypatch.context() as failing:
        failing.setattr(applying, "freeze_levels", fail)
        apply_ranking_settings()
        apply_ranking_settings()
    assert len(attempts) == 1
    assert "Withdraw the numbers in the admin" in caplog.text
    # Once the pause is over.
    cache.delete(f"ranking-settings-attempt-{waiting.pk}")
    apply_ranking_settings()
    assert current_settings() == waiting


@pytest.mark.django_db
def test_how_soon_votes_are_ranked_is_told_at_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    world = make_rivals()
    RankingDelay.objects.all().delete()
    world.cast(5, 1, NOW - HOUR)
    let_wait()
    seen_before_the_end: list[bool] = []

    def look(*_numbers: Any) -> int:
        seen_before_the_end.append(RankingDelay.objects.exists())
        return 0

    monkeypatch.setattr(applying, "freeze_levels", look)
    apply_waiting(NOW)
    assert seen_before_the_end == [False]
    assert RankingDelay.objects.get().votes == 1


@pytest.mark.django_db(transaction=True)
def test_killed_in_the_middle_it_leaves_the_old_order_and_the_sweep_does_it_again() -> None:
    world = make_rivals()
    before = seen()
    let_wait()
    with last_row_held(world):
        worker = subprocess.Popen(
            [sys.executable, "manage.py", "refresh_rankings"],
            cwd=settings.BASE_DIR,
            env={**os.environ, "DATABASE_URL": database_url()},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            eventually(waits_for_a_lock, timeout=90)
        finally:
            worker.kill()
            worker.wait()
    assert seen() == before
    assert RankingSettings.objects.get().applied_at is None
    # The database notices that the worker is gone, and lets go of the lock of the refresh.
    apply_ranking_settings()
    assert seen() != before
    assert order() == [world.papers[1].pk, world.papers[0].pk]
    assert_same_rows(rows(), expected_rows(NOW))


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_apply_them_once() -> None:
    world = make_rivals()
    let_wait()
    with last_row_held(world):
        workers = [in_thread(lambda: apply_waiting(NOW)) for _ in range(2)]
        eventually(waits_for_a_lock)
    applied = [worker.result(timeout=20) for worker in workers]
    assert sorted(each is None for each in applied) == [False, True]


@pytest.mark.django_db(transaction=True)
def test_a_refresh_by_the_worker_waits_its_turn_and_goes_by_the_new_numbers() -> None:
    world = make_rivals()
    let_wait()
    with last_row_held(world):
        worker = in_thread(lambda: apply_waiting(NOW))
        eventually(waits_for_a_lock)
        assert refresh_pending(NOW).papers == 0
    worker.result(timeout=20)
    outbox.queue([paper.pk for paper in world.papers])
    assert refresh_pending(NOW).changed == 0
