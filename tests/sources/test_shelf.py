"""Which paper a record is about, and what that does; no database."""

from collections.abc import Iterable
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.models import Paper, Source
from papers.sources.record import Deletion, IdPair, PaperRecord
from papers.sources.shelf import Draft, Outcome, Shelf, best_key, identifier_of, key_of
from tests.sources.records import make_record, utc

NOW = utc("2026-04-01 12:00")
SMALL, LARGE = ("arxiv", "2601.00001"), ("arxiv", "2602.00002")
DOI = ("doi", "10.1000/shared")


def shelve(*records: PaperRecord) -> Shelf:
    shelf = Shelf(NOW)
    for record in records:
        shelf.add(record)
    return shelf


def by(*identifiers: IdPair, **fields: Any) -> PaperRecord:
    return make_record(identifiers=identifiers, **fields)


def papers(shelf: Shelf) -> dict[str, set[IdPair]]:
    return {draft.key: draft.identifiers for draft in shelf.drafts}


def only(shelf: Shelf) -> Draft:
    (draft,) = shelf.drafts
    return draft


@pytest.mark.parametrize("pair", [SMALL, DOI, ("op", "abcdefghij"), ("arxiv", "hep-th/9901001")])
def test_a_key_and_its_identifier_are_two_ways_to_write_the_same(pair: IdPair) -> None:
    assert identifier_of(key_of(pair)) == pair


def test_the_best_key_is_an_arxiv_id_then_a_doi_then_ours() -> None:
    ours = ("op", "abcdefghij")
    assert best_key([ours, DOI, LARGE]) == "2602.00002"
    assert best_key([ours, DOI, ("doi", "10.1000/more")]) == "doi:10.1000/more"
    assert best_key([ours, ("doi", "10.1000/save")]) == "op:abcdefghij"
    assert best_key([]) is None


def test_a_record_with_an_unknown_id_makes_a_paper() -> None:
    shelf = Shelf(NOW)
    assert shelf.add(by(SMALL)) is Outcome.CREATED
    assert papers(shelf) == {"2601.00001": {SMALL}}


def test_the_same_record_again_changes_nothing() -> None:
    shelf = shelve(by(SMALL, external_count=3, listed_at=utc("2026-03-02")))
    again = by(SMALL, external_count=3, listed_at=utc("2026-03-02"))
    assert shelf.add(again) is Outcome.UNCHANGED


def test_a_newer_record_of_the_source_replaces_the_older() -> None:
    shelf = shelve(by(SMALL, title="Old", record_date=date(2026, 3, 1)))
    assert shelf.add(by(SMALL, title="New", record_date=date(2026, 3, 2))) is Outcome.UPDATED
    assert shelf.add(by(SMALL, title="Old", record_date=date(2026, 3, 1))) is Outcome.UNCHANGED
    assert only(shelf).composition.title == "New"


def test_a_record_that_a_better_source_outranks_is_unchanged_but_kept() -> None:
    shelf = shelve(by(SMALL, title="By arXiv", source=Source.ARXIV_ATOM))
    assert shelf.add(by(SMALL, title="By Hugging Face")) is Outcome.UNCHANGED
    assert only(shelf).composition.title == "By arXiv"
    assert len(only(shelf).rows) == 2


def test_an_earlier_listing_in_an_older_record_counts_as_an_update() -> None:
    later = by(SMALL, title="New", record_date=date(2026, 3, 5), listed_at=utc("2026-03-05"))
    earlier = by(SMALL, title="Old", record_date=date(2026, 3, 2), listed_at=utc("2026-03-02"))
    shelf = shelve(later)
    assert shelf.add(earlier) is Outcome.UPDATED
    assert only(shelf).composition.listed_at == utc("2026-03-02")
    assert only(shelf).composition.title == "New"


