"""What a moderator can do to a closed standing. It is written into the public log."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from papers.models import ModerationAction, ModerationLogEntry, Standing, StandingCorrection
from papers.ranking import corrections
from papers.services.errors import Refused
from papers.services.reasons import given_reason


@transaction.atomic
def correct_standing(
    *, standing: Standing, moderator: User, reason: str, now: datetime, seen: str = ""
) -> StandingCorrection:
    """Compute a closed standing anew, by the upvotes that count now and the same closing instant.

    `seen` is the `corrections.digest` of the changes that the moderator saw. Raises ValidationError
    when the reason is blank, and Refused when nothing would change, or something else than was seen.
    """
    reason = given_reason(reason)
    locked = Standing.objects.select_for_update().get(pk=standing.pk)
    changes = corrections.differences(locked)
    if not changes:
        raise Refused(_("The ranking is right as it stands: nothing would change."))
    if seen and seen != corrections.digest(changes):
        raise Refused(_("Something else would change by now. Look at it again."))
    corrections.rewrite(locked, changes)
    entry = ModerationLogEntry.objects.create(
        action=ModerationAction.CORRECT, actor=moderator, standing=locked, reason=reason
    )
    return StandingCorrection.objects.create(
        standing=locked,
        log_entry=entry,
        corrected_at=now,
        changes=[
            {
                "paper": change.paper_id,
                "from": corrections.rank_of(change.before),
                "to": corrections.rank_of(change.after),
            }
            for change in changes
            if change.moves
        ],
    )
