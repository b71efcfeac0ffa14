"""Merging two papers and parting them again leaves every row as it was."""

from datetime import timedelta
from functools import partial

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from papers.access import entries_page, paper_by_identifier, removed_entries
from papers.merging.errors import CannotMerge
from papers.merging.move import move, note_composition, undo
from papers.models import (
    LibraryEntry,
    MergeCandidate,
    MergeRecord,
    Paper,
    PaperClaim,
    PaperIdentifier,
    SourceRecord,
    Standing,
    StandingPlace,
    Upvote,
    WeightReason,
)
from papers.ranking.reconcile import reconcile
from papers.ranking.refresh import refresh_pending
from papers.services.claims import record_claim, withdraw_claim
from papers.services.entries import remove_entry
from papers.services.library import set_status, write_note
from papers.services.votes import cast_upvote, remove_upvote
from tests.at_once import in_thread, waits_for_a_lock
from tests.eventually import eventually
from tests.factories import at, make_list, make_paper, make_upvote, make_user
from tests.merging.population import NOW, Population, check_deferred_constraints, dump
from tests.ranking.world import shown_counts

pytestmark = pytest.mark.django_db

SEEDS = st.integers(min_value=0, max_value=2**32)
QUICKLY = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)


def merge(kept: Paper, merged: Paper) -> MergeRecord:
    return move(kept, merged, by=None, reason="They share a DOI.", at=NOW)


def assert_no_drift() -> None:
    found = reconcile(NOW, accounts=True)
    assert not found.drifting_ids, [str(drift) for drift in found.examples]


@QUICKLY
@given(seed=SEEDS)
def test_merging_and_parting_leaves_every_row_as_it_was(db: None, seed: int) -> None:
    with transaction.atomic():
        population = Population(seed)
        before = dump()
        record = merge(population.kept, population.merged)
        check_deferred_constraints()
        population.rank()
        assert_no_drift()
        undo(record, by=None, at=NOW)
        check_deferred_constraints()
        population.rank()
        after = dump()
        for table, rows in before.items():
            assert after[table] == rows, table
        assert_no_drift()
        transaction.set_rollback(True)


@QUICKLY
@given(seed=SEEDS)
def test_a_chain_is_parted_from_its_end(db: None, seed: int) -> None:
    with transaction.atomic():
        population = Population(seed)
        third = make_paper()
        for member in population.members:
            population.vote(member, third)
            population.keep(member, third)
        population.rank()
        before = dump()
        first = merge(population.kept, population.merged)
        second = merge(third, population.kept)
        check_deferred_constraints()
        undo(second, by=None, at=NOW)
        undo(first, by=None, at=NOW)
        check_deferred_constraints()
        population.rank()
        assert_no_drift()
        after = dump()
        for table, rows in before.items():
            assert after[table] == rows, table
        transaction.set_rollback(True)


@pytest.fixture
def alice() -> User:
    return make_user("alice")


@pytest.fixture
def kept() -> Paper:
    return make_paper("Kept", key="2503.00001")


@pytest.fixture
def merged() -> Paper:
    return make_paper("Merged", key="doi:10.1000/m")


def part(record: MergeRecord) -> None:
    undo(record, by=None, at=NOW)
    check_deferred_constraints()


# --- Upvotes ----------------------------------------------------------------------------------


def counts(*papers: Paper) -> list[int]:
    return [Upvote.objects.counted().filter(paper=paper).count() for paper in papers]


def shown(*papers: Paper) -> list[int]:
    found = shown_counts()
    return [found[paper.pk] for paper in papers]


def test_who_upvoted_both_has_one_vote_from_the_earlier_instant(
    alice: User, kept: Paper, merged: Paper
) -> None:
    make_upvote(alice, kept, first_cast_at=at("2026-03-02 12:00"))
    make_upvote(alice, merged, first_cast_at=at("2026-03-01 12:00"))
    merge(kept, merged)
    vote = Upvote.objects.get(paper=kept)
    assert vote.first_cast_at == at("2026-03-01 12:00")
    assert counts(kept) == [1]


def test_a_vote_that_was_taken_back_does_not_hide_one_that_stands(
    alice: User, kept: Paper, merged: Paper
) -> None:
    make_upvote(
        alice, kept, first_cast_at=at("2026-03-02 12:00"), removed_at=at("2026-03-03 12:00")
    )
    make_upvote(alice, merged, first_cast_at=at("2026-03-01 12:00"))
    merge(kept, merged)
    assert counts(kept) == [1]


