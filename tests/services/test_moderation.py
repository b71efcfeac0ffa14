"""Hiding and restoring papers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts.models import User
from papers.models import ModerationLogEntry, Paper, PaperHeat, VoteOutbox
from papers.ranking.refresh import refresh_all, refresh_pending
from papers.services.errors import Refused
from papers.services.moderation import hide_paper, restore_paper
from tests.at_once import at_once
from tests.factories import make_moderator, make_paper

Act = Callable[..., ModerationLogEntry]


@pytest.fixture
def carol(db: None) -> User:
    return make_moderator("carol")


@pytest.mark.parametrize(
    "fields",
    [
        pytest.param({}, id="listed"),
        pytest.param({"listed": False}, id="catalogue"),
        pytest.param({"listed": False, "pending_since": timezone.now()}, id="pending"),
        pytest.param({"withdrawn_at": timezone.now()}, id="withdrawn"),
    ],
)
def test_a_restored_paper_is_what_it_was_before_it_was_hidden(
    carol: User, fields: dict[str, object]
) -> None:
    paper = make_paper(**fields)  # type: ignore[arg-type]
    before = paper.state
    hide_paper(paper=paper, moderator=carol, reason="Spam.")
    assert paper.state == "hidden"
    assert Paper.objects.get(pk=paper.pk).state == "hidden"
    restore_paper(paper=paper, moderator=carol, reason="A mistake.")
    assert paper.state == before
    assert Paper.objects.get(pk=paper.pk).state == before


def test_each_act_is_a_row_of_the_log(carol: User) -> None:
    paper = make_paper()
    hide_paper(paper=paper, moderator=carol, reason="  Spam.\n")
    restore_paper(paper=paper, moderator=carol, reason="A mistake.")
    entries = ModerationLogEntry.objects.order_by("pk")
    assert [(e.action, e.actor, e.paper, e.member, e.reason) for e in entries] == [
        ("hide", carol, paper, None, "Spam."),
        ("restore", carol, paper, None, "A mistake."),
    ]


@pytest.mark.parametrize("act", [hide_paper, restore_paper])
def test_a_reason_is_published_without_what_could_disguise_it(carol: User, act: Act) -> None:
    paper = make_paper(hidden_at=timezone.now() if act is restore_paper else None)
    entry = act(paper=paper, moderator=carol, reason="Not\u202e spam.\r\n\x07Look \u2066here.")
    assert entry.reason == "Not spam.\nLook here."


def test_the_ranking_forgets_a_hidden_paper_and_knows_it_again_once_restored(carol: User) -> None:
    paper = make_paper()
    refresh_all(timezone.now())
    assert PaperHeat.objects.get(paper=paper).visible

    hide_paper(paper=paper, moderator=carol, reason="Spam.")
    assert VoteOutbox.objects.filter(paper=paper, delta=0).exists()
    refresh_pending(timezone.now())
    assert not PaperHeat.objects.get(paper=paper).visible

    restore_paper(paper=paper, moderator=carol, reason="A mistake.")
    refresh_pending(timezone.now())
    assert PaperHeat.objects.get(paper=paper).visible


@pytest.mark.parametrize("reason", ["", "  \n\t", "\u202e", "\u200b \u2060", "\x00"])
@pytest.mark.parametrize("act", [hide_paper, restore_paper])
def test_nothing_happens_without_a_reason(carol: User, act: Act, reason: str) -> None:
    paper = make_paper(hidden_at=timezone.now() if act is restore_paper else None)
    before = paper.state
    with pytest.raises(ValidationError, match="Give a reason"):
        act(paper=paper, moderator=carol, reason=reason)
    paper.refresh_from_db()
    assert paper.state == before
    assert not ModerationLogEntry.objects.exists()
    assert not VoteOutbox.objects.exists()


def test_a_hidden_paper_is_not_hidden_again(carol: User) -> None:
    hidden_at = timezone.now() - timedelta(days=1)
    paper = make_paper(hidden_at=hidden_at)
    with pytest.raises(Refused, match="hidden already"):
        hide_paper(paper=paper, moderator=carol, reason="Spam.")
    paper.refresh_from_db()
    assert paper.hidden_at == hidden_at
    assert not ModerationLogEntry.objects.exists()


def test_a_paper_that_is_not_hidden_is_not_restored(carol: User) -> None:
    paper = make_paper()
    with pytest.raises(Refused, match="not hidden"):
        restore_paper(paper=paper, moderator=carol, reason="A mistake.")
    assert not ModerationLogEntry.objects.exists()


def test_a_merged_paper_is_not_hidden_in_place_of_the_one_that_it_became(carol: User) -> None:
    paper = make_paper(merged_into=make_paper())
    with pytest.raises(Refused, match="merged"):
        hide_paper(paper=paper, moderator=carol, reason="Spam.")
    assert not ModerationLogEntry.objects.exists()


def test_what_counts_is_the_stored_state_not_the_one_in_hand(carol: User) -> None:
    paper = make_paper()
    stale = Paper.objects.get(pk=paper.pk)
    hide_paper(paper=paper, moderator=carol, reason="Spam.")
    with pytest.raises(Refused, match="hidden already"):
        hide_paper(paper=stale, moderator=carol, reason="Spam.")


@pytest.mark.django_db(transaction=True)
def test_of_two_moderators_at_once_one_hides_the_paper() -> None:
    paper = make_paper()
    moderators = [make_moderator("carol"), make_moderator("dave")]

    def hide(moderator: User) -> str:
        try:
            hide_paper(paper=Paper.objects.get(pk=paper.pk), moderator=moderator, reason="Spam.")
        except Refused as refusal:
            return refusal.message
        return "done"

    outcomes = at_once(*(lambda m=m: hide(m) for m in moderators))
    assert sorted(outcomes) == ["This paper is hidden already.", "done"]
    assert ModerationLogEntry.objects.count() == 1
