"""The columns of the kept paper: what a merge makes of them, and what they were before."""

from typing import Any

from papers.merging.rows import Item, plain, read
from papers.models import Paper

# What is never put back: what the paper is, what it leads to, and what the database derives.
NOT_WRITTEN = frozenset({"id", "key", "merged_into", "created_at", "updated_at"})

COLUMNS = tuple(
    field.attname
    for field in Paper._meta.concrete_fields
    if not field.generated and field.name not in NOT_WRITTEN
)


def combined(kept: Paper, merged: Paper) -> dict[str, Any]:
    """What people did to either paper and holds for the work, as columns of the kept paper.

    It is listed as soon as one of them was, hidden when one was, and no longer pending when one
    was let in. A submission stays somebody's own, unless both have a submitter.
    """
    by_sources = [
        paper.listed_at
        for paper in (kept, merged)
        if paper.listed_at is not None and paper.listed_at != paper.listed_by_person_at
    ]
    by_people = [
        paper.listed_by_person_at
        for paper in (kept, merged)
        if paper.listed_by_person_at is not None
    ]
    hidden = [paper.hidden_at for paper in (kept, merged) if paper.hidden_at is not None]
    both_wait = kept.pending_since is not None and merged.pending_since is not None
    return {
        "listed_at": min(by_sources or by_people, default=None),
        "listed_by_person_at": min(by_people, default=None),
        "hidden_at": kept.hidden_at or min(hidden, default=None),
        "pending_since": kept.pending_since if both_wait else None,
        "submitted_by_id": kept.submitted_by_id or merged.submitted_by_id,
    }


def snapshot(paper: Paper) -> dict[str, Any]:
    """Every column that a merge, or composing the paper anew, may change, as JSON can hold it."""
    return {name: plain(getattr(paper, name)) for name in COLUMNS}


def changed(before: dict[str, Any], after: dict[str, Any]) -> Item:
    """Only the columns that differ, with both values."""
    names = [name for name in after if before[name] != after[name]]
    return {
        "before": {name: before[name] for name in names},
        "after": {name: after[name] for name in names},
    }


def put_back(paper: Paper, done: Item) -> dict[str, Any]:
    """The columns to write so that the paper is what it was before.

    What is no longer as the merge left it was changed meanwhile, and stays.
    """
    now = snapshot(paper)
    return {
        name: read(Paper, name, value)
        for name, value in done["before"].items()
        if name in done["after"] and now[name] == done["after"][name]
    }
