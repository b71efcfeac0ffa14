"""The orders in which listings of many papers are read, and keyset paging through each.

An order has one part or two: by upvotes come the papers that have some, then all others, newest
first. Each part is walked along an index of its own, so a page costs the same at any depth; one
order over all of them would have no index.
"""

import json
import math
import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import SuspiciousOperation
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from papers.models import Paper, Window
from papers.paging import (
    COUNT_LIMIT,
    Page,
    cursor_parts,
    few_or_all,
    instant_of,
    microseconds_of,
)
from papers.querysets import PaperQuerySet
from papers.querysets.herding import counts_shown
from papers.time_limit import TookTooLong, time_limit

# The order and its part; what that orders by, in microseconds, upvotes or the bits of a float; the
# paper's number.
_CURSOR = re.compile(r"([a-z]+)\.([01])\.(-?[0-9]{1,19})\.([0-9]{1,18})", re.ASCII)
# How a page is found. So many papers are sorted in about 40 ms, and so many of three million, if
# they are spread over the years, are found along an index in about as long.
SORTED_AT_ONCE = 7_000
# More are looked for along the index. Where that takes longer than so many seconds, they lie at its
# far end, as those of a tag do that nobody has used for years, and sorting them is faster after all.
PATIENCE = 0.25
SORTED_IN_NEED = 250_000
# The largest number of upvotes that the database can compare.
_MAX_UPVOTES = 2**31 - 1


class Sort(models.TextChoices):
    """Which papers come first."""

    NEWEST = "newest", gettext_lazy("Newest")
    OLDEST = "oldest", gettext_lazy("Oldest")
    LISTED = "listed", gettext_lazy("Last listed")
    UPVOTES = "upvotes", gettext_lazy("Most upvoted")
    TRENDING = "trending", gettext_lazy("Trending")


@dataclass(frozen=True)
class Selection:
    """Papers to read in some order, and how many they are.

    `is_capped` says that there are more than `total`, and nobody has counted how many; `estimate`
    is about how many, where it matters.
    """

    papers: PaperQuerySet
    total: int
    estimate: int
    is_capped: bool = False


def select(papers: PaperQuerySet, *, is_stretch: bool = False) -> Selection:
    """Count `papers` as far as a page says, and find out how they are best read.

    `is_stretch` says that they are cut out of the very order in which they will be read, as those
    listed from a day on are. The walk along its index begins among them, so it is tried first.
    """
    found, total = few_or_all(papers, COUNT_LIMIT)
    if total <= COUNT_LIMIT:
        return Selection(found, total, estimate=total)
    estimate = _estimated_number(papers)
    if is_stretch:
        estimate = max(estimate, SORTED_AT_ONCE + 1)
    return Selection(found, COUNT_LIMIT, estimate, is_capped=True)


def _estimated_number(papers: PaperQuerySet) -> int:
    """The database's own guess, from its statistics; free, where counting takes as long as reading."""
    (plan,) = json.loads(papers.order_by().values("pk").explain(format="json"))
    return int(plan["Plan"]["Plan Rows"])


@dataclass(frozen=True)
class Part:
    """A stretch of an order: which papers are in it, and by what they are ordered there.

    `column` is an instant or a number; the paper's own number breaks ties, in the same direction
    unless `ties` says otherwise.
    """

    narrowed: Callable[[PaperQuerySet], PaperQuerySet]
    column: str
    value: Callable[[Paper], datetime | int | float | None]
    descending: bool = True
    # The column that breaks ties, as `order_by` has it.
    ties: str = ""

    def page(self, selection: Selection, after: "Cursor | None", size: int) -> list[Paper]:
        """At most `size` papers of this part, after the cursor."""
        if selection.estimate <= SORTED_AT_ONCE:
            return self._page(selection, after, size, at_once=True)
        if selection.estimate > SORTED_IN_NEED:
            return self._page(selection, after, size, at_once=False)
        try:
            with time_limit(PATIENCE):
                return self._page(selection, after, size, at_once=False)
        except TookTooLong:
            return self._page(selection, after, size, at_once=True)

    def _page(
        self, selection: Selection, after: "Cursor | None", size: int, *, at_once: bool
    ) -> list[Paper]:
        """As `page`: by fetching and sorting all, or by a walk along the order's index."""
        sign = "-" if self.descending else ""
        ordered = self.narrowed(selection.papers.for_rows().with_shown_date())
        ties = self.ties or f"{sign}pk"
        order: list[Any] = [f"{sign}{self.column}", ties]
        if at_once:
            # No index has an order that begins like this, so the database sorts what it selected.
            order.insert(0, F("pk") * 0)
        ordered = ordered.order_by(*order)
        if after is not None:
            beyond = "lt" if self.descending else "gt"
            tied = f"{ties[1:]}__lt" if ties.startswith("-") else f"{ties}__gt"
            value = after.value_of(self.column)
            # Together: beyond the pair of both. The first is where the index's walk can start.
            ordered = ordered.filter(
                Q(**{f"{self.column}__{beyond}e": value}),
                Q(**{f"{self.column}__{beyond}": value}) | Q(**{tied: after.pk}),
            )
        return list(ordered[:size])