def test_the_latest_external_count_stays_and_of_one_day_the_greatest() -> None:
    shelf = shelve(by(SMALL, external_count=50, record_date=date(2026, 3, 2)))
    for count, day, outcome in (
        (50, date(2026, 3, 2), Outcome.UNCHANGED),
        (82, date(2026, 3, 2), Outcome.UPDATED),
        (49, date(2026, 3, 2), Outcome.UNCHANGED),
        (90, date(2026, 3, 1), Outcome.UNCHANGED),
        (40, date(2026, 3, 3), Outcome.UPDATED),
    ):
        assert shelf.add(by(SMALL, external_count=count, record_date=day)) is outcome
    kept = only(shelf).count
    assert kept is not None
    assert (kept.count, kept.taken_on) == (40, date(2026, 3, 3))


def test_nothing_is_listed_counted_or_dated_in_the_future() -> None:
    shelf = shelve(
        by(SMALL, record_date=date(2027, 1, 1), listed_at=utc("2027-01-01"), external_count=1)
    )
    draft = only(shelf)
    (row,) = draft.rows.values()
    assert draft.composition.listed_at == NOW
    assert row.record_date == NOW.date()
    assert draft.count is not None
    assert draft.count.taken_on == NOW.date()


def test_records_that_share_a_doi_are_of_one_paper() -> None:
    shelf = shelve(by(SMALL, DOI), by(DOI, source=Source.CROSSREF))
    assert papers(shelf) == {"2601.00001": {SMALL, DOI}}


def test_a_paper_known_by_its_doi_takes_the_key_of_its_arxiv_id() -> None:
    shelf = shelve(by(DOI, source=Source.CROSSREF))
    assert only(shelf).key == "doi:10.1000/shared"
    assert shelf.add(by(SMALL, DOI)) is Outcome.UPDATED
    assert papers(shelf) == {"2601.00001": {SMALL, DOI}}


def test_a_paper_without_ids_keeps_our_key_as_an_id_when_it_gains_another() -> None:
    shelf = shelve(by(source=Source.BIBLIOGRAPHY, source_id="one"))
    ours = only(shelf).key
    assert ours.startswith("op:")
    shelf.add(by(SMALL, source=Source.BIBLIOGRAPHY, source_id="one", record_date=date(2026, 3, 9)))
    assert papers(shelf) == {"2601.00001": {SMALL, identifier_of(ours)}}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_of_two_arxiv_papers_with_one_doi_the_smaller_key_holds_it(order: tuple[int, int]) -> None:
    claims = [by(SMALL, DOI), by(LARGE, DOI)]
    shelf = shelve(*(claims[place] for place in order))
    assert papers(shelf) == {"2601.00001": {SMALL, DOI}, "2602.00002": {LARGE}}
    assert [shelf.add(claim) for claim in claims] == [Outcome.UNCHANGED] * 2


def test_a_record_that_only_a_doi_ties_to_a_paper_goes_where_the_doi_goes() -> None:
    shelf = shelve(by(LARGE, DOI), by(DOI, source=Source.CROSSREF, journal_ref="Ann. Weav. 3"))
    assert shelf.add(by(SMALL, DOI)) is Outcome.CREATED
    journals = {draft.key: draft.composition.journal_ref for draft in shelf.drafts}
    assert journals == {"2601.00001": "Ann. Weav. 3", "2602.00002": ""}


def test_a_record_that_names_two_papers_merges_them() -> None:
    shelf = shelve(by(SMALL), by(DOI, source=Source.CROSSREF, journal_ref="Ann. Weav. 3"))
    first, second = shelf.drafts
    both = by(SMALL, DOI, title="Of both", record_date=date(2026, 3, 9))
    assert shelf.add(both) is Outcome.UPDATED
    (merge,) = shelf.merges
    assert (merge.kept, merge.merged, merge.shared) == (first, second, "doi:10.1000/shared")
    assert first.identifiers == {SMALL, DOI}
    assert (first.composition.journal_ref, len(first.rows)) == ("Ann. Weav. 3", 2)
    assert not second.rows
    assert DOI in shelf.former  # its address leads to the paper from now on