def test_the_shown_count_is_right_at_once_after_a_merge_and_after_its_undoing(
    alice: User, kept: Paper, merged: Paper
) -> None:
    cast_upvote(user=alice, paper=kept, now=NOW)
    cast_upvote(user=alice, paper=merged, now=NOW)
    cast_upvote(user=make_user("bob"), paper=merged, now=NOW)
    assert shown(kept, merged) == [1, 2]
    record = merge(kept, merged)
    assert shown(kept) == [2]
    refresh_pending(NOW, wait=True)
    assert shown(kept) == [2]
    part(record)
    assert shown(kept, merged) == [1, 2]


def test_an_own_submission_gives_no_weight_after_the_merge_either(
    alice: User, kept: Paper, merged: Paper
) -> None:
    Paper.objects.filter(pk=kept.pk).update(submitted_by=alice)
    cast_upvote(user=alice, paper=merged, now=NOW)
    assert counts(merged) == [1]
    record = merge(kept, merged)
    assert Upvote.objects.get(paper=kept).weight_reason == WeightReason.SUBMITTER
    assert counts(kept) == [0]
    part(record)
    assert counts(merged) == [1]


def test_a_submission_stays_that_of_its_submitter(alice: User, kept: Paper, merged: Paper) -> None:
    Paper.objects.filter(pk=merged.pk).update(submitted_by=alice)
    cast_upvote(user=alice, paper=kept, now=NOW)
    record = merge(kept, merged)
    assert kept.submitted_by_id == alice.pk
    assert counts(kept) == [0]
    part(record)
    assert Paper.objects.filter(submitted_by__isnull=True).count() == 1
    assert counts(kept) == [1]


def test_a_vote_cast_meanwhile_is_for_the_kept_paper(
    alice: User, kept: Paper, merged: Paper
) -> None:
    record = merge(kept, merged)
    cast_upvote(user=alice, paper=kept, now=NOW)
    part(record)
    assert counts(kept, merged) == [1, 0]


def test_a_vote_that_moved_goes_back_as_it_is_then(alice: User, kept: Paper, merged: Paper) -> None:
    cast_upvote(user=alice, paper=merged, now=NOW)
    record = merge(kept, merged)
    remove_upvote(user=alice, paper=kept, now=NOW)
    part(record)
    assert counts(kept, merged) == [0, 0]
    assert Upvote.objects.get().paper_id == merged.pk


def test_one_vote_of_two_that_was_taken_back_is_taken_back_for_both(
    alice: User, kept: Paper, merged: Paper
) -> None:
    cast_upvote(user=alice, paper=kept, now=NOW)
    cast_upvote(user=alice, paper=merged, now=NOW)
    record = merge(kept, merged)
    remove_upvote(user=alice, paper=kept, now=NOW)
    part(record)
    assert counts(kept, merged) == [0, 0]
    assert shown(kept, merged) == [0, 0]


def test_a_claim_of_both_that_was_withdrawn_is_withdrawn_for_both(
    alice: User, kept: Paper, merged: Paper
) -> None:
    for paper in (kept, merged):
        cast_upvote(user=alice, paper=paper, now=NOW)
        record_claim(user=alice, paper=paper, now=NOW)
    record = merge(kept, merged)
    withdraw_claim(user=alice, paper=kept, now=NOW)
    part(record)
    assert not PaperClaim.objects.exists()
    assert counts(kept, merged) == [1, 1]
    assert_no_drift()


def test_a_claim_of_both_that_stands_or_was_made_again_stands_for_both(
    alice: User, kept: Paper, merged: Paper
) -> None:
    bob = make_user("bob")
    for paper in (kept, merged):
        record_claim(user=alice, paper=paper, now=NOW)
        record_claim(user=bob, paper=paper, now=NOW)
    record = merge(kept, merged)
    withdraw_claim(user=alice, paper=kept, now=NOW)
    record_claim(user=alice, paper=kept, now=NOW)
    part(record)
    assert PaperClaim.objects.filter(user__in=[alice, bob], paper__in=[kept, merged]).count() == 4


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("is_submitter", [False, True])
def test_a_vote_cast_as_its_authors_claim_moves_is_weighed_by_the_claim(
    is_submitter: bool, alice: User
) -> None:
    kept = make_paper(key="2503.00001")
    merged = make_paper(key="doi:10.1000/m", submitted_by=alice if is_submitter else None)
    if not is_submitter:
        record_claim(user=alice, paper=merged, now=NOW)
    with transaction.atomic():
        cast_upvote(user=alice, paper=kept, now=NOW)
        merging = in_thread(partial(merge, kept, merged))
        eventually(lambda: merging.done() or waits_for_a_lock())
    merging.result(timeout=20)
    own = WeightReason.SUBMITTER if is_submitter else WeightReason.AUTHOR
    assert Upvote.objects.get(user=alice).weight_reason == own


# --- Libraries and lists ----------------------------------------------------------------------


