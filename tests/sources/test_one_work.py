"""Imports that find two papers to be one work, and what people did to them."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from papers.models import (
    DeletedRecord,
    MergeRecord,
    Paper,
    PaperIdentifier,
    PaperState,
    Source,
    Upvote,
)
from papers.ranking.reconcile import reconcile
from papers.ranking.refresh import refresh_pending
from papers.services.merging import merge_papers, separate_papers
from papers.services.votes import cast_upvote
from papers.sources.record import Deletion, IdPair, PaperRecord
from papers.sources.upsert import ImportResult, upsert, upsert_batch
from tests.factories import make_moderator, make_user
from tests.sources.records import make_record, utc

pytestmark = pytest.mark.django_db

NOW = utc("2026-04-01 12:00")
ARXIV, OTHER = ("arxiv", "2603.00001"), ("arxiv", "2603.00002")
DOI = ("doi", "10.1000/shared")


def arxiv(*extra: IdPair, **fields: Any) -> PaperRecord:
    return make_record(source=Source.ARXIV_ATOM, identifiers=(ARXIV, *extra), **fields)


def journal(**fields: Any) -> PaperRecord:
    fields = {"journal_ref": "Ann. Weav. 3", **fields}
    return make_record(source=Source.CROSSREF, identifiers=(DOI,), **fields)


def paper(key: str) -> Paper:
    return Paper.objects.get(key=key)


def test_a_shared_id_makes_two_papers_one_with_the_votes_of_both(client: Client) -> None:
    upsert([arxiv(listed_at=utc("2026-03-02")), journal()], NOW)
    alice, bob = make_user("alice"), make_user("bob")
    for user, key in ((alice, "2603.00001"), (alice, "doi:10.1000/shared"), (bob, "2603.00001")):
        cast_upvote(user=user, paper=paper(key), now=NOW)
    result = upsert([arxiv(DOI, record_date=date(2026, 3, 9))], NOW)
    assert result == ImportResult(updated=1)
    kept, merged = paper("2603.00001"), paper("doi:10.1000/shared")
    assert merged.state == PaperState.MERGED
    assert kept.journal_ref == "Ann. Weav. 3"
    assert set(
        Upvote.objects.filter(paper=kept, removed_at=None).values_list("user", flat=True)
    ) == {
        alice.pk,
        bob.pk,
    }
    record = MergeRecord.objects.get()
    assert (record.kept, record.merged, record.merged_by) == (kept, merged, None)
    assert "doi:10.1000/shared" in record.reason
    answer = client.get("/papers/doi:10.1000/shared/")
    assert (answer.status_code, answer["Location"]) == (301, "/papers/2603.00001/")
    refresh_pending(NOW)
    assert reconcile(NOW).examples == []


def test_papers_that_come_in_one_batch_with_what_ties_them_count_as_created_and_are_one() -> None:
    result = upsert_batch([journal(), arxiv(), arxiv(DOI, record_date=date(2026, 3, 9))], NOW)
    assert result == ImportResult(created=2, updated=1)
    assert Paper.objects.count() == 2  # the count of rows grows by what was created
    assert paper("doi:10.1000/shared").merged_into == paper("2603.00001")
    again = upsert([journal(), arxiv(), arxiv(DOI, record_date=date(2026, 3, 9))], NOW)
    assert again == ImportResult(unchanged=3)


def test_two_that_a_moderator_separated_are_not_merged_again() -> None:
    upsert([arxiv(), journal()], NOW)
    tying = arxiv(DOI, record_date=date(2026, 3, 9))
    upsert([tying], NOW)
    carol = make_moderator("carol")
    separate_papers(record=MergeRecord.objects.get(), moderator=carol, reason="Two works.", now=NOW)
    changed = [
        arxiv(DOI, record_date=date(2026, 3, 10), title="Changed"),
        journal(record_date=date(2026, 3, 10), title="In the journal"),
    ]
    upsert(changed, NOW)
    titles = {each.key: each.title for each in Paper.objects.filter(merged_into=None)}
    assert titles == {"2603.00001": "Changed", "doi:10.1000/shared": "In the journal"}
    assert upsert(changed, NOW) == ImportResult(unchanged=2)


def test_two_that_a_moderator_merged_stay_one_whatever_is_imported() -> None:
    upsert([arxiv(), journal()], NOW)
    carol = make_moderator("carol")
    merge_papers(
        one=paper("2603.00001"),
        other=paper("doi:10.1000/shared"),
        moderator=carol,
        reason="The same work.",
        now=NOW,
    )
    assert paper("2603.00001").journal_ref == "Ann. Weav. 3"
    upsert([journal(journal_ref="Ann. Weav. 4", record_date=date(2026, 3, 9))], NOW)
    assert paper("2603.00001").journal_ref == "Ann. Weav. 4"
    assert Paper.objects.filter(merged_into=None).count() == 1


def test_two_arxiv_papers_that_a_moderator_merged_stay_one() -> None:
    other = make_record(source=Source.ARXIV_ATOM, identifiers=(OTHER,), comments="of the other")
    upsert([arxiv(), other], NOW)
    merge_papers(
        one=paper("2603.00001"),
        other=paper("2603.00002"),
        moderator=make_moderator("carol"),
        reason="Submitted twice.",
        now=NOW,
    )
    newer = make_record(
        source=Source.ARXIV_ATOM,
        identifiers=(OTHER,),
        comments="newer",
        record_date=date(2026, 3, 9),
    )
    assert upsert([newer], NOW).created == 0
    assert paper("2603.00001").comments == "newer"


def test_an_id_that_a_source_takes_back_names_the_paper_no_longer() -> None:
    upsert([arxiv(DOI)], NOW)
    upsert([arxiv(record_date=date(2026, 3, 9))], NOW)
    assert set(PaperIdentifier.objects.values_list("kind", "value")) == {ARXIV}
    assert upsert([journal()], NOW) == ImportResult(created=1)


def test_an_address_once_leads_to_its_paper_even_when_no_source_names_it() -> None:
    upsert([journal()], NOW)
    upsert([arxiv(DOI)], NOW)
    upsert([arxiv(record_date=date(2026, 3, 9))], NOW)
    identifier = PaperIdentifier.objects.get(kind="doi")
    assert identifier.former_key
    assert identifier.paper == paper("2603.00001")


def test_a_deletion_is_remembered_for_a_record_that_comes_later() -> None:
    gone = Deletion(Source.ARXIV_OAI, ARXIV[1], date(2026, 3, 5))
    assert upsert_batch([gone], NOW) == ImportResult(unchanged=1)
    assert DeletedRecord.objects.get().deleted_on == date(2026, 3, 5)
    older = make_record(source=Source.ARXIV_OAI, identifiers=(ARXIV,))
    assert upsert([older], NOW) == ImportResult(created=1)
    assert paper("2603.00001").state == PaperState.WITHDRAWN
    assert upsert_batch([gone], NOW) == ImportResult(unchanged=1)


def test_versions_are_told_by_whoever_knows_them() -> None:
    knows_all = arxiv(versions=((1, utc("2026-03-01")), (2, utc("2026-03-08"))))
    knows_last = make_record(source=Source.ARXIV_RSS, identifiers=(ARXIV,), versions=((3, None),))
    upsert([knows_all, knows_last], NOW)
    kept = paper("2603.00001")
    assert kept.version == 3
    assert list(kept.versions.values_list("number", "submitted_at")) == [
        (1, utc("2026-03-01")),
        (2, utc("2026-03-08")),
        (3, None),
    ]


def test_a_doi_that_its_holder_gives_up_goes_to_the_other_paper_that_claims_it() -> None:
    other = make_record(source=Source.ARXIV_ATOM, identifiers=(OTHER, DOI))
    upsert([other], NOW)
    upsert([arxiv(DOI)], NOW)
    assert PaperIdentifier.objects.get(kind="doi").paper == paper("2603.00001")
    upsert([arxiv(record_date=date(2026, 3, 9))], NOW)
    assert PaperIdentifier.objects.get(kind="doi").paper == paper("2603.00002")


def test_a_column_that_comes_in_each_issue_is_a_paper_each_time() -> None:
    columns = [
        make_record(
            source=Source.BIBLIOGRAPHY,
            identifiers=(),
            source_id=pages,
            title="Letters from the mill",
            authors=("Ada Weaver",),
            published_at=utc("1981-01-01"),
            published_precision="year",
            journal_ref=f"Ann. Weav. 2 (1), {pages} (1981)",
        )
        for pages in ("49-50", "32")
    ]
    assert upsert(columns, NOW) == ImportResult(created=2)
    assert upsert(columns, NOW) == ImportResult(unchanged=2)
