"""The ranking, to look at: `manage.py refresh_rankings` is how it is corrected."""

from typing import Any

from django.contrib import admin
from django.db.models import F, Func, IntegerField, QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext_lazy as _

from config.admin_base import ReadOnlyAdmin
from papers.admin.base import SeenByModerators, paper_ids, paper_link
from papers.models import Paper, PaperHeat, RankingSnapshot

# Papers that a snapshot's page names.
SHOWN_PAPERS = 100


@admin.register(PaperHeat)
class PaperHeatAdmin(SeenByModerators, ReadOnlyAdmin[PaperHeat]):
    list_display = ("paper", "upvotes", "h_now", "h_week", "h_month", "visible", "trending")
    list_only = (
        "paper__title_text",
        "upvotes",
        "h_now",
        "h_week",
        "h_month",
        "visible",
        "trending",
    )
    list_select_related = ("paper",)
    list_filter = ("visible", "trending")
    sortable_by = ()
    ordering = ("-paper",)
    search_fields = ("paper",)
    search_help_text = _("The id, DOI or URL of a paper.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[PaperHeat], bool]:
        if search_term.strip():
            queryset = queryset.filter(paper__in=paper_ids(search_term))
        return queryset, False


@admin.register(RankingSnapshot)
class RankingSnapshotAdmin(SeenByModerators, ReadOnlyAdmin[RankingSnapshot]):
    list_display = ("taken_at", "window", "balance", "size")
    list_only = ("taken_at", "window", "balance")
    list_filter = ("window", "balance")
    sortable_by = ()
    ordering = ("-id",)
    fields = ("taken_at", "window", "balance", "size", "best")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RankingSnapshot]:
        size = Func(F("paper_ids"), function="cardinality", output_field=IntegerField())
        return super().get_queryset(request).annotate(size=size)

    @admin.display(description=_("papers"))
    def size(self, snapshot: RankingSnapshot) -> int:
        return int(snapshot.size)  # type: ignore[attr-defined]  # annotated

    @admin.display(description=_("best"))
    def best(self, snapshot: RankingSnapshot) -> str:
        """The papers at the top, in order; one that was deleted since leaves a gap."""
        ids = snapshot.paper_ids[:SHOWN_PAPERS]
        papers = Paper.objects.only("key", "title_text").in_bulk(ids)
        rows = ((place, paper_link(papers[pk])) for place, pk in enumerate(ids, 1) if pk in papers)
        items = format_html_join("", '<li value="{}">{}</li>', rows)
        return format_html("<ol>{}</ol>", items)
