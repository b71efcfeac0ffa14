"""What moderators do to accounts: one page a member, with what is and a button for each act.

The members' own pages of the admin know nothing of papers; here they get a link to this one. It
needs no permission on accounts and shows no address: moderators suspend whom they cannot look up.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.widgets import AdminSplitDateTime
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.admin import UserAdmin
from accounts.models import User
from papers.admin.acts import Button
from papers.admin.base import is_moderator
from papers.admin.hiding import ReasonForm
from papers.admin.moderation import shown_name
from papers.models import ModerationLogEntry, Upvote, WeightReason
from papers.services import members
from papers.services.errors import Refused

# Entries of the log that the page shows.
LOG_SHOWN = 20
# What the form starts with.
USUAL_SUSPENSION = timedelta(days=7)


class MemberActForm(ReasonForm):
    until = forms.SplitDateTimeField(
        label=gettext_lazy("Suspended until"),
        required=False,
        widget=AdminSplitDateTime,
        help_text=gettext_lazy("Only to suspend. In your time zone."),
    )
    field_order = ("until", "reason")

    def __init__(self, *args: Any, act: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.act = act
        self.fields["reason"].widget.attrs.pop("autofocus", None)
        self.fields["reason"].help_text = _(
            "Everybody can read it in the moderation log. Leave out what identifies people."
        )

    def clean_until(self) -> datetime | None:
        until: datetime | None = self.cleaned_data["until"]
        if self.act == "suspend":
            if until is None:
                raise ValidationError(_("Until when? Give a day and a time."))
            members.check_until(until)
        return until

    def clean(self) -> None:
        super().clean()
        # Nothing but a suspension looks at it.
        if self.act != "suspend":
            self.errors.pop("until", None)


@dataclass(frozen=True)
class Act:
    """Something that can be done to a member, and the sentence that says that it is done."""

    label: Any
    done: Any
    do: Callable[..., ModerationLogEntry]
    is_open: Callable[[User], bool]


ACTS = {
    "suspend": Act(
        gettext_lazy("Suspend until then"),
        gettext_lazy("%(name)s is suspended. Their upvotes do not count meanwhile."),
        members.suspend_member,
        lambda member: True,
    ),
    "end_suspension": Act(
        gettext_lazy("End the suspension"),
        gettext_lazy("The suspension of %(name)s has ended. Their upvotes count as before."),
        members.end_suspension,
        lambda member: member.suspended_until is not None,
    ),
    "quarantine": Act(
        gettext_lazy("Quarantine"),
        gettext_lazy("%(name)s is quarantined. Their upvotes do not count meanwhile."),
        members.quarantine_member,
        lambda member: member.quarantined_at is None,
    ),
    "release": Act(
        gettext_lazy("Release"),
        gettext_lazy("%(name)s is released. Their upvotes count as before."),
        members.release_member,
        lambda member: member.quarantined_at is not None,
    ),
}

admin.site.unregister(User)


@admin.register(User)
class MemberAdmin(UserAdmin):
    """Members, with the page on which moderators judge them."""

    change_form_template = "admin/accounts/user/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.moderate_view)
        return [
            path("<path:object_id>/moderate/", view, name="accounts_user_moderate"),
            *super().get_urls(),
        ]

    def moderate_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show how a member stands; with a reason, do what the button says."""
        if not is_moderator(request) or not isinstance(request.user, User):
            raise PermissionDenied
        member = self.get_object(request, unquote(object_id))
        if member is None:
            raise Http404(_("There is no such member."))
        act = next((name for name in ACTS if name in request.POST), "")
        form = MemberActForm(
            request.POST if request.method == "POST" else None,
            act=act,
            initial={"until": member.suspended_until or timezone.now() + USUAL_SUSPENSION},
        )
        if act and form.is_valid():
            self._do(request, member, request.user, act, form.cleaned_data)
            return HttpResponseRedirect(request.path)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "member": member,
            "title": _("Moderate @%(name)s") % {"name": member.username},
            "form": form,
            "media": self.media + form.media,
            "may_open_account": self.has_view_permission(request, member),
            "refusal": _why_not(member, request.user),
            **_page_of(member),
        }
        status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
        return TemplateResponse(
            request, "admin/accounts/user/moderate.html", context, status=status
        )

    def _do(
        self, request: HttpRequest, member: User, moderator: User, name: str, given: dict[str, Any]
    ) -> None:
        act = ACTS[name]
        more = {"until": given["until"]} if name == "suspend" else {}
        try:
            act.do(member=member, moderator=moderator, reason=given["reason"], **more)
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.WARNING)
        else:
            text = act.done % {"name": f"@{member.username}"}
            self.message_user(request, text, messages.SUCCESS)


def _why_not(member: User, moderator: User) -> str:
    """Why this moderator may not judge this member, or nothing."""
    try:
        members.check_may_judge(member, moderator)
    except Refused as refusal:
        return refusal.message
    return ""


def _page_of(member: User) -> dict[str, Any]:
    entries = ModerationLogEntry.objects.filter(member=member).select_related("actor")
    return {
        "facts": _facts(member),
        "buttons": [
            Button(name, act.label, "default" if name in ("end_suspension", "release") else "")
            for name, act in ACTS.items()
            if act.is_open(member)
        ],
        "entries": [
            (entry, shown_name(entry.actor_id, entry.actor)) for entry in entries[:LOG_SHOWN]
        ],
    }


def _facts(member: User) -> list[tuple[str, str]]:
    facts = [(_("Member since"), date_format(timezone.localtime(member.date_joined)))]
    if member.suspended_until:
        until = date_format(timezone.localtime(member.suspended_until), "DATETIME_FORMAT")
        facts.append((_("Suspended until"), until))
    if member.quarantined_at:
        since = date_format(timezone.localtime(member.quarantined_at), "DATETIME_FORMAT")
        facts.append((_("Quarantined since"), since))
    votes = Upvote.objects.active().filter(user=member)
    counted = votes.aggregate(
        all=Count("pk"), counting=Count("pk", filter=Q(weight_reason=WeightReason.COUNTED))
    )
    facts.append(
        (_("Upvotes"), _("%(all)d stand, of which %(counting)d count") % counted),
    )
    return facts
