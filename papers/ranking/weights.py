"""What an upvote weighs, and what becomes of a member's upvotes when their account changes.

A member's upvotes are written only while that member's row is locked. So casting a vote and
whatever changes its weight (an address verified, a suspension) wait for each other, and the
weight that is stored is always the one the account deserves.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.db import DatabaseError, connection, transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from accounts.models import User
from papers.models import (
    ModerationAction,
    ModerationLogEntry,
    Paper,
    PaperClaim,
    RankingSettings,
    Upvote,
    WeightReason,
)
from papers.querysets import UpvoteQuerySet
from papers.ranking import outbox
from papers.ranking.listing import list_by_votes
from papers.ranking.locking import again_on_deadlock

logger = logging.getLogger(__name__)

# What `weight_for` has to know beside the member, in one statement because every vote waits for it.
# Never joined to the one that locks the member: a statement that has waited for a lock sees that
# row anew, but every other table as it was before the wait. The numbers are those of
# `current_settings`, and null where nobody has ever set any.
CIRCUMSTANCES = """
select least(%(now)s, statement_timestamp()), paper.state, paper.submitted_by_id,
    exists (
        select from papers_paperclaim
        where user_id = %(user)s and paper_id = paper.id
    ),
    exists (
        select from account_emailaddress where user_id = %(user)s and verified
    ),
    numbers.newcomer_weight, numbers.newcomer_days,
    (select secret from papers_networksecret where day = %(day)s)
from papers_paper as paper
left join lateral (
    select newcomer_weight, newcomer_days from papers_rankingsettings
    where applied_at is not null order by applied_at desc, id desc limit 1
) as numbers on true
where paper.id = %(paper)s
"""


# What is asked of a member who is locked; the rest of the row is read when somebody asks for it.
LOCK_MEMBER = """
select id, username, date_joined, is_active, is_staff, is_superuser, suspended_until,
    quarantined_at
from accounts_user where id = %s for no key update
"""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What is known of a member and a paper when an upvote is cast."""

    at: datetime
    """When that is: now, or the database's time where that is earlier. A clock that is ahead makes
    no account older and ends no suspension."""
    state: str
    """The paper's, a PaperState."""
    submitted_by: int | None
    has_claimed: bool
    """The member is an author of the paper."""
    is_verified: bool
    """The member has a verified address."""
    numbers: RankingSettings
    """Those in force; of them only what concerns newcomers."""
    network_key: bytes | None
    """The day's key for digests of networks, which the vote needs too; None before its first."""


def lock_member(user_id: int) -> User | None:
    """Return the member as stored now, locked until the transaction ends; None when erased.

    Not the strongest lock: rows that refer to the member can still be added meanwhile.

    Who also locks papers locks the member first, as a vote that lists its paper does. A merge can
    not: it learns from the papers whose votes move. Those who lock both are `again_on_deadlock`.
    """
    for member in User.objects.raw(LOCK_MEMBER, [user_id]):
        return member
    return None


def circumstances(user_id: int, paper_id: int, now: datetime) -> Circumstances | None:
    """Read what decides on an upvote, in one query; None when the paper is gone.

    To be called once the member is locked: what is read then stays as it is.
    """
    with connection.cursor() as cursor:
        day = now.astimezone(UTC).date()
        values: dict[str, Any] = {"user": user_id, "paper": paper_id, "day": day, "now": now}
        cursor.execute(CIRCUMSTANCES, values)
        row = cursor.fetchone()
    if row is None:
        return None
    at, state, submitted_by, has_claimed, is_verified, weight, days, network_key = row
    numbers = RankingSettings()
    if weight is not None:
        numbers.newcomer_weight, numbers.newcomer_days = weight, days
    key = None if network_key is None else bytes(network_key)
    return Circumstances(at, state, submitted_by, has_claimed, is_verified, numbers, key)


def account_reason(user: User, now: datetime) -> WeightReason:
    """Why the upvotes of this account count or not, whatever the paper.

    `user` must be fresh: locked, or just read. Where more than one thing holds a vote back, it is
    the weightiest that is named.
    """
    # A query of its own, never joined to the one that locks the member: see CIRCUMSTANCES.
    is_verified = EmailAddress.objects.filter(user=user, verified=True).exists()
    return _account_reason(user, is_verified, now)


def _account_reason(user: User, is_verified: bool, now: datetime) -> WeightReason:
    if user.quarantined_at is not None:
        return WeightReason.QUARANTINED
    if user.is_suspended(now) or not user.is_active:
        return WeightReason.SUSPENDED
    return WeightReason.COUNTED if is_verified else WeightReason.UNVERIFIED


