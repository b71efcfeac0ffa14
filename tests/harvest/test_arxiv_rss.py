"""The feeds of the day, one a category."""

from datetime import datetime, timedelta

import pytest
import time_machine
from pytest_django import Settings

from papers.harvest.runs import Outcome
from papers.models import Paper
from tests.harvest.conftest import NOW
from tests.harvest.replies import Reply, make_work
from tests.harvest.running import chunk, harvest_of, harvest_to_its_end, let_back_offs_pass
from tests.harvest.server import Fault, SourceServer, instead, refuse, truncate

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

RSS = "arxiv_rss"


@pytest.fixture(autouse=True)
def _categories(settings: Settings, server: SourceServer) -> None:
    settings.ARXIV_CATEGORIES = ["cs.LG", "hep-th", "cs.CL"]
    server.works += [
        make_work("2603.00001", categories=("cs.LG", "cs.CL")),
        make_work("2603.00002", categories=("hep-th",), announced="replace"),
        make_work("2603.00003", categories=("math.NA",)),
    ]


def test_each_category_has_its_feed(server: SourceServer) -> None:
    run = harvest_to_its_end(RSS)
    assert server.paths() == ["/arxiv_rss/cs.LG", "/arxiv_rss/hep-th", "/arxiv_rss/cs.CL"]
    assert sorted(Paper.objects.values_list("key", flat=True)) == ["2603.00001", "2603.00002"]
    assert (run.created, run.unchanged) == (2, 1)
    server.assert_polite(0.03)


def test_a_feed_that_has_not_changed_is_not_sent_again(server: SourceServer) -> None:
    harvest_to_its_end(RSS)
    server.asked.clear()
    run = harvest_to_its_end(RSS)
    assert [each.status for each in server.asked] == [304, 304, 304]
    assert (run.created, run.updated, run.unchanged) == (0, 0, 0)
    server.works.append(make_work("2603.00004", categories=("hep-th",)))
    run = harvest_to_its_end(RSS)
    assert [each.status for each in server.asked[3:]] == [304, 200, 304]
    assert run.created == 1


@pytest.mark.parametrize("fault", [refuse(429), truncate], ids=["429", "truncated"])
def test_a_fault_in_the_middle_loses_no_feed(server: SourceServer, fault: object) -> None:
    server.faults.append(Fault("/", fault, after=1))  # type: ignore[arg-type]
    run = harvest_to_its_end(RSS)
    assert [each.path for each in server.asked if each.status != 429][-2:] == [
        "/arxiv_rss/hep-th",
        "/arxiv_rss/cs.CL",
    ]
    assert run.created == 2
    assert set(harvest_of(RSS).validators) == {"cs.LG", "hep-th", "cs.CL"}


def test_all_archives_are_read_where_the_site_names_none(
    server: SourceServer, settings: Settings
) -> None:
    settings.ARXIV_CATEGORIES = []
    harvest_to_its_end(RSS)
    assert len(server.asked) == 20
    assert {"/arxiv_rss/cs", "/arxiv_rss/hep-th", "/arxiv_rss/q-bio"} <= set(server.paths())
    assert Paper.objects.count() == 3


GONE = instead(Reply(b"No such category.", "text/plain", 404))


def test_a_category_without_a_feed_is_reported_and_the_others_are_read(
    server: SourceServer,
) -> None:
    server.faults.append(Fault("/arxiv_rss/hep-th", GONE))
    run = harvest_to_its_end(RSS)
    assert server.paths() == ["/arxiv_rss/cs.LG", "/arxiv_rss/hep-th", "/arxiv_rss/cs.CL"]
    assert (run.created, run.rejected, run.error) == (1, 1, "")
    assert run.rejections[0]["name"] == "hep-th"
    assert "404" in run.rejections[0]["reason"]


def test_a_run_for_which_no_category_has_a_feed_fails(server: SourceServer) -> None:
    server.faults += [Fault("/", GONE), Fault("/", GONE), Fault("/", GONE)]
    done = chunk(RSS)
    assert done.outcome is Outcome.FAILED
    assert done.run is not None
    done.run.refresh_from_db()
    assert "404" in done.run.error
    assert harvest_to_its_end(RSS).created == 2


def interrupt_before_the_second_feed(server: SourceServer) -> None:
    server.faults.append(Fault("/", refuse(503), after=1))
    assert chunk(RSS).outcome is Outcome.UNFINISHED
    assert harvest_of(RSS).progress["left"] == ["hep-th", "cs.CL"]
    let_back_offs_pass()
    server.asked.clear()


def test_a_run_that_goes_on_on_a_later_day_begins_with_all_feeds(server: SourceServer) -> None:
    interrupt_before_the_second_feed(server)
    with time_machine.travel(NOW + timedelta(days=1), tick=True):
        harvest_to_its_end(RSS)
    assert server.paths() == ["/arxiv_rss/cs.LG", "/arxiv_rss/hep-th", "/arxiv_rss/cs.CL"]


@pytest.mark.parametrize(
    ("hour", "feeds"), [(4, ["hep-th", "cs.CL"]), (5, ["cs.LG", "hep-th", "cs.CL"])]
)
def test_the_day_of_the_feeds_begins_at_midnight_in_new_york(
    server: SourceServer, hour: int, feeds: list[str]
) -> None:
    winter = datetime.fromisoformat("2026-01-13T00:30:00+00:00")
    with time_machine.travel(winter - timedelta(hours=10), tick=True):
        interrupt_before_the_second_feed(server)
    with time_machine.travel(winter + timedelta(hours=hour), tick=True):
        harvest_to_its_end(RSS)
    assert server.paths() == [f"/arxiv_rss/{code}" for code in feeds]


def test_a_category_that_the_site_no_longer_names_is_not_asked_for(
    server: SourceServer, settings: Settings
) -> None:
    interrupt_before_the_second_feed(server)
    settings.ARXIV_CATEGORIES = ["cs.LG", "cs.CL"]
    harvest_to_its_end(RSS)
    assert server.paths() == ["/arxiv_rss/cs.CL"]
    settings.ARXIV_CATEGORIES = ["cs.CL"]
    harvest_to_its_end(RSS)
    assert set(harvest_of(RSS).validators) == {"cs.CL"}
