"""Whether a member's email address is verified, and where the link that verifies it leads."""

from allauth.account import app_settings
from allauth.account.internal.flows.manage_email import sync_user_email_address
from allauth.account.models import EmailAddress
from django.core import signing
from django.http import HttpRequest

from accounts.models import User

SESSION_KEY = "verified_member"


def needs_verification(request: HttpRequest) -> bool:
    """Whether the visitor is a member without a verified address.

    Costs one query while the address is unverified, so that verifying in another browser shows at
    once. Afterwards the session remembers it and no page asks again: a verified address is only
    ever replaced by another verified one.
    """
    user = request.user
    if not user.is_authenticated or request.session.get(SESSION_KEY) == user.pk:
        return False
    if not EmailAddress.objects.filter(user=user, verified=True).exists():
        return True
    request.session[SESSION_KEY] = user.pk
    return False


def waiting_email(user: User) -> str:
    """The address of `user` that waits for its verification; "" when none does."""
    address = EmailAddress.objects.get_new(user)
    if address:
        return str(address.email)
    # A member created by hand may have an address without a row for it.
    has_row = EmailAddress.objects.filter(user=user, email=user.email.lower()).exists()
    return "" if has_row else user.email


def waiting_address(user: User) -> EmailAddress | None:
    """The row of the address that `waiting_email` names, created when it is missing."""
    if waiting_email(user):
        sync_user_email_address(user)
    address: EmailAddress | None = EmailAddress.objects.get_new(user)
    return address


def already_verified(key: str) -> EmailAddress | None:
    """The address that the link with this `key` has verified before; None if it never did.

    Mail programs open links ahead of people, and people press buttons twice: neither should be
    told that a link which has done its work is broken.
    """
    try:
        pk = signing.loads(
            key,
            max_age=app_settings.EMAIL_CONFIRMATION_EXPIRE_DAYS * 24 * 60 * 60,
            salt=app_settings.SALT,
        )
    except signing.BadSignature:  # an expired one too
        return None
    return EmailAddress.objects.filter(pk=pk, verified=True).select_related("user").first()
