"""What happens to an account and matters to its upvotes.

Connected to the rows themselves rather than to the announcements of allauth: a verified address is
what makes votes count, and it also comes and goes by ways that announce nothing, such as the admin.
"""

from typing import Any

from allauth.account.models import EmailAddress
from django.db.models.signals import post_delete, post_save, pre_delete
from django.utils import timezone

from accounts.models import User
from papers.ranking import weights

# Fields of an account that its upvotes depend on.
TELLING = frozenset({"is_active", "suspended_until", "quarantined_at"})


def connect() -> None:
    """Connect to what happens to accounts; called once, when the applications are ready."""
    post_save.connect(_address_changed, EmailAddress, dispatch_uid="papers: address saved")
    post_delete.connect(_address_changed, EmailAddress, dispatch_uid="papers: address deleted")
    post_save.connect(_account_saved, User, dispatch_uid="papers: account saved")
    pre_delete.connect(_account_goes, User, dispatch_uid="papers: account deleted")


def _address_changed(instance: EmailAddress, **kwargs: Any) -> None:
    weights.revalue_votes(instance.user_id, timezone.now())


def _account_saved(
    instance: User, created: bool, update_fields: frozenset[str] | None, **kwargs: Any
) -> None:
    if not created and (update_fields is None or TELLING & update_fields):
        weights.revalue_votes(instance.pk, timezone.now())


def _account_goes(instance: User, **kwargs: Any) -> None:
    # A cascade would delete the votes and leave them in the counts.
    weights.forget_votes(instance.pk)
