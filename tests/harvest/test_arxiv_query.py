"""arXiv's API: by ids, of which some may be bad, and by the days of submission."""

from collections.abc import Callable
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler

import pytest
import time_machine

from papers.harvest import arxiv_query
from papers.harvest.arxiv_query import request_days, request_ids
from papers.harvest.asked_ids import FORGOTTEN_AFTER
from papers.harvest.pages import Progress
from papers.harvest.runs import Outcome, request
from papers.harvest.timetable import FETCH_ARXIV
from papers.models import HarvestRun, Paper, PaperIdentifier
from tests.factories import make_paper
from tests.harvest.conftest import NOW
from tests.harvest.replies import Reply, error_entry, feed, make_work
from tests.harvest.running import chunk, harvest_of, harvest_to_its_end, let_back_offs_pass
from tests.harvest.server import Fault, SourceServer, instead, refuse

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

Play = Callable[[BaseHTTPRequestHandler, Reply], int]


def fetch(progress: Progress) -> HarvestRun:
    assert request(FETCH_ARXIV, progress)
    return harvest_to_its_end(FETCH_ARXIV, chunks=20)


def keys() -> list[str]:
    return sorted(Paper.objects.values_list("key", flat=True))


def test_ids_come_in_batches(server: SourceServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arxiv_query, "BATCH", 4)
    ids = [f"2603.{number:05d}" for number in range(1, 11)]
    server.works += [make_work(each) for each in ids]
    run = fetch(request_ids([*ids, ids[0]]))
    assert keys() == ids
    assert (run.requests, run.created, run.rejected) == (3, 10, 0)
    server.assert_polite(0.03)


@pytest.mark.parametrize("bad", [{3}, {0}, {9}, {2, 3, 8}])
def test_one_bad_id_does_not_keep_the_others_away(server: SourceServer, bad: set[int]) -> None:
    ids = [f"2603.{number:05d}" for number in range(1, 11)]
    server.works += [make_work(each) for each in ids]
    server.bad_ids = {ids[number] for number in bad}
    run = fetch(request_ids(ids))
    assert keys() == sorted(set(ids) - server.bad_ids)
    assert run.rejected == len(bad)
    assert {each["name"] for each in run.rejections} == server.bad_ids
    assert all("500" in each["reason"] for each in run.rejections)
    server.assert_polite(0.03)


EMPTY = instead(feed([], 1))
NOTHING = instead(feed([], 0))


@pytest.mark.parametrize("fault", [refuse(500), EMPTY, NOTHING], ids=["500", "left-out", "nothing"])
def test_an_outage_gives_no_id_up(server: SourceServer, fault: Play) -> None:
    ids = [f"1701.{number:05d}" for number in range(1, 5)]
    for each in ids:
        make_paper(key=each)
    server.works += [make_work(each, title="As arXiv writes it") for each in ids]
    server.faults += [Fault("/", fault) for _number in range(40)]
    for _number in range(2):
        done = chunk("arxiv_ids")
        assert done.outcome is Outcome.UNFINISHED
        assert done.wait is not None
        let_back_offs_pass()
    assert len(server.asked) <= 12
    server.faults.clear()
    run = harvest_to_its_end("arxiv_ids")
    assert (run.updated, run.rejected) == (4, 0)
    assert set(Paper.objects.values_list("title", flat=True)) == {"As arXiv writes it"}


@pytest.mark.parametrize("fault", [refuse(500), EMPTY], ids=["500", "left-out"])
def test_one_failure_for_a_single_id_does_not_give_it_up(server: SourceServer, fault: Play) -> None:
    server.works.append(make_work("2603.00001"))
    server.faults.append(Fault("/", fault))
    run = fetch(request_ids(["2603.00001"]))
    assert (run.created, run.rejected) == (1, 0)
    asked = [each.query["id_list"] for each in server.asked]
    assert asked == ["2603.00001", "0704.0001", "2603.00001"]


def test_the_paper_that_tells_an_outage_may_itself_be_asked_for(server: SourceServer) -> None:
    server.bad_ids = {"0704.0001"}
    run = fetch(request_ids(["0704.0001"]))
    assert (run.created, run.rejected) == (0, 1)
    assert server.asked[1].query["id_list"] == "0704.0002"


def test_a_wrong_address_of_the_api_gives_no_id_up(server: SourceServer) -> None:
    gone = instead(Reply(b"Not found.", "text/plain", 404))
    server.faults += [Fault("/", gone) for _number in range(4)]
    make_paper(key="2603.00001")
    assert chunk("arxiv_ids").outcome is Outcome.FAILED
    server.faults.clear()
    server.works.append(make_work("2603.00001"))
    run = harvest_to_its_end("arxiv_ids")
    assert (run.updated, run.rejected) == (1, 0)


def test_a_short_answer_to_a_batch_is_not_taken_for_unknown_ids(server: SourceServer) -> None:
    server.works += [make_work("2603.00001"), make_work("2603.00002")]
    server.faults.append(Fault("/", instead(feed([], 2))))
    run = fetch(request_ids(["2603.00001", "2603.00002"]))
    assert (run.created, run.rejected) == (2, 0)


def test_ids_that_arxiv_does_not_know_are_reported(server: SourceServer) -> None:
    server.works.append(make_work("2603.00001"))
    run = fetch(request_ids(["2603.00001", "2603.00002"]))
    assert keys() == ["2603.00001"]
    assert [(each["name"], each["reason"]) for each in run.rejections] == [
        ("2603.00002", "arXiv knows no paper with this id.")
    ]


