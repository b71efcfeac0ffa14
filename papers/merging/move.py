"""One paper becomes part of another, and is parted from it again, exactly.

What came to the kept paper meanwhile stays with it: a vote, an entry in a list, a new identifier.
What came from the other paper goes back as it is then: a vote of it that was taken back meanwhile
goes back as one that was taken back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from papers.merging import derived, fields
from papers.merging.claims import twin_claims, withdraw_twins
from papers.merging.errors import CannotMerge
from papers.merging.relations import (
    CLAIMS,
    COUNTS,
    IDENTIFIERS,
    PLACES,
    RANKS,
    RECORDS,
    TAGS,
)
from papers.merging.rows import Item, Pair, fold, give_back, plain, read, take, twins, unfold
from papers.merging.shelves import merge_shelves, part_shelves
from papers.merging.votes import lock_voters, merge_votes, part_votes
from papers.models import (
    Decision,
    ExternalCount,
    MergeCandidate,
    MergeRecord,
    Paper,
    PaperIdentifier,
    SourceRecord,
)

# What needs no more than to go, or to go where the kept paper has none.
PLAIN = (IDENTIFIERS, RECORDS, TAGS, COUNTS, PLACES, CLAIMS, RANKS)


@transaction.atomic
def move(kept: Paper, merged: Paper, *, by: User | None, reason: str, at: datetime) -> MergeRecord:
    """Make `merged` a part of `kept`, with all that people and sources gave it.

    Takes part in the caller's transaction and locks both papers until its end. `by` is None when
    an import found a shared id. `kept` should have the preferable key, as it keeps its own. The
    fields that are composed of records are left to the caller, who then calls `note_composition`.

    Both objects are brought up to date. Raises CannotMerge for a paper with itself, and for one
    that is part of another already.
    """
    kept_row, merged_row = _lock(kept.pk, merged.pk)
    _refuse_unfit(kept_row, merged_row)
    pair = Pair(kept.pk, merged.pk)
    lock_voters([pair.kept, pair.merged])
    before = fields.snapshot(kept_row)
    combined = fields.combined(kept_row, merged_row)
    Paper.objects.filter(pk=pair.kept).update(**combined, updated_at=Now())
    Paper.objects.filter(pk=pair.merged).update(merged_into=pair.kept, updated_at=Now())
    moved = {
        "paper": {
            "before": before,
            "after": {name: plain(value) for name, value in combined.items()},
        },
        **_move_rows(pair, merged_row.key, at),
        "candidate": _close_candidate(pair, by, at),
    }
    for paper in (kept, merged):
        paper.refresh_from_db(fields=[*combined, "merged_into", "state", "updated_at"])
    return MergeRecord.objects.create(
        kept=kept,
        merged=merged,
        moved=moved,
        reason=reason,
        merged_by=by,
        merged_at=at,
    )


def note_composition(record: MergeRecord) -> None:
    """Write down what composing the kept paper anew, after the merge, made of its fields.

    `undo` puts back what they were before, where nobody has changed them since. Without this call
    it puts back only what `move` itself has changed.
    """
    paper = Paper.objects.defer("search").get(pk=record.kept_id)
    done = record.moved["paper"]
    record.moved["paper"] = fields.changed(done["before"], fields.snapshot(paper))
    record.moved["derived"]["after"] = derived.result(paper.pk)
    record.moved["composed_at"] = timezone.now().isoformat()
    record.save(update_fields=["moved"])


def has_news(record: MergeRecord) -> bool:
    """Whether a source has said something of the kept paper since it was composed anew."""
    written: str | None = record.moved.get("composed_at")
    since = datetime.fromisoformat(written) if written else record.merged_at
    return SourceRecord.objects.filter(paper=record.kept_id, imported_at__gt=since).exists()


@transaction.atomic
def undo(record: MergeRecord, *, by: User | None, at: datetime) -> None:
    """Part the two papers again: every row is as it was, but for what was changed meanwhile.

    The caller then has both composed anew. `record` is brought up to date. Raises CannotMerge when
    this is undone already, when the kept paper has itself become part of another, and when it has
    taken in a further paper since: that one is to be parted first.
    """
    kept, merged = _lock(record.kept_id, record.merged_id)
    record.refresh_from_db()
    _refuse_out_of_order(record, kept)
    pair = Pair(kept.pk, merged.pk)
    lock_voters([pair.kept, pair.merged])
    moved = record.moved
    written = fields.put_back(kept, moved["paper"])
    Paper.objects.filter(pk=pair.kept).update(**written, updated_at=Now())
    Paper.objects.filter(pk=pair.merged).update(merged_into=None, updated_at=Now())
    withdraw_twins(pair, moved.get("twin_claims", []))
    for relation in PLAIN:
        # What was merged before a relation was there has nothing of it to give back.
        give_back(relation, moved["rows"].get(relation.name, []), pair)
    derived.put_back(pair, moved["derived"])
    if "authors" in written:
        derived.write_authorships(pair.kept)
    _restore_former_keys(pair.merged, moved)
    _give_new_records(pair, moved["rows"][RECORDS.name])
    unfold(ExternalCount, moved["counts"])
    part_votes(pair, moved["votes"], at)
    part_shelves(pair, moved["shelves"])
    _reopen_candidate(moved["candidate"])
    record.undone_by, record.undone_at = by, at
    record.save(update_fields=["undone_by", "undone_at"])


def _lock(kept_id: int, merged_id: int) -> tuple[Paper, Paper]:
    """Both papers as stored now; locked in the order of their numbers, as an import locks them."""
    rows = Paper.objects.filter(pk__in=[kept_id, merged_id]).defer("search").order_by("pk")
    # Votes need the rows to stay, not to stay as they are: they are not held up.
    papers = {paper.pk: paper for paper in rows.select_for_update(no_key=True)}
    return papers[kept_id], papers[merged_id]


def _refuse_unfit(kept: Paper, merged: Paper) -> None:
    if kept.pk == merged.pk:
        raise CannotMerge(_("A paper cannot be merged into itself."))
    for paper in (kept, merged):
        if paper.merged_into_id is not None:
            raise CannotMerge(
                _("%(key)s is part of another paper already. Merge that one.") % {"key": paper.key}
            )


def _refuse_out_of_order(record: MergeRecord, kept: Paper) -> None:
    if record.undone_at is not None:
        raise CannotMerge(_("These papers were separated already."))
    if kept.merged_into is not None:
        raise CannotMerge(
            _("%(key)s has become part of %(other)s. Separate those two first.")
            % {"key": kept.key, "other": kept.merged_into.key}
        )
    later = MergeRecord.objects.filter(kept=kept, pk__gt=record.pk, undone_at__isnull=True)
    if (last := later.select_related("merged").order_by("-pk").first()) is not None:
        raise CannotMerge(
            _("%(other)s was merged into %(key)s after this. Separate that one first.")
            % {"key": kept.key, "other": last.merged.key}
        )


def _fold_counts(pair: Pair) -> list[Item]:
    """Show the later count of each site; at one day the greater, whichever paper it was for."""
    folded = []
    for count, other in twins(COUNTS, pair):
        taken_on, number = max((count.taken_on, count.count), (other.taken_on, other.count))
        if item := fold(count, other, {"taken_on": taken_on, "count": number}):
            folded.append(item)
    return folded


def _move_rows(pair: Pair, merged_key: str, at: datetime) -> Item:
    moved: Item = {
        "derived": derived.snapshot(pair),
        "former_keys": _former_keys(pair.merged),
        "counts": _fold_counts(pair),
        "twin_claims": twin_claims(pair),
        "rows": {relation.name: take(relation, pair) for relation in PLAIN},
        "votes": merge_votes(pair, at),
        "shelves": merge_shelves(pair),
    }
    # Its address leads to the kept paper from now on, whatever the sources say.
    ids = PaperIdentifier.objects.filter(pk__in=moved["rows"][IDENTIFIERS.name])
    ids.filter(**_as_identifier(merged_key)).update(former_key=True)
    return moved


def _as_identifier(key: str) -> dict[str, str]:
    kind, colon, value = key.partition(":")
    return {"kind": kind, "value": value} if colon else {"kind": "arxiv", "value": key}


def _former_keys(paper_id: int) -> list[int]:
    former = PaperIdentifier.objects.filter(paper=paper_id, former_key=True)
    return list(former.values_list("pk", flat=True))


def _restore_former_keys(paper_id: int, moved: dict[str, Any]) -> None:
    """Let an id be a former address only where it was one before the merge."""
    own = PaperIdentifier.objects.filter(paper=paper_id)
    were_none = set(moved["rows"][IDENTIFIERS.name]) - set(moved["former_keys"])
    own.filter(pk__in=were_none).update(former_key=False)
    own.filter(pk__in=moved["former_keys"]).update(former_key=True)


def _give_new_records(pair: Pair, known: Sequence[int]) -> None:
    """Give the parted paper the records that came meanwhile and name it and not the other."""
    ids: dict[int, set[tuple[str, str]]] = {pair.kept: set(), pair.merged: set()}
    held = IDENTIFIERS.rows.filter(paper__in=ids)
    for paper_id, kind, value in held.values_list("paper", "kind", "value"):
        ids[paper_id].add((kind, value))
    new = RECORDS.rows.filter(paper=pair.kept).exclude(pk__in=known)
    its_own = []
    for pk, stated in new.values_list("pk", "fields__identifiers"):
        names = {(kind, value) for kind, value in stated or ()}
        if names & ids[pair.merged] and not names & ids[pair.kept]:
            its_own.append(pk)
    RECORDS.rows.filter(pk__in=its_own).update(paper=pair.merged)


def _close_candidate(pair: Pair, by: User | None, at: datetime) -> Item | None:
    """Take the pair from the moderators' queue; return what it said before."""
    both = [pair.kept, pair.merged]
    found = MergeCandidate.objects.filter(Q(first__in=both, second__in=both))
    candidate = found.select_for_update(of=("self",)).first()
    if candidate is None:
        return None
    before = {
        name: plain(getattr(candidate, name))
        for name in ("pk", "decision", "decided_by_id", "decided_at")
    }
    MergeCandidate.objects.filter(pk=candidate.pk).update(
        decision=Decision.MERGED, decided_by=by, decided_at=at
    )
    return before


def _reopen_candidate(before: Item | None) -> None:
    if before is None:
        return
    values = {
        name: read(MergeCandidate, name, before[name])
        for name in ("decision", "decided_by_id", "decided_at")
    }
    if not User.objects.filter(pk=values["decided_by_id"]).exists():
        values["decided_by_id"] = None
    MergeCandidate.objects.filter(pk=before["pk"]).update(**values)
