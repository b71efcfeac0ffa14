"""What a moderator decides of two papers that may be one work. Each act is in the public log."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from papers.merging.errors import CannotMerge
from papers.merging.move import has_news, move, note_composition, undo
from papers.models import (
    Decision,
    MergeCandidate,
    MergeRecord,
    ModerationAction,
    ModerationLogEntry,
    Paper,
)
from papers.ranking.locking import again_on_deadlock
from papers.services.errors import Refused
from papers.services.reasons import given_reason
from papers.sources.shelf import key_preference
from papers.sources.upsert import recomposed


@again_on_deadlock
@transaction.atomic
def merge_papers(
    *,
    one: Paper,
    other: Paper,
    moderator: User,
    reason: str,
    now: datetime,
    candidate: MergeCandidate | None = None,
) -> MergeRecord:
    """Make one paper of two; the one with the preferable key is kept, and the other leads to it.

    An arXiv id is preferred to a DOI and that to one of ours, then the smaller one. Both objects
    are brought up to date. `candidate` is what the moderator decides, if this is of the queue.
    Without it, this holds whatever was decided of the two before, also that they are two works.

    Raises ValidationError when the reason is blank, and Refused when one of the papers is hidden
    or merged already, and when the candidate was decided meanwhile.
    """
    reason = given_reason(reason)
    kept, merged = sorted((one, other), key=lambda paper: key_preference(paper.key))
    try:
        with recomposed([kept.pk, merged.pk]):
            _refuse_hidden(kept.pk, merged.pk)
            if candidate is not None:
                _lock_undecided(candidate)
            record = move(kept, merged, by=moderator, reason=reason, at=now)
    except CannotMerge as refusal:
        raise Refused(refusal.message) from refusal
    note_composition(record)
    _log(ModerationAction.MERGE, merged, moderator, reason)
    return record


@again_on_deadlock
@transaction.atomic
def separate_papers(*, record: MergeRecord, moderator: User, reason: str, now: datetime) -> None:
    """Undo a merge, a moderator's or an import's; the two are two works from now on.

    No import merges them again. `record` is brought up to date. Raises ValidationError when the
    reason is blank, and Refused when it was undone already, when another merge has to be undone
    first, and when the paper is hidden: the other one would be seen, and nobody has decided that.
    """
    reason = given_reason(reason)
    # Where no source has said anything since, all is put back as it was, also what a moderator
    # wrote. Else both papers say what their records say now.
    both = [record.kept_id, record.merged_id] if has_news(record) else []
    try:
        with recomposed(both):
            _refuse_hidden(record.kept_id, record.merged_id)
            undo(record, by=moderator, at=now)
    except CannotMerge as refusal:
        raise Refused(refusal.message) from refusal
    first, second = sorted(
        (record.kept, record.merged), key=lambda paper: key_preference(paper.key)
    )
    MergeCandidate.objects.update_or_create(
        first=first,
        second=second,
        defaults={"decision": Decision.APART, "decided_by": moderator, "decided_at": now},
        create_defaults={
            "decision": Decision.APART,
            "decided_by": moderator,
            "decided_at": now,
            "found_at": now,
        },
    )
    _log(ModerationAction.SEPARATE, record.merged, moderator, reason)


@transaction.atomic
def keep_apart(*, candidate: MergeCandidate, moderator: User, reason: str, now: datetime) -> None:
    """Decide that the two papers of a candidate are two works; it is not found again.

    `candidate` is brought up to date. Raises ValidationError when the reason is blank, and Refused
    when it was decided meanwhile.
    """
    reason = given_reason(reason)
    _lock_undecided(candidate)
    values = {"decision": Decision.APART, "decided_by": moderator, "decided_at": now}
    MergeCandidate.objects.filter(pk=candidate.pk).update(**values)
    for name, value in values.items():
        setattr(candidate, name, value)
    _log(ModerationAction.KEEP_APART, candidate.second, moderator, reason)


def _lock_undecided(candidate: MergeCandidate) -> None:
    """Refuse when the candidate is decided, or gone; nobody else decides it from then on."""
    rows = MergeCandidate.objects.select_for_update(of=("self",)).filter(pk=candidate.pk)
    stored = rows.first()
    if stored is None or stored.decision:
        raise Refused(_("Somebody has decided this meanwhile."))


def _refuse_hidden(*paper_ids: int) -> None:
    """Refuse when one of the papers is hidden; none is from then on, until the transaction ends."""
    # As an import and a merge lock them, and as hiding does, which waits.
    papers = Paper.objects.filter(pk__in=paper_ids).order_by("pk").select_for_update(no_key=True)
    for paper in papers.only("key", "hidden_at"):
        if paper.hidden_at is not None:
            raise Refused(_("%(key)s is hidden. Restore it first.") % {"key": paper.key})


def _log(action: ModerationAction, paper: Paper, moderator: User, reason: str) -> None:
    ModerationLogEntry.objects.create(action=action, actor=moderator, paper=paper, reason=reason)
