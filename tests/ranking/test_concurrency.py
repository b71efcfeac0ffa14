"""The ranking while people vote: nothing is lost, doubled or shown wrong for a moment."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from random import Random
from threading import Event

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from papers.models import Paper, PaperHeat, Upvote, VoteOutbox
from papers.ranking import outbox, refresh
from papers.ranking.locking import refresh_lock
from papers.ranking.reconcile import reconcile
from papers.ranking.refresh import RefreshResult, refresh_all, refresh_pending
from papers.services.votes import cast_upvote, remove_upvote
from tests.at_once import at_once, in_thread, waits_for_a_lock
from tests.eventually import eventually
from tests.factories import make_paper, make_user
from tests.ranking.world import (
    assert_same_rows,
    expected_rows,
    make_world,
    rows,
    shown_counts,
    true_counts,
    wrongly_shown,
)

pytestmark = pytest.mark.django_db(transaction=True)

NOW = timezone.now()
MINUTE = timedelta(minutes=1)

VOTERS, PAPERS, CHANGES_A_VOTER = 8, 3, 250


def test_after_two_thousand_votes_and_removals_at_once_every_count_is_exact(
    settings: Settings,
) -> None:
    settings.UPVOTES_PER_HOUR = 10_000
    papers = [make_paper() for _ in range(PAPERS)]
    users = [make_user() for _ in range(VOTERS)]

    changes: list[Callable[..., object]] = [cast_upvote, remove_upvote]

    def vote_back_and_forth(number: int) -> None:
        random = Random(number)
        for _ in range(CHANGES_A_VOTER):
            change = random.choice(changes)
            change(user=users[number], paper=random.choice(papers), now=timezone.now())

    def drain_and_watch() -> list[int]:
        wrong: list[int] = []
        while not all_voted.wait(0.02):
            refresh_pending(timezone.now())
            wrong += wrongly_shown()
        return wrong

    all_voted = Event()
    # Two workers, as when a second one was started by mistake.
    workers = [in_thread(drain_and_watch), in_thread(drain_and_watch)]
    try:
        # Half of them at a time: each has a database connection, and the pool is not endless.
        for half in (range(VOTERS // 2), range(VOTERS // 2, VOTERS)):
            at_once(*(partial(vote_back_and_forth, number) for number in half))
    finally:
        all_voted.set()
    assert [worker.result(timeout=60) for worker in workers] == [[], []]

    refresh_pending(timezone.now())
    found = reconcile(timezone.now(), accounts=True)
    assert (found.drifting_ids, found.pending) == (set(), 0)
    assert shown_counts() == true_counts()
    assert Upvote.objects.count() == VOTERS * PAPERS
    assert 0 < Upvote.objects.counted().count() < VOTERS * PAPERS


def test_a_vote_committed_in_the_middle_of_a_batch_is_wholly_pending() -> None:
    world = make_world(1)
    refresh_pending(NOW)
    world.cast(0, 0, NOW - MINUTE)
    with transaction.atomic():
        # The batch stops at this row; its snapshot is taken by then.
        VoteOutbox.objects.select_for_update().get()
        draining = in_thread(lambda: refresh_pending(NOW))
        eventually(waits_for_a_lock)
        world.cast(1, 0, NOW - MINUTE)
    assert draining.result(timeout=20).outbox_rows == 1
    assert PaperHeat.objects.get().upvotes == 1
    assert wrongly_shown() == []
    refresh_pending(NOW)
    assert PaperHeat.objects.get().upvotes == 2
    assert wrongly_shown() == []


def test_a_full_refresh_counts_no_vote_that_is_still_pending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refresh, "PAPERS_A_CHUNK", 1)
    world = make_world(2)
    for paper in range(2):
        world.cast(0, paper, NOW - MINUTE)
    with transaction.atomic():
        # The first paper's chunk is committed, and then the drain stops at the second's row.
        VoteOutbox.objects.select_for_update().get(paper=world.papers[1], delta=1)
        full = in_thread(lambda: refresh_all(NOW))
        eventually(waits_for_a_lock)
        assert list(PaperHeat.objects.values_list("paper", "upvotes")) == [(world.papers[0].pk, 1)]
        assert wrongly_shown() == []
    full.result(timeout=20)
    assert wrongly_shown() == []


def test_a_paper_deleted_in_the_middle_of_a_batch_does_not_stop_it() -> None:
    world = make_world(3)
    for paper in range(3):
        world.cast(0, paper, NOW - MINUTE)
    with transaction.atomic():
        Paper.objects.get(pk=world.papers[1].pk).delete()
        draining = in_thread(lambda: refresh_pending(NOW))
        eventually(waits_for_a_lock)
    result = draining.result(timeout=20)
    assert (result.papers, result.inserted) == (2, 2)
    assert not VoteOutbox.objects.exists()


def test_while_one_refresh_runs_another_does_nothing() -> None:
    make_world(1)
    with refresh_lock(wait=False) as held:
        assert held
        assert in_thread(lambda: refresh_pending(NOW)).result(timeout=20) == RefreshResult()
    assert refresh_pending(NOW).outbox_rows == 1


def test_a_refresh_by_hand_and_a_full_one_wait_for_the_one_that_runs() -> None:
    make_world(2)
    with refresh_lock(wait=True):
        full = in_thread(lambda: refresh_all(NOW))
        eventually(waits_for_a_lock)
        assert not full.done()
    assert full.result(timeout=20).inserted == 2
    outbox.queue(Paper.objects.values_list("pk", flat=True))
    with refresh_lock(wait=True):
        by_hand = in_thread(lambda: refresh_pending(NOW, wait=True))
        eventually(waits_for_a_lock)
        assert not by_hand.done()
    assert by_hand.result(timeout=20).outbox_rows == 2


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_any_number_of_workers_makes_the_same_rows(
    workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refresh, "OUTBOX_ROWS_A_BATCH", 4)
    world, random = make_world(5, 6), Random(1)
    for number in range(60):
        member, paper = random.randrange(6), random.randrange(5)
        if random.random() < 0.7:
            world.cast(member, paper, NOW - number * MINUTE, random.choice([1.0, 0.25]))
        else:
            world.take_back(member, paper)

    def work() -> None:
        while VoteOutbox.objects.exists():
            refresh_pending(timezone.now(), max_batches=1)

    at_once(*[work] * workers)
    assert_same_rows(rows(), expected_rows(timezone.now()))


def test_reconciling_while_people_vote_finds_nothing() -> None:
    world = make_world(3, 30)
    refresh_pending(NOW)
    done = Event()

    def vote() -> None:
        for member in range(30):
            with transaction.atomic():
                world.cast(member, member % 3, NOW - MINUTE)
            if member % 3 == 0:
                refresh_pending(timezone.now())
        done.set()

    voting = in_thread(vote)
    while not done.is_set():
        assert reconcile(timezone.now()).drifting_ids == set()
        assert not (voting.done() and voting.exception())
    voting.result(timeout=20)
