"""Runs: when they begin, how they go on in chunks, and how they end."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from config.celery import app
from papers import tasks
from papers.harvest import runs
from papers.harvest.runs import GIVE_UP_AFTER, Outcome, due, run_chunk
from papers.harvest.timetable import JOBS
from papers.models import Harvest, Paper, Provider
from tests.harvest.replies import make_work, oai_error
from tests.harvest.running import (
    chunk,
    database_now,
    forget_states,
    harvest_of,
    let_back_offs_pass,
    set_state,
)
from tests.harvest.server import Fault, SourceServer, instead, refuse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

RSS = "arxiv_rss"
OAI = "arxiv_oai"


@pytest.fixture
def at_once() -> Iterator[None]:
    """Let tasks be done by whoever hands them out."""
    app.conf.update(task_always_eager=True)
    yield
    app.conf.update(task_always_eager=False)


def fill(server: SourceServer) -> None:
    server.works += [make_work(f"2603.{number:05d}") for number in range(1, 8)]


def postpone_all() -> None:
    """Let no harvest be due for an hour."""
    runs.make_rows()
    Harvest.objects.update(next_run_at=timezone.now() + timedelta(hours=1))


def test_a_new_harvest_is_due_at_once_and_then_once_a_day(server: SourceServer) -> None:
    assert set(due(timezone.now())) == JOBS.keys() - {"fetch_arxiv"}
    assert run_chunk(RSS).outcome is Outcome.FINISHED
    assert harvest_of(RSS).next_run_at == datetime(2026, 3, 10, 5, 30, tzinfo=UTC)
    assert RSS not in due(timezone.now())
    assert run_chunk(RSS).outcome is Outcome.NOT_DUE
    assert RSS in due(datetime(2026, 3, 10, 5, 30, tzinfo=UTC))


def test_run_now_makes_it_due_whatever_the_timetable_says(server: SourceServer) -> None:
    postpone_all()
    assert due(timezone.now()) == []
    Harvest.objects.filter(name=RSS).update(run_requested_at=timezone.now())
    assert due(timezone.now()) == [RSS]
    assert run_chunk(RSS).outcome is Outcome.FINISHED
    assert harvest_of(RSS).run_requested_at is None
    assert due(timezone.now()) == []


def test_a_paused_harvest_asks_for_nothing(server: SourceServer) -> None:
    runs.make_rows()
    Harvest.objects.filter(name=RSS).update(paused=True)
    assert RSS not in due(timezone.now())
    assert chunk(RSS).outcome is Outcome.PAUSED
    assert server.asked == []


def test_a_pause_ends_a_chunk_before_its_next_request(server: SourceServer) -> None:
    fill(server)

    def pause_after_two(page: object) -> None:
        if len(server.asked) == 8:
            Harvest.objects.filter(name=OAI).update(paused=True)

    harvest_of(OAI)
    done = run_chunk(OAI, watch=pause_after_two)
    assert done.outcome is Outcome.PAUSED
    assert len(server.asked) == 8
    assert done.run is not None
    Harvest.objects.update(paused=False)
    again = chunk(OAI)
    assert (again.outcome, again.run) == (Outcome.FINISHED, done.run)
    assert len(server.asked) > 8


def test_a_chunk_ends_when_its_time_is_over_and_the_next_goes_on(
    server: SourceServer, settings: Settings
) -> None:
    fill(server)
    limits = settings.HARVESTING["timeout_seconds"]

    def run_out_of_time(page: object) -> None:
        # Now any request might end after the chunk's deadline.
        limits["slow"] = 10_000.0 if len(server.asked) == 2 else 1.0

    harvest_of(OAI)
    first = run_chunk(OAI, watch=run_out_of_time)
    assert first.outcome is Outcome.UNFINISHED
    assert len(server.asked) == 2
    assert OAI in due(timezone.now())
    limits["slow"] = 1.0
    second = run_chunk(OAI)
    assert (second.outcome, second.run) == (Outcome.FINISHED, first.run)
    assert second.run is not None
    second.run.refresh_from_db()
    assert second.run.requests == len(server.asked)
    assert (second.run.created, second.run.unchanged) == (7, 0)


def test_nothing_is_handed_out_while_the_provider_is_left_alone(server: SourceServer) -> None:
    set_state(Provider.ARXIV, back_off_until=timezone.now() + timedelta(minutes=5), refusals=1)
    assert due(timezone.now()) == ["biorxiv", "crossref"]
    assert len(due(timezone.now() + timedelta(minutes=6))) == 5


def test_refusals_without_end_fail_the_run_and_the_next_one_goes_on(server: SourceServer) -> None:
    fill(server)
    server.faults.append(Fault("/", refuse(429), after=8))
    server.faults += [Fault("/", refuse(429)) for _number in range(GIVE_UP_AFTER - 1)]
    for _number in range(GIVE_UP_AFTER):
        done = chunk(OAI)
        let_back_offs_pass()
    assert done.outcome is Outcome.FAILED
    assert done.run is not None
    done.run.refresh_from_db()
    assert "429" in done.run.error
    assert "12 in a row" in done.run.error
    server.asked.clear()
    after = chunk(OAI)
    assert after.outcome is Outcome.FINISHED
    assert after.run != done.run
    assert (
        server.asked[0].query.get("resumptionToken") or server.asked[0].query["from"] >= "2026-03"
    )
    assert Paper.objects.count() == 7


def test_refusals_of_others_fail_no_run(server: SourceServer) -> None:
    fill(server)
    soon = database_now() + timedelta(minutes=5)
    set_state(Provider.ARXIV, refusals=GIVE_UP_AFTER, back_off_until=soon)
    for _number in range(GIVE_UP_AFTER):
        done = chunk(OAI)
        assert done.outcome is Outcome.UNFINISHED
        assert done.wait is not None
    assert server.asked == []
    let_back_offs_pass()
    server.faults.append(Fault("/", refuse(503)))
    assert chunk(OAI).outcome is Outcome.UNFINISHED
    let_back_offs_pass()
    assert chunk(OAI).outcome is Outcome.FINISHED
    assert harvest_of(OAI).runs.get().refusals == 0


def test_refusals_of_long_ago_make_the_next_back_off_no_longer(server: SourceServer) -> None:
    for hours, expected in ((3, 1), (1, 6)):
        forget_states()
        ended = database_now() - timedelta(hours=hours)
        set_state(Provider.ARXIV, refusals=5, back_off_until=ended)
        server.faults.append(Fault("/", refuse(503)))
        done = chunk(OAI)
        assert done.wait is not None
        assert done.wait.refusals == expected


def test_a_good_answer_makes_the_next_refusal_the_first(server: SourceServer) -> None:
    fill(server)
    server.faults += [Fault("/", refuse(429)), Fault("/", refuse(429), after=1)]
    waits = []
    for _number in range(2):
        done = chunk(OAI)
        assert done.wait is not None
        waits.append(done.wait.refusals)
        let_back_offs_pass()
    assert waits == [1, 1]


def test_an_answer_that_no_repetition_mends_fails_the_run_with_its_reason(
    server: SourceServer,
) -> None:
    server.faults.append(Fault("/", instead(oai_error("badArgument", "no such set"))))
    done = chunk(OAI)
    assert done.outcome is Outcome.FAILED
    assert done.run is not None
    done.run.refresh_from_db()
    assert "no such set" in done.run.error
    assert done.run.finished_at is not None


def test_a_defect_fails_the_run_and_is_raised(
    server: SourceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.sources.arxiv_rss.parse", lambda file: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        chunk(RSS)
    run = harvest_of(RSS).runs.get()
    assert run.finished_at is not None
    assert run.error.startswith("ZeroDivisionError")


def test_the_last_runs_of_a_harvest_are_kept(
    server: SourceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(runs, "KEPT_RUNS", 3)
    other = chunk(OAI).run
    made = [chunk(RSS).run for _number in range(5)]
    assert list(harvest_of(RSS).runs.all()) == made[:1:-1]
    assert list(harvest_of(OAI).runs.all()) == [other]


def test_a_harvest_that_a_worker_is_at_is_left_to_it(server: SourceServer) -> None:
    harvest = harvest_of(RSS)
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            lock = [runs.HARVEST_LOCK, harvest.pk]
            cursor.execute("select pg_advisory_lock(%s, %s)", lock)
            assert chunk(RSS).outcome is Outcome.BUSY
            # The connection goes back to the pool.
            cursor.execute("select pg_advisory_unlock(%s, %s)", lock)
    finally:
        other.close()
    assert server.asked == []


def test_records_that_cannot_be_used_are_counted_and_the_first_kept(server: SourceServer) -> None:
    server.works += [make_work("2603.00001"), make_work("2603.00002", title=" ")]
    run = chunk(RSS).run
    assert run is not None
    run.refresh_from_db()
    assert (run.created, run.rejected) == (1, 1)
    assert run.rejections == [
        {"position": 2, "name": "oai:arXiv.org:2603.00002v1", "reason": "It has no title."}
    ]


def test_the_tick_hands_out_what_is_due_where_the_site_harvests(
    server: SourceServer, settings: Settings, at_once: None
) -> None:
    settings.HARVEST = False
    tasks.harvest_due()
    assert server.asked == []
    settings.HARVEST = True
    tasks.harvest_due()
    assert {each.provider for each in server.asked} >= {"arxiv", "biorxiv"}
    asked = len(server.asked)
    tasks.harvest_due()
    assert len(server.asked) == asked
