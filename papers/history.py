"""A paper's history: its upvotes and its place on the front page over time, as charts and a table.

Shown from MIN_UPVOTES counted upvotes on, so that no curve is one person's, and never while the
number of upvotes is kept back. A vote that counts no more leaves the curve, also of former days.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import ceil
from typing import Final

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from papers.charts import Series, line_chart
from papers.models import Paper, Upvote

MIN_UPVOTES: Final = 5
# Steps of a history at most: a step is a day, or as many days as it takes.
MOST_STEPS: Final = 60
# As wide as two stand side by side on a desk, and as one is not too small to read on a telephone.
WIDTH, HEIGHT = 400, 200
TICKS: Final = 4
# The day before the first, in days since the first.
BEFORE: Final = -1


@dataclass(frozen=True, slots=True)
class Step:
    """Days of a history: the first and the last, and what happened in them."""

    first: date
    last: date
    new: int
    """Upvotes that count and were cast in these days."""
    upvotes: int
    """Those until the end of the last day."""
    rank: int | None
    """The best rank on the front page at the end of any of the days."""


@dataclass(frozen=True, slots=True)
class History:
    """The steps, the oldest first, and their charts; without a rank there is no chart of ranks."""

    steps: list[Step]
    days_a_step: int
    votes_chart: SafeString
    rank_chart: SafeString | None


def history_of(paper: Paper, now: datetime) -> History | None:
    """Return the history of a paper until `now`, None where it has none to be shown.

    One query, or two; `paper` is annotated for its page.
    """
    if paper.listed_on is None or paper.shown_upvotes is None or paper.shown_upvotes < MIN_UPVOTES:
        return None
    votes = _votes_by_day(paper)
    # The ranking has counted votes, or not yet; what is shown is what is here.
    if sum(votes.values()) < MIN_UPVOTES:
        return None
    ranks = dict(paper.archived_ranks.values_list("day", "rank"))
    first = min(paper.listed_on, *ranks, now.date())
    days_a_step = max(1, ceil(((now.date() - first).days + 1) / MOST_STEPS))
    steps = _steps(votes, ranks, first, now.date(), days_a_step)
    return History(
        steps=steps,
        days_a_step=days_a_step,
        votes_chart=_votes_chart(steps),
        rank_chart=_rank_chart(steps) if any(step.rank for step in steps) else None,
    )


def _votes_by_day(paper: Paper) -> dict[date, int]:
    """How many of the counted upvotes were first cast on each day, UTC; read from an index alone."""
    counted = Upvote.objects.counted().filter(paper=paper)
    by_day = counted.annotate(day=TruncDate("first_cast_at", tzinfo=UTC)).values("day")
    return dict(by_day.annotate(number=Count("*")).order_by().values_list("day", "number"))


def _steps(
    votes: dict[date, int], ranks: dict[date, int], first: date, last: date, days_a_step: int
) -> list[Step]:
    """The history from `first` to `last`; what is older belongs to the first step."""
    number = ceil(((last - first).days + 1) / days_a_step)
    new = [0] * number
    best: list[int | None] = [None] * number
    for day, cast in votes.items():
        new[_place(day, first, days_a_step, number)] += cast
    for day, rank in ranks.items():
        place = _place(day, first, days_a_step, number)
        best[place] = min(rank, best[place] or rank)
    steps: list[Step] = []
    upvotes = 0
    for place in range(number):
        upvotes += new[place]
        start = first + timedelta(days=place * days_a_step)
        end = min(last, start + timedelta(days=days_a_step - 1))
        steps.append(Step(start, end, new[place], upvotes, best[place]))
    return steps


def _place(day: date, first: date, days_a_step: int, number: int) -> int:
    # A clock that is ahead casts votes of tomorrow.
    return min(max(0, (day - first).days // days_a_step), number - 1)


def _votes_chart(steps: list[Step]) -> SafeString:
    last = steps[-1]
    told = ngettext(
        "%(number)s upvote until %(day)s.", "%(number)s upvotes until %(day)s.", last.upvotes
    )
    # Nothing at the end of the day before, so that the first day is a line too.
    points: list[tuple[float, float | None]] = [(BEFORE, 0)]
    points += [(_place_of(step, steps), step.upvotes) for step in steps]
    return line_chart(
        [Series("", points, is_marked=True)],
        ident="votes-chart",
        title=_("Upvotes over time"),
        description=told % {"number": intcomma(last.upvotes), "day": _day(last.last)},
        x_ticks=_ticks(steps),
        y_label=_("Upvotes"),
        width=WIDTH,
        height=HEIGHT,
    )


def _rank_chart(steps: list[Step]) -> SafeString:
    best = min(step.rank for step in steps if step.rank)
    # As wide as the other chart, so that the same day lies below the same day.
    points: list[tuple[float, float | None]] = [(BEFORE, None)]
    points += [(_place_of(step, steps), step.rank) for step in steps]
    return line_chart(
        [Series("", points, is_marked=True)],
        ident="rank-chart",
        title=_("Rank on the front page over time"),
        description=_("At best rank %(rank)s.") % {"rank": intcomma(best)},
        x_ticks=_ticks(steps),
        y_label=_("Rank on the front page"),
        width=WIDTH,
        height=HEIGHT,
        inverted=True,
    )


def _ticks(steps: list[Step]) -> list[tuple[float, str]]:
    """A few of the steps, evenly spaced, each with its last day, at whose end its values hold."""
    apart = max(1, ceil((len(steps) - 1) / (TICKS - 1)))
    long = (steps[-1].last - steps[0].first).days > 300
    return [
        (_place_of(step, steps), date_format(step.last, "M Y" if long else "j M"))
        for step in steps[::apart]
    ]


def _place_of(step: Step, steps: list[Step]) -> int:
    """Where a step is drawn: at its last day, in days since the first of the history."""
    return (step.last - steps[0].first).days


def _day(day: date) -> str:
    return date_format(day, "DATE_FORMAT")
