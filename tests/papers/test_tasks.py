"""The tasks of the workers, and the timetable that names them."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone
from pytest_django import Settings

from papers import tasks
from papers.models import DriftCheck, PaperHeat, RankingSnapshot, Standing, VoteCensus, VoteOutbox
from papers.ranking import refresh
from tests.factories import make_paper, make_upvote, make_user
from tests.ranking.world import make_world, rows

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def test_the_tick_ranks_votes_and_may_be_delivered_twice() -> None:
    world = make_world(1)
    for member in range(2):
        world.cast(member, 0, NOW - timedelta(minutes=5))
    tasks.refresh_heat()
    before = rows()
    assert PaperHeat.objects.get().trending
    assert RankingSnapshot.objects.count() == 6
    tasks.refresh_heat()
    assert rows() == before
    assert RankingSnapshot.objects.count() == 6


def test_the_tick_leaves_what_is_beyond_its_budget_to_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refresh, "OUTBOX_ROWS_A_BATCH", 2)
    monkeypatch.setattr(tasks, "BATCHES_AT_A_TIME", 1)
    make_world(5)
    with monkeypatch.context() as hurried:
        hurried.setattr(tasks, "TICK_BUDGET", -1.0)
        tasks.refresh_heat()
    assert VoteOutbox.objects.count() == 3
    tasks.refresh_heat()
    assert not VoteOutbox.objects.exists()


def test_snapshots_that_no_reader_needs_are_pruned() -> None:
    for hours, paper in ((3, 1), (2, 2), (0, 3)):
        taken_at = NOW.replace(hour=23) - timedelta(days=1, hours=hours)
        RankingSnapshot.objects.create(window="week", taken_at=taken_at, paper_ids=[paper])
    tasks.prune_snapshots()
    assert [snapshot.paper_ids for snapshot in RankingSnapshot.objects.all()] == [[3]]


def test_suspensions_that_have_run_out_end() -> None:
    alice = make_user("alice", suspended_until=NOW - timedelta(seconds=1))
    vote = make_upvote(alice, make_paper(), weight=0.0, weight_reason="suspended")
    tasks.end_suspensions()
    alice.refresh_from_db()
    vote.refresh_from_db()
    assert alice.suspended_until is None
    assert vote.weight == 1


def test_periods_that_are_over_are_closed() -> None:
    make_paper(listed_at=NOW - timedelta(days=70))
    make_paper(listed_at=NOW)
    tasks.close_standings()
    tasks.close_standings()
    assert sorted(Standing.objects.values_list("period", flat=True)) == ["day", "month", "week"]


def test_expired_sessions_are_deleted() -> None:
    for key, days in (("gone", -1), ("live", 1)):
        Session.objects.create(
            session_key=key, session_data="", expire_date=NOW + timedelta(days=days)
        )
    tasks.clear_sessions()
    assert [session.session_key for session in Session.objects.all()] == ["live"]


def test_the_timetable_names_tasks_that_exist_and_their_queues(settings: Settings) -> None:
    for entry in settings.CELERY_BEAT_SCHEDULE.values():
        task = getattr(tasks, entry["task"].removeprefix("papers.tasks."))
        assert task.name == entry["task"]
        routed = settings.CELERY_TASK_ROUTES.get(task.name, {}).get("queue")
        assert entry["options"].get("queue") == routed


def test_the_nightly_comparison_is_written_down_and_a_drift_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    paper = make_paper()
    refresh.refresh_all(timezone.now())
    tasks.check_drift()
    PaperHeat.objects.filter(paper=paper).update(upvotes=9)
    tasks.check_drift()
    told = DriftCheck.objects.order_by("pk").values_list("papers", "drifting")
    assert list(told) == [(1, 0), (1, 1)]
    assert [record.getMessage() for record in caplog.records if "drifted" in record.message] == [
        "The ranking has drifted: 1 papers. Run reconcile."
    ]


def test_upvotes_are_counted_for_the_page_about_the_ranking() -> None:
    make_upvote(make_user(), make_paper())
    tasks.count_votes()
    assert VoteCensus.objects.get(weight_reason="counted").votes == 1


def test_a_failed_search_for_lockstep_says_what_to_do(caplog: pytest.LogCaptureFixture) -> None:
    with connection.cursor() as cursor:
        cursor.execute("alter table papers_suspectedring rename to elsewhere")
    with pytest.raises(ProgrammingError), transaction.atomic():
        tasks.find_lockstep()
    assert "It is tried again tomorrow" in caplog.text


def test_the_search_for_lockstep_may_take_longer_than_other_tasks(settings: Settings) -> None:
    limits = settings.CELERY_TASK_ANNOTATIONS[tasks.find_lockstep.name]
    assert limits["soft_time_limit"] > settings.CELERY_TASK_TIME_LIMIT
    assert limits["soft_time_limit"] < limits["time_limit"]
