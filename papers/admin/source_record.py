"""What the sources said, to look at: the next import would undo a change."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.admin_base import ReadOnlyAdmin
from papers.admin.base import SeenByModerators, paper_ids
from papers.models import Source, SourceRecord


@admin.register(SourceRecord)
class SourceRecordAdmin(SeenByModerators, ReadOnlyAdmin[SourceRecord]):
    list_display = ("source_id", "source", "paper", "record_date", "listed_at", "imported_at")
    list_only = (
        "source_id",
        "source",
        "paper__title_text",
        "record_date",
        "listed_at",
        "imported_at",
    )
    list_select_related = ("paper",)
    list_filter = ("source",)
    sortable_by = ()
    ordering = ("-id",)
    search_fields = ("source_id", "paper")
    search_help_text = _("The source's own id of the record, or the id, DOI or URL of a paper.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[SourceRecord], bool]:
        if term := search_term.strip():
            # With the sources named, the unique index on (source, source_id) answers.
            named = Q(source__in=Source.values, source_id=term)
            queryset = queryset.filter(named | Q(paper__in=paper_ids(term)))
        return queryset, False
