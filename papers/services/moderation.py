"""What a moderator can do to a paper. Every act is written into the public log."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from papers.models import ModerationAction, ModerationLogEntry, Paper
from papers.ranking import outbox
from papers.services.errors import Refused
from papers.services.reasons import given_reason


@transaction.atomic
def hide_paper(*, paper: Paper, moderator: User, reason: str) -> ModerationLogEntry:
    """Take a paper out of everything; its page then answers 410 and quotes the reason.

    `paper` is brought up to date. Raises ValidationError when the reason is blank, and Refused
    when the paper is hidden already or was merged into another.
    """
    reason = given_reason(reason)
    locked = _locked(paper)
    if locked.merged_into_id is not None:
        raise Refused(_("This paper was merged into another. Hide that one."))
    if locked.hidden_at is not None:
        raise Refused(_("This paper is hidden already."))
    locked.hidden_at = timezone.now()
    return _save(locked, paper, moderator, ModerationAction.HIDE, reason)


@transaction.atomic
def restore_paper(*, paper: Paper, moderator: User, reason: str) -> ModerationLogEntry:
    """Undo `hide_paper`: the paper is again what it was before.

    `paper` is brought up to date. Raises ValidationError when the reason is blank, and Refused
    when the paper is not hidden.
    """
    reason = given_reason(reason)
    locked = _locked(paper)
    if locked.hidden_at is None:
        raise Refused(_("This paper is not hidden."))
    locked.hidden_at = None
    return _save(locked, paper, moderator, ModerationAction.RESTORE, reason)


def _locked(paper: Paper) -> Paper:
    # Not the strongest lock: an upvote, which refers to the paper, need not wait for a moderator.
    rows = Paper.objects.select_for_update(no_key=True)
    return rows.only("hidden_at", "merged_into_id").get(pk=paper.pk)


def _save(
    locked: Paper, paper: Paper, moderator: User, action: ModerationAction, reason: str
) -> ModerationLogEntry:
    locked.save(update_fields=["hidden_at", "updated_at"])
    entry = ModerationLogEntry.objects.create(
        action=action, actor=moderator, paper=locked, reason=reason
    )
    outbox.queue([locked.pk])
    paper.refresh_from_db(fields=["hidden_at", "state", "updated_at"])
    return entry
