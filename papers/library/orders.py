"""The orders of a library, and keyset paging through each: a page costs the same at any depth."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.exceptions import SuspiciousOperation
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.lookups import GreaterThan, LessThan
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from papers.models import LibraryEntry, Paper
from papers.querysets import LibraryEntryQuerySet

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# The order, the entry's number, and what orders it: an instant in microseconds, or a title's key.
_CURSOR = re.compile(r"([a-z]+)-([0-9]{1,18})-([^\x00]{0,60})", re.DOTALL | re.ASCII)
_MICROSECONDS = re.compile(r"-?[0-9]{1,18}", re.ASCII)


class Sort(models.TextChoices):
    """Which papers come first: the newest, or the first of the alphabet."""

    ADDED = "added", gettext_lazy("Added")
    CHANGED = "changed", gettext_lazy("Changed")
    PUBLISHED = "published", gettext_lazy("Published")
    TITLE = "title", gettext_lazy("Title")


# Each has an index that begins with the owner and ends with the entry's number.
_COLUMNS = {
    Sort.ADDED: "added_at",
    Sort.CHANGED: "changed_at",
    Sort.PUBLISHED: "shown_date",
    Sort.TITLE: "title_key",
}


class _Pair(Func):
    """Two values compared as one: a single walk along the index, however many are equal."""

    function = "ROW"
    output_field = models.Field()


@dataclass(frozen=True)
class EntriesPage:
    """Entries in their order, each with its `paper` ready for a row."""

    entries: list[LibraryEntry]
    next_cursor: str | None


def entries_page(entries: LibraryEntryQuerySet, sort: Sort, after: str, size: int) -> EntriesPage:
    """A page of `entries`, after the cursor `after` (from the top if "").

    Raises SuspiciousOperation when `after` is no cursor of this order.
    """
    column = _COLUMNS[sort]
    if after:
        value, pk = _parse(sort, after)
        place = _Pair(F(column), F("pk")), _Pair(Value(value), Value(pk))
        entries = entries.filter(GreaterThan(*place) if sort is Sort.TITLE else LessThan(*place))
    sign = "" if sort is Sort.TITLE else "-"
    found = list(entries.defer("note_search").order_by(f"{sign}{column}", f"{sign}pk")[: size + 1])
    shown = found[:size]
    papers = Paper.objects.for_rows().in_bulk([entry.paper_id for entry in shown])
    for entry in shown:
        entry.paper = papers[entry.paper_id]
    return EntriesPage(shown, _cursor(sort, shown[-1]) if len(found) > size else None)


def _cursor(sort: Sort, last: LibraryEntry) -> str:
    value = getattr(last, _COLUMNS[sort])
    if isinstance(value, datetime):
        # Exact, which a float of seconds is not.
        value = (value - _EPOCH) // timedelta(microseconds=1)
    return f"{sort.value}-{last.pk}-{value}"


def _parse(sort: Sort, cursor: str) -> tuple[datetime | str, int]:
    found = _CURSOR.fullmatch(cursor)
    if found is None or found[1] != sort.value:
        raise _no_such_page()
    pk, value = int(found[2]), found[3]
    if sort is Sort.TITLE:
        return value, pk
    if not _MICROSECONDS.fullmatch(value):
        raise _no_such_page()
    try:
        return _EPOCH + timedelta(microseconds=int(value)), pk
    except OverflowError as error:
        raise _no_such_page() from error


def _no_such_page() -> SuspiciousOperation:
    return SuspiciousOperation(_("This page does not exist. Start from the first."))
