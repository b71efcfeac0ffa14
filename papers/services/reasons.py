"""The reason that a moderator gives, which the public log quotes."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from papers.sources.cleaning import clean_block, has_visible_character


def given_reason(reason: str) -> str:
    """Return `reason` fit to publish: its lines kept, without control characters.

    Those that turn the direction of writing could make the log seem to say something else.
    Raises ValidationError when nothing of it could be seen.
    """
    reason = clean_block(reason)
    if not has_visible_character(reason):
        raise ValidationError(_("Give a reason: it is published in the moderation log."))
    return reason