def test_two_arxiv_papers_are_never_merged_by_a_record() -> None:
    shelf = shelve(by(SMALL, DOI), by(LARGE, DOI), by(DOI, source=Source.CROSSREF))
    assert not shelf.merges
    assert papers(shelf) == {"2601.00001": {SMALL, DOI}, "2602.00002": {LARGE}}


@pytest.mark.parametrize("settled", ["2601.00001", "doi:10.1000/shared"])
def test_a_paper_that_a_moderator_hid_stays_apart(settled: str) -> None:
    shelf = Shelf(NOW)
    for pk, key in enumerate(("2601.00001", "doi:10.1000/shared"), start=1):
        draft = Draft(Paper(pk=pk, key=key), settled=key == settled)
        shelf.put(draft)
    assert shelf.add(by(SMALL, DOI)) is Outcome.UPDATED
    assert not shelf.merges
    assert papers(shelf) == {"2601.00001": {SMALL}, "doi:10.1000/shared": {DOI}}


def test_papers_that_were_found_to_be_two_works_stay_apart() -> None:
    shelf = Shelf(NOW, apart=[frozenset({1, 2})])
    for pk, key in enumerate(("2601.00001", "doi:10.1000/shared"), start=1):
        shelf.put(Draft(Paper(pk=pk, key=key)))
    shelf.add(by(SMALL, DOI, title="Of both"))
    assert not shelf.merges
    assert [draft.composition.title for draft in shelf.drafts] == ["Of both", ""]


def test_a_deleted_record_withdraws_its_paper_until_its_source_brings_it_back() -> None:
    shelf = shelve(by(SMALL, source=Source.ARXIV_OAI))
    gone = Deletion(Source.ARXIV_OAI, "2601.00001", date(2026, 3, 5))
    assert shelf.delete(gone) is Outcome.UPDATED
    assert only(shelf).composition.withdrawn_at == utc("2026-03-05")
    assert shelf.delete(gone) is Outcome.UNCHANGED
    back = by(SMALL, source=Source.ARXIV_OAI, record_date=date(2026, 3, 6))
    assert shelf.add(back) is Outcome.UPDATED
    assert only(shelf).composition.withdrawn_at is None


def test_a_deletion_that_comes_first_withdraws_the_older_record_that_follows() -> None:
    shelf = Shelf(NOW)
    gone = Deletion(Source.ARXIV_OAI, "2601.00001", date(2026, 3, 5))
    assert shelf.delete(gone) is Outcome.UNCHANGED
    assert shelf.add(by(SMALL, source=Source.ARXIV_OAI)) is Outcome.CREATED
    assert only(shelf).composition.withdrawn_at == utc("2026-03-05")


def test_a_record_that_now_names_another_paper_moves_to_it() -> None:
    other = ("doi", "10.1000/other")
    shelf = shelve(
        by(other, source=Source.BIORXIV),
        by(DOI, source=Source.CROSSREF, source_id="7", comments="moving"),
    )
    shelf.add(by(other, source=Source.CROSSREF, source_id="7", record_date=date(2026, 3, 9)))
    rows = {draft.key: set(draft.rows) for draft in shelf.drafts}
    assert rows == {
        "doi:10.1000/other": {("biorxiv", "10.1000/other"), ("crossref", "7")},
        "doi:10.1000/shared": set(),
    }
    # Nobody describes it any more; its page stays as it was.
    emptied = next(draft for draft in shelf.drafts if not draft.rows)
    assert emptied.composition.comments == "moving"


def test_the_same_work_without_ids_from_two_people_is_one_paper() -> None:
    one = by(source=Source.BIBLIOGRAPHY, source_id="one", authors=("Ada Lovelace",))
    other = by(source=Source.BIBLIOGRAPHY, source_id="other", authors=("Lovelace, Ada",))
    shelf = shelve(one, other)
    assert len(only(shelf).rows) == 2


