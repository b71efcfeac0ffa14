"""Setting other numbers for the ranking. They come into force once a worker has applied them."""

import math
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accounts.models import User
from papers.enqueue import enqueue
from papers.models import RankingSettings
from papers.ranking.parameters import current_settings, numbers_of
from papers.services.errors import Refused
from papers.sources.cleaning import clean_block, has_visible_character


@transaction.atomic
def propose_settings(
    *,
    values: Mapping[str, float],
    by: User,
    reason: str,
    instead_of: RankingSettings | None = None,
) -> RankingSettings:
    """Store `values`, by the names of `NUMBERS`, as those that come into force next.

    What is not named stays as it is in force. A worker applies them at once, or else the sweep
    within a minute. `instead_of` are the numbers that were in force when these were looked at.
    Raises ValidationError for numbers out of bounds and for a blank reason, and Refused when nothing
    would change, other numbers wait already, or others than `instead_of` are in force.
    """
    current = numbers_of(current_settings())
    proposed = RankingSettings(
        **{**current, **values}, reason=clean_block(reason), created_by=by, applied_at=None
    )
    _check(proposed)
    if numbers_of(proposed) == current:
        raise Refused(_("These numbers are in force already."))
    waits = _("Other numbers wait to come into force. Withdraw them, or wait until they are.")
    if RankingSettings.objects.filter(applied_at=None).exists():
        raise Refused(waits)
    try:
        with transaction.atomic():
            proposed.save()
    except IntegrityError as error:  # somebody else in this very moment
        raise Refused(waits) from error
    # Only now, as nothing else can come into force while this row waits.
    if instead_of is not None and current_settings().pk != instead_of.pk:
        raise Refused(
            _("Other numbers have come into force since. See what yours would do in their place.")
        )
    enqueue("papers.tasks.apply_ranking_settings")
    return proposed


@transaction.atomic
def withdraw_settings(*, numbers: RankingSettings) -> None:
    """Delete numbers that wait, so that those in force stay.

    A worker that is computing papers by them leaves off. Raises Refused when they are in force.
    """
    # A worker locks the row for no more than a moment: see `papers/ranking/applying.py`.
    waiting = RankingSettings.objects.select_for_update()
    found = waiting.filter(pk=numbers.pk, applied_at=None).first()
    if found is None:
        raise Refused(_("These numbers no longer wait: they are in force, or were withdrawn."))
    found.delete()


def _check(proposed: RankingSettings) -> None:
    errors = {}
    if not has_visible_character(proposed.reason):
        errors["reason"] = _("Give a reason: everybody can read it on the ranking's page.")
    errors |= {
        name: _("Enter a number.")
        for name, value in numbers_of(proposed).items()
        if not math.isfinite(value)
    }
    if errors:
        raise ValidationError(errors)
    proposed.full_clean(validate_constraints=False)
