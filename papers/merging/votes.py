"""Upvotes of two papers become those of one. A member who upvoted both has one vote.

What a vote weighs follows the paper that it is for: nobody's vote counts for their own submission.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.db.models.functions import Greatest

from accounts.models import User
from papers.merging.relations import UPVOTES
from papers.merging.rows import Item, Pair, fold, give_back, take, twins, unfold
from papers.models import Paper, PaperClaim, Upvote, WeightReason
from papers.ranking import outbox, weights

# Why a vote does not count, where that lies in the paper and not in the account.
OWN = (WeightReason.SUBMITTER, WeightReason.AUTHOR)


def lock_voters(paper_ids: Iterable[int]) -> None:
    """Lock every member with a vote for one of the papers, and their authors and submitters.

    So nobody's votes change their weight while they change hands, and an author who casts one at
    this very moment has it weighed by the claim where that is then. A vote that somebody else
    casts now for the paper that goes stays with it, out of sight.
    """
    papers = list(paper_ids)
    voters = Upvote.objects.filter(paper__in=papers).order_by().values("user")
    authors = PaperClaim.objects.filter(paper__in=papers).order_by().values("user")
    submitters = Paper.objects.filter(pk__in=papers, submitted_by__isnull=False).order_by()
    # One list of ids: of three conditions joined by "or", PostgreSQL would try every member.
    concerned = voters.union(authors, submitters.values("submitted_by"))
    members = User.objects.filter(pk__in=concerned).order_by("pk")
    list(members.select_for_update(no_key=True).values_list("pk", flat=True))


def merge_votes(pair: Pair, at: datetime) -> Item:
    """Move and fold the upvotes; return what undoes it. The voters must be locked."""
    before = _counted(pair)
    folded, standing = [], []
    for vote, other in twins(UPVOTES, pair):
        stands = vote.removed_at is None or other.removed_at is None
        removed_at = None if stands else max(vote.removed_at, other.removed_at)
        # It weighs what the kept paper's vote weighed: the two differ only if the member joined
        # within a week before.
        values = {
            "first_cast_at": min(vote.first_cast_at, other.first_cast_at),
            "removed_at": removed_at,
        }
        if item := fold(vote, other, values):
            folded.append(item)
        if stands:
            standing.append([vote.pk, other.pk])
    moved = take(UPVOTES, pair)
    _reweigh(pair, at)
    _queue(pair, before)
    return {"moved": moved, "folded": folded, "standing": standing}


def part_votes(pair: Pair, done: Item, at: datetime) -> None:
    """Undo `merge_votes`.

    A vote for the one work that was taken back meanwhile is taken back for both papers; one that
    was cast meanwhile is for the paper that was kept.
    """
    before = _counted(pair)
    give_back(UPVOTES, done["moved"], pair)
    _take_back_both(done["standing"])
    unfold(Upvote, done["folded"])
    _reweigh(pair, at)
    _queue(pair, before)


def _take_back_both(standing: list[list[int]]) -> None:
    others = {vote: other for vote, other in standing}  # noqa: C416  # lists, for mypy
    taken_back = Upvote.objects.filter(pk__in=others, removed_at__isnull=False)
    for vote_id, removed_at in taken_back.values_list("pk", "removed_at"):
        other = Upvote.objects.active().filter(pk=others[vote_id])
        other.update(removed_at=Greatest(F("first_cast_at"), removed_at))


def _reweigh(pair: Pair, at: datetime) -> None:
    """Weigh anew the votes for one's own paper, submitted or claimed, and those no longer so."""
    papers = Paper.objects.only("submitted_by").in_bulk([pair.kept, pair.merged])
    owners = Q(user__in=[paper.submitted_by_id for paper in papers.values()])
    owners |= Q(user__in=PaperClaim.objects.filter(paper__in=papers).values("user"))
    votes = Upvote.objects.filter(paper__in=papers)
    judged = votes.filter(owners | Q(weight_reason__in=OWN))
    for vote in judged.select_related("user"):
        reason = weights.reason_for(vote.user, papers[vote.paper_id], at)
        weight = vote.earned_weight if reason is WeightReason.COUNTED else 0.0
        if reason != vote.weight_reason:
            Upvote.objects.filter(pk=vote.pk).update(weight=weight, weight_reason=reason)


def _counted(pair: Pair) -> Counter[int]:
    votes: Any = Upvote.objects.counted().filter(paper__in=[pair.kept, pair.merged])
    return Counter(votes.values_list("paper", flat=True))


def _queue(pair: Pair, before: Counter[int]) -> None:
    """Have both papers ranked again, and their counts right until then."""
    after = _counted(pair)
    for paper_id in (pair.kept, pair.merged):
        change = after[paper_id] - before[paper_id]
        outbox.queue([paper_id] * abs(change), 1 if change > 0 else -1)
        outbox.queue([paper_id])