def test_an_error_feed_for_one_id_is_told_in_arxivs_words(server: SourceServer) -> None:
    error = feed([error_entry("incorrect id format for 2603.00002")], 1)
    answer = Reply(error.content, error.kind, status=400)
    server.works += [make_work("2603.00001"), make_work("2603.00002")]
    server.faults += [Fault("/", instead(answer)), Fault("/", instead(answer), after=1)]
    run = fetch(request_ids(["2603.00001", "2603.00002"]))
    assert keys() == ["2603.00001"]
    (rejection,) = run.rejections
    assert rejection["name"] == "2603.00002"
    assert "incorrect id format for 2603.00002" in rejection["reason"]


def test_papers_known_by_their_id_alone_are_asked_for_once(server: SourceServer) -> None:
    make_paper(key="2603.00001")
    make_paper(key="2603.00002")
    make_paper(key="doi:10.1000/known")
    server.works.append(make_work("2603.00001", title="As arXiv writes it"))
    run = harvest_to_its_end("arxiv_ids")
    assert Paper.objects.get(key="2603.00001").title == "As arXiv writes it"
    assert (run.requests, run.updated, run.rejected) == (1, 1, 1)
    make_paper(key="2603.00003")
    server.works.append(make_work("2603.00003"))
    harvest_to_its_end("arxiv_ids")
    assert [each.query["id_list"] for each in server.asked] == [
        "2603.00001,2603.00002",
        "2603.00003",
    ]


def test_an_id_that_comes_late_is_asked_for_whatever_its_number(server: SourceServer) -> None:
    late = make_paper(key="2603.00001")
    make_paper(key="2603.00002")
    identifier = late.identifiers.get()
    number = identifier.pk
    identifier.delete()
    harvest_to_its_end("arxiv_ids")
    # As by a transaction that began earlier and was committed later.
    PaperIdentifier.objects.create(pk=number, paper=late, kind="arxiv", value="2603.00001")
    harvest_to_its_end("arxiv_ids")
    asked = [each.query["id_list"] for each in server.asked]
    assert [each for each in asked if each != "0704.0001"] == ["2603.00002", "2603.00001"]


def test_an_id_that_arxiv_did_not_know_is_asked_for_again_after_some_months(
    server: SourceServer,
) -> None:
    make_paper(key="2603.00001")
    assert harvest_to_its_end("arxiv_ids").rejected == 1
    server.works.append(make_work("2603.00001"))
    with time_machine.travel(NOW + FORGOTTEN_AFTER - timedelta(hours=1), tick=True):
        assert harvest_to_its_end("arxiv_ids").requests == 0
    with time_machine.travel(NOW + FORGOTTEN_AFTER + timedelta(hours=1), tick=True):
        assert harvest_to_its_end("arxiv_ids").updated == 1


def test_the_days_of_a_category_come_in_windows(
    server: SourceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arxiv_query, "AT_ONCE", 4)
    a_day = [1, 0, 9, 2, 0, 0, 0, 1, 3, 5]
    for day, number in enumerate(a_day, start=1):
        server.works += [
            make_work(f"2602.{day:02d}{each:03d}", day=date(2026, 2, day))
            for each in range(1, number + 1)
        ]
    server.works.append(make_work("2602.99999", day=date(2026, 2, 3), categories=("cs.CL",)))
    run = fetch(request_days("cs.LG", date(2026, 2, 1), date(2026, 2, 9)))
    assert keys() == sorted(
        work.id for work in server.works if work.day.day < 10 and "cs.LG" in work.categories
    )
    assert (run.created, run.unchanged) == (sum(a_day[:9]), 0)
    server.assert_polite(0.03)


def test_a_page_that_leaves_papers_out_is_asked_for_again(server: SourceServer) -> None:
    server.works += [make_work("2603.00001"), make_work("2603.00002")]
    server.faults.append(Fault("/", instead(feed([], 2)), after=1))
    run = fetch(request_days("cs.LG", date(2026, 3, 2), date(2026, 3, 2)))
    assert keys() == ["2603.00001", "2603.00002"]
    assert run.requests == 3


def test_a_refusal_in_the_middle_loses_nothing(
    server: SourceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arxiv_query, "AT_ONCE", 2)
    server.works += [make_work(f"2603.{number:05d}") for number in range(1, 8)]
    server.faults.append(Fault("/", refuse(503, Retry_After="0"), after=2))
    run = fetch(request_days("cs.LG", date(2026, 3, 1), date(2026, 3, 3)))
    assert len(keys()) == 7
    assert (run.created, run.unchanged) == (7, 0)
    assert harvest_of(FETCH_ARXIV).progress == {}


def test_a_request_goes_on_where_the_same_one_stopped(
    server: SourceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(arxiv_query, "BATCH", 1)
    server.works += [make_work("2603.00001"), make_work("2603.00002")]
    server.faults.append(Fault("/", refuse(429), after=1))
    wish = request_ids(["2603.00001", "2603.00002"])
    assert request(FETCH_ARXIV, wish)
    assert chunk(FETCH_ARXIV).outcome is Outcome.UNFINISHED
    server.asked.clear()
    run = fetch(request_ids(["2603.00001", "2603.00002"]))
    assert [each.query["id_list"] for each in server.asked] == ["2603.00002"]
    assert run.created == 2


def test_another_request_takes_the_place_of_an_unfinished_one(server: SourceServer) -> None:
    server.works += [make_work("2603.00001"), make_work("2603.00002")]
    server.faults.append(Fault("/", refuse(429)))
    assert request(FETCH_ARXIV, request_ids(["2603.00001"]))
    before = chunk(FETCH_ARXIV).run
    assert before is not None
    let_back_offs_pass()
    run = fetch(request_ids(["2603.00002"]))
    assert keys() == ["2603.00002"]
    before.refresh_from_db()
    assert before.error == "Another request took its place."
    assert run != before
