"""The numbers of the ranking: their history, and a form that shows the front page they would make."""

import hashlib
import json
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from config.admin_generics import ModelForm
from papers.admin.acts import ActingAdmin, Button
from papers.models import Paper, RankingSettings, Window
from papers.ranking.parameters import NUMBERS, current_settings, numbers_of
from papers.ranking.preview import WindowPreview, preview
from papers.services.errors import Refused
from papers.services.ranking_settings import propose_settings, withdraw_settings

# Places of the front page that the preview shows: its first page.
PLACES = 30
# Of numbers that move nothing in the preview: what they do instead.
MOVES_NOTHING = {
    "field_smoothing": gettext_lazy(
        "Changes no place in the preview, only in the order that is balanced between fields."
    ),
    "newcomer_weight": gettext_lazy(
        "Changes no place in the preview: only upvotes that are cast later weigh so."
    ),
    "newcomer_days": gettext_lazy(
        "Changes no place in the preview: only upvotes that are cast later weigh so."
    ),
    "hide_counts_hours": gettext_lazy(
        "Changes no place in the preview, only which numbers of upvotes are shown."
    ),
}


class RankingSettingsForm(ModelForm[RankingSettings]):
    """Numbers with their bounds. The reason is asked for when they are saved, not to look."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        max_length=1000,
        required=False,
        widget=AdminTextareaWidget(attrs={"rows": 3}),
        help_text=gettext_lazy("Everybody can read it, on the page about the ranking."),
    )

    class Meta:
        model = RankingSettings
        fields = NUMBERS

    def __init__(self, *args: Any, in_force: RankingSettings, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, value in numbers_of(in_force).items():
            field = self.fields[name]
            field.widget.attrs["class"] = "vIntegerField"
            facts = {"help": field.help_text, "number": _number(value)}
            words = [_("%(help)s In force: %(number)s.") % facts, MOVES_NOTHING.get(name, "")]
            field.help_text = " ".join(str(sentence) for sentence in words if sentence)

    def validate_constraints(self) -> None:
        """Leave that one change waits at a time to the service, which says it better."""

    def numbers(self) -> dict[str, float]:
        return {name: self.cleaned_data[name] for name in NUMBERS}


@admin.register(RankingSettings)
class RankingSettingsAdmin(ActingAdmin[RankingSettings]):
    """Rows are added and never changed; one that waits can be withdrawn."""

    heading = gettext_lazy("Numbers of the ranking")
    list_display = ("state", "set_at", "set_by", "in_force_since", "reason")
    list_select_related = ("created_by",)
    ordering = ("-id",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[RankingSettings]:
        # As `current_settings` finds them.
        applied = RankingSettings.objects.filter(applied_at__isnull=False)
        in_force = applied.order_by("-applied_at", "-pk").values("pk")[:1]
        return super().get_queryset(request).annotate(in_force=Subquery(in_force))

    def has_add_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("papers.add_rankingsettings")

    def has_act_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request)

    @admin.display(description=gettext_lazy("state"))
    def state(self, row: RankingSettings) -> str:
        if row.applied_at is None:
            return _("waits")
        is_in_force = row.pk == row.in_force  # type: ignore[attr-defined]  # annotated
        return _("in force") if is_in_force else _("replaced")

    @admin.display(description=gettext_lazy("set"))
    def set_at(self, row: RankingSettings) -> datetime:
        return row.created_at

    @admin.display(description=gettext_lazy("by"))
    def set_by(self, row: RankingSettings) -> str:
        return row.created_by.username if row.created_by else ""

    @admin.display(description=gettext_lazy("in force since"))
    def in_force_since(self, row: RankingSettings) -> datetime | None:
        return row.applied_at

    # --- Setting others -------------------------------------------------------------------

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Ask for numbers, show the front page they would make, and only then take them."""
        if not self.has_add_permission(request) or not isinstance(request.user, User):
            raise PermissionDenied
        in_force = current_settings()
        form = RankingSettingsForm(
            request.POST if request.method == "POST" else None,
            initial=_initial(self._asked_for(request) or in_force),
            in_force=in_force,
        )
        shown = None
        if form.is_valid():
            seen = _fingerprint(form.numbers(), in_force)
            if "save" in request.POST and request.POST.get("seen") == seen:
                if saved := self._save(request, form, request.user, in_force):
                    return saved
            elif "save" in request.POST:
                text = _(
                    "The numbers are others than those you looked at, or others have come into "
                    "force since. See what yours would do now."
                )
                self.message_user(request, text, messages.WARNING)
            shown = preview(RankingSettings(**form.numbers()), timezone.now(), PLACES)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": _("Set other numbers for the ranking"),
            "media": self.media,
            "form": form,
            "windows": _tables(shown) if shown else [],
            "seen": _fingerprint(form.numbers(), in_force) if shown else "",
            **(extra_context or {}),
        }
        status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
        return TemplateResponse(
            request, "admin/papers/rankingsettings/add.html", context, status=status
        )

    def _asked_for(self, request: HttpRequest) -> RankingSettings | None:
        """The row whose numbers `?from=` asks to start with."""
        asked = request.GET.get("from", "")
        if not (asked.isascii() and asked.isdigit() and len(asked) < 18):
            return None
        return RankingSettings.objects.filter(pk=int(asked)).first()

    def _save(
        self, request: HttpRequest, form: RankingSettingsForm, by: User, in_force: RankingSettings
    ) -> HttpResponse | None:
        """Take the numbers; None when that was refused, which the form says then."""
        reason = form.cleaned_data["reason"]
        try:
            row = propose_settings(values=form.numbers(), by=by, reason=reason, instead_of=in_force)
        except Refused as refusal:
            form.add_error(None, refusal.message)
            return None
        except ValidationError as error:
            form.add_error(None, error)
            return None
        self.log_addition(request, row, [{"added": {}}])
        text = _("The numbers wait for a worker, which computes every paper by them at once.")
        self.message_user(request, text, messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:papers_rankingsettings_change", args=[row.pk]))

    # --- Looking at one, and withdrawing it -----------------------------------------------

    def page_of(self, row: RankingSettings) -> dict[str, Any]:
        before = _before(row)
        facts = [(_("State"), self.state(row))]
        if row.created_by:
            facts.append((_("Set by"), row.created_by.username))
        facts.append((_("Set"), _instant(row.created_at)))
        if row.applied_at:
            facts.append((_("In force since"), _instant(row.applied_at)))
        facts.append((_("Reason"), row.reason))
        facts += [
            (capfirst(_label(name)), _changed(value, numbers_of(before)[name]))
            for name, value in numbers_of(row).items()
        ]
        return {"title": _("Numbers of the ranking"), "facts": facts, "notes": self._notes(row)}

    def _notes(self, row: RankingSettings) -> list[SafeString | str]:
        if row.applied_at is None:
            return [
                _(
                    "A worker computes every paper by these numbers; then they and the new order "
                    "come into force at one instant. That takes seconds, on a large site minutes."
                )
            ]
        if self.state(row) == _("in force"):
            return []
        url = reverse("admin:papers_rankingsettings_add", query={"from": row.pk})
        text = _("Look at the front page by these numbers")
        return [format_html('<a href="{}">{}</a>', url, text)]

    def buttons(self, row: RankingSettings) -> list[Button]:
        return [] if row.applied_at else [Button("withdraw", _("Withdraw"))]

    def do(self, row: RankingSettings, name: str) -> str:
        withdraw_settings(numbers=row)
        return _("Withdrawn. The numbers in force stay.")

    def _act(self, request: HttpRequest, row: RankingSettings) -> HttpResponse:
        if "withdraw" not in request.POST:
            return super()._act(request, row)
        try:
            self.message_user(request, self.do(row, "withdraw"), messages.SUCCESS)
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.WARNING)
        else:
            self.log_deletions(request, [row])  # type: ignore[arg-type]  # any iterable will do
        return HttpResponseRedirect(reverse("admin:papers_rankingsettings_changelist"))


