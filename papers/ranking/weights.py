"""What an upvote weighs, and what becomes of a member's upvotes when their account changes.

A member's upvotes are written only while that member's row is locked. So casting a vote and
whatever changes its weight (an address verified, a suspension) wait for each other, and the
weight that is stored is always the one the account deserves.
"""

from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from papers.models import ModerationAction, ModerationLogEntry, Paper, Upvote, WeightReason
from papers.querysets import UpvoteQuerySet
from papers.ranking import outbox
from papers.ranking.listing import list_by_votes


def lock_member(user_id: int) -> User | None:
    """Return the member as stored now, locked until the transaction ends; None when erased.

    Not the strongest lock: rows that refer to the member can still be added meanwhile.
    """
    return User.objects.select_for_update(no_key=True).filter(pk=user_id).first()


def account_reason(user: User, now: datetime) -> WeightReason:
    """Why the upvotes of this account count or not, whatever the paper.

    `user` must be fresh: locked, or just read. Where more than one thing holds a vote back, it is
    the weightiest that is named.
    """
    if user.quarantined_at is not None:
        return WeightReason.QUARANTINED
    if user.is_suspended(now) or not user.is_active:
        return WeightReason.SUSPENDED
    # A query of its own, never joined to the one that locks the member: a statement that has
    # waited for a lock sees that row anew, but every other table as it was before the wait.
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        return WeightReason.UNVERIFIED
    return WeightReason.COUNTED


def weight_for(user: User, paper: Paper, now: datetime) -> tuple[float, WeightReason]:
    """Return what an upvote of `paper` by `user` weighs, 0 or 1, and why."""
    reason = (
        WeightReason.SUBMITTER if paper.submitted_by_id == user.pk else account_reason(user, now)
    )
    return _weight(reason), reason


@transaction.atomic
def revalue_votes(user_id: int, now: datetime) -> int:
    """Give all upvotes of a member the weight that they deserve now; return how many changed.

    Upvotes taken back are kept right too, as they may be cast again. The counts of the papers
    follow through the outbox, and a paper whose first eligible upvote this makes gets listed.
    """
    member = lock_member(user_id)
    if member is None:
        return 0
    votes = Upvote.objects.filter(user=member)
    own = votes.filter(paper__submitted_by=member)
    others = votes.exclude(paper__submitted_by=member)
    return _reweigh(own, WeightReason.SUBMITTER, now) + _reweigh(
        others, account_reason(member, now), now
    )


@transaction.atomic
def forget_votes(user_id: int) -> None:
    """Delete all upvotes of a member, and take them out of the counts."""
    lock_member(user_id)
    votes = Upvote.objects.filter(user=user_id)
    outbox.queue(votes.counted().values_list("paper", flat=True), -1)
    votes.delete()


def end_expired_suspensions(now: datetime) -> int:
    """End every suspension that has run out, with a line in the log; return how many."""
    expired = User.objects.filter(suspended_until__lte=now)
    return sum(
        _end_if_expired(pk, now) for pk in expired.order_by("pk").values_list("pk", flat=True)
    )


@transaction.atomic
def _end_if_expired(user_id: int, now: datetime) -> bool:
    member = lock_member(user_id)
    # Since it was listed, a moderator may have ended the suspension or made it longer.
    if member is None or member.suspended_until is None or member.is_suspended(now):
        return False
    User.objects.filter(pk=user_id).update(suspended_until=None)
    ModerationLogEntry.objects.create(
        action=ModerationAction.UNSUSPEND, member=member, reason=_("The suspension has run out.")
    )
    revalue_votes(user_id, now)
    return True


def _weight(reason: WeightReason) -> float:
    return 1.0 if reason is WeightReason.COUNTED else 0.0


def _reweigh(votes: UpvoteQuerySet, reason: WeightReason, now: datetime) -> int:
    """Store `reason` and its weight on those of `votes` that have another; return how many.

    The caller holds the member's lock, so what is read here is what gets written.
    """
    changed = list(votes.exclude(weight_reason=reason))
    weight = _weight(reason)
    Upvote.objects.filter(pk__in=[vote.pk for vote in changed]).update(
        weight=weight, weight_reason=reason
    )
    active = [vote for vote in changed if vote.removed_at is None]
    gained = [vote.paper_id for vote in active if vote.weight == 0 < weight]
    lost = [vote.paper_id for vote in active if vote.weight > 0 == weight]
    outbox.queue(gained, +1)
    outbox.queue(lost, -1)
    list_by_votes(gained, now)
    return len(changed)
