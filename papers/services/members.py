"""What a moderator can do to an account. Every act is written into the public log.

A suspended or quarantined member may read and save on; what changes is whether their upvotes
count, and ending either restores every count exactly.
"""

from datetime import datetime, timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from papers.models import ModerationAction, ModerationLogEntry
from papers.ranking import weights
from papers.ranking.locking import again_on_deadlock
from papers.services.errors import Refused
from papers.services.reasons import given_reason

# Ten years with their leap days. Far later instants are none in every time zone.
LONGEST_SUSPENSION = timedelta(days=3653)


@transaction.atomic
def suspend_member(
    *, member: User, until: datetime, moderator: User, reason: str
) -> ModerationLogEntry:
    """Suspend a member until an instant, or change until when they are suspended.

    Raises ValidationError when the reason is blank or as `check_until` does, and Refused as all
    functions here do: when nothing would change, or the moderator may not judge `member`.
    """
    reason = given_reason(reason)
    check_until(until)
    locked = _lock(member, moderator)
    if locked.suspended_until == until:
        raise Refused(_("This member is suspended until then already."))
    return _change(member, moderator, ModerationAction.SUSPEND, reason, {"suspended_until": until})


@again_on_deadlock
@transaction.atomic
def end_suspension(*, member: User, moderator: User, reason: str) -> ModerationLogEntry:
    """End a suspension before its time. Raises as `suspend_member` does."""
    reason = given_reason(reason)
    if _lock(member, moderator).suspended_until is None:
        raise Refused(_("This member is not suspended."))
    return _change(member, moderator, ModerationAction.UNSUSPEND, reason, {"suspended_until": None})


@transaction.atomic
def quarantine_member(
    *, member: User, moderator: User, reason: str, now: datetime | None = None
) -> ModerationLogEntry:
    """Set an account apart while it is looked into. Raises as `suspend_member` does.

    Accounts that are set apart together have `now` in common.
    """
    reason = given_reason(reason)
    if _lock(member, moderator).quarantined_at is not None:
        raise Refused(_("This member is quarantined already."))
    return _change(
        member,
        moderator,
        ModerationAction.QUARANTINE,
        reason,
        {"quarantined_at": now or timezone.now()},
    )


@again_on_deadlock
@transaction.atomic
def release_member(*, member: User, moderator: User, reason: str) -> ModerationLogEntry:
    """End a quarantine. Raises as `suspend_member` does."""
    reason = given_reason(reason)
    if _lock(member, moderator).quarantined_at is None:
        raise Refused(_("This member is not quarantined."))
    return _change(member, moderator, ModerationAction.RELEASE, reason, {"quarantined_at": None})


def check_until(until: datetime) -> None:
    """Raise ValidationError when a suspension may not end then: in the past, or in over ten years.

    What is longer is a quarantine, which has no end.
    """
    now = timezone.now()
    if until <= now:
        raise ValidationError(_("A suspension must end in the future."))
    if until > now + LONGEST_SUSPENSION:
        raise ValidationError(
            _("A suspension lasts ten years at most. Quarantine the account to set no end.")
        )


def check_may_judge(member: User, moderator: User) -> None:
    """Raise Refused when it is not for this moderator to judge this member."""
    if member.pk == moderator.pk:
        raise Refused(_("Nobody moderates their own account. Ask another moderator."))
    # Otherwise two moderators who disagree could silence each other.
    if (member.is_staff or member.is_superuser) and not moderator.is_superuser:
        raise Refused(_("Only an administrator can do this to a moderator."))


def _lock(member: User, moderator: User) -> User:
    """Return the member's row, locked; raise Refused when it is not the moderator's to judge."""
    locked = weights.lock_member(member.pk)
    if locked is None:
        raise Refused(_("This account no longer exists."))
    check_may_judge(locked, moderator)
    return locked


def _change(
    member: User,
    moderator: User,
    action: ModerationAction,
    reason: str,
    values: dict[str, datetime | None],
) -> ModerationLogEntry:
    User.objects.filter(pk=member.pk).update(**values)
    entry = ModerationLogEntry.objects.create(
        action=action, actor=moderator, member=member, reason=reason
    )
    weights.revalue_votes(member.pk, timezone.now())
    member.refresh_from_db(fields=list(values))
    return entry