def earned_weight(joined_at: datetime, cast_at: datetime, numbers: RankingSettings) -> float:
    """Return what an upvote weighs, above 0 and up to 1, by the account's age when it was cast.

    It rises in a straight line from `newcomer_weight` at the moment of joining to 1 after
    `newcomer_days`. So a crowd of accounts made for one paper moves little.
    """
    age = max((cast_at - joined_at) / timedelta(days=1), 0.0)
    if age >= numbers.newcomer_days:
        return 1.0
    share = age / numbers.newcomer_days
    return numbers.newcomer_weight + (1.0 - numbers.newcomer_weight) * share


def reason_for(user: User, paper: Paper, now: datetime) -> WeightReason:
    """Why an upvote of `paper` by `user` counts or not. `user` must be fresh."""
    if paper.submitted_by_id == user.pk:
        return WeightReason.SUBMITTER
    if PaperClaim.objects.filter(user=user, paper=paper).exists():
        return WeightReason.AUTHOR
    return account_reason(user, now)


def weight_in(user: User, known: Circumstances) -> tuple[float, float, WeightReason]:
    """Return what an upvote by `user`, cast `known.at` for the first time, would weigh.

    That is its weight, 0 where it does not count; what it earns, which it weighs whenever it
    counts; and the reason. `user` must be fresh.
    """
    if known.submitted_by == user.pk:
        reason = WeightReason.SUBMITTER
    elif known.has_claimed:
        reason = WeightReason.AUTHOR
    else:
        reason = _account_reason(user, known.is_verified, known.at)
    earned = earned_weight(user.date_joined, known.at, known.numbers)
    return (earned if reason is WeightReason.COUNTED else 0.0), earned, reason


def weight_for(user: User, paper: Paper, now: datetime) -> tuple[float, float, WeightReason]:
    """Return what an upvote of `paper` by `user`, cast now for the first time, would weigh.

    As `weight_in`. Raises Paper.DoesNotExist when the paper is gone.
    """
    known = circumstances(user.pk, paper.pk, now)
    if known is None:
        raise Paper.DoesNotExist
    return weight_in(user, known)


@again_on_deadlock
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
    submitted = Q(paper__submitted_by=member)
    claimed = Q(paper__in=PaperClaim.objects.filter(user=member).values("paper"))
    return (
        _reweigh(votes.filter(submitted), WeightReason.SUBMITTER, now)
        + _reweigh(votes.filter(claimed).exclude(submitted), WeightReason.AUTHOR, now)
        + _reweigh(votes.exclude(submitted | claimed), account_reason(member, now), now)
    )


@transaction.atomic
def forget_votes(user_id: int) -> None:
    """Delete all upvotes of a member, and take them out of the counts."""
    lock_member(user_id)
    votes = Upvote.objects.filter(user=user_id)
    outbox.queue(votes.counted().values_list("paper", flat=True), -1)
    votes.delete()


def end_expired_suspensions(now: datetime) -> int:
    """End every suspension that has run out, with a line in the log; return how many.

    Where the database refuses one, that is logged and the others are ended; the next call tries
    it again.
    """
    expired = User.objects.filter(suspended_until__lte=now)
    ended = 0
    for pk in expired.order_by("pk").values_list("pk", flat=True):
        try:
            ended += _end_if_expired(pk, now)
        except DatabaseError:
            logger.exception("The suspension of account %s has run out and could not be ended.", pk)
    return ended


@again_on_deadlock
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


def _reweigh(votes: UpvoteQuerySet, reason: WeightReason, now: datetime) -> int:
    """Store `reason` and its weight on those of `votes` that have another; return how many.

    The caller holds the member's lock, so what is read here is what gets written.
    """
    changed = list(votes.exclude(weight_reason=reason))
    counts = reason is WeightReason.COUNTED
    # What was earned when it was cast, so that whatever is ended restores the ranking exactly.
    Upvote.objects.filter(pk__in=[vote.pk for vote in changed]).update(
        weight=F("earned_weight") if counts else 0.0, weight_reason=reason
    )
    active = [vote for vote in changed if vote.removed_at is None]
    gained = [vote.paper_id for vote in active if counts and vote.weight == 0]
    lost = [vote.paper_id for vote in active if not counts and vote.weight > 0]
    outbox.queue(gained, +1)
    outbox.queue(lost, -1)
    list_by_votes(gained, now)
    return len(changed)
