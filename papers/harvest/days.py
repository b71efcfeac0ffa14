"""Which days are still to be read of a source that dates its records by day."""

from datetime import date, datetime, timedelta

from django.conf import settings

from papers.harvest.pages import Progress
from papers.models import Harvest

ONE_DAY = timedelta(days=1)


def next_day(harvest: Harvest, progress: Progress, now: datetime) -> date | None:
    """Return the day to read now, None when all are read up to the last that is over.

    The last day that was read is read again by the next run: records may have been added to it.
    """
    last = now.date() - ONE_DAY
    if day := progress.get("day"):
        found = date.fromisoformat(day)
    elif harvest.complete_until is not None:
        found = min(harvest.complete_until, last)
    else:
        found = last - (settings.HARVESTING["first_days"] - 1) * ONE_DAY
    return found if found <= last else None
