"""The locks under which lists change, and what a suspended member may not do meanwhile."""

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from papers.models import ReadingList, Visibility
from papers.services.errors import Forbidden, Refused


def lock_owner(owner: User) -> User:
    """The owner's row, locked: their lists are made one after another, so no two share an address."""
    return User.objects.select_for_update(no_key=True).get(pk=owner.pk)


def lock_list(reading_list: ReadingList) -> ReadingList:
    """The list's row, locked: its entries change one after another, so no two get one place.

    Raises Refused when the list was deleted meanwhile.
    """
    rows = ReadingList.objects.select_for_update(no_key=True, of=("self",))
    locked = rows.select_related("owner").filter(pk=reading_list.pk).first()
    if locked is None:
        raise Refused(_("This list was deleted meanwhile."))
    return locked


def lock_list_to_publish(reading_list: ReadingList) -> ReadingList:
    """`lock_list`, for a change that readers of the list would see as something new.

    Raises Forbidden too, when others may read the list and its owner is suspended.
    """
    locked = lock_list(reading_list)
    refuse_publishing_while_suspended(locked.owner, locked.visibility)
    return locked


def refuse_publishing_while_suspended(owner: User, visibility: str) -> None:
    """Raise Forbidden when `owner` is suspended and others may read a list of this visibility.

    By its link too: a link can be posted anywhere.
    """
    if visibility != Visibility.PRIVATE and owner.is_suspended(timezone.now()):
        raise Forbidden(
            _(
                "While you are suspended you can keep lists for yourself, but publish nothing: "
                "make the list private to go on."
            )
        )
