"""Pages of listed papers, cut by keyset: of a day, week or month, of the newest, of the top."""

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from django.core.exceptions import SuspiciousOperation
from django.db.models import F, Q
from django.db.models.fields.tuple_lookups import Tuple, TupleLessThan
from django.utils.translation import gettext as _

from papers.models import Paper, PaperHeat, Standing
from papers.paging import Page, cursor_parts, instant_of, microseconds_of
from papers.periods import CalendarPeriod
from papers.querysets import PaperQuerySet
from papers.querysets.herding import counts_shown

# How far back "Top" looks; None is to the beginning.
TOP_WINDOWS: Final[dict[str, timedelta | None]] = {
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
    "all": None,
}

# Each begins with its order's name, so that one of another order is refused. Instants in
# microseconds, which may lie beyond what a date holds; numbers that a bigint holds.
_RANK_CURSOR = re.compile(r"rank-([0-9]{1,9})", re.ASCII)
_UPVOTES_CURSOR = re.compile(r"(upvotes|late)-([0-9]{1,9})-(-?[0-9]{1,18})-([^\s\x00]{1,255})")
_NEW_CURSOR = re.compile(r"new-(-?[0-9]{1,18})-([0-9]{1,18})", re.ASCII)
_TOP_CURSOR = re.compile(r"top-([0-9]{1,9})-(-?[0-9]{1,18})-([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True)
class PeriodPage:
    """A page of a period: first what its standing ranks, then the others by counted upvotes.

    Without a standing nothing is ranked; with one, the others were listed after it closed.
    """

    ranked: list[Paper] = field(default_factory=list)
    others: list[Paper] = field(default_factory=list)
    next_cursor: str | None = None


def standing_of(period: CalendarPeriod) -> Standing | None:
    """The final ranks of a period, None while it is open."""
    return Standing.objects.filter(period=period.kind, starts_on=period.start).first()


def period_page(
    period: CalendarPeriod, standing: Standing | None, after: str, size: int
) -> PeriodPage:
    """A page of a period's papers, after the cursor `after` (from the top if "").

    Raises SuspiciousOperation when `after` is no cursor of this order.
    """
    papers = Paper.objects.listed_within(period.start, period.last)
    # Whoever began to turn pages while the period was open goes on in the order they know.
    if after and standing is None and not after.startswith("upvotes-"):
        raise SuspiciousOperation(_("This page does not exist. Start from the first."))
    if after and not after.startswith("rank-"):
        order, *last_shown = cursor_parts(_UPVOTES_CURSOR, after)
        late = order == "late"
        if late and standing is not None:
            papers = papers.not_ranked_in(standing)
        others = list(_beyond(papers, *last_shown).most_upvoted_rows(size + 1))
        return _cut([], others, size, late=late)
    rank = int(cursor_parts(_RANK_CURSOR, after)[0]) if after else 0
    if standing is None:
        return _cut([], list(papers.most_upvoted_rows(size + 1)), size, late=False)
    ranked = list(Paper.objects.for_rows().ranked_in(standing, beyond=rank)[: size + 1])
    room = size + 1 - len(ranked)
    others = list(papers.not_ranked_in(standing).most_upvoted_rows(room)) if room else []
    return _cut(ranked, others, size, late=True)


def _beyond(papers: PaperQuerySet, upvotes: str, instant: str, key: str) -> PaperQuerySet:
    """Those that come after the one that had these, by `most_upvoted_first`."""
    listed_at = instant_of(instant)
    tied = Q(ranking_upvotes=int(upvotes))
    return papers.most_upvoted_first().filter(
        Q(ranking_upvotes__lt=int(upvotes))
        | tied & Q(listed_at__gt=listed_at)
        | tied & Q(listed_at=listed_at, key__gt=key)
    )


def _cut(ranked: list[Paper], others: list[Paper], size: int, *, late: bool) -> PeriodPage:
    """The page of `size` papers; of one more there are, the last only shows that it goes on."""
    if len(ranked) + len(others) <= size:
        return PeriodPage(ranked, others)
    if len(others) <= 1:
        shown = ranked[:size]
        return PeriodPage(shown, [], f"rank-{shown[-1].final_rank}")
    shown = others[:-1]
    last = shown[-1]
    assert last.listed_at is not None  # noqa: S101 - a paper of a period's page is listed
    cursor = f"{last.shown_upvotes or 0}-{microseconds_of(last.listed_at)}-{last.key}"
    return PeriodPage(ranked, shown, f"late-{cursor}" if late else f"upvotes-{cursor}")


def new_page(now: datetime, after: str, size: int) -> Page:
    """A page of the listed papers, the last listed first, after the cursor `after`.

    Raises SuspiciousOperation when `after` is no cursor.
    """
    # What a source lists in the future comes when its time does.
    papers = Paper.objects.in_listings().filter(listed_at__lte=now)
    if after:
        instant, pk = cursor_parts(_NEW_CURSOR, after)
        last_shown = (instant_of(instant), int(pk))
        papers = papers.filter(TupleLessThan(Tuple(F("listed_at"), F("pk")), last_shown))
    found = list(papers.for_rows().order_by("-listed_at", "-pk")[: size + 1])
    if len(found) <= size:
        return Page(found, None)
    last = found[size - 1]
    assert last.listed_at is not None  # noqa: S101 - it is listed
    return Page(found[:size], f"new-{microseconds_of(last.listed_at)}-{last.pk}")


def top_page(window: str, now: datetime, after: str, size: int) -> Page:
    """A page of the papers listed in a window of TOP_WINDOWS, most counted upvotes first.

    Of as many upvotes the last listed first. Ordered by the counts that the ranking has stored,
    at most a moment old, because only those have an index. Papers whose counts are still hidden are
    left out. Raises SuspiciousOperation when `after` is no cursor.
    """
    rows = PaperHeat.objects.filter(visible=True, listed_at__lte=now)
    rows = rows.alias(counts_shown=counts_shown()).filter(counts_shown__isnull=False)
    length = TOP_WINDOWS[window]
    if length is not None:
        rows = rows.filter(listed_at__gt=now - length)
    if after:
        upvotes, instant, pk = cursor_parts(_TOP_CURSOR, after)
        last_shown = (int(upvotes), instant_of(instant), int(pk))
        order = Tuple(F("upvotes"), F("listed_at"), F("paper_id"))
        rows = rows.filter(TupleLessThan(order, last_shown))
    found = list(rows.order_by("-upvotes", "-listed_at", "-paper")[: size + 1])
    # A paper that was hidden since the ranking looked is left out.
    wanted = Paper.objects.in_listings().for_rows()
    papers = wanted.in_bulk([row.paper_id for row in found[:size]])
    shown = [papers[row.paper_id] for row in found[:size] if row.paper_id in papers]
    if len(found) <= size:
        return Page(shown, None)
    last = found[size - 1]
    assert last.listed_at is not None  # noqa: S101 - what is visible has been listed
    cursor = f"top-{last.upvotes}-{microseconds_of(last.listed_at)}-{last.paper_id}"
    return Page(shown, cursor)
