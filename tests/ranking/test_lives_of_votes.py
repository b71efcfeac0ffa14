"""What holds for upvotes whatever members and moderators do: the services, on made-up histories."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from papers.models import Paper, Upvote, VoteOutbox, WeightReason
from papers.ranking.reconcile import reconcile
from papers.ranking.refresh import refresh_all, refresh_pending
from papers.services import claims, members
from papers.services.votes import cast_upvote, remove_upvote
from tests.factories import make_moderator, make_paper, make_user
from tests.ranking.world import (
    assert_same_rows,
    expected_rows,
    rows,
    shown_counts,
    true_counts,
)

pytestmark = pytest.mark.django_db

# Days from joining to the beginning of a history, which may last as long again.
AGES = (0.0, 0.5, 3.0, 6.9, 40.0)
PAPERS = 3
TOMORROW = timezone.now() + timedelta(days=1)

histories = settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)


@contextmanager
def undone() -> Iterator[None]:
    """Take back what the block does to the database, so that examples can follow each other."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


@dataclass
class Known:
    """What should be known of one vote."""

    first_cast_at: datetime
    stands: bool = True


@dataclass
class Lives:
    """Members, papers, and what they should have come to; each step takes some time."""

    now: datetime = field(default_factory=lambda: timezone.now() - timedelta(days=8))
    votes: dict[tuple[int, int], Known] = field(default_factory=dict)
    suspended: set[int] = field(default_factory=set)
    quarantined: set[int] = field(default_factory=set)
    unverified: set[int] = field(default_factory=set)
    claimed: set[tuple[int, int]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.began = self.now
        self.moderator = make_moderator()
        self.members = [make_user(date_joined=self.now - timedelta(days=age)) for age in AGES]
        # One is the first member's own, one is in the catalogue until somebody votes for it.
        self.papers = [
            make_paper(listed_at=self.now, submitted_by=self.members[0]),
            make_paper(listed_at=self.now),
            make_paper(listed=False, published_at=self.now),
        ]
        refresh_all(timezone.now())

    def cast(self, member: int, paper: int) -> None:
        cast_upvote(user=self.members[member], paper=self.papers[paper], now=self.now)
        self.votes.setdefault((member, paper), Known(self.now)).stands = True

    def take_back(self, member: int, paper: int) -> None:
        remove_upvote(user=self.members[member], paper=self.papers[paper], now=self.now)
        if (member, paper) in self.votes:
            self.votes[member, paper].stands = False

    def suspend(self, member: int, paper: int) -> None:
        """Suspend, or end the suspension; so with the acts below."""
        user, by = self.members[member], self.moderator
        if member in self.suspended:
            members.end_suspension(member=user, moderator=by, reason="Long enough.")
        else:
            members.suspend_member(member=user, until=TOMORROW, moderator=by, reason="Too loud.")
        self.suspended ^= {member}

    def quarantine(self, member: int, paper: int) -> None:
        is_apart = member in self.quarantined
        act = members.release_member if is_apart else members.quarantine_member
        act(member=self.members[member], moderator=self.moderator, reason="A ring of votes?")
        self.quarantined ^= {member}

    def unverify(self, member: int, paper: int) -> None:
        self.unverified ^= {member}
        address = EmailAddress.objects.get(user=self.members[member])
        address.verified = member not in self.unverified
        address.save()

    def claim(self, member: int, paper: int) -> None:
        is_claimed = (member, paper) in self.claimed
        act = claims.withdraw_claim if is_claimed else claims.record_claim
        act(user=self.members[member], paper=self.papers[paper], now=self.now)
        self.claimed ^= {(member, paper)}

    def tick(self, member: int, paper: int) -> None:
        refresh_pending(timezone.now())

    def do(self, step: "Step") -> None:
        act, member, paper, hours = step
        self.now = min(self.now + timedelta(hours=hours), timezone.now())
        getattr(self, act)(member, paper)

    def counts(self, member: int, paper: int) -> bool:
        is_own = (member, paper) in self.claimed or (member, paper) == (0, 0)
        return not is_own and member not in self.suspended | self.quarantined | self.unverified

    def earned(self, member: int, cast_at: datetime) -> float:
        """A quarter when the account is new, 1 after a week, and a straight line in between."""
        days = (cast_at - self.began) / timedelta(days=1) + AGES[member]
        return min(0.25 + 0.75 * days / 7, 1.0)


Step = tuple[str, int, int, float]
ACCOUNT_ACTS = ("suspend", "quarantine", "unverify", "claim")
some_member, some_paper = st.integers(0, len(AGES) - 1), st.integers(0, PAPERS - 1)
hours = st.floats(0, 24)
voting = st.tuples(st.sampled_from(["cast", "cast", "take_back"]), some_member, some_paper, hours)
judging = st.tuples(st.sampled_from(ACCOUNT_ACTS), some_member, some_paper, hours)
ticking = st.tuples(st.just("tick"), some_member, some_paper, hours)
steps = st.lists(st.one_of(voting, voting, voting, judging, ticking), max_size=15)


def stored_votes() -> list[dict[str, Any]]:
    return [dict(vote) for vote in Upvote.objects.order_by("user", "paper").values()]


@histories
@given(steps)
def test_whatever_happens_every_vote_weighs_what_it_should(history: list[Step]) -> None:
    with undone():
        lives = Lives()
        for step in history:
            lives.do(step)
            assert shown_counts() == true_counts()
        refresh_pending(timezone.now())
        assert_votes_are_as_known(lives)
        assert not VoteOutbox.objects.exists()
        assert_same_rows(rows(), expected_rows(timezone.now()))
        assert reconcile(timezone.now(), accounts=True).examples == []


def assert_votes_are_as_known(lives: Lives) -> None:
    member_of = {user.pk: number for number, user in enumerate(lives.members)}
    paper_of = {paper.pk: number for number, paper in enumerate(lives.papers)}
    stored = {(member_of[v.user_id], paper_of[v.paper_id]): v for v in Upvote.objects.all()}
    assert stored.keys() == lives.votes.keys()
    for (member, paper), vote in stored.items():
        known = lives.votes[member, paper]
        assert vote.first_cast_at == known.first_cast_at
        assert (vote.removed_at is None) is known.stands
        assert vote.earned_weight == pytest.approx(lives.earned(member, known.first_cast_at))
        counts = lives.counts(member, paper)
        assert vote.weight == (vote.earned_weight if counts else 0)
        assert (vote.weight_reason == WeightReason.COUNTED) is counts
        if counts and known.stands:
            assert Paper.objects.get(pk=vote.paper_id).state == "listed"


@histories
@given(steps, st.lists(judging, max_size=6), st.randoms(use_true_random=False))
def test_what_is_done_to_accounts_and_undone_in_any_order_leaves_no_trace(
    history: list[Step], acts: list[Step], random: Any
) -> None:
    with undone():
        lives = Lives()
        # What the last act would list or hide is no matter of weights: everything is listed first.
        for paper in range(PAPERS):
            lives.cast(4, paper)
        for step in history:
            lives.do(step)
        refresh_pending(timezone.now())
        votes, before = stored_votes(), rows()
        for act in acts:
            lives.do(act)
        refresh_pending(timezone.now())
        for act in random.sample(acts, len(acts)):
            lives.do(act)
            if random.random() < 0.3:
                refresh_pending(timezone.now())
        refresh_pending(timezone.now())
        assert stored_votes() == votes
        assert_same_rows(rows(), before)


@histories
@given(steps, some_member, some_paper, hours)
def test_a_vote_taken_back_and_cast_again_later_is_what_it_was(
    history: list[Step], member: int, paper: int, later: float
) -> None:
    with undone():
        lives = Lives()
        for step in history:
            lives.do(step)
        lives.cast(member, paper)
        refresh_pending(timezone.now())
        votes, before = stored_votes(), rows()
        lives.do(("take_back", member, paper, later))
        lives.do(("tick", member, paper, 0))
        lives.do(("cast", member, paper, later))
        refresh_pending(timezone.now())
        assert stored_votes() == votes
        assert_same_rows(rows(), before)


@histories
@given(steps, st.sampled_from(["suspend", "quarantine", "unverify"]), st.lists(some_paper))
def test_a_member_whose_votes_do_not_count_changes_no_row(
    history: list[Step], act: str, cast: list[int]
) -> None:
    with undone():
        lives = Lives()
        for step in history:
            lives.do(step)
        newcomer = make_user("newcomer")
        lives.members.append(newcomer)
        lives.do((act, len(AGES), 0, 0))
        refresh_pending(timezone.now())
        before = rows()
        for paper in cast:
            cast_upvote(user=newcomer, paper=lives.papers[paper], now=lives.now)
        assert refresh_pending(timezone.now()).changed == 0
        assert rows() == before
        assert User.objects.get(pk=newcomer.pk).upvotes.count() == len(set(cast))
