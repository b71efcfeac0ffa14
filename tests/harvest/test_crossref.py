"""Crossref: what it says of DOIs that only a bibliography knows."""

from datetime import UTC, datetime

import pytest

from papers.harvest import crossref
from papers.models import Paper, Source
from papers.sources.upsert import upsert
from tests.harvest.replies import make_work
from tests.harvest.running import harvest_to_its_end
from tests.harvest.server import Fault, SourceServer, refuse
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
