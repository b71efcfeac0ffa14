"""What a member can do with the papers of their library: how far they read, and what they note.

The library's rows follow the lists by triggers of the database (migration 0005): clearing the last
thing that keeps a paper takes it out of the library.
"""

from collections.abc import Collection
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from papers.models import LibraryEntry, Paper, PaperState
from papers.services.errors import Refused

# Papers that are not there for anybody to begin with. What one has of them stays one's own.
NOT_TO_KEEP = (PaperState.HIDDEN, PaperState.MERGED)

# One statement whether the paper is in the library already or not. A row that says the same is
# left alone, and then not counted. In the order of papers, so that two of these do not wait for
# each other.
SET_STATUS = """
insert into papers_libraryentry as entry (owner_id, paper_id, status, note, added_at, changed_at)
select %(owner)s, paper, %(status)s, '', %(now)s, %(now)s
from unnest(%(papers)s::bigint[]) as paper order by paper
on conflict (owner_id, paper_id) do update
set status = excluded.status, changed_at = excluded.changed_at
where entry.status <> excluded.status
"""
WRITE_NOTE = """
insert into papers_libraryentry as entry (owner_id, paper_id, status, note, added_at, changed_at)
values (%(owner)s, %(paper)s, '', %(note)s, %(now)s, %(now)s)
on conflict (owner_id, paper_id) do update
set note = excluded.note, changed_at = excluded.changed_at
where entry.note <> excluded.note
"""


@transaction.atomic
def set_status(*, owner: User, paper: Paper, status: str, now: datetime) -> None:
    """Say how far `owner` has read the paper: a ReadingStatus, or "" to say nothing.

    The paper enters the library with its first status. Repeating it changes nothing. Raises
    Refused for a hidden or merged paper that is not in the library yet.
    """
    if status:
        _refuse_newcomer(owner, paper)
    set_status_of(owner=owner, paper_ids=[paper.pk], status=status, now=now)


@transaction.atomic
def write_note(*, owner: User, paper: Paper, note: str, now: datetime) -> None:
    """Write the private note of `owner` on the paper, "" for none.

    The paper enters the library with its first note. Repeating it changes nothing. Raises Refused
    for a hidden or merged paper that is not in the library yet.
    """
    if not note:
        noted = LibraryEntry.objects.filter(owner=owner, paper=paper).with_note()
        noted.update(note="", changed_at=now)
        return
    _refuse_newcomer(owner, paper)
    with connection.cursor() as cursor:
        cursor.execute(WRITE_NOTE, {"owner": owner.pk, "paper": paper.pk, "note": note, "now": now})


def see_version(*, owner: User, paper: Paper, number: int | None = None) -> None:
    """Take away the mark of a new version, once `owner` has seen version `number`.

    A mark of a later version than that stays. None means whatever version is marked.
    """
    marked = LibraryEntry.objects.filter(owner=owner, paper=paper).with_new_version()
    if number is not None:
        marked = marked.filter(new_version__lte=number)
    marked.update(new_version=None)


@transaction.atomic
def set_status_of(*, owner: User, paper_ids: Collection[int], status: str, now: datetime) -> int:
    """Set the status of many papers, "" for none; returns how many had another one before."""
    if not status:
        kept = LibraryEntry.objects.filter(owner=owner, paper__in=paper_ids).exclude(status="")
        # Locked in the order in which others lock them.
        ids = [entry.pk for entry in kept.select_for_update().order_by("paper")]
        return LibraryEntry.objects.filter(pk__in=ids).update(status="", changed_at=now)
    with connection.cursor() as cursor:
        cursor.execute(
            SET_STATUS,
            {"owner": owner.pk, "papers": list(paper_ids), "status": status, "now": now},
        )
        changed: int = cursor.rowcount
    return changed


def _refuse_newcomer(owner: User, paper: Paper) -> None:
    if paper.state not in NOT_TO_KEEP:
        return
    if not LibraryEntry.objects.filter(owner=owner, paper=paper).exists():
        raise Refused(_("This paper cannot be kept: it is no longer here."))
