"""The moderation log, to look at: the database itself refuses to change it."""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from config.admin_base import ReadOnlyAdmin, ReadOnlyInline
from papers.admin.base import SeenByModerators, member_ids, paper_ids, paper_link
from papers.models import ModerationLogEntry, Paper
from papers.templatetags.periods import period_name


@admin.register(ModerationLogEntry)
class ModerationLogAdmin(SeenByModerators, ReadOnlyAdmin[ModerationLogEntry]):
    list_display = ("created_at", "action", "subject", "moderator", "reason")
    list_filter = ("action",)
    sortable_by = ()
    ordering = ("-id",)
    search_fields = ("paper", "member", "actor")
    search_help_text = _("A user name, or the id, DOI or URL of a paper.")
    fields = ("created_at", "action", "subject", "moderator", "reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModerationLogEntry]:
        return with_names(super().get_queryset(request))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[ModerationLogEntry], bool]:
        if search_term.strip():
            members = member_ids(search_term)
            queryset = queryset.filter(
                Q(paper__in=paper_ids(search_term)) | Q(member__in=members) | Q(actor__in=members)
            )
        return queryset, False

    @admin.display(description=_("paper, member or ranking"))
    def subject(self, entry: ModerationLogEntry) -> str | None:
        if entry.paper is not None:
            return paper_link(entry.paper)
        if entry.standing is not None:
            return period_name(entry.standing.calendar_period)
        return shown_name(entry.member_id, entry.member)

    @admin.display(description=_("by"))
    def moderator(self, entry: ModerationLogEntry) -> str | None:
        return shown_name(entry.actor_id, entry.actor)


class LogInline(SeenByModerators, ReadOnlyInline[ModerationLogEntry, Paper]):
    """What moderators did to a paper."""

    model = ModerationLogEntry
    verbose_name_plural = _("moderation")
    fields = readonly_fields = ("created_at", "action", "moderator", "reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[ModerationLogEntry]:
        return with_names(super().get_queryset(request))

    @admin.display(description=_("by"))
    def moderator(self, entry: ModerationLogEntry) -> str | None:
        return shown_name(entry.actor_id, entry.actor)


def with_names(entries: QuerySet[ModerationLogEntry]) -> QuerySet[ModerationLogEntry]:
    """With the names that the log shows, and no more of papers and members."""
    return entries.select_related("actor", "member", "paper", "standing").only(
        "action",
        "reason",
        "created_at",
        "actor__username",
        "member__username",
        "paper__key",
        "paper__title_text",
        "standing__period",
        "standing__starts_on",
    )


def shown_name(pk: int | None, member: User | None) -> str | None:
    """The member's name; rows outlive the members whom they name by number."""
    if pk is None:
        return None
    return member.username if member else gettext("deleted member")
