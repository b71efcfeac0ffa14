"""By what the list of papers is narrowed. Each filter has an index that answers it."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from config.admin_filters import AutocompleteFilter
from config.admin_generics import ModelAdmin
from papers.models import PaperState, PaperTag, Source, SourceRecord, Tag


class StateFilter(admin.SimpleListFilter):
    title = _("state")
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Any:
        return PaperState.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(state=self.value()) if self.value() else queryset


class ListedFilter(admin.SimpleListFilter):
    """Papers that are listed now, by the UTC day since which they are."""

    title = _("listed")
    parameter_name = "listed"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Any:
        return [
            ("0", _("Today")),
            ("6", _("Last 7 days")),
            ("29", _("Last 30 days")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        days = self.value()
        if days not in ("0", "6", "29"):
            return queryset
        first = timezone.now().date() - timedelta(days=int(days))
        return queryset.filter(state=PaperState.LISTED, listed_on__gte=first)


class SourceFilter(admin.SimpleListFilter):
    title = _("source")
    parameter_name = "source"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> Any:
        return Source.choices

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        records = SourceRecord.objects.filter(paper=OuterRef("pk"), source=self.value())
        return queryset.filter(Exists(records))


class TagFilter(AutocompleteFilter):
    """Papers that carry the tag or one below it, as on the tag's page."""

    title = _("tag")
    parameter_name = "tag"
    relation = PaperTag.tag.field

    def narrow(self, queryset: QuerySet[Any], pk: int) -> QuerySet[Any]:
        tags = Tag.objects.with_descendants(pk).values_list("pk", flat=True)
        carried = PaperTag.objects.filter(paper=OuterRef("pk"), tag__in=list(tags))
        return queryset.filter(Exists(carried))
