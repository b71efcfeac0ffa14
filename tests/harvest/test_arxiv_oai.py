"""The nightly reading of arXiv: what changed, day by day, whatever goes wrong."""

from datetime import date

import pytest
from pytest_django import Settings

from papers.harvest.runs import Outcome
from papers.models import Paper
from tests.harvest.replies import Reply, make_work, oai, oai_error
from tests.harvest.running import chunk, harvest_of, harvest_to_its_end, let_back_offs_pass
from tests.harvest.server import (
    Fault,
    SourceServer,
    break_off,
    instead,
    refuse,
    stall,
    truncate,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]

OAI = "/arxiv_oai"


def fill(server: SourceServer, days: int = 2, a_day: int = 7) -> list[str]:
    """Let arXiv have papers on the days before the test's; return their ids."""
    for day in range(days):
        for number in range(1, a_day + 1):
            identifier = f"2603.{day}{number:04d}"
            server.works.append(make_work(identifier, day=date(2026, 3, 8 - day)))
    return sorted(work.id for work in server.works)


def test_everything_of_the_last_days_comes_page_by_page(server: SourceServer) -> None:
    ids = fill(server)
    server.works.append(make_work("2603.09999", categories=("hep-th",), day=date(2026, 3, 8)))
    run = harvest_to_its_end("arxiv_oai")
    assert sorted(Paper.objects.values_list("key", flat=True)) == ids
    assert (run.created, run.updated, run.unchanged, run.rejected) == (14, 0, 0, 0)
    assert run.requests == len(server.asked) == 5 + 3 + 3
    assert harvest_of("arxiv_oai").complete_until == date(2026, 3, 8)
    assert harvest_of("arxiv_oai").progress == {}
    server.assert_polite(0.03)


@pytest.mark.parametrize(
    "fault",
    [
        refuse(429),
        refuse(503, Retry_After="0"),
        refuse(503, Retry_After="90"),
        refuse(403),
        refuse(500),
        truncate,
        break_off,
        stall,
        instead(oai_error("badResumptionToken", "it has expired")),
    ],
    ids=["429", "503-0", "503-90", "403", "500", "truncated", "broken-off", "stall", "expired"],
)
def test_nothing_is_missing_after_a_fault_in_the_middle(
    server: SourceServer, fault: object
) -> None:
    ids = fill(server)
    server.faults.append(Fault(OAI, fault, after=6))  # type: ignore[arg-type]
    run = harvest_to_its_end("arxiv_oai")
    assert run.error == ""
    assert not server.faults
    assert sorted(Paper.objects.values_list("key", flat=True)) == ids
    assert run.created == 14
    server.assert_polite(0.03)


def test_a_token_that_is_refused_begins_its_day_again(server: SourceServer) -> None:
    fill(server, days=1)
    expired = instead(oai_error("badResumptionToken", "it has expired"))
    server.faults.append(Fault(OAI, expired, after=8))
    run = harvest_to_its_end("arxiv_oai")
    questions = [each.query.get("resumptionToken", "the day") for each in server.asked[-5:]]
    second, third = "2026-03-08|cs:cs:LG|3", "2026-03-08|cs:cs:LG|6"
    assert questions == [second, third, "the day", second, third]
    assert (run.created, run.unchanged) == (7, 6)


def test_tokens_that_are_refused_time_after_time_end_the_run(server: SourceServer) -> None:
    fill(server, days=1)
    expired = instead(oai_error("badResumptionToken", "it has expired"))
    server.faults += [Fault(OAI, expired, after=7 if not number else 1) for number in range(6)]
    result = chunk("arxiv_oai")
    assert result.outcome == Outcome.FAILED
    assert result.run is not None
    result.run.refresh_from_db()
    assert "it has expired" in result.run.error


def test_the_next_run_reads_the_last_day_again_and_goes_on(server: SourceServer) -> None:
    fill(server, days=1, a_day=1)
    harvest_to_its_end("arxiv_oai")
    server.asked.clear()
    run = harvest_to_its_end("arxiv_oai")
    assert [each.query["from"] for each in server.asked] == ["2026-03-08"]
    assert (run.created, run.unchanged) == (0, 1)


