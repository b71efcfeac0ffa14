"""Crossref: what it says of DOIs that only a bibliography knows."""

from datetime import UTC, datetime

import pytest

from papers.harvest import crossref
from papers.harvest.runs import Outcome
from papers.models import Paper, Source, SourceRecord
from papers.sources.upsert import upsert
from tests.harvest.replies import Reply, make_work
from tests.harvest.running import chunk, harvest_to_its_end, let_back_offs_pass
from tests.harvest.server import Fault, SourceServer, instead, refuse
from tests.sources.records import make_record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("at_noon")]


def cite(*dois: str, source: Source = Source.BIBLIOGRAPHY) -> None:
    """Let a source know works with these DOIs."""
    upsert(
        (
            make_record(source=source, title=f"Cited as {doi}", identifiers=(("doi", doi),))
            for doi in dois
        ),
        datetime(2026, 3, 9, tzinfo=UTC),
    )


def test_dois_of_bibliographies_alone_are_asked_for_once(server: SourceServer) -> None:
    cite("10.1000/one", "10.1000/two")
    cite("10.1101/2026.01.01.123456", source=Source.BIORXIV)
    server.works.append(make_work("10.1000/one", title="By Crossref", source="crossref"))
    run = harvest_to_its_end("crossref")
    assert Paper.objects.get(key="doi:10.1000/one").title == "By Crossref"
    assert (run.updated, run.rejected) == (1, 1)
    assert [(each["name"], each["reason"]) for each in run.rejections] == [
        ("10.1000/two", "Crossref knows no work with this DOI.")
    ]
    harvest_to_its_end("crossref")
    (asked,) = server.asked
    assert asked.query["filter"] == "doi:10.1000/one,doi:10.1000/two"


def test_a_doi_with_a_comma_is_asked_for_by_itself(server: SourceServer) -> None:
    cite("10.1000/one", "10.1000/a,b", "10.1000/c,d")
    server.works.append(make_work("10.1000/a,b", title="By Crossref", source="crossref"))
    run = harvest_to_its_end("crossref")
    assert server.paths() == [
        "/crossref/works",
        "/crossref/works/10.1000/a,b",
        "/crossref/works/10.1000/c,d",
    ]
    assert (run.updated, run.rejected) == (1, 2)


def test_batches_go_on_after_a_refusal(
    server: SourceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crossref, "BATCH", 2)
    dois = [f"10.1000/{number}" for number in range(5)]
    cite(*dois)
    server.works += [make_work(doi, source="crossref", title=f"By {doi}") for doi in dois]
    server.faults.append(Fault("/", refuse(429, Retry_After="30"), after=1))
    run = harvest_to_its_end("crossref")
    assert (run.updated, run.rejected, run.requests) == (5, 0, 4)
    server.assert_polite(0.03)


@pytest.mark.parametrize(
    "content",
    [
        b"null",
        b"[]",
        b"{}",
        (
            b'{"status": "ok", "message-type": "work-list",'
            b' "message": {"total-results": 2, "items": []}}'
        ),
    ],
)
def test_an_answer_without_works_gives_no_doi_up(server: SourceServer, content: bytes) -> None:
    cite("10.1000/one", "10.1000/two")
    server.works += [
        make_work(f"10.1000/{name}", title="By Crossref", source="crossref")
        for name in ("one", "two")
    ]
    server.faults += [Fault("/", instead(Reply(content, "application/json")))] * 3
    done = chunk("crossref")
    assert done.wait is not None
    let_back_offs_pass()
    run = harvest_to_its_end("crossref")
    assert (run.updated, run.rejected) == (2, 0)


def test_a_doi_that_crossref_does_not_bear_keeps_no_other_away(
    server: SourceServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crossref, "BATCH", 4)
    dois = [f"10.1000/{number}" for number in range(6)]
    cite(*dois)
    server.works += [make_work(doi, source="crossref", title=f"By {doi}") for doi in dois]
    unsound = instead(Reply(b"Validation failure: 10.1000/2", "text/plain", 400))
    # Of 0 to 3; then 0 and 1 come, and 2 is in the next three questions.
    server.faults += [Fault("/", unsound), *[Fault("/", unsound, after=1)], Fault("/", unsound)]
    server.faults.append(Fault("/", unsound))
    run = harvest_to_its_end("crossref")
    assert (run.updated, run.rejected) == (5, 1)
    assert run.rejections[0]["name"] == "10.1000/2"
    assert "Validation failure" in run.rejections[0]["reason"]
    assert harvest_to_its_end("crossref").requests == 0


def test_another_refusal_of_a_question_gives_no_doi_up(server: SourceServer) -> None:
    cite("10.1000/one")
    server.faults.append(Fault("/", instead(Reply(b"Gone.", "text/plain", 410))))
    assert chunk("crossref").outcome is Outcome.FAILED
    server.works.append(make_work("10.1000/one", title="By Crossref", source="crossref"))
    assert harvest_to_its_end("crossref").updated == 1


def test_a_doi_that_a_bibliography_alone_knows_by_now_is_asked_for(server: SourceServer) -> None:
    cite("10.1000/early", source=Source.BIORXIV)
    cite("10.1000/late")
    harvest_to_its_end("crossref")
    SourceRecord.objects.filter(source=Source.BIORXIV).update(source=Source.BIBLIOGRAPHY)
    harvest_to_its_end("crossref")
    asked = [each.query["filter"] for each in server.asked]
    assert asked == ["doi:10.1000/late", "doi:10.1000/early"]
