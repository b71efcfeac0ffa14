"""What a member can do with reading lists."""

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.models import User
from papers.models import Paper, ReadingList, ReadingListEntry, Visibility
from papers.services.errors import Refused

# More lists than anybody keeps; fewer than a script would make.
MAX_LISTS = 1000


@transaction.atomic
def create_list(
    *,
    owner: User,
    title: str,
    description: str = "",
    visibility: str = Visibility.PRIVATE,
) -> ReadingList:
    """Make a list whose address is made of its title and differs from the owner's others.

    Raises Refused when the owner has MAX_LISTS already.
    """
    # The owner's row is the lock: two requests cannot choose the same address.
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    own = ReadingList.objects.filter(owner=owner)
    if own.count() >= MAX_LISTS:
        raise Refused(_("You have %(number)d lists, which is the most.") % {"number": MAX_LISTS})
    return ReadingList.objects.create(
        owner=owner,
        title=title,
        slug=_free_slug(owner, title),
        description=description,
        visibility=visibility,
    )


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
    User.objects.select_for_update(no_key=True).get(pk=owner.pk)
    found = ReadingList.objects.filter(owner=owner, is_default=True).first()
    if found is not None:
        return found
    title = _("My list")
    return ReadingList.objects.create(
        owner=owner, title=title, slug=_free_slug(owner, title), is_default=True
    )


@transaction.atomic
def save_paper(*, reading_list: ReadingList, paper: Paper) -> ReadingListEntry:
    """Put the paper at the end of the list; where it is already, it stays where it is.

    Raises Refused for a paper that cannot be saved: hidden or merged.
    """
    if paper.state in ("hidden", "merged"):
        raise Refused(_("This paper cannot be saved: it is no longer here."))
    # The list's row is the lock: two papers cannot get one place.
    locked = ReadingList.objects.select_for_update(no_key=True).get(pk=reading_list.pk)
    found = ReadingListEntry.objects.filter(reading_list=locked, paper=paper).first()
    if found is not None:
        return found
    last = locked.entries.aggregate(last=Max("position"))["last"] or 0
    entry = ReadingListEntry.objects.create(reading_list=locked, paper=paper, position=last + 1)
    locked.save(update_fields=["updated_at"])
    return entry


@transaction.atomic
def unsave_paper(*, reading_list: ReadingList, paper: Paper) -> bool:
    """Take the paper out of the list; returns whether it was in it."""
    locked = ReadingList.objects.select_for_update(no_key=True).get(pk=reading_list.pk)
    deleted, _by_model = ReadingListEntry.objects.filter(reading_list=locked, paper=paper).delete()
    if deleted:
        locked.save(update_fields=["updated_at"])
    return bool(deleted)


@transaction.atomic
def save_to_new_list(*, owner: User, paper: Paper, title: str, visibility: str) -> ReadingList:
    """Make a list and put the paper into it; both or neither."""
    reading_list = create_list(owner=owner, title=title, visibility=visibility)
    save_paper(reading_list=reading_list, paper=paper)
    return reading_list
