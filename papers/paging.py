"""Keyset paging: a page says where the last one ended, so depth costs nothing and nothing repeats.

A cursor holds what the last row shown was ordered by. It stays good when that paper vanishes, and
it can be made up without telling anything.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.core.exceptions import SuspiciousOperation
from django.db.models import Q
from django.utils.translation import gettext as _

from papers.models import Paper, ReadingList
from papers.querysets import PaperQuerySet, ReadingListQuerySet

# Beyond this a total is "1,000+": counting everything would cost more than the page.
COUNT_LIMIT = 1000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Each begins with its order's name, so that one of another order is refused. Instants in
# microseconds, which may lie beyond what a date holds; numbers that a bigint holds.
_NEWEST_CURSOR = re.compile(r"newest-(-?[0-9]{1,18})-([0-9]{1,18})", re.ASCII)
_LISTS_CURSOR = re.compile(r"changed-(-?[0-9]{1,18})-([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True)
class Page:
    papers: list[Paper]
    next_cursor: str | None


def newest_page(papers: PaperQuerySet, after: str, size: int) -> Page:
    """A page of `papers`, newest first, after the cursor `after` (from the top if "").

    Raises SuspiciousOperation when `after` is no cursor.
    """
    ordered = papers.for_rows().newest_first()
    if after:
        instant, pk = cursor_parts(_NEWEST_CURSOR, after)
        shown_date = instant_of(instant)
        # Together: beyond the pair of both. The first is where the index's walk can start.
        ordered = ordered.filter(
            Q(shown_date__lte=shown_date), Q(shown_date__lt=shown_date) | Q(pk__lt=int(pk))
        )
    found = list(ordered[: size + 1])
    if len(found) <= size:
        return Page(found, None)
    last = found[size - 1]
    return Page(found[:size], f"newest-{microseconds_of(last.shown_date)}-{last.pk}")


@dataclass(frozen=True)
class ListsPage:
    lists: list[ReadingList]
    next_cursor: str | None


def lists_page(lists: ReadingListQuerySet, after: str, size: int) -> ListsPage:
    """A page of `lists`, last changed first, after the cursor `after` (from the top if "").

    Raises SuspiciousOperation when `after` is no cursor.
    """
    ordered = lists.last_changed_first()
    if after:
        instant, pk = cursor_parts(_LISTS_CURSOR, after)
        changed_at = instant_of(instant)
        ordered = ordered.filter(
            Q(updated_at__lte=changed_at), Q(updated_at__lt=changed_at) | Q(pk__lt=int(pk))
        )
    found = list(ordered[: size + 1])
    if len(found) <= size:
        return ListsPage(found, None)
    last = found[size - 1]
    return ListsPage(found[:size], f"changed-{microseconds_of(last.updated_at)}-{last.pk}")


def few_or_all(papers: PaperQuerySet, limit: int) -> tuple[PaperQuerySet, int]:
    """The same papers, named by their ids where they are at most `limit`, and their number.

    The number is `limit` + 1 when there are more. PostgreSQL takes a word of which it has no
    statistics for a common one and would look for it paper by paper, newest first: seconds where
    the word is rare. Without an order it asks the index. A word with more matches than `limit` is
    common indeed, and soon found newest first.
    """
    ids = list(papers.order_by().values_list("pk", flat=True)[: limit + 1])
    if len(ids) > limit:
        return papers, len(ids)
    return Paper.objects.filter(pk__in=ids), len(ids)


def cursor_parts(pattern: re.Pattern[str], cursor: str) -> tuple[str, ...]:
    """The parts of a cursor; raises SuspiciousOperation when it is not of this shape."""
    found = pattern.fullmatch(cursor)
    if found is None:
        raise SuspiciousOperation(_("This page does not exist. Start from the first."))
    return found.groups()


def microseconds_of(instant: datetime) -> int:
    """An instant for a cursor: exact, which a float of seconds is not."""
    return (instant - _EPOCH) // timedelta(microseconds=1)


def instant_of(microseconds: str) -> datetime:
    """The instant of a cursor; raises SuspiciousOperation when the calendar ends before it."""
    try:
        return _EPOCH + timedelta(microseconds=int(microseconds))
    except OverflowError as error:
        raise SuspiciousOperation(_("This page does not exist. Start from the first.")) from error
