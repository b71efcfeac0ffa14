"""Harvests in words: what each is for, how far it is, and when it goes on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from papers.harvest.timetable import JOBS
from papers.models import Harvest, HarvestRun, SourceState

NAMES: dict[str, str | Promise] = {
    "arxiv_rss": gettext_lazy("arXiv: what was announced today"),
    "arxiv_oai": gettext_lazy("arXiv: what was added and changed, day by day"),
    "arxiv_ids": gettext_lazy("arXiv: papers of which only the id is known"),
    "biorxiv": gettext_lazy("bioRxiv and medRxiv: what was posted, day by day"),
    "crossref": gettext_lazy("Crossref: works of which only the DOI is known"),
    "fetch_arxiv": gettext_lazy("arXiv: what somebody asked for with fetch_arxiv"),
}


# A command that shows no sign for so long, while nothing keeps it from asking, has been ended: one
# request with all its repetitions takes a minute or two.
SILENT_AFTER = timedelta(minutes=10)


def name_of(harvest: Harvest) -> str:
    """What the harvest is for; its name, for one that this release does not have."""
    return str(NAMES.get(harvest.name, harvest.name))


def is_on_timetable(harvest: Harvest) -> bool:
    """Whether it runs by itself; the others only while somebody waits for them."""
    return harvest.name in JOBS and JOBS[harvest.name].at is not None


def moment(instant: datetime | None) -> str:
    """The day and the time for the reader, with their time zone; "" for none."""
    if instant is None:
        return ""
    local = timezone.localtime(instant)
    return f"{date_format(local, 'DATETIME_FORMAT')} {local.tzname()}"


def state_of(harvest: Harvest, last: HarvestRun | None) -> str:
    """What the harvest does, or how its last run ended."""
    if harvest.paused:
        return _("paused")
    if last is not None and last.finished_at is None:
        return _("interrupted") if is_interrupted(last) else _("running")
    if last is not None and last.error:
        return _("failed")
    return _("waiting")


def is_interrupted(run: HarvestRun) -> bool:
    """Whether the command that the run is of was ended, by a person or with its machine.

    Other harvests go on by themselves. The command may also wait, for a provider that wants to be
    left alone, and shows no sign meanwhile.
    """
    job = JOBS.get(run.harvest.name)
    if run.finished_at is not None or job is None or job.at is not None:
        return False
    silent_before = timezone.now() - SILENT_AFTER
    if run.active_at >= silent_before:
        return False
    provider = SourceState.objects.filter(provider=job.provider).first()
    return leave_alone_until(provider, silent_before) is None


def outcome_of(run: HarvestRun) -> str:
    """How the run ended, or since when nothing was heard of it."""
    if is_interrupted(run):
        text = _("interrupted, last active %(moment)s; the same command goes on")
        return text % {"moment": moment(run.active_at)}
    if run.finished_at is None:
        return _("running, last active %(moment)s") % {"moment": moment(run.active_at)}
    if run.error:
        return _("failed: %(reason)s") % {"reason": run.error}
    return _("read to its end")


def next_run_of(harvest: Harvest) -> str:
    """When it goes on."""
    if harvest.name not in JOBS:
        return _("never: this release does not have it")
    if not is_on_timetable(harvest):
        return _("when somebody runs fetch_arxiv")
    if not settings.HARVEST:
        return _("never: HARVEST is off")
    if harvest.paused:
        return _("when it is resumed")
    if harvest.run_requested_at or harvest.next_run_at is None:
        return _("within a minute")
    return moment(harvest.next_run_at)


def begins(harvest: Harvest) -> str:
    """When what was asked for begins, for a harvest of the timetable; a sentence."""
    if not settings.HARVEST:
        return _("It begins, or goes on where it stopped, once HARVEST is on.")
    provider = SourceState.objects.filter(provider=JOBS[harvest.name].provider).first()
    until = leave_alone_until(provider, timezone.now())
    if provider is not None and until is not None:
        text = _("It begins, or goes on where it stopped, when %(provider)s may be asked again.")
        return text % {"provider": provider.get_provider_display()}
    return _("It begins within a minute, or goes on where it stopped.")


def resumed(harvest: Harvest, last: HarvestRun | None) -> str:
    """What becomes of a harvest that is no longer paused; a sentence."""
    is_open = last is not None and last.finished_at is None
    if not is_on_timetable(harvest):
        if is_open:
            return _("Whoever runs the same command again goes on where it stopped.")
        return _("The command can be run again.")
    return begins(harvest) if is_open else _("It begins when it is due.")


def progress_of(harvest: Harvest) -> str:
    """Where an open run goes on. Each harvester keeps what it needs; see papers/harvest/."""
    told = [tell(harvest.progress) for tell in _PROGRESS]
    return ", ".join(text for text in told if text) or _("nothing is left to ask")


def leave_alone_until(state: SourceState | None, now: datetime) -> datetime | None:
    """Until when the provider is left alone, None when it may be asked."""
    until = state.back_off_until if state else None
    return until if until and until > now else None


def _day(progress: dict[str, Any]) -> str:
    day = progress.get("day")
    return _("at the records of %(day)s") % {"day": day} if day else ""


def _cursor(progress: dict[str, Any]) -> str:
    number = progress.get("cursor") or progress.get("start")
    return _("after %(number)d of them") % {"number": number} if number else ""


def _parts(progress: dict[str, Any]) -> str:
    """Feeds, sets or servers that are still to be asked."""
    left: list[str] = next(
        (progress[name] for name in ("left", "sets", "servers") if progress.get(name)), []
    )
    names = [str(each) or _("everything") for each in left[:5]]
    if not names:
        return ""
    more = ", …" if len(left) > len(names) else ""
    return _("still to read: %(names)s") % {"names": ", ".join(names) + more}


def _ids(progress: dict[str, Any]) -> str:
    number = sum(len(batch) for batch in progress.get("batches") or [])
    text = ngettext("%(number)d id left", "%(number)d ids left", number)
    return text % {"number": number} if number else ""


def _category(progress: dict[str, Any]) -> str:
    if "category" not in progress:
        return ""
    facts = {key: progress.get(key) or 0 for key in ("done", "total")}
    return _("category %(category)s, %(done)d of %(total)d papers") % {
        **facts,
        "category": progress["category"],
    }


_PROGRESS: tuple[Callable[[dict[str, Any]], str], ...] = (_day, _cursor, _parts, _ids, _category)
