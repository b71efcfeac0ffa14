"""What every list of the admin needs to stay quick when its table has millions of rows."""

from functools import cached_property
from typing import Any, ClassVar, TypeVar

from django import forms
from django.contrib.admin import ShowFacets
from django.contrib.admin.views.main import PAGE_VAR, ChangeList
from django.core.paginator import Page
from django.db import connections
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from config import admin_filters
from config.admin_generics import ModelAdmin, Paginator, TabularInline
from config.admin_widgets import SearchedSelect, SearchedSelectMultiple

M = TypeVar("M", bound=Model)
Child = TypeVar("Child", bound=Model)
Parent = TypeVar("Parent", bound=Model)

# Rows past the page in view that are counted and linked to.
REACH = 1000
# Nobody pages further; it keeps the arithmetic inside PostgreSQL's integers.
MAX_PAGE = 1_000_000


class LongTablePaginator(Paginator[Any]):
    """Counts no further than REACH rows past the page in view.

    So the count costs the same in a table of any size, and every row can still be reached: the
    page links move on with the reader.
    """

    def __init__(
        self, object_list: QuerySet[Any], per_page: int, *args: Any, page: int, **kwargs: Any
    ) -> None:
        super().__init__(object_list, per_page, *args, **kwargs)
        self.rows: QuerySet[Any] = object_list
        self.ceiling = (page - 1) * self.per_page + REACH

    @cached_property
    def counted(self) -> int:
        """The number of rows, or `ceiling + 1` when there are more."""
        return self.rows.order_by().values("pk")[: self.ceiling + 1].count()

    def page(self, number: int | str) -> Any:
        """The page, by the keys of its rows: what is skipped is then read from an index alone."""
        number = self.validate_number(number)
        if number == 1:
            return super().page(number)
        first = (number - 1) * self.per_page
        keys = list(self.rows.values_list("pk", flat=True)[first : first + self.per_page])
        return Page(self.rows.filter(pk__in=keys), number, self)

    @cached_property
    def count(self) -> int:
        return min(self.counted, self.ceiling)

    @cached_property
    def count_text(self) -> str:
        """The number of rows in words: "12", "1,000+", or "about 1,203,000" for a whole table."""
        if self.counted <= self.ceiling:
            return _number(self.counted)
        if not self.rows.query.where:
            estimate = self._estimate()
            if estimate > self.ceiling:
                return _("about %(number)s") % {"number": _number(_rounded(estimate))}
        return f"{_number(self.ceiling)}+"

    def _estimate(self) -> int:
        """PostgreSQL's idea of the table's size; -1 before it was ever analysed."""
        connection = connections[self.rows.db]
        table = connection.ops.quote_name(self.rows.query.get_meta().db_table)
        with connection.cursor() as cursor:
            cursor.execute(
                "select reltuples::bigint from pg_class where oid = %s::regclass", [table]
            )
            return int(cursor.fetchone()[0])


def _number(number: int) -> str:
    return number_format(number, force_grouping=True)


def _rounded(number: int) -> int:
    """Three digits: an estimate that shows more would look exact."""
    digits = len(str(number))
    return round(number, 3 - digits)


class LeanChangeList(ChangeList):
    """A list that reads only the columns it shows."""

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        queryset = super().get_queryset(*args, **kwargs)
        only = getattr(self.model_admin, "list_only", ())
        return queryset.only(*only) if only else queryset


class LongTableAdmin(ModelAdmin[M]):
    """A model whose table may have millions of rows.

    Subclasses name in `list_only` the columns that their list shows; searching is theirs too,
    because Django's own looks for substrings in every row.
    """

    list_only: ClassVar[tuple[str, ...]] = ()
    show_full_result_count = False
    show_facets = ShowFacets.NEVER
    list_max_show_all = 0

    @property
    def media(self) -> forms.Media:
        return super().media + admin_filters.media(self.list_filter, self.admin_site)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return LeanChangeList

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SearchedSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in self.get_autocomplete_fields(request):
            kwargs.setdefault("widget", SearchedSelectMultiple(db_field, self.admin_site))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    def get_paginator(
        self, request: HttpRequest, queryset: QuerySet[Any], per_page: int, *args: Any, **kw: Any
    ) -> Paginator[Any]:
        return LongTablePaginator(queryset, per_page, *args, page=_page_in_view(request), **kw)


class ReadOnlyAdmin(LongTableAdmin[M]):
    """Something that only the site itself writes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False


class ReadOnlyInline(TabularInline[Child, Parent]):
    """Rows that are shown with their parent and changed elsewhere, or never."""

    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Parent | None = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Parent | None = None) -> bool:
        return False


def _page_in_view(request: HttpRequest) -> int:
    """The page that a list, or an autocomplete box, asks for."""
    asked = request.GET.get(PAGE_VAR) or request.GET.get("page") or ""
    if not (asked.isascii() and asked.isdigit()):
        return 1
    return min(max(int(asked[:9]), 1), MAX_PAGE)
