"""Papers: found by id or words, edited where no source speaks, hidden and restored."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet, URLField
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from config.admin_base import ReadOnlyInline
from papers import mathtext
from papers.admin.base import SeenByModerators
from papers.admin.hiding import HidingAdmin, hiding_links
from papers.admin.moderation import LogInline
from papers.admin.paper_filters import ListedFilter, SourceFilter, StateFilter, TagFilter
from papers.admin.paper_form import PaperForm
from papers.admin.paper_search import matching
from papers.models import (
    ExternalCount,
    Paper,
    PaperIdentifier,
    PaperState,
    SourceRecord,
)
from papers.ranking import outbox
from papers.services.tagging import set_tags


class IdentifierInline(SeenByModerators, ReadOnlyInline[PaperIdentifier, Paper]):
    model = PaperIdentifier
    fields = readonly_fields = ("kind", "value")


class RecordInline(SeenByModerators, ReadOnlyInline[SourceRecord, Paper]):
    model = SourceRecord
    fields = readonly_fields = ("source", "record", "record_date", "listed_at", "imported_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SourceRecord]:
        return super().get_queryset(request).defer("fields")

    @admin.display(description=gettext_lazy("source id"))
    def record(self, record: SourceRecord) -> str:
        url = reverse("admin:papers_sourcerecord_change", args=[record.pk])
        return format_html('<a href="{}">{}</a>', url, record.source_id)


class ExternalCountInline(SeenByModerators, ReadOnlyInline[ExternalCount, Paper]):
    model = ExternalCount
    fields = readonly_fields = ("source", "count", "taken_on")


@admin.register(Paper)
class PaperAdmin(SeenByModerators, HidingAdmin):
    form = PaperForm
    list_display = ("key", "short_title", "state_label", "primary_tag", "listed_on", "upvotes")
    list_only = (
        "key",
        "title_text",
        "state",
        "primary_tag__scheme",
        "primary_tag__code",
        "primary_tag__name",
        "listed_on",
        "heat__upvotes",
    )
    list_select_related = ("primary_tag", "heat")
    list_filter = (StateFilter, ListedFilter, SourceFilter, TagFilter)
    sortable_by = ("key",)
    ordering = ("-id",)
    search_fields = ("search",)
    search_help_text = gettext_lazy(
        "An id, DOI or URL, or words of title, authors and abstract; "
        "the last word may be unfinished."
    )
    autocomplete_fields = ("primary_tag",)
    readonly_fields = (
        "key",
        "state_label",
        "tag_names",
        "author_names",
        "published_at",
        "version",
        "listed_at",
        "listed_by_person_at",
        "submitted_by",
        "pending_since",
        "withdrawn_at",
        "withdrawal_reason",
        "hidden_at",
        "merged_into",
        "created_at",
        "updated_at",
        "upvotes_link",
    )
    inlines = (IdentifierInline, RecordInline, ExternalCountInline, LogInline)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False  # papers come from imports and from members

    def get_queryset(self, request: HttpRequest) -> QuerySet[Paper]:
        # The search vector is for PostgreSQL; some are larger than the rest of the row.
        return super().get_queryset(request).defer("search")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Paper], bool]:
        return matching(queryset, search_term), False

    def get_fieldsets(self, request: HttpRequest, obj: Paper | None = None) -> Any:
        tags = "carried_tags" if self.has_change_permission(request, obj) else "tag_names"
        return [
            (None, {"fields": ("key", "state_label", "upvotes_link")}),
            (
                gettext_lazy("Text"),
                {
                    "fields": ("title", "abstract", "note", "note_label"),
                    "description": gettext_lazy(
                        "TeX is rendered when you save. When a source changes its record, "
                        "the next import writes the source's text again."
                    ),
                },
            ),
            (gettext_lazy("Subject"), {"fields": (tags, "primary_tag")}),
            (
                gettext_lazy("Bibliography"),
                {
                    "fields": (
                        "author_names",
                        "published_at",
                        "version",
                        "comments",
                        "journal_ref",
                        "code_url",
                        "project_url",
                    )
                },
            ),
            (
                gettext_lazy("What happened"),
                {
                    "fields": (
                        "listed_at",
                        "listed_by_person_at",
                        "submitted_by",
                        "pending_since",
                        "withdrawn_at",
                        "withdrawal_reason",
                        "hidden_at",
                        "merged_into",
                        "created_at",
                        "updated_at",
                    )
                },
            ),
        ]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if isinstance(db_field, URLField):
            kwargs["assume_scheme"] = "https"
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if db_field.name in ("title", "comments", "journal_ref", "note") and field is not None:
            field.widget.attrs["rows"] = 2
        return field

    def save_model(self, request: HttpRequest, obj: Paper, form: Any, change: bool) -> None:
        title, abstract = mathtext.render(obj.title), mathtext.render_abstract(obj.abstract)
        obj.title_text, obj.title_html = title.text, title.html
        obj.abstract_text, obj.abstract_html = abstract.text, abstract.html
        obj.render_version = mathtext.RENDER_VERSION
        rendered = {"title_text", "title_html", "abstract_text", "abstract_html", "render_version"}
        edited = set(form.changed_data) - {"carried_tags"}
        # Only what was edited: an import or another moderator may have written the rest meanwhile.
        obj.save(update_fields=edited | rendered | {"updated_at"})

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        set_tags(paper=form.instance, tags=form.cleaned_data["carried_tags"])
        if "primary_tag" in form.changed_data:
            outbox.queue([form.instance.pk])

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Paper | None = None,
    ) -> HttpResponse:
        if obj is not None:
            context.update(hiding_links(obj))
        return super().render_change_form(request, context, add, change, form_url, obj)

    @admin.display(description=gettext_lazy("title"))
    def short_title(self, paper: Paper) -> str:
        title = paper.title_text
        return title if len(title) <= 100 else f"{title[:99]}…"

    @admin.display(description=gettext_lazy("state"))
    def state_label(self, paper: Paper) -> str:
        return str(PaperState(paper.state).label)

    @admin.display(description=gettext_lazy("upvotes"))
    def upvotes(self, paper: Paper) -> int | None:
        heat = getattr(paper, "heat", None)
        return heat.upvotes if heat else None

    @admin.display(description=gettext_lazy("counted upvotes"))
    def upvotes_link(self, paper: Paper) -> str:
        url = reverse("admin:papers_upvote_changelist", query={"paper": paper.pk})
        return format_html('<a href="{}">{}</a>', url, self.upvotes(paper) or 0)

    @admin.display(description=gettext_lazy("authors"))
    def author_names(self, paper: Paper) -> str:
        return "; ".join(paper.authors)

    @admin.display(description=gettext_lazy("tags"))
    def tag_names(self, paper: Paper) -> str:
        return ", ".join(str(tag) for tag in paper.tags.order_by("code"))
