"""Hiding and restoring papers from the admin: one from its page, many from the list."""

from functools import partial
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from config.admin_base import LongTableAdmin
from papers.admin.base import is_moderator
from papers.models import ModerationAction, Paper
from papers.services import moderation
from papers.services.errors import Refused
from papers.services.reasons import given_reason

# Papers in one go: as many as a page shows, so that somebody has seen each.
MOST_AT_ONCE = 100


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        widget=AdminTextareaWidget(attrs={"rows": 4, "autofocus": True}),
        help_text=gettext_lazy(
            "Everybody can read it, in the moderation log and where the paper was. "
            "Leave out what identifies people."
        ),
    )

    def clean_reason(self) -> str:
        return given_reason(self.cleaned_data["reason"])


class HidingAdmin(LongTableAdmin[Paper]):
    """A list and pages of papers with the acts Hide and Restore. Papers are never deleted."""

    actions = ("hide_papers", "restore_papers")
    change_form_template = "admin/papers/paper/change_form.html"

    def has_delete_permission(self, request: HttpRequest, obj: Paper | None = None) -> bool:
        return False

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return is_moderator(request)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        hide = partial(self._one_view, act=ModerationAction.HIDE)
        restore = partial(self._one_view, act=ModerationAction.RESTORE)
        return [
            path("<path:object_id>/hide/", view(hide), name="papers_paper_hide"),
            path("<path:object_id>/restore/", view(restore), name="papers_paper_restore"),
            *super().get_urls(),
        ]

    @admin.action(description=gettext_lazy("Hide…"), permissions=["moderate"])
    def hide_papers(self, request: HttpRequest, queryset: QuerySet[Paper]) -> HttpResponse | None:
        return self._many(request, queryset, ModerationAction.HIDE)

    @admin.action(description=gettext_lazy("Restore…"), permissions=["moderate"])
    def restore_papers(
        self, request: HttpRequest, queryset: QuerySet[Paper]
    ) -> HttpResponse | None:
        return self._many(request, queryset, ModerationAction.RESTORE)

    def _one_view(
        self, request: HttpRequest, object_id: str, *, act: ModerationAction
    ) -> HttpResponse:
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        paper = self.get_object(request, unquote(object_id))
        if paper is None:
            raise Http404(_("No paper with this id is here."))
        asking = self._act_or_ask(request, [paper], act, submitted=request.method == "POST")
        return asking or HttpResponseRedirect(
            reverse("admin:papers_paper_change", args=[paper.pk], current_app=self.admin_site.name)
        )

    def _many(
        self, request: HttpRequest, queryset: QuerySet[Paper], act: ModerationAction
    ) -> HttpResponse | None:
        papers = list(queryset[: MOST_AT_ONCE + 1])
        if len(papers) > MOST_AT_ONCE:
            text = _("Choose at most %(number)d papers at once.") % {"number": MOST_AT_ONCE}
            self.message_user(request, text, messages.ERROR)
            return None
        return self._act_or_ask(request, papers, act, submitted="reason" in request.POST)

    def _act_or_ask(
        self, request: HttpRequest, papers: list[Paper], act: ModerationAction, *, submitted: bool
    ) -> HttpResponse | None:
        """Do it when a reason was sent with the form; else return the page that asks for one."""
        form = ReasonForm(request.POST if submitted else None)
        if submitted and form.is_valid():
            self._do(request, papers, act, form.cleaned_data["reason"])
            return None
        hiding = act is ModerationAction.HIDE
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Hide papers") if hiding else _("Restore papers"),
            "hiding": hiding,
            "papers": papers,
            "form": form,
            "media": self.media,
            "action": request.POST.get("action", ""),
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
        }
        status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
        return TemplateResponse(request, "admin/papers/paper/reason.html", context, status=status)

    def _do(
        self, request: HttpRequest, papers: list[Paper], act: ModerationAction, reason: str
    ) -> None:
        if not isinstance(request.user, User):
            raise PermissionDenied
        hiding = act is ModerationAction.HIDE
        service = moderation.hide_paper if hiding else moderation.restore_paper
        done = 0
        for paper in papers:
            try:
                service(paper=paper, moderator=request.user, reason=reason)
            except Refused as refusal:
                self.message_user(request, f"{paper.key}: {refusal.message}", messages.WARNING)
            else:
                done += 1
        if done:
            text = (
                ngettext("%(number)d paper is hidden.", "%(number)d papers are hidden.", done)
                if hiding
                else ngettext(
                    "%(number)d paper is restored.", "%(number)d papers are restored.", done
                )
            )
            self.message_user(request, text % {"number": done}, messages.SUCCESS)


def hiding_links(paper: Paper) -> dict[str, Any]:
    """What the paper's page offers: "hide", "restore" or nothing (a merged paper is gone)."""
    if paper.merged_into_id is not None:
        return {}
    name = "hide" if paper.hidden_at is None else "restore"
    return {f"{name}_url": reverse(f"admin:papers_paper_{name}", args=[paper.pk])}