@dataclass(frozen=True)
class Cursor:
    """Where a page ended: good although that paper may have vanished, and telling nothing.

    `order` is the name of a sort, and of a window where it trends within one.
    """

    order: str
    part: int
    number: int
    pk: int

    @classmethod
    def parse(cls, text: str, order: str, parts: int) -> "Cursor":
        """Raises SuspiciousOperation for a text that is no cursor of this order."""
        named, part, number, pk = cursor_parts(_CURSOR, text)
        if named != order or int(part) >= parts:
            raise SuspiciousOperation(_("This page does not exist. Start from the first."))
        return cls(order, int(part), int(number), int(pk))

    @classmethod
    def at(cls, order: str, number: int, part: Part, paper: Paper) -> "Cursor":
        value = part.value(paper)
        if isinstance(value, datetime):
            return cls(order, number, microseconds_of(value), paper.pk)
        if isinstance(value, float):
            return cls(order, number, _bits_of(value), paper.pk)
        return cls(order, number, value or 0, paper.pk)

    def __str__(self) -> str:
        return f"{self.order}.{self.part}.{self.number}.{self.pk}"

    def value_of(self, column: str) -> datetime | int | float:
        """What the last row shown was ordered by, in this column.

        Raises SuspiciousOperation where it is nothing that the column can hold.
        """
        if column == "heat__upvotes":
            return max(-_MAX_UPVOTES, min(self.number, _MAX_UPVOTES))
        if column.startswith("heat__h_"):
            return _float_of(self.number)
        return instant_of(str(self.number))


def _bits_of(value: float) -> int:
    """A float for a cursor: exact, which its decimal digits need not be."""
    bits: int = struct.unpack(">q", struct.pack(">d", value))[0]
    return bits


def _float_of(bits: int) -> float:
    value = math.nan
    if -(2**63) <= bits < 2**63:
        (value,) = struct.unpack(">d", struct.pack(">q", bits))
    if not math.isfinite(value):
        raise SuspiciousOperation(_("This page does not exist. Start from the first."))
    return value


def _all(papers: PaperQuerySet) -> PaperQuerySet:
    return papers


def _listed(papers: PaperQuerySet) -> PaperQuerySet:
    return papers.in_listings()


def _not_listed(papers: PaperQuerySet) -> PaperQuerySet:
    return papers.exclude(state="listed")


def _upvoted(papers: PaperQuerySet) -> PaperQuerySet:
    # A place by a count that is still hidden would tell it: such a paper stands among the others.
    return papers.with_counts_shown().filter(heat__upvotes__gt=0)


def _not_upvoted(papers: PaperQuerySet) -> PaperQuerySet:
    none_to_show = Q(heat__isnull=True) | Q(heat__upvotes=0) | Q(counts_shown__isnull=True)
    return papers.alias(counts_shown=counts_shown()).filter(none_to_show)


def _trending(papers: PaperQuerySet) -> PaperQuerySet:
    return papers.filter(heat__trending=True)


def _not_trending(papers: PaperQuerySet) -> PaperQuerySet:
    return papers.filter(Q(heat__isnull=True) | Q(heat__trending=False))


def _shown_date(paper: Paper) -> datetime:
    return paper.shown_date


_PARTS: dict[Sort, tuple[Part, ...]] = {
    Sort.NEWEST: (Part(_all, "shown_date", _shown_date),),
    Sort.OLDEST: (Part(_all, "shown_date", _shown_date, descending=False),),
    Sort.LISTED: (
        Part(_listed, "listed_at", lambda paper: paper.listed_at),
        Part(_not_listed, "shown_date", _shown_date),
    ),
    # By the count that the ranking has stored: a vote of just now moves a paper a moment later.
    Sort.UPVOTES: (
        Part(_upvoted, "heat__upvotes", lambda paper: paper.heat.upvotes),
        Part(_not_upvoted, "shown_date", _shown_date),
    ),
}


# By heat, with the ties of the front page; then those that do not trend.
_TRENDING_PARTS: dict[str, tuple[Part, ...]] = {
    window: (
        Part(
            _trending,
            f"heat__h_{window}",
            lambda paper, window=window: getattr(paper.heat, f"h_{window}"),  # type: ignore[misc]
            ties="heat__paper_id",
        ),
        Part(_not_trending, "shown_date", _shown_date),
    )
    for window in Window.values
}


def sorted_page(
    selection: Selection, sort: Sort, after: str, size: int, window: str = Window.WEEK
) -> Page:
    """A page of the selection in an order, after the cursor `after` (from the top if "").

    `window` says how fast upvotes fade where the order is what trends. Raises SuspiciousOperation
    when `after` is no cursor of this order.
    """
    trends = sort is Sort.TRENDING
    parts = _TRENDING_PARTS[window] if trends else _PARTS[sort]
    order = f"{sort.value}{window}" if trends and window != Window.WEEK else str(sort.value)
    cursor = Cursor.parse(after, order, len(parts)) if after else None
    found = _found(selection, parts, cursor, size + 1)
    shown = [paper for _number, paper in found[:size]]
    if len(found) <= size:
        return Page(shown, None)
    number, last = found[size - 1]
    return Page(shown, str(Cursor.at(order, number, parts[number], last)))


def _found(
    selection: Selection, parts: Sequence[Part], cursor: Cursor | None, wanted: int
) -> list[tuple[int, Paper]]:
    """At most `wanted` papers after the cursor, each with the number of its part."""
    found: list[tuple[int, Paper]] = []
    for number, part in enumerate(parts):
        if cursor is not None and number < cursor.part:
            continue
        start = cursor if cursor is not None and number == cursor.part else None
        found += [(number, paper) for paper in part.page(selection, start, wanted - len(found))]
        if len(found) >= wanted:
            break
    return found
