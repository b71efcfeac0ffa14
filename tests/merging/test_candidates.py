"""Pairs of papers that may be one work, and what speaks for each."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from papers.identifiers import title_hash
from papers.merging.candidates import CANDIDATES_LOCK, MOST_OF_ONE_TITLE, find_candidates
from papers.merging.move import move
from papers.models import Decision, MergeCandidate, Paper, PaperIdentifier, SourceRecord
from papers.tasks import find_merge_candidates
from tests.factories import at, make_paper

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TITLE = "On the Weight of Evidence"


def paper(title: str = TITLE, **fields: Any) -> Paper:
    return make_paper(title, title_hash=title_hash(title), **fields)


def find() -> tuple[int, int, int]:
    found = find_candidates(NOW)
    return found.added, found.changed, found.dropped


def only_candidate() -> MergeCandidate:
    return MergeCandidate.objects.get()


def kinds(candidate: MergeCandidate) -> list[str]:
    return [each["kind"] for each in candidate.evidence]


def state_doi(of: Paper, doi: str, *, source_id: str) -> None:
    SourceRecord.objects.create(
        paper=of,
        source="arxiv_oai",
        source_id=source_id,
        digest="0" * 64,
        record_date=date(2026, 3, 1),
        fields={"title": "T", "identifiers": [["arxiv", of.key], ["doi", doi]]},
    )


def test_one_title_and_a_family_name_in_common_make_a_candidate() -> None:
    published = paper("On the weight of évidence!", key="doi:10.1000/b", authors=["A. Lovelace"])
    preprint = paper(key="2503.00001", published_at=at("2025-03-01 00:00"))
    Paper.objects.filter(pk=published.pk).update(published_at=at("2026-01-01 00:00"))
    assert find() == (1, 0, 0)
    candidate = only_candidate()
    assert (candidate.first, candidate.second) == (preprint, published)
    assert candidate.evidence == [
        {"kind": "same_title", "title": published.title_text},
        {"kind": "same_authors", "names": ["lovelace"]},
        {"kind": "years", "years": [2025, 2026]},
    ]
    assert not candidate.decision


def test_the_paper_with_the_preferable_key_stands_first() -> None:
    keys = ["op:abcdefghij", "doi:10.1000/a", "hep-th/9901001"]
    for key in keys:
        paper(key=key)
    find()
    pairs = set(MergeCandidate.objects.values_list("first__key", "second__key"))
    assert pairs == {
        ("hep-th/9901001", "doi:10.1000/a"),
        ("hep-th/9901001", "op:abcdefghij"),
        ("doi:10.1000/a", "op:abcdefghij"),
    }


def test_two_arxiv_papers_of_which_one_states_the_others_doi_are_a_candidate() -> None:
    older, newer = paper("One", key="0704.0001"), paper("Two", key="0705.0001")
    PaperIdentifier.objects.create(paper=older, kind="doi", value="10.1000/x")
    state_doi(older, "10.1000/x", source_id="0704.0001")
    state_doi(newer, "10.1000/x", source_id="0705.0001")
    assert find() == (1, 0, 0)
    candidate = only_candidate()
    assert (candidate.first, candidate.second) == (older, newer)
    assert candidate.evidence[0] == {"kind": "shared_doi", "dois": ["10.1000/x"]}
    assert "same_title" not in kinds(candidate)


@pytest.mark.parametrize(
    "fields",
    [
        {"title": "On the Weight of Doubt"},
        {"authors": ["Grace Hopper"]},
        {"published_at": at("2011-01-01 00:00")},
        {"hidden_at": NOW},
    ],
)
def test_others_are_none(fields: dict[str, Any]) -> None:
    paper(published_at=at("2025-01-01 00:00"))
    paper(**{"published_at": at("2025-06-01 00:00"), **fields})
    assert find() == (0, 0, 0)


def test_papers_of_unknown_year_may_be_one_work() -> None:
    paper()
    paper(published_at=None)
    assert find() == (1, 0, 0)
    assert "years" not in kinds(only_candidate())


def test_a_title_that_many_papers_have_is_that_of_a_series() -> None:
    for _ in range(MOST_OF_ONE_TITLE + 1):
        paper("Erratum")
    assert find() == (0, 0, 0)


def test_a_second_search_changes_nothing() -> None:
    paper()
    paper()
    find()
    assert find() == (0, 0, 0)


def test_new_evidence_is_shown_and_the_day_of_finding_stays() -> None:
    first, second = paper(key="0704.0001"), paper(key="0705.0001")
    find()
    PaperIdentifier.objects.create(paper=first, kind="doi", value="10.1000/x")
    state_doi(second, "10.1000/x", source_id="0705.0001")
    found_at = only_candidate().found_at
    assert find() == (0, 1, 0)
    assert kinds(only_candidate())[0] == "shared_doi"
    assert only_candidate().found_at == found_at


def test_a_pair_for_which_nothing_speaks_any_longer_leaves_the_queue() -> None:
    paper()
    other = paper()
    find()
    Paper.objects.filter(pk=other.pk).update(title_hash=title_hash("Another title"))
    assert find() == (0, 0, 1)
    assert not MergeCandidate.objects.exists()


def decide(candidate: MergeCandidate, decision: Decision) -> None:
    MergeCandidate.objects.filter(pk=candidate.pk).update(decision=decision, decided_at=NOW)


def test_what_was_decided_is_never_asked_again() -> None:
    paper()
    paper()
    find()
    decide(only_candidate(), Decision.APART)
    assert find() == (0, 0, 0)
    assert only_candidate().decision == Decision.APART


def test_what_was_decided_of_a_paper_holds_for_the_one_that_it_became() -> None:
    kept, merged, third = paper(key="0704.0001"), paper(key="0705.0001"), paper(key="0706.0001")
    find()
    for first in (kept, merged):
        candidate = MergeCandidate.objects.get(first=first, second=third)
        if first == merged:
            decide(candidate, Decision.APART)
    move(kept, merged, by=None, reason="A test.", at=NOW)
    assert find() == (0, 0, 1)
    assert set(MergeCandidate.objects.values_list("decision", flat=True)) == {"apart", "merged"}


def test_a_merged_paper_is_in_no_candidate() -> None:
    kept, merged = paper(key="0704.0001"), paper(key="0705.0001")
    move(kept, merged, by=None, reason="A test.", at=NOW)
    assert find() == (0, 0, 0)


def test_the_task_fills_the_queue() -> None:
    paper()
    paper()
    find_merge_candidates()
    assert MergeCandidate.objects.count() == 1


def test_a_search_leaves_it_to_one_that_is_at_it(transactional_db: None) -> None:
    paper()
    paper()
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("select pg_advisory_lock(%s)", [CANDIDATES_LOCK])
        assert find() == (0, 0, 0)
        with other.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [CANDIDATES_LOCK])
    finally:
        other.close()
    assert find() == (1, 0, 0)