def test_two_works_with_one_key_get_two_papers() -> None:
    record = by(source=Source.BIBLIOGRAPHY, title="Its title hashes to a taken key")
    taken = identifier_of(record.offprint_key())
    shelf = shelve(by(taken, title="Another work", source=Source.DEMO))
    assert shelf.add(record) is Outcome.CREATED
    assert papers(shelf) == {
        record.offprint_key(): {taken},
        record.offprint_key(1): {identifier_of(record.offprint_key(1))},
    }
    assert shelf.add(record) is Outcome.UNCHANGED


def test_a_doi_that_cannot_stand_in_a_url_is_an_id_of_a_paper_with_our_key() -> None:
    unsafe = ("doi", "10.1000/save")
    draft = only(shelve(by(unsafe, source=Source.CROSSREF)))
    assert draft.key.startswith("op:")
    assert draft.identifiers == {unsafe, identifier_of(draft.key)}


ARXIV_IDS = [("arxiv", f"260{number}.0000{number}") for number in (1, 2, 3)]
DOIS = [("doi", f"10.1000/{letter}") for letter in "abc"]


@st.composite
def any_record(draw: st.DrawFn) -> PaperRecord:
    """One of few sources says something of one of few papers, by any of its ids.

    What arXiv says of a paper's DOIs does not change; bibliographies tie together what they like.
    """
    source = draw(
        st.sampled_from(
            [Source.ARXIV_ATOM, Source.HUGGINGFACE, Source.CROSSREF, Source.BIBLIOGRAPHY]
        )
    )
    arxiv_id = draw(st.sampled_from(ARXIV_IDS))
    day = 1 if source == Source.BIBLIOGRAPHY else draw(st.integers(1, 4))
    if source == Source.ARXIV_ATOM:
        pairs = (arxiv_id, *DOIS[: ARXIV_IDS.index(arxiv_id)])
    elif source == Source.HUGGINGFACE:
        pairs = (arxiv_id,)
    elif source == Source.CROSSREF:
        pairs = (draw(st.sampled_from(DOIS)),)
    else:
        dois = draw(st.lists(st.sampled_from(DOIS), max_size=2, unique=True))
        pairs = tuple(sorted([*dois, *([arxiv_id] if draw(st.booleans()) else [])]))
    return by(
        *pairs,
        source=source,
        source_id=" ".join(map(key_of, pairs)) if pairs else "none",
        record_date=date(2026, 3, day),
        title=draw(st.sampled_from("AB")) if pairs else "A",
        comments=draw(st.sampled_from(["", "x"])),
        listed_at=draw(st.sampled_from([None, utc(f"2026-03-0{day}")])),
        external_count=draw(st.sampled_from([None, 1, 2])),
    )


def all_that_is_known(records: Iterable[PaperRecord]) -> set[tuple[object, ...]]:
    """Every paper that is not a part of another; former addresses of ours are left out."""
    shelf = shelve(*records)
    merged = {merge.merged for merge in shelf.merges}
    return {
        (
            draft.key,
            draft.composition,
            frozenset(each for each in draft.identifiers if each[0] != "op" or key_of(each) == key),
            (draft.count.taken_on, draft.count.count) if draft.count else None,
            frozenset((name, row.digest) for name, row in draft.rows.items()),
        )
        for draft in shelf.drafts
        if draft not in merged
        for key in [draft.key]
    }


@given(st.data())
def test_the_papers_do_not_depend_on_the_order_of_the_records(data: st.DataObject) -> None:
    records = data.draw(st.lists(any_record(), max_size=8))
    shuffled = data.draw(st.permutations(records))
    assert all_that_is_known(shuffled) == all_that_is_known(records)


@given(st.lists(any_record(), max_size=8))
def test_a_second_time_every_record_is_unchanged(records: list[PaperRecord]) -> None:
    shelf = shelve(*records)
    assert {shelf.add(record) for record in records} <= {Outcome.UNCHANGED}
