"""Accounts whose upvotes look arranged: the queue, and for each the evidence and what can be done."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from config.admin_base import ReadOnlyAdmin
from papers.admin.acts import Button
from papers.admin.base import SeenByModerators
from papers.admin.hiding import ReasonForm
from papers.admin.ring_words import accounts_of, in_short, in_words, pairs_of, papers_of
from papers.models import RingDecision, SuspectedRing
from papers.services import rings
from papers.services.errors import Refused


@dataclass(frozen=True)
class Press:
    """A button that a moderator pressed, below the accounts that `shown` is the fingerprint of."""

    ring: SuspectedRing
    moderator: User
    reason: str
    shown: str


# What a button does; it returns in words what is done now.
Act = Callable[[Press], str]


class DecisionFilter(admin.SimpleListFilter):
    """The queue, until something else is asked for."""

    title = gettext_lazy("decision")
    parameter_name = "decision"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [*RingDecision.choices, ("all", gettext_lazy("All"))]

    def choices(self, changelist: ChangeList) -> Any:
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": _("Open"),
        }
        yield from list(super().choices(changelist))[1:]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        value = self.value()
        if value is None:
            return queryset.filter(decision="")
        return queryset.filter(decision=value) if value in RingDecision.values else queryset


@admin.register(SuspectedRing)
class SuspectedRingAdmin(SeenByModerators, ReadOnlyAdmin[SuspectedRing]):
    list_display = ("suspicion", "evidence_shown", "first_seen_at", "last_seen_at", "decision")
    list_only = ("pattern", "evidence", "first_seen_at", "last_seen_at", "decision")
    list_filter = (DecisionFilter, "pattern")
    list_per_page = 50
    sortable_by = ()
    ordering = ("-last_seen_at", "-id")

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"title": _("Accounts whose upvotes look arranged"), **(extra_context or {})}
        return super().changelist_view(request, context)

    def get_queryset(self, request: HttpRequest) -> QuerySet[SuspectedRing]:
        return super().get_queryset(request).annotate(size=Count("accounts"))

    @admin.display(description=gettext_lazy("suspicion"))
    def suspicion(self, ring: SuspectedRing) -> str:
        return in_short(ring.pattern, ring.size)  # type: ignore[attr-defined]  # annotated

    @admin.display(description=gettext_lazy("what speaks for it"))
    def evidence_shown(self, ring: SuspectedRing) -> SafeString:
        sentences = in_words(ring.pattern, ring.evidence)
        return format_html_join("", "<div>{}</div>", ((text,) for text in sentences))

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the evidence; with a reason and the name of a button, do what the button says."""
        if not self.has_view_permission(request) or not isinstance(request.user, User):
            raise PermissionDenied
        ring = self.get_object(request, unquote(object_id))
        if ring is None:
            raise Http404(_("There is no such suspicion."))
        submitted = request.method == "POST"
        form = ReasonForm(request.POST if submitted else None)
        # The form stands below what is to be read first.
        form.fields["reason"].widget.attrs.pop("autofocus", None)
        form.fields["reason"].help_text = _(
            "Of a quarantine or release, everybody can read it in the moderation log, beside each "
            "account. Leave out what identifies people."
        )
        status = HTTPStatus.OK
        if submitted and form.is_valid():
            reason, shown = form.cleaned_data["reason"], request.POST.get("shown", "")
            try:
                return self._act(request, Press(ring, request.user, reason, shown))
            except rings.Outdated as refusal:
                self.message_user(request, refusal.message, messages.WARNING)
                status = HTTPStatus(refusal.status)
                ring.refresh_from_db()
        elif submitted:
            status = HTTPStatus.BAD_REQUEST
        # Read after the ring: had the search changed it in between, what is posted would be refused.
        accounts = accounts_of(ring)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "original": ring,
            "media": self.media,
            "form": form,
            "title": in_short(ring.pattern, len(accounts)),
            "evidence": in_words(ring.pattern, ring.evidence),
            "papers": papers_of(ring.evidence),
            "pairs": pairs_of(ring.evidence, accounts),
            "accounts": accounts,
            "history": _history(ring),
            "buttons": _buttons(ring) if accounts else [],
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/papers/ring.html", context, status=status)

    def _act(self, request: HttpRequest, press: Press) -> HttpResponse:
        act = next((do for name, do in ACTS.items() if name in request.POST), None)
        if act is None:
            return HttpResponseRedirect(request.path)
        try:
            text = act(press)
        except rings.Outdated:
            raise
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.WARNING)
            return HttpResponseRedirect(request.path)
        self.message_user(request, text, messages.SUCCESS)
        self.log_change(request, press.ring, f"{text} {press.reason}")
        return HttpResponseRedirect(reverse("admin:papers_suspectedring_changelist"))


def _buttons(ring: SuspectedRing) -> list[Button]:
    quarantine = Button("quarantine", _("Quarantine these accounts"), "default")
    if ring.decision == RingDecision.QUARANTINED:
        return [Button("release", _("Release these accounts"), "default")]
    if ring.decision == RingDecision.INNOCENT:
        return [quarantine]
    return [quarantine, Button("clear", _("Nothing wrong"))]


def _quarantine(press: Press) -> str:
    number = rings.quarantine_ring(
        ring=press.ring,
        moderator=press.moderator,
        reason=press.reason,
        now=timezone.now(),
        shown=press.shown,
    )
    text = ngettext(
        "%(number)d account is quarantined. Its upvotes do not count until it is released.",
        "%(number)d accounts are quarantined. Their upvotes do not count until they are released.",
        number,
    )
    return text % {"number": number}


def _release(press: Press) -> str:
    done = rings.release_ring(
        ring=press.ring, moderator=press.moderator, reason=press.reason, now=timezone.now()
    )
    text = ngettext(
        "%(number)d account is released. Its upvotes count as before.",
        "%(number)d accounts are released. Their upvotes count as before.",
        done.released,
    ) % {"number": done.released}
    if not done.held_by_others:
        return text
    held = ngettext(
        "%(number)d stays quarantined: it belongs to another ring that is. It is released with it.",
        "%(number)d stay quarantined: they belong to another ring that is. They are released with it.",
        done.held_by_others,
    )
    return f"{text} {held % {'number': done.held_by_others}}"


def _clear(press: Press) -> str:
    rings.clear_ring(
        ring=press.ring, moderator=press.moderator, now=timezone.now(), shown=press.shown
    )
    return _("Nothing wrong with these accounts. They are not suspected of the same again.")


ACTS: dict[str, Act] = {"quarantine": _quarantine, "release": _release, "clear": _clear}


def _history(ring: SuspectedRing) -> list[str]:
    seen = {"first": _day(ring.first_seen_at), "last": _day(ring.last_seen_at)}
    told = [_("First seen on %(first)s, last on %(last)s.") % seen]
    if ring.decided_at is not None:
        name = ring.decided_by.username if ring.decided_by else _("nobody who is still here")
        facts = {"name": name, "day": _day(ring.decided_at)}
        if ring.decision == RingDecision.QUARANTINED:
            told.append(_("Quarantined by %(name)s on %(day)s.") % facts)
        else:
            told.append(_("Found to be nothing wrong by %(name)s on %(day)s.") % facts)
    return told


def _day(instant: datetime) -> str:
    return date_format(timezone.localtime(instant), "DATE_FORMAT")
