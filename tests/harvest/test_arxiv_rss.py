"""The feeds of the day, one a category."""

import pytest
from pytest_django import Settings

from papers.models import Paper
from tests.harvest.replies import make_work
from tests.harvest.running import harvest_of, harvest_to_its_end
from tests.harvest.server import Fault, SourceServer, refuse, truncate

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
