"""What a moderator decides of accounts whose upvotes look arranged.

Quarantining sets all of them apart at once; releasing them restores every upvote and count exactly.
Each account has its lines in the public log. That nothing was wrong is not published: the log would
name the accounts as suspects.

What a quarantine set apart is written into the ring's evidence, with the instant of each account's
quarantine: by that the release knows the accounts again, whatever was found or done since.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import Any, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from papers.models import RingDecision, SuspectedRing
from papers.services.errors import Refused
from papers.services.members import quarantine_member, release_member
from papers.services.reasons import given_reason

# Where the evidence has what a quarantine set apart: {"17": "2026-03-01T12:00:00+00:00"}.
SET_APART = "set_apart"


class Outdated(Refused):
    """The search brought the suspicion up to date since the moderator looked at it."""


class Released(NamedTuple):
    """How many accounts a release gave back their upvotes, and how many another ring still holds."""

    released: int
    held_by_others: int


@transaction.atomic
def quarantine_ring(
    *, ring: SuspectedRing, moderator: User, reason: str, now: datetime, shown: str | None = None
) -> int:
    """Quarantine every account of a suspected ring; return how many were not quarantined before.

    `shown` is the fingerprint of what the moderator saw, that of `ring` where it is left out. `ring`
    is brought up to date. It may have been found innocent before: moderators err.

    Raises ValidationError when the reason is blank, Outdated when other accounts are suspected than
    were shown, and Refused when the ring is quarantined already, nobody of it is left, or one of
    them is not the moderator's to judge; then none is.
    """
    reason = given_reason(reason)
    locked = _lock(ring)
    if ring.decision == RingDecision.QUARANTINED:
        raise Refused(_("These accounts were quarantined meanwhile."))
    _check_shown(locked, ring.fingerprint if shown is None else shown)
    accounts = _lock_accounts(ring.accounts.values_list("user", flat=True))
    if not accounts:
        raise Refused(_("All of these accounts have been erased."))
    free = [account for account in accounts if account.quarantined_at is None]
    # Whom another ring's quarantine set apart stays so until both are released.
    others = _of_other_rings(ring)
    apart = [each for each in accounts if (each.pk, each.quarantined_at) in others]
    for account in free:
        # Brings its `quarantined_at` up to date, which is the same instant for all.
        quarantine_member(member=account, moderator=moderator, reason=reason, now=now)
    evidence = {
        **locked.evidence,
        SET_APART: {
            str(each.pk): each.quarantined_at.isoformat()
            for each in [*free, *apart]
            if each.quarantined_at is not None
        },
    }
    _decide(ring, RingDecision.QUARANTINED, moderator, now, evidence)
    return len(free)


@transaction.atomic
def release_ring(*, ring: SuspectedRing, moderator: User, reason: str, now: datetime) -> Released:
    """Undo `quarantine_ring`: nothing was wrong.

    Accounts that were quarantined before it, or anew since, stay so, as do those of another ring
    that is still quarantined: they are released with that one. `ring` is brought up to date.
    Raises ValidationError when the reason is blank, and Refused when the ring is not quarantined or
    one of the accounts is not the moderator's to judge.
    """
    reason = given_reason(reason)
    locked = _lock(ring)
    if ring.decision != RingDecision.QUARANTINED:
        raise Refused(_("These accounts are not quarantined."))
    recorded = _set_apart(locked)
    accounts = _lock_accounts(pk for pk, _at in recorded)
    apart = [each for each in accounts if (each.pk, each.quarantined_at) in recorded]
    # Read once the accounts are locked: of two who release at once, the second one sees the first.
    others = _of_other_rings(ring)
    free = [each for each in apart if (each.pk, each.quarantined_at) not in others]
    for account in free:
        release_member(member=account, moderator=moderator, reason=reason)
    evidence = {key: value for key, value in locked.evidence.items() if key != SET_APART}
    _decide(ring, RingDecision.INNOCENT, moderator, now, evidence)
    return Released(len(free), len(apart) - len(free))


@transaction.atomic
def clear_ring(
    *, ring: SuspectedRing, moderator: User, now: datetime, shown: str | None = None
) -> None:
    """Decide that nothing was wrong. `ring` is brought up to date; `shown` as in `quarantine_ring`.

    Raises Outdated when other accounts are suspected than were shown, and Refused when something
    was decided meanwhile, or the moderator is one of the accounts.
    """
    locked = _lock(ring)
    if ring.decision:
        raise Refused(_("This was decided meanwhile."))
    _check_shown(locked, ring.fingerprint if shown is None else shown)
    if ring.accounts.filter(user=moderator).exists():
        raise Refused(_("Nobody moderates their own account. Ask another moderator."))
    _decide(ring, RingDecision.INNOCENT, moderator, now, locked.evidence)


def _lock(ring: SuspectedRing) -> SuspectedRing:
    rows = SuspectedRing.objects.select_for_update(no_key=True)
    locked = rows.filter(pk=ring.pk).first()
    if locked is None:
        raise Refused(_("All of these accounts have been erased."))
    ring.decision, ring.decided_at = locked.decision, locked.decided_at
    return locked


def _check_shown(locked: SuspectedRing, shown: str) -> None:
    if shown != locked.fingerprint:
        raise Outdated(
            _(
                "Other accounts are suspected now than were shown to you, so nothing was done. Look "
                "at them as they are below, and decide again."
            )
        )


def _lock_accounts(pks: Iterable[int]) -> list[User]:
    """The accounts, each locked, always in one order: two moderators then wait for each other."""
    members = User.objects.filter(pk__in=list(pks))
    return list(members.select_for_update(no_key=True).order_by("pk"))


def _set_apart(ring: SuspectedRing) -> set[tuple[int, datetime | None]]:
    """Whom this ring's quarantine set apart, or found set apart by another's, and when."""
    recorded = ring.evidence.get(SET_APART, {})
    return {(int(pk), datetime.fromisoformat(at)) for pk, at in recorded.items()}


def _of_other_rings(ring: SuspectedRing) -> set[tuple[int, datetime | None]]:
    """The same of all other rings that are quarantined."""
    quarantined = SuspectedRing.objects.filter(decision=RingDecision.QUARANTINED)
    others = quarantined.filter(evidence__has_key=SET_APART).exclude(pk=ring.pk)
    return set(chain.from_iterable(_set_apart(each) for each in others.only("evidence")))


def _decide(
    ring: SuspectedRing,
    decision: RingDecision,
    moderator: User,
    now: datetime,
    evidence: dict[str, Any],
) -> None:
    ring.decision, ring.decided_at, ring.decided_by = decision, now, moderator
    ring.evidence = evidence
    ring.save(update_fields=["decision", "decided_at", "decided_by", "evidence"])
