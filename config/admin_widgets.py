"""Boxes of the admin in which rows are found by typing."""

from collections.abc import Sequence
from typing import Any

from django.contrib.admin.widgets import (
    AutocompleteMixin,
    AutocompleteSelect,
    AutocompleteSelectMultiple,
)
from django.core.exceptions import ValidationError


class _PassesOverNonsense(AutocompleteMixin):
    """Shows the form again, with its error, when what was sent is no key of any row.

    Django's own looks it up all the same, and fails.
    """

    def optgroups(self, name: str, value: Sequence[str], attr: Any = None) -> list[Any]:
        related: Any = self.field.remote_field
        key = getattr(related, "field_name", None) or related.model._meta.pk.name
        column = related.model._meta.get_field(key)
        keys = [each for each in value if _could_be(column, each)]
        return super().optgroups(name, keys, attr)


class SearchedSelect(_PassesOverNonsense, AutocompleteSelect):
    """One row."""


class SearchedSelectMultiple(_PassesOverNonsense, AutocompleteSelectMultiple):
    """Several rows."""


def _could_be(column: Any, text: str) -> bool:
    """Whether the text can be read as a value of that column; "" is for none."""
    try:
        column.to_python(text or None)
    except ValidationError:
        return False
    return "\x00" not in text
