"""What a moderator decides of two papers: one work, or two; and back."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from papers.identifiers import title_hash
from papers.merging.candidates import find_candidates
from papers.models import Decision, MergeCandidate, ModerationAction, ModerationLogEntry, Paper
from papers.services.errors import Refused
from papers.services.merging import keep_apart, merge_papers, separate_papers
from papers.services.moderation import hide_paper, restore_paper
from tests.factories import make_moderator, make_paper

pytestmark = pytest.mark.django_db

NOW = timezone.now()
TITLE = "On one work"


@pytest.fixture
def carol() -> User:
    return make_moderator()


@pytest.fixture
def preprint() -> Paper:
    return make_paper(TITLE, title_hash=title_hash(TITLE), key="2503.00001")


@pytest.fixture
def published() -> Paper:
    return make_paper(TITLE, title_hash=title_hash(TITLE), key="doi:10.1000/m")


def log() -> list[tuple[str, str, str, str]]:
    entries = ModerationLogEntry.objects.order_by("pk")
    return list(entries.values_list("action", "paper__key", "actor__username", "reason"))


def states() -> dict[str, str]:
    return dict(Paper.objects.values_list("key", "state"))


def test_the_paper_with_the_preferable_key_is_kept_whichever_is_named_first(
    carol: User, preprint: Paper, published: Paper
) -> None:
    record = merge_papers(
        one=published, other=preprint, moderator=carol, reason=" Same text. ", now=NOW
    )
    assert (record.kept, record.merged) == (preprint, published)
    assert published.merged_into == preprint
    assert log() == [("merge", "doi:10.1000/m", "carol", "Same text.")]


def test_separated_papers_are_two_works_from_then_on(
    carol: User, preprint: Paper, published: Paper
) -> None:
    record = merge_papers(one=preprint, other=published, moderator=carol, reason="One.", now=NOW)
    separate_papers(record=record, moderator=carol, reason="Two after all.", now=NOW)
    published.refresh_from_db()
    assert published.merged_into is None
    assert (record.undone_by, record.undone_at) == (carol, NOW)
    candidate = MergeCandidate.objects.get()
    assert (candidate.first, candidate.second) == (preprint, published)
    assert (candidate.decision, candidate.decided_by) == (Decision.APART, carol)
    assert find_candidates(NOW).added == 0
    assert log()[1:] == [("separate", "doi:10.1000/m", "carol", "Two after all.")]


def test_a_candidate_that_is_kept_apart_is_not_found_again(
    carol: User, preprint: Paper, published: Paper
) -> None:
    find_candidates(NOW)
    candidate = MergeCandidate.objects.get()
    keep_apart(candidate=candidate, moderator=carol, reason="A part two.", now=NOW)
    assert candidate.decision == Decision.APART
    assert find_candidates(NOW).added == 0
    assert log() == [(ModerationAction.KEEP_APART, "doi:10.1000/m", "carol", "A part two.")]


def test_what_was_decided_meanwhile_is_not_merged(
    carol: User, preprint: Paper, published: Paper
) -> None:
    find_candidates(NOW)
    candidate = MergeCandidate.objects.get()
    keep_apart(candidate=MergeCandidate.objects.get(), moderator=carol, reason="Two.", now=NOW)

    def merge(candidate: MergeCandidate | None) -> None:
        merge_papers(
            one=preprint,
            other=published,
            moderator=carol,
            reason="One.",
            now=NOW,
            candidate=candidate,
        )

    with pytest.raises(Refused, match="decided this meanwhile"):
        merge(candidate)
    assert set(states().values()) == {"listed"}
    assert MergeCandidate.objects.get().decision == Decision.APART
    # Who does not decide a candidate is not bound by what was decided of it.
    merge(None)
    with pytest.raises(Refused, match="decided this meanwhile"):
        merge(candidate)
    MergeCandidate.objects.all().delete()
    with pytest.raises(Refused, match="decided this meanwhile"):
        merge(candidate)


def test_each_act_needs_a_reason_and_does_nothing_without(
    carol: User, preprint: Paper, published: Paper
) -> None:
    find_candidates(NOW)
    candidate = MergeCandidate.objects.get()
    with pytest.raises(ValidationError):
        merge_papers(one=preprint, other=published, moderator=carol, reason=" ", now=NOW)
    with pytest.raises(ValidationError):
        keep_apart(candidate=candidate, moderator=carol, reason="", now=NOW)
    record = merge_papers(one=preprint, other=published, moderator=carol, reason="One.", now=NOW)
    with pytest.raises(ValidationError):
        separate_papers(record=record, moderator=carol, reason="\u200b", now=NOW)
    assert len(log()) == 1


def test_a_hidden_paper_is_restored_before_it_is_merged(
    carol: User, preprint: Paper, published: Paper
) -> None:
    Paper.objects.filter(pk=published.pk).update(hidden_at=NOW)
    with pytest.raises(Refused, match=r"10\.1000/m is hidden\. Restore it first"):
        merge_papers(one=preprint, other=published, moderator=carol, reason="One.", now=NOW)
    assert log() == []


def test_what_was_hidden_after_a_merge_is_restored_before_it_is_separated(
    carol: User, preprint: Paper, published: Paper
) -> None:
    """Else the merged paper would be seen, which was hidden with the kept one."""
    record = merge_papers(one=preprint, other=published, moderator=carol, reason="One.", now=NOW)
    hide_paper(paper=preprint, moderator=carol, reason="Libel.")
    with pytest.raises(Refused, match=r"2503\.00001 is hidden\. Restore it first"):
        separate_papers(record=record, moderator=carol, reason="Two.", now=NOW)
    assert record.undone_at is None
    assert states() == {"2503.00001": "hidden", "doi:10.1000/m": "merged"}
    restore_paper(paper=preprint, moderator=carol, reason="It is none.")
    separate_papers(record=record, moderator=carol, reason="Two.", now=NOW)
    assert set(states().values()) == {"listed"}
    assert [action for action, *_rest in log()] == ["merge", "hide", "restore", "separate"]


def test_a_merged_paper_can_neither_be_hidden_nor_restored_on_its_own(
    carol: User, preprint: Paper, published: Paper
) -> None:
    merge_papers(one=preprint, other=published, moderator=carol, reason="One.", now=NOW)
    with pytest.raises(Refused, match="Hide that one"):
        hide_paper(paper=published, moderator=carol, reason="Libel.")
    with pytest.raises(Refused, match="not hidden"):
        restore_paper(paper=published, moderator=carol, reason="It is none.")


def test_what_cannot_be_done_is_refused_in_words(
    carol: User, preprint: Paper, published: Paper
) -> None:
    find_candidates(NOW)
    candidate = MergeCandidate.objects.get()
    record = merge_papers(one=preprint, other=published, moderator=carol, reason="One.", now=NOW)
    with pytest.raises(Refused, match="part of another"):
        merge_papers(one=preprint, other=published, moderator=carol, reason="Again.", now=NOW)
    with pytest.raises(Refused, match="decided this meanwhile"):
        keep_apart(candidate=candidate, moderator=carol, reason="Two.", now=NOW)
    separate_papers(record=record, moderator=carol, reason="Two.", now=NOW)
    with pytest.raises(Refused, match="separated already"):
        separate_papers(record=record, moderator=carol, reason="Two.", now=NOW)
    assert [action for action, *_rest in log()] == ["merge", "separate"]
