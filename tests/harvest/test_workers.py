"""Two real workers at once, faults, and one that is killed: everything comes, and politely."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from config.celery import app
from papers.harvest.runs import due, make_rows
from papers.models import Harvest, HarvestRun, Paper
from tests.eventually import eventually
from tests.factories import make_paper
from tests.harvest import worker_settings
from tests.harvest.replies import make_work, oai_error
from tests.harvest.server import Fault, SourceServer, instead, refuse, stall, truncate
from tests.workers import database_url

pytestmark = pytest.mark.django_db(transaction=True)

GAP = worker_settings.HARVESTING["gap_seconds"]["arxiv"]
NAMES = ("arxiv_ids", "arxiv_oai", "arxiv_rss")

Start = Callable[[], subprocess.Popen[bytes]]


@pytest.fixture
def start(tmp_path: Path, server: SourceServer) -> Iterator[Start]:
    """A function which starts a worker of the queue harvest; all end with the test."""
    workers: list[subprocess.Popen[bytes]] = []
    command = [sys.executable, "-m", "celery", "-A", "config.celery", "worker"]
    command += ["--queues", "harvest", "--pool", "solo", "--loglevel", "WARNING"]
    command += ["--without-mingle", "--without-gossip"]
    environment = {
        **os.environ,
        **server.settings(),
        "DATABASE_URL": database_url(),
        "DJANGO_SETTINGS_MODULE": "tests.harvest.worker_settings",
    }

    def start() -> subprocess.Popen[bytes]:
        with (tmp_path / "workers.log").open("ab") as log:
            worker = subprocess.Popen(
                [*command, "--hostname", f"harvest-{len(workers)}@%h"],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        workers.append(worker)
        return worker

    yield start
    for worker in workers:
        kill(worker)


def kill(worker: subprocess.Popen[bytes]) -> None:
    if worker.poll() is None:
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


def hand_out() -> None:
    """Do what beat does each minute: hand out chunks of what is due."""
    for name in due(timezone.now()):
        if name in NAMES:
            app.send_task("papers.tasks.harvest", args=[name], expires=5)


def all_finished() -> bool:
    finished = HarvestRun.objects.filter(finished_at__isnull=False)
    if set(finished.values_list("harvest__name", flat=True)) == set(NAMES):
        return True
    hand_out()
    return False


def fill(server: SourceServer) -> list[str]:
    """Let arXiv have papers on the last days; return their ids. Of two we know the id alone."""
    yesterday = timezone.now().date() - timedelta(days=1)
    server.works += [
        make_work(f"2603.{number:05d}", day=yesterday - timedelta(days=number % 3))
        for number in range(1, 19)
    ]
    server.works += [make_work(f"1701.0000{each}", categories=("math.NA",)) for each in (1, 2)]
    make_paper(key="1701.00001")
    make_paper(key="1701.00002")
    make_rows()
    Harvest.objects.exclude(name__in=NAMES).update(paused=True)
    return sorted(work.id for work in server.works)


def test_two_workers_bring_everything_through_all_faults_and_stay_polite(
    server: SourceServer, start: Start
) -> None:
    ids = fill(server)
    server.seconds_to_think = 0.05
    server.bad_ids = {"1701.00002"}
    server.faults += [
        Fault("/", refuse(429), after=2),
        Fault("/", refuse(503, Retry_After="0"), after=1),
        Fault("/arxiv_oai", truncate, after=1),
        Fault("/arxiv_oai", instead(oai_error("badResumptionToken", "it has expired")), after=1),
        Fault("/arxiv_oai", stall),
    ]
    start()
    start()
    eventually(all_finished, timeout=90, interval=0.5)
    assert server.faults == []
    assert set(HarvestRun.objects.values_list("error", flat=True)) == {""}
    assert sorted(Paper.objects.values_list("key", flat=True)) == ids
    assert HarvestRun.objects.get(harvest__name="arxiv_ids").rejections[0]["name"] == "1701.00002"
    server.assert_polite(GAP)
    assert sum(HarvestRun.objects.values_list("requests", flat=True)) == len(server.asked)


def test_a_killed_worker_leaves_a_run_that_the_next_one_ends(
    server: SourceServer, start: Start
) -> None:
    ids = fill(server)
    server.seconds_to_think = 0.3
    first = start()

    def is_in_the_middle() -> bool:
        if not server.asked:
            hand_out()
        return any("resumptionToken" in each.query for each in server.asked)

    eventually(is_in_the_middle, timeout=60, interval=0.5)
    kill(first)
    eventually(lambda: all(each.ended for each in server.asked))
    killed = len(server.asked)
    run = HarvestRun.objects.get(harvest__name="arxiv_oai")
    assert run.finished_at is None
    start()
    eventually(all_finished, timeout=90, interval=0.5)
    assert HarvestRun.objects.get(pk=run.pk).finished_at is not None
    assert HarvestRun.objects.filter(harvest__name="arxiv_oai").count() == 1
    assert sorted(Paper.objects.values_list("key", flat=True)) == ids
    assert len(server.asked) > killed
    server.assert_polite(GAP)
