"""manage.py fetch_arxiv."""

import io
from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command
from pytest_django import Settings

from papers.harvest.runs import GIVE_UP_AFTER
from papers.management.progress import Progress
from papers.models import Harvest, Paper, Provider
from tests.at_once import in_thread
from tests.eventually import eventually
from tests.harvest.conftest import NOW
from tests.harvest.replies import make_work
from tests.harvest.running import database_now, set_state
from tests.harvest.server import Fault, SourceServer, refuse

pytestmark = pytest.mark.django_db

at_noon = pytest.mark.usefixtures("at_noon")


def fetch(*arguments: str) -> tuple[str, str, int]:
    """Run the command; return its output, its complaints and its exit status."""
    out, err = io.StringIO(), io.StringIO()
    try:
        call_command("fetch_arxiv", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        return out.getvalue(), err.getvalue(), int(str(end.code))
    return out.getvalue(), err.getvalue(), 0


def test_ids_in_any_spelling_are_fetched(server: SourceServer) -> None:
    server.works += [make_work("2603.00001"), make_work("math/0611800")]
    out, err, status = fetch(
        "--ids", "https://arxiv.org/abs/2603.00001v2", "arXiv:math.CA/0611800", "2603.00009"
    )
    assert status == 0
    assert sorted(Paper.objects.values_list("key", flat=True)) == ["2603.00001", "math/0611800"]
    assert err == "2603.00009: arXiv knows no paper with this id.\n"
    assert out == "created=2 updated=0 unchanged=0 rejected=1\n"


@at_noon
def test_a_category_is_fetched_since_a_day(server: SourceServer) -> None:
    server.works += [make_work("2603.00001"), make_work("2603.00002", categories=("cs.CL",))]
    out, _err, status = fetch("--category", "cs.LG", "--since", "2026-03-01")
    assert (out, status) == ("created=1 updated=0 unchanged=0 rejected=0\n", 0)
    assert fetch("--category", "cs.LG", "--since", "2026-03-03")[0].startswith("created=0")


def test_an_old_name_of_a_category_is_asked_for_by_arxivs_own(server: SourceServer) -> None:
    fetch("--category", "math.MP")
    assert "cat:math-ph " in server.asked[0].query["search_query"]


def test_a_refusal_is_waited_out_and_said(server: SourceServer, settings: Settings) -> None:
    settings.HARVESTING["back_off_seconds"] = (0.2, 0.2)
    server.works.append(make_work("2603.00001"))
    server.faults.append(Fault("/", refuse(503, Retry_After="0")))
    out, err, status = fetch("--ids", "2603.00001")
    assert "arXiv: It answered 503. Going on at" in err
    assert (out, status) == ("created=1 updated=0 unchanged=0 rejected=0\n", 0)


@pytest.mark.django_db(transaction=True)
def test_a_second_one_does_not_come_between_while_the_first_waits(
    server: SourceServer, settings: Settings
) -> None:
    settings.HARVESTING["back_off_seconds"] = (3.0, 3.0)
    server.works += [make_work("2603.00001"), make_work("2603.00002")]
    server.faults.append(Fault("/", refuse(503)))
    out, err = io.StringIO(), io.StringIO()
    first = in_thread(
        lambda: call_command("fetch_arxiv", "--ids", "2603.00001", stdout=out, stderr=err)
    )
    eventually(lambda: "Going on at" in err.getvalue())
    with pytest.raises(CommandError, match="Another fetch_arxiv is at work"):
        fetch("--ids", "2603.00002")
    first.result()
    assert out.getvalue() == "created=1 updated=0 unchanged=0 rejected=0\n"
    assert fetch("--ids", "2603.00002")[0].startswith("created=1")
    assert Paper.objects.count() == 2


def test_a_back_off_of_others_is_waited_out(server: SourceServer) -> None:
    soon = database_now() + timedelta(seconds=1)
    set_state(Provider.ARXIV, refusals=GIVE_UP_AFTER, back_off_until=soon)
    server.works.append(make_work("2603.00001"))
    out, err, status = fetch("--ids", "2603.00001")
    assert "arXiv: It asked to be left alone. Going on at" in err
    assert (out, status) == ("created=1 updated=0 unchanged=0 rejected=0\n", 0)


def test_where_nothing_is_left_of_what_it_asked_it_says_so(
    server: SourceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.harvest.runs.request", lambda name, place: True)
    _out, err, status = fetch("--ids", "2603.00001")
    assert status == 1
    assert "another fetch_arxiv took its place" in err


def test_interrupted_it_says_what_it_did_and_goes_on_later(
    server: SourceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.harvest.arxiv_query.BATCH", 1)
    server.works += [make_work("2603.00001"), make_work("2603.00002")]
    with monkeypatch.context() as interrupted:
        seen: list[object] = []

        def press(self: object, done: int, total: int) -> None:
            seen.append(done)
            raise KeyboardInterrupt

        interrupted.setattr(Progress, "__call__", press)
        out, err, status = fetch("--ids", "2603.00001", "2603.00002")
    assert status == 130
    assert "The same command goes on from here." in err
    assert out == "created=1 updated=0 unchanged=0 rejected=0\n"
    server.asked.clear()
    out, _err, status = fetch("--ids", "2603.00001", "2603.00002")
    assert [each.query["id_list"] for each in server.asked] == ["2603.00002"]
    assert (out, status) == ("created=2 updated=0 unchanged=0 rejected=0\n", 0)


@pytest.mark.parametrize("since", [["--since", "2026-03-01"], []], ids=["since", "last-days"])
def test_past_midnight_the_same_command_goes_on_to_the_new_day(
    server: SourceServer, monkeypatch: pytest.MonkeyPatch, since: list[str]
) -> None:
    monkeypatch.setattr("papers.harvest.arxiv_query.AT_ONCE", 2)
    days = (date(2026, 3, 6), date(2026, 3, 6), date(2026, 3, 8), date(2026, 3, 9))
    server.works += [
        make_work(f"2603.{number:05d}", day=day) for number, day in enumerate(days, start=1)
    ]
    seen: list[tuple[int, int]] = []
    call = ("--category", "cs.LG", *since)
    with monkeypatch.context() as interrupted:

        def press(self: object, done: int, total: int) -> None:
            seen.append((done, total))
            if done == 2:
                raise KeyboardInterrupt

        interrupted.setattr(Progress, "__call__", press)
        with time_machine.travel(NOW, tick=True):
            assert fetch(*call)[2] == 130
        server.asked.clear()
        server.works.append(make_work("2603.00005", day=date(2026, 3, 10)))
        interrupted.setattr(Progress, "__call__", lambda self, *counts: seen.append(counts))
        with time_machine.travel(NOW + timedelta(days=1), tick=True):
            assert fetch(*call) == ("created=5 updated=0 unchanged=0 rejected=0\n", "", 0)
    assert all("20260310" in each.query["search_query"] for each in server.asked[:1])
    assert not any("[20260301" in each.query["search_query"] for each in server.asked)
    assert seen[-1] == (5, 5)


def test_what_goes_wrong_for_good_is_said(server: SourceServer) -> None:
    server.faults.append(Fault("/", refuse(400)))
    out, err, status = fetch("--category", "cs.LG")
    assert status == 1
    assert "It failed: The server answered 400" in err
    assert out.startswith("created=0")


def test_while_the_harvest_is_paused_it_says_so(server: SourceServer) -> None:
    Harvest.objects.update_or_create(name="fetch_arxiv", defaults={"paused": True})
    _out, err, status = fetch("--ids", "2603.00001")
    assert status == 1
    assert "is paused in the admin" in err
    assert server.asked == []


@at_noon
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--ids", "2613.00001"], "“2613.00001” is no arXiv id."),
        (["--category", "cs.XX"], "“cs.XX” is no category of arXiv"),
        (["--category", "grp_physics"], "is no category of arXiv"),
        (["--category", "cs.LG", "--since", "2027-01-01"], "a day that has not come"),
        (["--ids", "2603.00001", "--since", "2026-03-01"], "goes with --category only"),
        ([], "one of the arguments"),
        (["--category", "cs.LG", "--since", "yesterday"], "invalid"),
    ],
)
def test_a_wrong_command_line_asks_for_nothing(
    server: SourceServer, arguments: list[str], reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        call_command("fetch_arxiv", *arguments)
    assert server.asked == []
