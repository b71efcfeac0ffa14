"""Closed standings: what a correction would change, and the button that makes it."""

from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from config.admin_base import ReadOnlyAdmin
from papers.admin.base import SeenByModerators
from papers.admin.hiding import ReasonForm
from papers.corrections import corrections_of, papers_by_id
from papers.models import Standing
from papers.periods import KINDS, CalendarPeriod
from papers.ranking import corrections
from papers.services.errors import Refused
from papers.services.standings import correct_standing
from papers.templatetags.periods import period_name, period_url

# Papers that the page names of those that a correction would change.
SHOWN_CHANGES = 100


@admin.register(Standing)
class StandingAdmin(SeenByModerators, ReadOnlyAdmin[Standing]):
    """The list of standings; the page of one previews its correction."""

    list_display = ("name", "period", "votes_until", "corrected")
    list_only = ("period", "starts_on", "votes_until")
    list_filter = ("period",)
    sortable_by = ()
    ordering = ("-starts_on", "-id")
    search_fields = ("starts_on",)
    search_help_text = gettext_lazy("A day, week or month: 2025-03-11, 2025-W11 or 2025-03.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Standing]:
        return super().get_queryset(request).annotate(corrected_times=Count("corrections"))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Standing], bool]:
        if term := search_term.strip():
            period = _period_of(term)
            if period is None:
                return queryset.none(), False
            queryset = queryset.filter(period=period.kind, starts_on=period.start)
        return queryset, False

    @admin.display(description=gettext_lazy("papers of"))
    def name(self, standing: Standing) -> str:
        return capfirst(period_name(standing.calendar_period))

    @admin.display(description=gettext_lazy("corrected, times"))
    def corrected(self, standing: Standing) -> int:
        return int(standing.corrected_times)  # type: ignore[attr-defined]  # annotated

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show what a correction would change; with a reason, make it."""
        if not self.has_view_permission(request) or not isinstance(request.user, User):
            raise PermissionDenied
        standing = self.get_object(request, unquote(object_id))
        if standing is None:
            raise Http404(_("There is no such ranking."))
        submitted = request.method == "POST"
        form = ReasonForm(request.POST if submitted else None)
        # The form stands below what is to be looked at first.
        form.fields["reason"].widget.attrs.pop("autofocus", None)
        if submitted and form.is_valid():
            return self._correct(request, standing, request.user, form.cleaned_data["reason"])
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "form": form,
            **_page_of(standing),
            **(extra_context or {}),
        }
        status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
        return TemplateResponse(request, "admin/papers/standing.html", context, status=status)

    def _correct(
        self, request: HttpRequest, standing: Standing, moderator: User, reason: str
    ) -> HttpResponse:
        try:
            correction = correct_standing(
                standing=standing,
                moderator=moderator,
                reason=reason,
                now=timezone.now(),
                seen=request.POST.get("seen", ""),
            )
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.WARNING)
            return HttpResponseRedirect(request.path)
        number = len(correction.changes)
        text = ngettext(
            "Corrected: %(number)d paper has another rank.",
            "Corrected: %(number)d papers have another rank.",
            number,
        )
        self.message_user(request, text % {"number": number}, messages.SUCCESS)
        return HttpResponseRedirect(request.path)


def _page_of(standing: Standing) -> dict[str, Any]:
    period = standing.calendar_period
    changes = corrections.differences(standing)
    papers = papers_by_id(change.paper_id for change in changes[:SHOWN_CHANGES])
    return {
        "title": _("Final ranking of %(period)s") % {"period": period_name(period)},
        "standing": standing,
        "public_url": period_url(period),
        "changes": [
            (papers[change.paper_id], change.before, change.after)
            for change in changes[:SHOWN_CHANGES]
        ],
        "more_changes": max(0, len(changes) - SHOWN_CHANGES),
        "seen": corrections.digest(changes),
        "corrections": corrections_of(standing),
    }


def _period_of(term: str) -> CalendarPeriod | None:
    for kind in KINDS:
        try:
            return CalendarPeriod.parse(kind, term)
        except ValueError:
            continue
    return None
