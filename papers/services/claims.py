"""Who wrote a paper, once somebody said so and was believed: their own upvote of it does not count.

Whether to believe a claim is decided before these are called.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from papers.models import Paper, PaperClaim, PaperState
from papers.ranking import weights
from papers.ranking.locking import again_on_deadlock
from papers.services.errors import Refused


@again_on_deadlock
@transaction.atomic
def record_claim(*, user: User, paper: Paper, now: datetime) -> PaperClaim:
    """Store that `user` is an author of `paper`; their upvote of it stops counting.

    Repeating it changes nothing and is no error. Raises Refused when the paper was merged into
    another or is gone, or the account was erased.
    """
    member = weights.lock_member(user.pk)
    if member is None:
        raise Refused(_("This account no longer exists."))
    _lock_paper(paper)
    claim, _created = PaperClaim.objects.get_or_create(
        user=member, paper=paper, defaults={"claimed_at": now}
    )
    weights.revalue_votes(member.pk, now)
    return claim


@again_on_deadlock
@transaction.atomic
def withdraw_claim(*, user: User, paper: Paper, now: datetime) -> None:
    """Forget that `user` is an author of `paper`; their upvote of it counts as their others do.

    Without a claim this changes nothing and is no error. Raises as `record_claim` does where the
    paper was merged: its claims are the other's then.
    """
    if weights.lock_member(user.pk) is None:
        return
    _lock_paper(paper)
    PaperClaim.objects.filter(user=user.pk, paper=paper.pk).delete()
    weights.revalue_votes(user.pk, now)


def _lock_paper(paper: Paper) -> None:
    """Lock the paper, after the member, as a vote does: no merge moves its claims meanwhile."""
    locked = Paper.objects.only("state").select_for_update(no_key=True).filter(pk=paper.pk).first()
    if locked is None:
        raise Refused(_("This paper is no longer here."))
    if locked.state == PaperState.MERGED:
        raise Refused(_("This paper was merged into another. Claim that one."))
