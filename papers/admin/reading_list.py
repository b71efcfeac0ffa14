"""Reading lists. What is in a list, and who may read it, is its owner's: shown, not changed.

Of private lists only superusers see any: what nobody else can read is nothing to moderate.
"""

from typing import Any, cast

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from config.admin_base import LongTableAdmin, ReadOnlyInline
from config.admin_generics import BaseInlineFormSet, ModelForm
from papers.admin.base import SeenByModerators, member_ids, paper_link
from papers.forms import ReadingListForm
from papers.models import ReadingList, ReadingListEntry, Visibility
from papers.querysets import ReadingListQuerySet
from papers.querysets.reading_list import SIZE_LIMIT

# Entries that a list's page in the admin shows; its page on the site shows all.
SHOWN_ENTRIES = 100


class FirstEntries(BaseInlineFormSet[ReadingListEntry, ReadingList, ModelForm[ReadingListEntry]]):
    """The beginning of a list: some have thousands of entries."""

    def get_queryset(self) -> QuerySet[ReadingListEntry]:
        if not hasattr(self, "_first"):
            self._first = super().get_queryset()[:SHOWN_ENTRIES]
        return self._first


class EntryInline(SeenByModerators, ReadOnlyInline[ReadingListEntry, ReadingList]):
    model = ReadingListEntry
    formset = FirstEntries
    verbose_name_plural = _("the first entries")
    fields = readonly_fields = ("linked_paper", "note", "added_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReadingListEntry]:
        entries = super().get_queryset(request).select_related("paper")
        return entries.only(
            "reading_list", "position", "note", "added_at", "paper__key", "paper__title_text"
        )

    @admin.display(description=_("paper"))
    def linked_paper(self, entry: ReadingListEntry) -> str:
        return paper_link(entry.paper)


@admin.register(ReadingList)
class ReadingListAdmin(SeenByModerators, LongTableAdmin[ReadingList]):
    list_display = ("title", "owner", "visibility", "size", "is_default", "updated_at")
    list_only = (
        "title",
        "owner__username",
        "visibility",
        "is_default",
        "updated_at",
    )
    list_select_related = ("owner",)
    list_filter = ("visibility", "is_default")
    sortable_by = ()
    ordering = ("-id",)
    search_fields = ("owner", "slug")
    search_help_text = _("The owner's user name, or how the title begins.")
    # Titles and descriptions are cleaned as their owners' own are. Who may read a list, and its
    # secret link, change together, and by its owner alone.
    form = ReadingListForm
    fields = ("owner", "title", "slug", "description", "visibility", "is_default", "size")
    readonly_fields = ("owner", "slug", "visibility", "is_default", "size")
    inlines = (EntryInline,)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # members make their own

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReadingList]:
        lists = cast(ReadingListQuerySet, super().get_queryset(request)).with_sizes()
        if not request.user.is_superuser:
            lists = lists.filter(visibility=Visibility.PUBLIC)
        return lists

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[ReadingList], bool]:
        if search_term.strip():
            found = Q(owner__in=member_ids(search_term))
            if start := slugify(search_term):
                found |= Q(slug__startswith=start)
            queryset = queryset.filter(found)
        return queryset, False

    @admin.display(description=_("papers"))
    def size(self, reading_list: ReadingList) -> str:
        counted = reading_list.size
        return f"{SIZE_LIMIT:,}+" if counted > SIZE_LIMIT else str(counted)