@pytest.mark.parametrize(
    ("categories", "sets"),
    [
        ([], [None]),
        (["cs", "hep-th", "astro-ph.GA"], ["cs", "physics:hep-th", "physics:astro-ph:GA"]),
        (["math.NA"], ["math:math:NA"]),
    ],
)
def test_each_category_is_a_set(
    server: SourceServer, settings: object, categories: list[str], sets: list[str | None]
) -> None:
    settings.ARXIV_CATEGORIES = categories  # type: ignore[attr-defined]
    settings.HARVESTING["first_days"] = 1  # type: ignore[attr-defined]
    harvest_to_its_end("arxiv_oai")
    assert [each.query.get("set") for each in server.asked] == sets


NO_SUCH_SET = instead(oai_error("badArgument", "there is no such set"))


def test_a_set_that_the_archive_does_not_have_is_reported_and_the_others_are_read(
    server: SourceServer, settings: Settings
) -> None:
    settings.ARXIV_CATEGORIES = ["cs.LG", "cs.TYPO", "math.NA"]
    settings.HARVESTING["first_days"] = 2
    ids = fill(server)
    server.works.append(make_work("2603.09999", categories=("math.NA",), day=date(2026, 3, 8)))
    # The third page of cs.LG is the last.
    server.faults += [Fault("/", NO_SUCH_SET, after=3), Fault("/", NO_SUCH_SET, after=4)]
    run = harvest_to_its_end("arxiv_oai")
    assert sorted(Paper.objects.values_list("key", flat=True)) == sorted([*ids, "2603.09999"])
    assert (run.rejected, run.error) == (2, "")
    assert [each["name"] for each in run.rejections] == ["cs:cs:TYPO", "cs:cs:TYPO"]
    assert harvest_of("arxiv_oai").complete_until == date(2026, 3, 8)


def test_a_day_of_which_no_set_can_be_read_is_not_passed_over(
    server: SourceServer, settings: Settings
) -> None:
    settings.ARXIV_CATEGORIES = ["cs.LG", "hep-th"]
    settings.HARVESTING["first_days"] = 1
    ids = fill(server, days=1)
    server.faults += [Fault("/", NO_SUCH_SET), Fault("/", NO_SUCH_SET)]
    assert chunk("arxiv_oai").outcome is Outcome.FAILED
    assert harvest_of("arxiv_oai").complete_until is None
    assert harvest_to_its_end("arxiv_oai").created == len(ids)


def test_a_set_that_the_site_no_longer_names_is_not_asked_for(
    server: SourceServer, settings: Settings
) -> None:
    settings.ARXIV_CATEGORIES = ["cs.LG", "hep-th"]
    settings.HARVESTING["first_days"] = 1
    fill(server, days=1)
    server.faults.append(Fault("/", refuse(503), after=1))
    assert chunk("arxiv_oai").outcome is Outcome.UNFINISHED
    assert harvest_of("arxiv_oai").progress["token"]
    settings.ARXIV_CATEGORIES = ["hep-th"]
    let_back_offs_pass()
    server.asked.clear()
    harvest_to_its_end("arxiv_oai")
    assert [each.query.get("set") for each in server.asked] == ["physics:hep-th"]


def repeat_the_token(server: SourceServer) -> Reply:
    """The second page of the test's day, as an archive sends it that loses its place."""
    token = "2026-03-08|cs:cs:LG|3"
    page = oai(server.works, {"resumptionToken": token}, server.page_size)
    following = token.replace("|3", "|6").encode()
    assert following in page.content
    return Reply(page.content.replace(following, token.encode()), page.kind)


def test_a_page_that_names_itself_as_the_next_begins_the_day_again(
    server: SourceServer, settings: Settings
) -> None:
    settings.HARVESTING["first_days"] = 1
    ids = fill(server, days=1)
    server.faults.append(Fault("/", instead(repeat_the_token(server)), after=1))
    run = harvest_to_its_end("arxiv_oai")
    assert (run.created, run.requests) == (len(ids), 5)


def test_a_page_that_always_names_itself_ends_the_run(
    server: SourceServer, settings: Settings
) -> None:
    settings.HARVESTING["first_days"] = 1
    fill(server, days=1)
    page = instead(repeat_the_token(server))
    server.faults += [Fault("/", page, after=1) for _number in range(20)]
    done = chunk("arxiv_oai")
    assert done.outcome is Outcome.FAILED
    assert done.run is not None
    done.run.refresh_from_db()
    assert "names the page again" in done.run.error
    assert len(server.asked) == 12
