"""The rules of a user name. It is part of public addresses, so they are strict."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# The same pattern stands in a check constraint: forms explain, the database keeps.
USERNAME_PATTERN = r"^[a-z0-9][a-z0-9_-]{1,29}$"

# Names that would pass for the site itself, or that an address may need one day. Only sign-up
# refuses them: an operator who creates "admin" on purpose knows what it is.
RESERVED_USERNAMES = frozenset(
    """
    about accounts admin administrator anonymous api arxiv authors daily deleted deleted-member
    digest everyone feed help library lists login logout me mod moderation moderator monthly new
    nobody null offprint official papers postmaster root search security settings signup site
    staff static submit support system tags team top undefined webmaster weekly www
    """.split()
)


def validate_username_shape(value: str) -> None:
    """Raise ValidationError unless `value` has the shape of a user name.

    An upper-case letter is refused, not folded: a name reads the same everywhere.
    """
    if not re.fullmatch(USERNAME_PATTERN, value):
        raise ValidationError(
            _(
                "Use 2 to 30 lower-case letters, digits, hyphens or underscores, "
                "beginning with a letter or digit."
            ),
            code="invalid",
        )


def validate_username_free(value: str) -> None:
    """Raise ValidationError when `value` is a reserved name."""
    if value in RESERVED_USERNAMES:
        raise ValidationError(_("This name is reserved. Please choose another."), code="reserved")


# allauth takes the path of a list, so that the forms of every sign-up path share it.
signup_username_validators = [validate_username_shape, validate_username_free]
