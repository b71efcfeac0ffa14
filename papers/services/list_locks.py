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
    """`lock_list`, for a change that readers of a public list would see as something new.

    Raises Forbidden too, when the list is public and its owner suspended.
    """
    locked = lock_list(reading_list)
    if locked.visibility == Visibility.PUBLIC:
        refuse_while_suspended(locked.owner)
    return locked


def refuse_while_suspended(owner: User) -> None:
    """Raise Forbidden when `owner` is suspended and so may publish nothing."""
    if owner.is_suspended(timezone.now()):
        raise Forbidden(
            _(
                "While you are suspended you can keep lists for yourself, but publish nothing: "
                "make the list private to go on."
            )
        )
