"""Upvoting. Both ways touch PostgreSQL only; the ranking learns of it through the outbox."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest, Least, Now
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from papers import limits
from papers.models import Paper, PaperState, Upvote
from papers.ranking import outbox, weights
from papers.ranking.listing import list_by_votes
from papers.ranking.locking import again_on_deadlock
from papers.rings.networks import digest_of
from papers.services.errors import LimitReached, Refused

HOUR = 60 * 60

WHY_NOT: dict[str, str | Promise] = {
    PaperState.PENDING: gettext_lazy("This paper waits for a moderator; upvote it after that."),
    PaperState.WITHDRAWN: gettext_lazy("This paper was withdrawn and can no longer be upvoted."),
    PaperState.HIDDEN: gettext_lazy("This paper is hidden and cannot be upvoted."),
    PaperState.MERGED: gettext_lazy("This paper was merged into another. Upvote that one."),
}

# One statement casts a vote for the first time or again, and tells the ranking. Cast again it is the
# same vote: at its first time, with its weight, which changes of the account have kept right
# meanwhile. A vote that stands is left alone, and then no row comes back. Cast again it has the origin
# of its first time, or none once that is forgotten: the search for rings goes by the first time.
CAST = """
with vote as (
    insert into papers_upvote as vote
        (user_id, paper_id, first_cast_at, weight, earned_weight, weight_reason)
    values (%(user)s, %(paper)s, %(at)s, %(weight)s, %(earned)s, %(reason)s)
    on conflict (user_id, paper_id) do update set removed_at = null
        where vote.removed_at is not null
    returning vote.*
),
queued as (
    insert into papers_voteoutbox (paper_id, delta, queued_at)
    select paper_id, 1, statement_timestamp() from vote where weight > 0
),
origin as (
    insert into papers_voteorigin (upvote_id, day, network)
    select id, %(day)s, %(network)s from vote
    where %(network)s <> '' and first_cast_at = %(at)s
    on conflict (upvote_id) do nothing
)
select * from vote
"""


def cast_upvote(*, user: User, paper: Paper, now: datetime, address: str = "") -> Upvote:
    """Have `user` upvote `paper`; repeating it changes nothing and is no error.

    `address` is the internet address that it comes from, of which a digest is kept for a week; ""
    where it is unknown.

    Returns the vote as stored: `weight_reason` says whether it counts. The first eligible vote
    lists a recent paper of the catalogue. Raises Refused when the paper takes no votes in its
    present state, and LimitReached when this member has upvoted too often.
    """
    # Before the transaction: the cache may take a moment to fail, and nobody should wait on our
    # locks meanwhile. Removing is not counted, as one can only remove what one has cast.
    _spend_one(user, now)
    return _cast(user, paper, now, address)


@again_on_deadlock
@transaction.atomic
def _cast(user: User, paper: Paper, now: datetime, address: str) -> Upvote:
    member = weights.lock_member(user.pk)
    if member is None:
        raise Refused(_("This account no longer exists."))
    known = weights.circumstances(member.pk, paper.pk, now)
    if known is None:
        raise Refused(_("This paper is no longer here."))
    if known.state in WHY_NOT:
        raise Refused(WHY_NOT[known.state])
    weight, earned, reason = weights.weight_in(member, known)
    day, network = digest_of(address, now, known.network_key)
    values = {
        "user": member.pk,
        "paper": paper.pk,
        "at": known.at,
        "weight": weight,
        "earned": earned,
        "reason": reason.value,
        "day": day,
        "network": network,
    }
    cast = list(Upvote.objects.raw(CAST, values))
    if not cast:
        return Upvote.objects.get(user=member, paper=paper)
    vote = cast[0]
    if vote.weight > 0 and known.state == PaperState.CATALOGUE:
        list_by_votes([paper.pk], now)
    return vote


def has_ever_upvoted(*, user: User) -> bool:
    """Whether `user` has cast any upvote, those taken back included."""
    return Upvote.objects.filter(user=user).exists()


@transaction.atomic
def remove_upvote(*, user: User, paper: Paper, now: datetime) -> None:
    """Take back the upvote of `user`, whatever the state of the paper.

    Without one that stands, this changes nothing and is no error.
    """
    weights.lock_member(user.pk)
    vote = Upvote.objects.active().filter(user=user.pk, paper=paper.pk).first()
    if vote is None:
        return
    # Never before it was cast, should the clock of another server have been ahead then.
    removed_at = Greatest(F("first_cast_at"), Least(Value(now), Now()))
    Upvote.objects.filter(pk=vote.pk).update(removed_at=removed_at)
    if vote.weight > 0:
        outbox.queue([vote.paper_id], -1)


def _spend_one(user: User, now: datetime) -> None:
    limit = settings.UPVOTES_PER_HOUR
    wait = limits.seconds_to_wait(f"upvote:{user.pk}", limit=limit, per=HOUR, now=now)
    if wait:
        minutes = -(-wait // 60)
        message = ngettext(
            "That is more than %(limit)d upvotes within an hour. Go on in %(minutes)d minute.",
            "That is more than %(limit)d upvotes within an hour. Go on in %(minutes)d minutes.",
            minutes,
        )
        raise LimitReached(message % {"limit": limit, "minutes": minutes}, retry_after=wait)
