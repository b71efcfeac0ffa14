"""Upvotes, to look at: they change only through the service that the ranking learns from.

Who voted for what is private, so this page needs a permission that staff do not have by default.
"""

from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from config.admin_base import ReadOnlyAdmin
from config.admin_filters import AutocompleteFilter
from papers.admin.base import member_ids, paper_ids
from papers.models import Upvote


class PaperFilter(AutocompleteFilter):
    title = _("paper")
    parameter_name = "paper"
    relation = Upvote.paper.field


class MemberFilter(AutocompleteFilter):
    title = _("member")
    parameter_name = "user"
    relation = Upvote.user.field


@admin.register(Upvote)
class UpvoteAdmin(ReadOnlyAdmin[Upvote]):
    list_display = ("paper", "user", "first_cast_at", "removed_at", "weight", "weight_reason")
    list_only = (
        "paper__title_text",
        "user__username",
        "first_cast_at",
        "removed_at",
        "weight",
        "weight_reason",
    )
    list_select_related = ("paper", "user")
    list_filter = (PaperFilter, MemberFilter)
    sortable_by = ()
    ordering = ("-id",)
    search_fields = ("paper", "user")
    search_help_text = _("A user name, or the id, DOI or URL of a paper.")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Upvote], bool]:
        if search_term.strip():
            # Ids first: over joined tables the two conditions could use no index.
            queryset = queryset.filter(
                Q(paper__in=paper_ids(search_term)) | Q(user__in=member_ids(search_term))
            )
        return queryset, False
