"""The site's user. It is in the first migration, so that it can always grow."""

from collections.abc import Iterable
from datetime import datetime

from django.contrib.auth.models import AbstractUser, AnonymousUser
from django.db import models
from django.db.models.base import ModelBase
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from accounts.usernames import USERNAME_PATTERN, validate_username_shape


class Theme(models.TextChoices):
    SYSTEM = "", _("As this device")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class Density(models.TextChoices):
    COMFORTABLE = "", _("Comfortable: with the beginning of the abstract")
    COMPACT = "compact", _("Compact: a line or two a paper")


class User(AbstractUser):
    """A member. `username`, `email` and `date_joined` are Django's own."""

    # What moderators decide. Only what names these columns changes them: see `save`.
    JUDGED = frozenset({"suspended_until", "quarantined_at"})

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

    # How pages look to this member. Here, not in a table of their own: every page needs them, and
    # the member's row is read anyway.
    theme = models.CharField(_("theme"), max_length=10, choices=Theme.choices, blank=True)
    density = models.CharField(_("density"), max_length=10, choices=Density.choices, blank=True)
    language = models.CharField(
        _("language"), max_length=10, blank=True, help_text=_("Also of dates and numbers.")
    )
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True)
    votes_public = models.BooleanField(
        _("upvotes are public"),
        null=True,
        blank=True,
        help_text=_("Whether one's upvotes show on one's profile. Unknown until one is asked."),
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
            models.CheckConstraint(
                condition=models.Q(theme__in=Theme.values), name="user_theme_known"
            ),
            models.CheckConstraint(
                condition=models.Q(density__in=Density.values), name="user_density_known"
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

    def save(
        self,
        *,
        force_insert: bool | tuple[ModelBase, ...] = False,
        force_update: bool = False,
        using: str | None = None,
        update_fields: Iterable[str] | None = None,
    ) -> None:
        """Store the member; of one who is stored already, all but what moderators decide.

        A request holds its member as read when it began. A password that is set at its end would
        otherwise undo a quarantine of meanwhile. Raises DatabaseError when the account is gone,
        rather than making it anew.
        """
        if update_fields is None and not (self._state.adding or force_insert):
            columns = {field.attname for field in self._meta.concrete_fields}
            columns -= {"id", *self.JUDGED, *self.get_deferred_fields()}
            update_fields = columns
        super().save(
            force_insert=force_insert,
            force_update=force_update,
            using=using,
            update_fields=update_fields,
        )

    def is_suspended(self, now: datetime) -> bool:
        return self.suspended_until is not None and self.suspended_until > now

    @property
    def is_moderator(self) -> bool:
        """Whether this member may hide, restore and see everything.

        Staff are moderators; what else they may do in the admin is Django's permissions.
        """
        return self.is_active and self.is_staff


class Profile(models.Model):
    """What a member says of themselves, and what of their doings their page shows."""

    user = models.OneToOneField(User, primary_key=True, on_delete=models.CASCADE)
    display_name = models.CharField(_("name"), max_length=80, blank=True)
    affiliation = models.CharField(_("affiliation"), max_length=120, blank=True)
    homepage = models.URLField(_("home page"), max_length=300, blank=True)
    about = models.TextField(
        _("about"),
        max_length=2000,
        blank=True,
        help_text=_("Markdown: *emphasis*, [a link](https://…), lists."),
    )
    shows_lists = models.BooleanField(_("show my public lists"), default=True)
    shows_reading = models.BooleanField(_("show what I am reading"), default=False)

    def __str__(self) -> str:
        return self.display_name or str(self.user_id)


class FormerUsername(models.Model):
    """A name that a member gave up: its addresses lead to the new one, and nobody else gets it.

    Triggers of the database keep a name out of here that is in use, and out of use while here.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="former_usernames")
    username = models.CharField(max_length=30, unique=True)
    given_up_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(username__regex=USERNAME_PATTERN),
                name="formerusername_shape",
            ),
        ]

    def __str__(self) -> str:
        return self.username


# Whoever looks at a page.
Viewer = User | AnonymousUser
