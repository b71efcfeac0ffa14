"""Filters of the admin's lists."""

from collections.abc import Iterator
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import ForeignKey, QuerySet
from django.http import HttpRequest

from config.admin_generics import ModelAdmin


class AutocompleteFilter(admin.SimpleListFilter):
    """Rows that belong to one object, found by typing: there are too many for a list of links.

    `relation` is the foreign key to that object's model; `parameter_name` is the query parameter
    and, unless `narrow` says otherwise, the field by which rows are filtered.
    """

    template = "admin/autocomplete_filter.html"
    relation: ClassVar["ForeignKey[Any, Any]"]

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[Any]:
        return []

    def has_output(self) -> bool:
        return True

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any] | None:
        value = self.value()
        if not value:
            return None
        if not (value.isascii() and value.isdigit() and len(value) < 19):
            raise IncorrectLookupParameters
        return self.narrow(queryset, int(value))

    def narrow(self, queryset: QuerySet[Any], pk: int) -> QuerySet[Any]:
        return queryset.filter(**{f"{self.parameter_name}_id": pk})

    def choices(self, changelist: ChangeList) -> Iterator[Any]:
        """One choice: what the template's form needs."""
        hidden = [
            (name, value)
            for name, values in changelist.filter_params.items()
            if name not in (self.parameter_name, PAGE_VAR)
            for value in values
        ]
        widget = AutocompleteSelect(self.relation, changelist.model_admin.admin_site)
        field: Any = self.relation.formfield(required=False, widget=widget)
        select = field.widget.render(
            str(self.parameter_name),
            self.value(),
            attrs={"aria-label": str(self.title), "id": f"filter-{self.parameter_name}"},
        )
        yield {"select": select, "hidden": hidden}


def media(list_filter: Any, admin_site: admin.AdminSite) -> forms.Media:
    """The scripts and styles that the filters of a list need."""
    files = forms.Media()
    for each in list_filter:
        if isinstance(each, type) and issubclass(each, AutocompleteFilter):
            files += AutocompleteSelect(each.relation, admin_site).media
    return files