def noted(owner: User, paper: Paper) -> str:
    return LibraryEntry.objects.get(owner=owner, paper=paper).note


def test_both_notes_are_in_the_library_and_then_each_on_its_paper(
    alice: User, kept: Paper, merged: Paper
) -> None:
    write_note(owner=alice, paper=kept, note="On the preprint.", now=NOW)
    write_note(owner=alice, paper=merged, note="On the journal's.", now=NOW)
    record = merge(kept, merged)
    assert noted(alice, kept) == "On the preprint.\n\nOn the journal's."
    part(record)
    assert noted(alice, kept) == "On the preprint."
    assert noted(alice, merged) == "On the journal's."


def test_a_note_that_was_changed_meanwhile_stays_and_nothing_deleted_returns(
    alice: User, kept: Paper, merged: Paper
) -> None:
    write_note(owner=alice, paper=kept, note="Mine.", now=NOW)
    write_note(owner=alice, paper=merged, note="Secret.", now=NOW)
    set_status(owner=alice, paper=merged, status="read", now=NOW)
    record = merge(kept, merged)
    write_note(owner=alice, paper=kept, note="Something else.", now=NOW)
    part(record)
    assert noted(alice, kept) == "Something else."
    assert noted(alice, merged) == ""


def test_what_left_the_library_meanwhile_does_not_return(
    alice: User, kept: Paper, merged: Paper
) -> None:
    set_status(owner=alice, paper=kept, status="read", now=NOW)
    set_status(owner=alice, paper=merged, status="to_read", now=NOW)
    record = merge(kept, merged)
    set_status(owner=alice, paper=kept, status="", now=NOW)
    part(record)
    assert not LibraryEntry.objects.exists()


def test_a_list_with_both_has_one_entry_with_both_notes(
    alice: User, kept: Paper, merged: Paper
) -> None:
    reading_list = make_list(alice, papers=[kept, merged])
    for paper, note in ((kept, "First."), (merged, "Second.")):
        reading_list.entries.filter(paper=paper).update(note=note)
    record = merge(kept, merged)
    page = entries_page(alice, reading_list, "", 10)
    assert [(entry.paper_id, entry.note) for entry in page.entries] == [
        (kept.pk, "First.\n\nSecond.")
    ]
    part(record)
    assert list(reading_list.entries.values_list("paper", "note")) == [
        (kept.pk, "First."),
        (merged.pk, "Second."),
    ]


def test_what_was_taken_out_of_a_list_meanwhile_stays_out(
    alice: User, kept: Paper, merged: Paper
) -> None:
    reading_list = make_list(alice, papers=[kept, merged])
    record = merge(kept, merged)
    entry = reading_list.entries.get(paper=kept)
    remove_entry(reading_list=reading_list, entry_id=entry.pk, now=NOW)
    part(record)
    assert not reading_list.entries.exists()
    assert not LibraryEntry.objects.exists()


def test_what_was_saved_meanwhile_stays_with_the_kept_paper_and_in_the_library(
    alice: User, kept: Paper, merged: Paper
) -> None:
    make_list(alice, papers=[merged])
    record = merge(kept, merged)
    later = make_list(alice, papers=[kept])
    part(record)
    assert later.entries.get().paper_id == kept.pk
    assert set(LibraryEntry.objects.values_list("paper", flat=True)) == {kept.pk, merged.pk}


def test_what_stands_in_a_list_cannot_be_put_back_into_it(
    alice: User, kept: Paper, merged: Paper
) -> None:
    reading_list = make_list(alice, papers=[kept, merged])
    entry = reading_list.entries.get(paper=kept)
    remove_entry(reading_list=reading_list, entry_id=entry.pk, now=NOW)
    record = merge(kept, merged)
    assert not removed_entries(alice, reading_list)
    part(record)
    assert [removed.paper_id for removed in removed_entries(alice, reading_list)] == [kept.pk]


# --- The paper itself -------------------------------------------------------------------------


def test_the_merged_papers_address_and_ids_lead_to_the_kept_one(kept: Paper, merged: Paper) -> None:
    PaperIdentifier.objects.create(paper=merged, kind="doi", value="10.1000/other")
    merge(kept, merged)
    assert merged.state == "merged"
    for text in ("doi:10.1000/m", "10.1000/other"):
        assert paper_by_identifier(AnonymousUser(), text) == kept


def test_the_kept_paper_is_listed_since_the_earlier_instant() -> None:
    kept = make_paper(listed=False)
    merged = make_paper(listed_at=at("2026-03-01 12:00"))
    record = merge(kept, merged)
    assert (kept.state, kept.listed_at) == ("listed", at("2026-03-01 12:00"))
    part(record)
    kept.refresh_from_db()
    assert (kept.state, kept.listed_at) == ("catalogue", None)