def _tables(shown: list[WindowPreview]) -> list[dict[str, Any]]:
    """What the template says of each window, with the papers."""
    ids = {place.paper_id for each in shown for place in [*each.places, *each.leaving]}
    papers = Paper.objects.only("key", "title_text").in_bulk(ids)
    return [
        {
            "label": Window(each.window).label,
            "is_exact": each.is_exact,
            "is_same": not each.leaving
            and all(place.rank == place.rank_now for place in each.places),
            "places": [
                (place, papers[place.paper_id]) for place in each.places if place.paper_id in papers
            ],
            "leaving": [
                (place, papers[place.paper_id])
                for place in each.leaving
                if place.paper_id in papers
            ],
        }
        for each in shown
    ]


def _initial(row: RankingSettings) -> dict[str, float]:
    """The numbers for the fields of a form: 12 rather than 12.0."""
    return {
        name: int(value) if float(value).is_integer() else value
        for name, value in numbers_of(row).items()
    }


def _fingerprint(numbers: dict[str, float], in_force: RankingSettings) -> str:
    """Tells whether numbers are those that were looked at, beside those in force then."""
    facts = {name: float(value) for name, value in numbers.items()}
    text = json.dumps([in_force.pk, facts], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _before(row: RankingSettings) -> RankingSettings:
    """The numbers that this row replaced, or would replace."""
    if row.applied_at is None:
        return current_settings()
    applied = RankingSettings.objects.filter(applied_at__isnull=False).exclude(pk=row.pk)
    earlier = applied.filter(applied_at__lte=row.applied_at, pk__lt=row.pk)
    return earlier.order_by("-applied_at", "-pk").first() or RankingSettings()


def _changed(value: float, before: float) -> str:
    if value == before:
        return _number(value)
    return _("%(number)s, before %(before)s") % {
        "number": _number(value),
        "before": _number(before),
    }


def _label(name: str) -> str:
    return str(RankingSettings._meta.get_field(name).verbose_name)  # type: ignore[union-attr]


def _number(value: float) -> str:
    return number_format(f"{value:g}" if isinstance(value, float) else value)


def _instant(instant: datetime) -> str:
    return date_format(timezone.localtime(instant), "DATETIME_FORMAT")
