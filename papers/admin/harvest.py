"""Reading the sources: harvests and their runs, and how the providers are asked."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from config.admin_base import ReadOnlyAdmin
from papers.admin import harvest_words as words
from papers.admin.acts import ActingAdmin, Button
from papers.admin.base import SeenByModerators
from papers.harvest.timetable import JOBS
from papers.models import Harvest, HarvestRun, SourceState

# Runs that the page of a harvest shows.
SHOWN_RUNS = 20
# Characters of a reason in a list.
SHORT = 120


@admin.register(Harvest)
class HarvestAdmin(ActingAdmin[Harvest]):
    list_display = (
        "job",
        "state",
        "last_run",
        "created",
        "updated",
        "unchanged",
        "rejected",
        "error",
        "next_run",
        "progress_shown",
    )
    heading = gettext_lazy("What is read from the sources")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Harvest]:
        runs = HarvestRun.objects.filter(harvest=OuterRef("pk")).order_by("-started_at", "-id")
        last = Harvest.objects.annotate(last=Subquery(runs.values("pk")[:1])).values("last")
        latest = HarvestRun.objects.filter(pk__in=last).defer("rejections")
        return (
            super()
            .get_queryset(request)
            .defer("validators")
            .prefetch_related(Prefetch("runs", latest, to_attr="last_runs"))
        )

    @admin.display(description=gettext_lazy("harvest"))
    def job(self, harvest: Harvest) -> str:
        return words.name_of(harvest)

    @admin.display(description=gettext_lazy("state"))
    def state(self, harvest: Harvest) -> str:
        return words.state_of(harvest, last_run_of(harvest))

    @admin.display(description=gettext_lazy("last run"))
    def last_run(self, harvest: Harvest) -> str:
        last = last_run_of(harvest)
        return words.moment(last.started_at) if last else _("never")

    @admin.display(description=gettext_lazy("created"))
    def created(self, harvest: Harvest) -> int | None:
        return _number(harvest, "created")

    @admin.display(description=gettext_lazy("updated"))
    def updated(self, harvest: Harvest) -> int | None:
        return _number(harvest, "updated")

    @admin.display(description=gettext_lazy("unchanged"))
    def unchanged(self, harvest: Harvest) -> int | None:
        return _number(harvest, "unchanged")

    @admin.display(description=gettext_lazy("rejected"))
    def rejected(self, harvest: Harvest) -> int | None:
        return _number(harvest, "rejected")

    @admin.display(description=gettext_lazy("error"))
    def error(self, harvest: Harvest) -> str:
        last = last_run_of(harvest)
        return short(last.error) if last else ""

    @admin.display(description=gettext_lazy("next run"))
    def next_run(self, harvest: Harvest) -> str:
        return words.next_run_of(harvest)

    @admin.display(description=gettext_lazy("progress"))
    def progress_shown(self, harvest: Harvest) -> str:
        return words.progress_of(harvest)

    def page_of(self, row: Harvest) -> dict[str, Any]:
        return {
            "title": words.name_of(row),
            "facts": [
                (_("State"), words.state_of(row, last_run_of(row))),
                (_("Next run"), words.next_run_of(row)),
                (_("Progress"), words.progress_of(row)),
                (_("Complete until"), row.complete_until or _("no day yet")),
            ],
            "notes": self._notes(row),
            "runs": [
                (run, words.moment(run.started_at), words.outcome_of(run))
                for run in row.runs.all()[:SHOWN_RUNS]
            ],
            "all_runs": f"{reverse('admin:papers_harvestrun_changelist')}?harvest={row.pk}",
        }

    def buttons(self, row: Harvest) -> Sequence[Button]:
        if row.name not in JOBS:
            return []
        if row.paused:
            return [Button("resume", _("Resume"), "default")]
        pause = Button("pause", _("Pause"))
        return [Button("run", _("Run now"), "default"), pause] if _can_run(row) else [pause]

    def do(self, row: Harvest, name: str) -> str:
        # Only what the button is about: a worker writes the rest of the row meanwhile.
        harvests = Harvest.objects.filter(pk=row.pk)
        if name == "run":
            harvests.update(run_requested_at=timezone.now())
            return f"{_('It is asked for.')} {words.begins(row)}"
        harvests.update(paused=name == "pause")
        if name == "pause":
            return _("It is paused: nothing more is asked for. An open run waits.")
        return f"{_('It is resumed.')} {words.resumed(row, last_run_of(row))}"

    @staticmethod
    def _notes(row: Harvest) -> list[str]:
        """Why it does not go on, besides being paused."""
        notes = []
        job = JOBS.get(row.name)
        provider = SourceState.objects.filter(provider=job.provider).first() if job else None
        until = words.leave_alone_until(provider, timezone.now())
        if provider is not None and until is not None:
            notes.append(
                _("%(provider)s is left alone until %(moment)s: it refused the last request.")
                % {"provider": provider.get_provider_display(), "moment": words.moment(until)}
            )
        return notes


def last_run_of(harvest: Harvest) -> HarvestRun | None:
    runs: list[HarvestRun] = harvest.last_runs  # type: ignore[attr-defined]  # prefetched
    return runs[0] if runs else None


def short(text: str) -> str:
    return text if len(text) <= SHORT else f"{text[: SHORT - 1]}…"


def _number(harvest: Harvest, name: str) -> int | None:
    last = last_run_of(harvest)
    return getattr(last, name) if last else None


def _can_run(harvest: Harvest) -> bool:
    return words.is_on_timetable(harvest) and harvest.run_requested_at is None


class HarvestFilter(admin.SimpleListFilter):
    title = gettext_lazy("harvest")
    parameter_name = "harvest"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        harvests = Harvest.objects.only("name")
        return [(str(harvest.pk), words.name_of(harvest)) for harvest in harvests]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {value for value, _label in self.lookup_choices}
        return queryset.filter(harvest=self.value()) if self.value() in known else queryset


class OutcomeFilter(admin.SimpleListFilter):
    title = gettext_lazy("outcome")
    parameter_name = "outcome"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Iterable[tuple[str, Any]]:
        return [
            ("running", gettext_lazy("Not finished")),
            ("complete", gettext_lazy("Read to its end")),
            ("failed", gettext_lazy("Failed")),
            ("rejected", gettext_lazy("With rejected records")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        finished = queryset.filter(finished_at__isnull=False)
        narrowed = {
            "running": queryset.filter(finished_at__isnull=True),
            "complete": finished.filter(error=""),
            "failed": finished.exclude(error=""),
            "rejected": queryset.filter(rejected__gt=0),
        }
        return narrowed.get(self.value() or "", queryset)


@admin.register(HarvestRun)
class HarvestRunAdmin(SeenByModerators, ReadOnlyAdmin[HarvestRun]):
    list_display = (
        "started_at",
        "job",
        "requests",
        "created",
        "updated",
        "unchanged",
        "rejected",
        "outcome",
    )
    list_only = (
        "started_at",
        "harvest__name",
        "active_at",
        "finished_at",
        "requests",
        "created",
        "updated",
        "unchanged",
        "rejected",
        "error",
    )
    list_select_related = ("harvest",)
    list_filter = (HarvestFilter, OutcomeFilter)
    sortable_by = ()
    ordering = ("-started_at", "-id")
    fields = (
        "job",
        "started_at",
        "active_at",
        "finished_at",
        "requests",
        "created",
        "updated",
        "unchanged",
        "rejected",
        "error",
        "first_rejections",
    )

    @admin.display(description=gettext_lazy("harvest"))
    def job(self, run: HarvestRun) -> str:
        return words.name_of(run.harvest)

    @admin.display(description=gettext_lazy("outcome"))
    def outcome(self, run: HarvestRun) -> str:
        return short(words.outcome_of(run))

    @admin.display(description=gettext_lazy("the first rejected records"))
    def first_rejections(self, run: HarvestRun) -> SafeString:
        rows = ((each.get("name"), each.get("reason")) for each in run.rejections)
        return format_html_join("", "<div>{}: {}</div>", rows)


@admin.register(SourceState)
class SourceStateAdmin(ActingAdmin[SourceState]):
    list_display = ("provider_name", "last_request_at", "left_alone", "refusals")
    ordering = ("provider",)
    heading = gettext_lazy("How the sources are asked")

    @admin.display(description=gettext_lazy("provider"))
    def provider_name(self, state: SourceState) -> str:
        return str(state.get_provider_display())

    @admin.display(description=gettext_lazy("left alone until"))
    def left_alone(self, state: SourceState) -> str:
        until = words.leave_alone_until(state, timezone.now())
        return words.moment(until) or _("not now")

    def page_of(self, row: SourceState) -> dict[str, Any]:
        return {
            "title": self.provider_name(row),
            "facts": [
                (_("Last request"), words.moment(row.last_request_at) or _("never")),
                (_("Left alone until"), self.left_alone(row)),
                (_("Refusals in a row"), row.refusals),
            ],
            "notes": [
                _(
                    "Whoever refuses is left alone for a while, longer each time. “Ask again now” "
                    "ends that; between two requests there is a pause all the same."
                )
            ],
        }

    def buttons(self, row: SourceState) -> Sequence[Button]:
        if words.leave_alone_until(row, timezone.now()) is None:
            return []
        return [Button("ask", _("Ask again now"), "default")]

    def do(self, row: SourceState, name: str) -> str:
        SourceState.objects.filter(pk=row.pk).update(back_off_until=None, refusals=0)
        return _("It may be asked again, within a minute.")
