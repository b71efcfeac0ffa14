"""What a member can do with reading lists as wholes; their entries are in `entries`."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from papers import limits, secret_links
from papers.models import Paper, ReadingList, ReadingListEntry, Visibility
from papers.services.entries import UNSAVEABLE, save_paper
from papers.services.errors import LimitReached, Refused
from papers.services.list_locks import lock_list, lock_owner, refuse_publishing_while_suspended
from papers.services.places import spaced

# More lists than anybody keeps; fewer than a script would make.
MAX_LISTS = 1000

# A copy may be of thousands of rows.
COPIES_PER_HOUR = 30
HOUR = 60 * 60

# Rows of a copy that are written at a time.
BATCH = 2_000


@transaction.atomic
def create_list(
    *,
    owner: User,
    title: str,
    description: str = "",
    visibility: str = Visibility.PRIVATE,
) -> ReadingList:
    """Make a list whose address is made of its title and differs from the owner's others.

    Raises Refused when the owner has MAX_LISTS already, and Forbidden for a suspended
    member's list that is not private.
    """
    # Under the lock two requests cannot choose the same address.
    locked = lock_owner(owner)
    refuse_publishing_while_suspended(locked, visibility)
    own = ReadingList.objects.filter(owner=owner)
    if own.count() >= MAX_LISTS:
        raise Refused(_("You have %(number)d lists, which is the most.") % {"number": MAX_LISTS})
    made = ReadingList.objects.create(
        owner=owner, title=title, slug=_free_slug(owner, title), description=description
    )
    if visibility != Visibility.PRIVATE:
        _set_visibility(made, visibility)
        made.save(update_fields=["visibility", "link_nonce", "link_digest"])
    return made


def _free_slug(owner: User, title: str) -> str:
    wanted = slugify(title).replace("_", "-").strip("-")[:60].strip("-") or "list"
    while "--" in wanted:
        wanted = wanted.replace("--", "-")
    taken = set(
        ReadingList.objects.filter(owner=owner, slug__startswith=wanted).values_list(
            "slug", flat=True
        )
    )
    # "new" is where a list is made.
    taken |= {"new"}
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


@transaction.atomic
def default_list(*, owner: User) -> ReadingList:
    """The list into which "Save" puts a paper; made, private, at its first use."""
    lock_owner(owner)
    found = ReadingList.objects.filter(owner=owner, is_default=True).first()
    if found is not None:
        return found
    title = _("My list")
    return ReadingList.objects.create(
        owner=owner, title=title, slug=_free_slug(owner, title), is_default=True
    )


@transaction.atomic
def save_to_new_list(*, owner: User, paper: Paper, title: str, visibility: str) -> ReadingList:
    """Make a list and put the paper into it; both or neither."""
    reading_list = create_list(owner=owner, title=title, visibility=visibility)
    save_paper(reading_list=reading_list, paper=paper)
    return reading_list


@transaction.atomic
def edit_list(
    *, reading_list: ReadingList, title: str, description: str, visibility: str
) -> ReadingList:
    """Change what a list says of itself and who may read it; its address stays.

    A list that becomes unlisted gets a new link, one that is unlisted no longer loses it: the old
    link never works again. Raises Forbidden when a suspended member's list would not be private,
    and Refused when it was deleted meanwhile.
    """
    locked = lock_list(reading_list)
    refuse_publishing_while_suspended(locked.owner, visibility)
    locked.title, locked.description = title, description
    if visibility != locked.visibility:
        _set_visibility(locked, visibility)
    locked.save()
    return locked


@transaction.atomic
def replace_link(*, reading_list: ReadingList) -> ReadingList:
    """Give an unlisted list another secret link; the old one works no longer.

    Raises Refused for a list that has no link, and Forbidden for a suspended member's.
    """
    locked = lock_list(reading_list)
    if locked.visibility != Visibility.UNLISTED:
        raise Refused(_("This list has no secret link: it is not unlisted."))
    refuse_publishing_while_suspended(locked.owner, locked.visibility)
    _set_visibility(locked, Visibility.UNLISTED)
    # Not a change that readers see.
    ReadingList.objects.filter(pk=locked.pk).update(
        link_nonce=locked.link_nonce, link_digest=locked.link_digest
    )
    return locked


def _set_visibility(reading_list: ReadingList, visibility: str) -> None:
    """Set who may read the list; a new link where it is one that needs one, and none elsewhere."""
    reading_list.visibility = visibility
    if visibility == Visibility.UNLISTED:
        link = secret_links.new_link(reading_list.pk)
        reading_list.link_nonce, reading_list.link_digest = link.nonce, link.digest
    else:
        reading_list.link_nonce, reading_list.link_digest = "", None


@transaction.atomic
def delete_list(*, reading_list: ReadingList) -> None:
    """Delete a list with its entries; deleting it again is no error.

    The default list too: whose it is decides, and the next "Save" makes a new one.
    """
    # Stronger than the lock for changes: a copy that is being made would refer to it.
    this = ReadingList.objects.filter(pk=reading_list.pk)
    if this.select_for_update().first():
        this.delete()


@dataclass(frozen=True)
class Copied:
    """A copy, how many papers it has, and how many of those that were seen it lacks."""

    reading_list: ReadingList
    papers: int
    left_out: int


def copy_list(*, source: ReadingList, owner: User, now: datetime) -> Copied:
    """Copy a list that `owner` may read into a new private list of theirs, in its order.

    Notes and description are their writer's: they come along only from a list of one's own. What
    cannot be saved any longer is left out and counted. Raises LimitReached after too many copies
    within an hour, and otherwise as `create_list` does.
    """
    # Before the transaction: the cache may take a moment to fail.
    _spend_a_copy(owner, now)
    with transaction.atomic():
        _keep_while_copying(source)
        is_own = source.owner_id == owner.pk
        made = create_list(
            owner=owner, title=source.title, description=source.description if is_own else ""
        )
        ReadingList.objects.filter(pk=made.pk).update(copied_from=source)
        seen = source.entries.filter(
            paper__in=Paper.objects.visible_in_list(owner, source.owner_id)
        ).order_by("position")
        rows = seen.values_list("paper_id", "note", "paper__state")
        found = [(paper, note) for paper, note, state in rows if state not in UNSAVEABLE]
        ReadingListEntry.objects.bulk_create(
            (
                ReadingListEntry(
                    reading_list=made,
                    paper_id=paper,
                    note=note if is_own else "",
                    position=position,
                    added_at=now,
                )
                for (paper, note), position in zip(found, spaced(len(found)), strict=True)
            ),
            batch_size=BATCH,
        )
        return Copied(made, len(found), len(rows) - len(found))


def _keep_while_copying(source: ReadingList) -> None:
    """Keep the list from being deleted until the copy that names it is there."""
    kept = ReadingList.objects.raw(
        "select id from papers_readinglist where id = %s for key share", [source.pk]
    )
    if not list(kept):
        raise Refused(_("This list was deleted meanwhile."))


def _spend_a_copy(owner: User, now: datetime) -> None:
    wait = limits.seconds_to_wait(f"copy-list:{owner.pk}", limit=COPIES_PER_HOUR, per=HOUR, now=now)
    if wait:
        minutes = -(-wait // 60)
        message = ngettext(
            "That is more than %(limit)d copies within an hour. Go on in %(minutes)d minute.",
            "That is more than %(limit)d copies within an hour. Go on in %(minutes)d minutes.",
            minutes,
        )
        raise LimitReached(
            message % {"limit": COPIES_PER_HOUR, "minutes": minutes}, retry_after=wait
        )
