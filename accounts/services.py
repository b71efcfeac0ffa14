"""What members change about themselves. Keyword-only and atomic.

PermissionDenied carries a sentence for the person who asked: a suspended member publishes nothing.
"""

from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import FormerUsername, Profile, User
from accounts.usernames import validate_username_free, validate_username_shape

# A name may be changed so often within so many days: whoever is quoted by name should be found
# under it, and names that are given up are lost to everybody else.
NAME_CHANGES, NAME_CHANGE_DAYS = 3, 30


def refuse_if_suspended(member: User, now: datetime) -> None:
    """Raise PermissionDenied while `member` is suspended."""
    if member.is_suspended(now):
        raise PermissionDenied(
            _("Your account is suspended. Until that is over you cannot change what others see.")
        )


@transaction.atomic
def save_profile(
    *, member: User, values: dict[str, Any], votes_public: bool, now: datetime
) -> Profile:
    """Store what `member` says of themselves and what their page shows.

    `values` are fields of Profile, checked. Raises PermissionDenied while suspended.
    """
    refuse_if_suspended(member, now)
    profile, _created = Profile.objects.update_or_create(user=member, defaults=values)
    if member.votes_public is not None or votes_public:
        _set_votes_public(member, votes_public)
    return profile


@transaction.atomic
def answer_votes_public(*, member: User, public: bool, now: datetime) -> None:
    """Keep the answer to whether the upvotes of `member` show on their page.

    Raises PermissionDenied when they should become public while the member is suspended.
    """
    if public:
        refuse_if_suspended(member, now)
    _set_votes_public(member, public)


@transaction.atomic
def save_preferences(*, member: User, values: dict[str, str]) -> None:
    """Store how pages look to `member`: theme, density, language and time zone, checked."""
    User.objects.filter(pk=member.pk).update(**values)
    for name, value in values.items():
        setattr(member, name, value)


@transaction.atomic
def change_username(*, member: User, username: str, now: datetime) -> None:
    """Give `member` another name; the old one leads to them from then on, and stays theirs.

    Raises PermissionDenied while suspended, and ValidationError, which says why, for a name that
    is malformed, reserved or somebody else's, and after too many changes.
    """
    refuse_if_suspended(member, now)
    validate_username_shape(username)
    validate_username_free(username)
    if username == member.username:
        raise ValidationError(_("This is your name already."), code="same")
    # Held until the end, so that changes made at once are counted one after the other.
    User.objects.select_for_update().get(pk=member.pk)
    _refuse_too_many_changes(member, now)
    rename(member=member, username=username, now=now)


def rename(*, member: User, username: str, now: datetime) -> None:
    """Do what `change_username` does, without its limits: for moderators.

    Raises ValidationError when the name is taken.
    """
    try:
        with transaction.atomic():
            old = User.objects.select_for_update().get(pk=member.pk).username
            _hold_names(username, old)
            FormerUsername.objects.filter(user=member, username=username).delete()
            User.objects.filter(pk=member.pk).update(username=username)
            if old != username:
                FormerUsername.objects.create(user=member, username=old, given_up_at=now)
    except IntegrityError as error:
        raise ValidationError(_("This name is taken."), code="taken") from error
    member.username = username


def _hold_names(*names: str) -> None:
    """Take the triggers' locks of these names, always in the same order.

    So two members who swap their names wait for each other instead of both failing.
    """
    with connection.cursor() as cursor:
        for name in sorted(set(names)):
            cursor.execute(
                "select pg_advisory_xact_lock(hashtext('accounts name'), hashtext(%s))", [name]
            )


def _refuse_too_many_changes(member: User, now: datetime) -> None:
    since = now - timedelta(days=NAME_CHANGE_DAYS)
    lately = list(
        FormerUsername.objects.filter(user=member, given_up_at__gt=since)
        .order_by("-given_up_at")
        .values_list("given_up_at", flat=True)[:NAME_CHANGES]
    )
    if len(lately) < NAME_CHANGES:
        return
    free_at = lately[-1] + timedelta(days=NAME_CHANGE_DAYS)
    days = -((now - free_at) // timedelta(days=1))  # begun days count
    text = ngettext(
        "You have changed your name %(number)d times within a month. Try again in %(days)d day.",
        "You have changed your name %(number)d times within a month. Try again in %(days)d days.",
        days,
    )
    raise ValidationError(text % {"number": NAME_CHANGES, "days": days}, code="limit")


def _set_votes_public(member: User, public: bool) -> None:
    User.objects.filter(pk=member.pk).update(votes_public=public)
    member.votes_public = public