def test_a_listing_by_a_source_goes_before_one_by_a_person() -> None:
    person = at("2026-03-01 12:00")
    kept = make_paper(listed_at=person, listed_by_person_at=person)
    merged = make_paper(listed_at=at("2026-03-05 00:00"))
    merge(kept, merged)
    assert kept.listed_at == at("2026-03-05 00:00")
    assert kept.listed_by_person_at == person


def test_what_a_moderator_hid_stays_hidden(kept: Paper) -> None:
    hidden = make_paper(hidden_at=NOW)
    merge(kept, hidden)
    assert kept.state == "hidden"


def test_what_composing_made_of_the_fields_is_undone_unless_changed_since(
    kept: Paper, merged: Paper
) -> None:
    record = merge(kept, merged)
    Paper.objects.filter(pk=kept.pk).update(abstract="Composed.", comments="Composed.")
    note_composition(record)
    assert set(record.moved["paper"]["before"]) == {"abstract", "comments"}
    Paper.objects.filter(pk=kept.pk).update(comments="By a moderator.")
    part(record)
    kept.refresh_from_db()
    assert kept.abstract == ""
    assert kept.comments == "By a moderator."


def test_a_record_that_came_meanwhile_goes_to_the_paper_that_it_names(
    kept: Paper, merged: Paper
) -> None:
    record = merge(kept, merged)
    for number, pair in enumerate((("doi", "10.1000/m"), ("arxiv", kept.key))):
        SourceRecord.objects.create(
            paper=kept,
            source="crossref",
            source_id=str(number),
            digest="0" * 64,
            record_date=NOW.date(),
            fields={"identifiers": [pair]},
        )
    part(record)
    papers = dict(SourceRecord.objects.values_list("source_id", "paper"))
    assert papers == {"0": merged.pk, "1": kept.pk}


def test_what_was_closed_keeps_its_ranks(kept: Paper, merged: Paper) -> None:
    standing = Standing.objects.create(period="day", starts_on=NOW.date(), votes_until=NOW)
    alone = Standing.objects.create(
        period="day", starts_on=NOW.date() - timedelta(days=1), votes_until=NOW
    )
    for closed, paper, rank in ((standing, kept, 2), (standing, merged, 1), (alone, merged, 3)):
        StandingPlace.objects.create(standing=closed, paper=paper, rank=rank, weight=1, upvotes=1)
    merge(kept, merged)
    places = StandingPlace.objects.filter(paper=kept).values_list("standing", "rank")
    assert set(places) == {(standing.pk, 2), (alone.pk, 3)}
    assert StandingPlace.objects.count() == 3


def test_an_open_candidate_is_decided_by_the_merge_and_open_again_after(
    kept: Paper, merged: Paper
) -> None:
    MergeCandidate.objects.create(first=kept, second=merged, found_at=NOW)
    record = merge(kept, merged)
    assert MergeCandidate.objects.get().decision == "merged"
    part(record)
    candidate = MergeCandidate.objects.get()
    assert (candidate.decision, candidate.decided_at) == ("", None)


# --- Refused ----------------------------------------------------------------------------------


def test_a_paper_is_not_merged_into_itself(kept: Paper) -> None:
    with pytest.raises(CannotMerge, match="into itself"):
        merge(kept, kept)


def test_a_merged_paper_is_merged_no_second_time(kept: Paper, merged: Paper) -> None:
    merge(kept, merged)
    with pytest.raises(CannotMerge, match="part of another"):
        merge(make_paper(), merged)
    with pytest.raises(CannotMerge, match="part of another"):
        merge(merged, make_paper())


def test_a_merge_is_undone_once(kept: Paper, merged: Paper) -> None:
    record = merge(kept, merged)
    part(record)
    with pytest.raises(CannotMerge, match="already"):
        part(record)


def test_a_merge_inside_a_chain_waits_for_the_end_of_the_chain(kept: Paper, merged: Paper) -> None:
    record = merge(kept, merged)
    merge(make_paper(key="0704.0001"), kept)
    with pytest.raises(CannotMerge, match=r"has become part of 0704\.0001"):
        part(record)


def test_of_two_merges_into_one_paper_the_later_is_undone_first(kept: Paper, merged: Paper) -> None:
    first = merge(kept, merged)
    second = merge(kept, make_paper(key="2601.00001"))
    with pytest.raises(CannotMerge, match=r"2601\.00001 was merged .* after this"):
        part(first)
    part(second)
    part(first)
    assert not Paper.objects.filter(state="merged").exists()


def test_papers_that_were_parted_can_be_merged_again(kept: Paper, merged: Paper) -> None:
    part(merge(kept, merged))
    merge(kept, merged)
    assert merged.state == "merged"
