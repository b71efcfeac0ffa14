"""Storing a page: each batch of its records with what is counted of them, or neither."""

from collections.abc import Sequence
from datetime import datetime

from django.db import DataError, IntegrityError, OperationalError, transaction
from django.db.models import F
from django.utils.translation import gettext as _
from tenacity import Retrying, retry_if_exception, stop_after_attempt

from papers.harvest.asked_ids import note
from papers.harvest.pages import Page
from papers.models import Harvest, HarvestRun
from papers.sources.cleaning import shown
from papers.sources.record import Deletion, PaperRecord, Parsed, ParsedDeletion, Rejection
from papers.sources.upsert import ATTEMPTS, BATCH_SIZE, CONFLICTS, upsert_batch

# Rejected records that a run keeps with their reasons; all are counted.
KEPT_REJECTIONS = 100

Usable = Parsed | ParsedDeletion


def take_in(page: Page, harvest: Harvest, run: HarvestRun, now: datetime) -> None:
    """Import the records of a page; then, and only then, note how far the harvest is.

    A batch and its counts are one transaction. So a worker that dies in the middle leaves a page
    that is asked for again, of which the part that was stored counts as unchanged.
    """
    usable = [entry for entry in page.entries if not isinstance(entry, Rejection)]
    rejections = [entry for entry in page.entries if isinstance(entry, Rejection)]
    for start in range(0, len(usable), BATCH_SIZE):
        rejections += _store(usable[start : start + BATCH_SIZE], run, now)
    harvest.progress = page.progress
    fields = ["progress"]
    if page.complete_until is not None:
        harvest.complete_until = page.complete_until
        fields.append("complete_until")
    if page.validators is not None:
        harvest.validators = page.validators
        fields.append("validators")
    with transaction.atomic():
        _note_rejections(rejections, run)
        if page.asked is not None:
            note(page.asked, now)
        harvest.save(update_fields=fields)


def _store(batch: Sequence[Usable], run: HarvestRun, now: datetime) -> list[Rejection]:
    """Import a batch; where the database refuses it, find out which record it means."""
    attempts = Retrying(
        stop=stop_after_attempt(ATTEMPTS), retry=retry_if_exception(_is_conflict), reraise=True
    )
    try:
        attempts(_store_once, batch, run, now)
    except (DataError, IntegrityError) as error:
        if len(batch) > 1:
            middle = len(batch) // 2
            return _store(batch[:middle], run, now) + _store(batch[middle:], run, now)
        (entry,) = batch
        reason = _("The database refuses it: %(error)s.") % {
            "error": shown(str(error).partition("\n")[0], 200)
        }
        return [Rejection(entry.position, reason, shown(_content(entry).source_id))]
    return []


def _store_once(batch: Sequence[Usable], run: HarvestRun, now: datetime) -> None:
    with transaction.atomic():
        result = upsert_batch([_content(entry) for entry in batch], now)
        HarvestRun.objects.filter(pk=run.pk).update(
            created=F("created") + result.created,
            updated=F("updated") + result.updated,
            unchanged=F("unchanged") + result.unchanged,
        )


def _note_rejections(rejections: Sequence[Rejection], run: HarvestRun) -> None:
    if not rejections:
        return
    kept = [
        {"position": each.position, "name": each.name, "reason": each.reason}
        for each in rejections[: max(KEPT_REJECTIONS - len(run.rejections), 0)]
    ]
    run.rejections = [*run.rejections, *kept]
    HarvestRun.objects.filter(pk=run.pk).update(
        rejected=F("rejected") + len(rejections), rejections=run.rejections
    )


def _is_conflict(error: BaseException) -> bool:
    return (
        isinstance(error, OperationalError)
        and getattr(error.__cause__, "sqlstate", None) in CONFLICTS
    )


def _content(entry: Usable) -> PaperRecord | Deletion:
    return entry.record if isinstance(entry, Parsed) else entry.deletion
