from datetime import date
from itertools import pairwise
from typing import Any

import pytest

from papers.models import Source, SourceRecord
from papers.sources.compose import Composition, compose, replaces
from tests.sources.records import make_record, utc


def row(**fields: Any) -> SourceRecord:
    """A record as it is stored."""
    record = make_record(**fields)
    return SourceRecord(
        source=record.source.value,
        source_id=record.source_id,
        record_date=record.record_date,
        digest=record.digest,
        fields=record.fields,
        listed_at=record.listed_at,
    )


def test_nothing_is_composed_of_nothing() -> None:
    assert compose([]) == Composition()


def test_every_field_of_a_single_record_is_taken() -> None:
    said: dict[str, Any] = {
        "title": "Living Forces",
        "abstract": "They live.",
        "authors": ("Émilie du Châtelet",),
        "published_at": utc("2026-03-01 08:00"),
        "version": 2,
        "comments": "12 pages",
        "journal_ref": "Ann. Weav. 3 (2026)",
        "code_url": "https://github.com/example/weaving",
        "project_url": "https://weaving.example.org/",
        "note": "A sentence",
        "note_label": "A label",
        "withdrawn_at": utc("2026-03-05"),
        "withdrawal_reason": "An error in section 2",
        "listed_at": utc("2026-03-02"),
    }
    composed = compose([row(categories=("cs.LG", "stat.ML"), **said)])
    assert {name: getattr(composed, name) for name in said} == said
    assert composed.categories == (("arxiv", "cs.LG"), ("arxiv", "stat.ML"))


def test_a_field_is_taken_from_the_highest_ranked_source_that_has_it() -> None:
    composed = compose(
        [
            row(title="By Hugging Face", code_url="https://github.com/example/weaving"),
            row(title="By RSS", source=Source.ARXIV_RSS, comments="by RSS"),
            row(title="By arXiv", source=Source.ARXIV_RAW, record_date=date(2020, 1, 1)),
        ]
    )
    assert composed.title == "By arXiv"
    assert composed.comments == "by RSS"
    assert composed.code_url == "https://github.com/example/weaving"


@pytest.mark.parametrize(
    ("better", "worse"),
    list(pairwise(Source)),
    ids=lambda source: source.value,
)
def test_sources_rank_in_the_order_in_which_they_are_declared(
    better: Source, worse: Source
) -> None:
    records = [
        row(title="Worse", source=worse, record_date=date(2026, 5, 5)),
        row(title="Better", source=better),
    ]
    assert compose(records).title == "Better"


def test_a_month_by_arxiv_waits_for_a_day_by_arxiv_and_for_nobody_else() -> None:
    month = row(
        source=Source.ARXIV_OAI, published_at=utc("2026-03-01"), published_precision="month"
    )
    others = {
        source: row(source=source, published_at=utc("2026-02-27 09:00"))
        for source in (Source.ARXIV_ATOM, Source.OAI_DC, Source.CROSSREF)
    }
    for source in (Source.ARXIV_ATOM, Source.OAI_DC):
        made = compose([month, others[source]])
        assert (made.published_at, made.published_precision) == (utc("2026-02-27 09:00"), "")
    made = compose([others[Source.CROSSREF], month])
    assert (made.published_at, made.published_precision) == (utc("2026-03-01"), "month")


def test_within_a_source_the_newest_record_speaks() -> None:
    old = row(title="Old", source_id="a", record_date=date(2026, 3, 1), comments="only here")
    new = row(title="New", source_id="b", record_date=date(2026, 3, 2))
    composed = compose([old, new])
    assert (composed.title, composed.comments) == ("New", "only here")


def test_at_equal_dates_the_smaller_digest_speaks_in_any_order() -> None:
    one, other = row(title="One", source_id="a"), row(title="Other", source_id="b")
    smaller = min(one, other, key=lambda record: record.digest)
    assert compose([one, other]).title == smaller.fields["title"]
    assert compose([other, one]).title == smaller.fields["title"]


def test_a_withdrawal_and_its_reason_come_from_one_record() -> None:
    composed = compose(
        [
            row(source=Source.ARXIV_ATOM, withdrawn_at=utc("2026-03-05")),
            row(withdrawn_at=utc("2026-03-09"), withdrawal_reason="Not of this withdrawal"),
        ]
    )
    assert composed.withdrawn_at == utc("2026-03-05")
    assert composed.withdrawal_reason == ""


@pytest.mark.parametrize("later", [Source.ARXIV_ATOM, Source.HUGGINGFACE])
def test_a_withdrawal_ends_with_a_later_version_that_is_not_withdrawn(later: Source) -> None:
    withdrawal = row(
        source=Source.ARXIV_SNAPSHOT,
        version=2,
        withdrawn_at=utc("2026-03-05"),
        withdrawal_reason="A knot",
    )
    records = [row(source=later, version=1), withdrawal]
    assert compose(records).withdrawn_at == utc("2026-03-05")
    records.append(row(source=later, version=3))
    for each in (records, records[::-1]):
        composed = compose(each)
        assert (composed.withdrawn_at, composed.withdrawal_reason) == (None, "")


def test_a_record_without_a_version_takes_no_withdrawal_back() -> None:
    withdrawal = row(source=Source.ARXIV_SNAPSHOT, version=2, withdrawn_at=utc("2026-03-05"))
    newer = row(source=Source.ARXIV_RAW, record_date=date(2026, 4, 1))
    assert compose([withdrawal, newer]).withdrawn_at == utc("2026-03-05")


def test_the_earliest_listing_lists_the_paper_whoever_it_is_by() -> None:
    composed = compose(
        [
            row(source=Source.ARXIV_RSS, listed_at=utc("2026-03-05")),
            row(listed_at=utc("2026-03-02")),
            row(source=Source.ARXIV_RAW),
        ]
    )
    assert composed.listed_at == utc("2026-03-02")


def test_categories_of_biorxiv_are_in_a_scheme_of_their_own() -> None:
    composed = compose([row(source=Source.BIORXIV, categories=("neuroscience",))])
    assert composed.categories == (("biorxiv", "neuroscience"),)


def test_what_only_a_bibliography_says_is_marked_as_a_fill_in() -> None:
    composed = compose(
        [
            row(title="By arXiv", source=Source.ARXIV_RAW),
            row(title="By somebody", source=Source.BIBLIOGRAPHY, comments="read this"),
        ]
    )
    assert composed.title == "By arXiv"
    assert composed.comments == "read this"
    assert composed.fill_ins == {"comments"}


def test_the_later_record_replaces_the_earlier_and_at_equal_dates_the_smaller_digest() -> None:
    earlier, later = date(2026, 3, 1), date(2026, 3, 2)
    assert replaces((later, "b"), (earlier, "a"))
    assert not replaces((earlier, "a"), (later, "b"))
    assert replaces((later, "a"), (later, "b"))
    assert not replaces((later, "a"), (later, "a"))
