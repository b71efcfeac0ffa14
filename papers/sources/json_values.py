"""Values of a JSON object, of the type that the format says or else a reason to reject."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from papers.sources.record import RecordRejected


def text_of(holder: Mapping[str, Any], name: str) -> str:
    """Return the text called `name`, "" when it is missing or null. Raises RecordRejected."""
    value = holder.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise RecordRejected(wrong_type(name))
    return value.strip()


def list_of(holder: Mapping[str, Any], name: str) -> list[Any]:
    """Return the list called `name`, empty when it is missing or null. Raises RecordRejected."""
    value = holder.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise RecordRejected(wrong_type(name))
    return value


def wrong_type(name: str) -> str:
    """Return the reason to reject a record for the value called `name`."""
    return _("Its %(field)s cannot be read: another type of value was expected.") % {"field": name}
