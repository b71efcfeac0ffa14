"""What a moderator decides of accounts whose upvotes look arranged.

Quarantining sets all of them apart at once; releasing them restores every upvote and count exactly.
Each account has its lines in the public log. That nothing was wrong is not published: the log would
name the accounts as suspects.
"""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from papers.models import RingDecision, SuspectedRing
from papers.services.errors import Refused
from papers.services.members import quarantine_member, release_member
from papers.services.reasons import given_reason


@transaction.atomic
def quarantine_ring(*, ring: SuspectedRing, moderator: User, reason: str, now: datetime) -> int:
    """Quarantine every account of a suspected ring; return how many were not quarantined before.

    `ring` is brought up to date. It may have been found innocent before: moderators err.

    Raises ValidationError when the reason is blank, and Refused when the ring is quarantined
    already, nobody of it is left, or one of them is not the moderator's to judge; then none is.
    """
    reason = given_reason(reason)
    _lock(ring)
    if ring.decision == RingDecision.QUARANTINED:
        raise Refused(_("These accounts were quarantined meanwhile."))
    accounts = _accounts(ring)
    if not accounts:
        raise Refused(_("All of these accounts have been erased."))
    free = [account for account in accounts if account.quarantined_at is None]
    for account in free:
        # One instant for all: by it the release knows whom this set apart, and whom something else.
        quarantine_member(member=account, moderator=moderator, reason=reason, now=now)
    _decide(ring, RingDecision.QUARANTINED, moderator, now)
    return len(free)


@transaction.atomic
def release_ring(*, ring: SuspectedRing, moderator: User, reason: str, now: datetime) -> int:
    """Undo `quarantine_ring`: nothing was wrong; return how many accounts were released.

    Accounts that were quarantined before it, or anew since, stay so. `ring` is brought up to date.
    Raises ValidationError when the reason is blank, and Refused when the ring is not quarantined or
    one of the accounts is not the moderator's to judge.
    """
    reason = given_reason(reason)
    _lock(ring)
    if ring.decision != RingDecision.QUARANTINED:
        raise Refused(_("These accounts are not quarantined."))
    held = [each for each in _accounts(ring) if each.quarantined_at == ring.decided_at]
    for account in held:
        release_member(member=account, moderator=moderator, reason=reason)
    _decide(ring, RingDecision.INNOCENT, moderator, now)
    return len(held)


@transaction.atomic
def clear_ring(*, ring: SuspectedRing, moderator: User, now: datetime) -> None:
    """Decide that nothing was wrong. `ring` is brought up to date.

    Raises Refused when something was decided meanwhile, or the moderator is one of the accounts.
    """
    _lock(ring)
    if ring.decision:
        raise Refused(_("This was decided meanwhile."))
    if ring.accounts.filter(user=moderator).exists():
        raise Refused(_("Nobody moderates their own account. Ask another moderator."))
    _decide(ring, RingDecision.INNOCENT, moderator, now)


def _lock(ring: SuspectedRing) -> None:
    rows = SuspectedRing.objects.select_for_update(no_key=True)
    locked = rows.filter(pk=ring.pk).first()
    if locked is None:
        raise Refused(_("All of these accounts have been erased."))
    ring.decision, ring.decided_at = locked.decision, locked.decided_at


def _accounts(ring: SuspectedRing) -> list[User]:
    """The accounts, each locked, always in one order: two moderators then wait for each other."""
    members = User.objects.filter(pk__in=ring.accounts.values("user"))
    return list(members.select_for_update(no_key=True).order_by("pk"))


def _decide(ring: SuspectedRing, decision: RingDecision, moderator: User, now: datetime) -> None:
    ring.decision, ring.decided_at, ring.decided_by = decision, now, moderator
    ring.save(update_fields=["decision", "decided_at", "decided_by"])
