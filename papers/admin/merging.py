"""Papers that may be one work: the queue of candidates, and merges that can be undone."""

from collections.abc import Callable, Iterable
from datetime import datetime
from http import HTTPStatus
from typing import Any, TypeVar

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from config.admin_base import ReadOnlyAdmin
from papers.admin.base import SeenByModerators
from papers.admin.hiding import ReasonForm
from papers.admin.side_by_side import evidence_in_words, side_by_side
from papers.models import Decision, MergeCandidate, MergeRecord
from papers.services import merging
from papers.services.errors import Refused
from papers.sources.shelf import key_preference

Row = TypeVar("Row", bound=Model)

# What a button does: its name in the form, what it says, and the class that shows its weight.
Button = tuple[str, str, str]


class PairAdmin(SeenByModerators, ReadOnlyAdmin[Row]):
    """A list of pairs of papers; the page of one shows both side by side, and what can be done."""

    sortable_by = ()
    list_per_page = 50
    pair: tuple[str, str]
    heading: Any

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        context = {"title": self.heading, **(extra_context or {})}
        return super().changelist_view(request, context)

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Show the pair; with a reason and the name of a button, do what the button says."""
        if not self.has_view_permission(request) or not isinstance(request.user, User):
            raise PermissionDenied
        row = self.get_object(request, unquote(object_id))
        if row is None:
            raise Http404(_("There is no such pair."))
        submitted = request.method == "POST"
        form = ReasonForm(request.POST if submitted else None)
        # The form stands below what is to be compared first.
        form.fields["reason"].widget.attrs.pop("autofocus", None)
        if submitted and form.is_valid():
            return self._act(request, row, request.user, form.cleaned_data["reason"])
        status = HTTPStatus.BAD_REQUEST if form.errors else HTTPStatus.OK
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "media": self.media,
            "form": form,
            "papers": [getattr(row, name) for name in self.pair],
            "facts": side_by_side([getattr(row, f"{name}_id") for name in self.pair]),
            **self.page_of(row),
            **(extra_context or {}),
        }
        return TemplateResponse(request, "admin/papers/pair.html", context, status=status)

    def page_of(self, row: Row) -> dict[str, Any]:
        """What the page says of this pair: title, evidence, history, help and buttons."""
        raise NotImplementedError

    def acts(self) -> dict[str, Callable[[Row, User, str], str]]:
        """What each button does; each returns the sentence that says that it is done."""
        raise NotImplementedError

    def after(self, row: Row) -> str:
        """Where to go when it is done."""
        return reverse(f"admin:papers_{self.opts.model_name}_changelist")

    def _act(self, request: HttpRequest, row: Row, member: User, reason: str) -> HttpResponse:
        act = next((do for name, do in self.acts().items() if name in request.POST), None)
        if act is None:
            return HttpResponseRedirect(request.path)
        try:
            self.message_user(request, act(row, member, reason), messages.SUCCESS)
        except Refused as refusal:
            self.message_user(request, refusal.message, messages.WARNING)
            return HttpResponseRedirect(request.path)
        return HttpResponseRedirect(self.after(row))


class DecisionFilter(admin.SimpleListFilter):
    """The queue, until something else is asked for."""

    title = gettext_lazy("decision")
    parameter_name = "decision"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [*Decision.choices, ("all", gettext_lazy("All"))]

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
            return _open(queryset)
        return queryset.filter(decision=value) if value in Decision.values else queryset


def _open(candidates: QuerySet[Any]) -> QuerySet[Any]:
    """The queue: without papers that were merged since the last search for candidates."""
    return candidates.filter(
        decision="", first__merged_into__isnull=True, second__merged_into__isnull=True
    )


@admin.register(MergeCandidate)
class MergeCandidateAdmin(PairAdmin[MergeCandidate]):
    list_display = ("papers", "evidence_shown", "found_at", "decision")
    list_only = (
        "first__key",
        "first__title_text",
        "second__key",
        "second__title_text",
        "evidence",
        "found_at",
        "decision",
    )
    list_select_related = ("first", "second")
    list_filter = (DecisionFilter,)
    ordering = ("-found_at", "-id")
    pair = ("first", "second")
    heading = gettext_lazy("Papers that may be one work")

    @admin.display(description=gettext_lazy("papers"))
    def papers(self, candidate: MergeCandidate) -> SafeString:
        both = (candidate.first, candidate.second)
        return lines(f"{paper.key} {paper.title_text}" for paper in both)

    @admin.display(description=gettext_lazy("what speaks for one work"))
    def evidence_shown(self, candidate: MergeCandidate) -> SafeString:
        return lines(evidence_in_words(candidate.evidence))

    def page_of(self, row: MergeCandidate) -> dict[str, Any]:
        buttons: list[Button] = [
            ("merge", _("Merge into one paper"), "default"),
            ("apart", _("Keep apart"), ""),
        ]
        return {
            "title": _("Are these one work?"),
            "evidence": evidence_in_words(row.evidence),
            "history": _decided(row),
            "buttons": [] if row.decision else buttons,
            "explanation": _(
                "Merged, %(key)s is kept, with the upvotes, list entries, notes and ids of both; "
                "the address of the other leads to it. A merge can be undone."
            )
            % {"key": min(row.first.key, row.second.key, key=key_preference)},
        }

    def acts(self) -> dict[str, Callable[[MergeCandidate, User, str], str]]:
        return {"merge": self._merge, "apart": self._keep_apart}

    def after(self, row: MergeCandidate) -> str:
        """On to the next one of the queue."""
        following = _open(MergeCandidate.objects.all()).first()
        if following is None:
            return super().after(row)
        return reverse("admin:papers_mergecandidate_change", args=[following.pk])

    @staticmethod
    def _merge(candidate: MergeCandidate, moderator: User, reason: str) -> str:
        record = merging.merge_papers(
            one=candidate.first,
            other=candidate.second,
            moderator=moderator,
            reason=reason,
            now=timezone.now(),
            candidate=candidate,
        )
        return _("One paper now: %(merged)s is part of %(kept)s.") % {
            "merged": record.merged.key,
            "kept": record.kept.key,
        }

    @staticmethod
    def _keep_apart(candidate: MergeCandidate, moderator: User, reason: str) -> str:
        merging.keep_apart(
            candidate=candidate, moderator=moderator, reason=reason, now=timezone.now()
        )
        return _("Two papers still: %(first)s and %(second)s.") % {
            "first": candidate.first.key,
            "second": candidate.second.key,
        }


class UndoneFilter(admin.SimpleListFilter):
    title = gettext_lazy("state")
    parameter_name = "undone"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [("no", gettext_lazy("merged")), ("yes", gettext_lazy("separated again"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() not in ("no", "yes"):
            return queryset
        return queryset.filter(undone_at__isnull=self.value() == "no")


@admin.register(MergeRecord)
class MergeRecordAdmin(PairAdmin[MergeRecord]):
    list_display = ("papers", "reason", "merged_at", "by", "undone_at")
    list_only = (
        "kept__key",
        "kept__title_text",
        "merged__key",
        "merged__title_text",
        "reason",
        "merged_at",
        "merged_by__username",
        "undone_at",
    )
    list_select_related = ("kept", "merged", "merged_by")
    list_filter = (UndoneFilter,)
    ordering = ("-merged_at", "-id")
    pair = ("kept", "merged")
    heading = gettext_lazy("Papers that were merged")

    @admin.display(description=gettext_lazy("kept, and merged into it"))
    def papers(self, record: MergeRecord) -> SafeString:
        return lines(f"{paper.key} {paper.title_text}" for paper in (record.kept, record.merged))

    @admin.display(description=gettext_lazy("by"))
    def by(self, record: MergeRecord) -> str:
        return record.merged_by.username if record.merged_by else _("an import")

    def page_of(self, row: MergeRecord) -> dict[str, Any]:
        separate: list[Button] = [("separate", _("Separate them again"), "default")]
        return {
            "title": _("Merged papers"),
            "evidence": [row.reason],
            "history": self._history(row),
            "buttons": [] if row.undone_at else separate,
            "explanation": _(
                "Separated, each paper has again what it had before. What came since, such as an "
                "upvote, stays with %(key)s. No import merges the two again."
            )
            % {"key": row.kept.key},
        }

    def acts(self) -> dict[str, Callable[[MergeRecord, User, str], str]]:
        return {"separate": self._separate}

    def _history(self, record: MergeRecord) -> list[str]:
        history = [
            _("Merged by %(name)s on %(day)s.")
            % {"name": self.by(record), "day": _day(record.merged_at)}
        ]
        if record.undone_at is not None:
            name = record.undone_by.username if record.undone_by else _("nobody who is still here")
            history.append(
                _("Separated by %(name)s on %(day)s.")
                % {"name": name, "day": _day(record.undone_at)}
            )
        return history

    @staticmethod
    def _separate(record: MergeRecord, moderator: User, reason: str) -> str:
        merging.separate_papers(
            record=record, moderator=moderator, reason=reason, now=timezone.now()
        )
        return _("Two papers again: %(merged)s and %(kept)s.") % {
            "merged": record.merged.key,
            "kept": record.kept.key,
        }


def lines(texts: Iterable[str]) -> SafeString:
    """Each text on a line of its own."""
    return format_html_join("", "<div>{}</div>", ((text,) for text in texts))


def _decided(candidate: MergeCandidate) -> list[str]:
    if candidate.decided_at is None:
        return []
    name = candidate.decided_by.username if candidate.decided_by else _("an import")
    facts = {"name": name, "day": _day(candidate.decided_at)}
    if candidate.decision == Decision.MERGED:
        return [_("Merged by %(name)s on %(day)s.") % facts]
    return [_("Kept apart by %(name)s on %(day)s.") % facts]


def _day(instant: datetime) -> str:
    return date_format(timezone.localtime(instant), "DATE_FORMAT")
