"""The site's user. It is in the first migration, so that it can always grow."""

from datetime import datetime

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.usernames import USERNAME_PATTERN, validate_username_shape


class User(AbstractUser):
    """A member. `username`, `email` and `date_joined` are Django's own."""

    username = models.CharField(
        _("user name"),
        max_length=30,
        unique=True,
        validators=[validate_username_shape],
        help_text=_("2 to 30 lower-case letters, digits, hyphens or underscores."),
        error_messages={"unique": _("This name is taken.")},
    )
    suspended_until = models.DateTimeField(
        _("suspended until"),
        null=True,
        blank=True,
        help_text=_("Until then the member may read and save, but their upvotes do not count."),
    )
    quarantined_at = models.DateTimeField(
        _("quarantined at"),
        null=True,
        blank=True,
        help_text=_("Set while moderators look into this account: its upvotes do not count."),
    )

    class Meta(AbstractUser.Meta):
        constraints = [
            # "Alice" and "alice" would be one person to a reader of /@alice/.
            models.UniqueConstraint(Lower("username"), name="user_username_lower_unique"),
            # A user name stands in addresses: nothing that needs quoting, never an e-mail address.
            models.CheckConstraint(
                condition=models.Q(username__regex=USERNAME_PATTERN), name="user_username_shape"
            ),
            # What is cut to fit the column loses its host first. Forms refuse what is too long;
            # this keeps half an address out by any other way.
            models.CheckConstraint(
                condition=models.Q(email="") | models.Q(email__regex=r"^.+@[^@\s]+$"),
                name="user_email_shape",
            ),
        ]
        indexes = [
            # The sweep that ends suspensions looks only at the few accounts that have one.
            models.Index(
                fields=["suspended_until"],
                name="user_suspended",
                condition=models.Q(suspended_until__isnull=False),
            ),
            # Sign-up, log-in and password reset look for an account by its address.
            models.Index(fields=["email"], name="user_email"),
        ]

    def __str__(self) -> str:
        return self.username

    def is_suspended(self, now: datetime) -> bool:
        return self.suspended_until is not None and self.suspended_until > now

    @property
    def is_moderator(self) -> bool:
        """Whether this member may hide, restore and see everything.

        Staff are moderators; what else they may do in the admin is Django's permissions.
        """
        return self.is_active and self.is_staff


# Whoever looks at a page.
Viewer = User | AnonymousUser
