"""Why a paper stands where it stands: the figures behind one place of the front page.

Everything is told of the paper, nothing of a person: counts and sums, the reasons of weights only
from five upvotes on, and nothing that tells a count while counts of so new a paper are hidden.
"""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from psycopg import sql

from papers.models import (
    Balance,
    Paper,
    PaperState,
    RankingSettings,
    Upvote,
    WeightReason,
)
from papers.ranking.heat import heat_at
from papers.ranking.parameters import NUMBERS, heat_parameters

# Weights and their reasons are told of so many upvotes and more. Of fewer they might tell whose.
FEW = 5

# The place of a paper by each factor, among the papers of the newest snapshot. `this` is the paper
# itself. Counts and weights are compared with those of papers only whose counts are shown, or the
# place of one would tell something of the other. Ties go to the paper that came here first, as in
# the order itself. One row, also without a snapshot. The numbers come with it, so that they are
# those by which the heat was computed.
PLACES = """
with numbers as materialized (
    select {numbers} from papers_rankingsettings where applied_at is not null
    order by applied_at desc, id desc limit 1
),
snapshot as materialized (
    select taken_at, paper_ids from papers_rankingsnapshot
    where "window" = %(window)s and balance = %(balance)s
    order by taken_at desc, id desc limit 1
),
ranked as materialized (
    select heat.paper_id, place.rank, heat.upvotes, heat.weight, heat.{heat} as h,
        heat.{heat} - coalesce(own.level, everything.level, 0) as above,
        heat.listed_at <= coalesce(
            %(now)s - nullif((select hide_counts_hours from numbers), 0) * interval '1 hour',
            heat.listed_at
        ) as shown
    from snapshot
    cross join lateral unnest(paper_ids) with ordinality as place (paper_id, rank)
    join papers_paperheat as heat on heat.paper_id = place.paper_id
    left join papers_fieldlevel as own
        on own."window" = %(window)s and own.tag_id = heat.primary_tag_id
    left join papers_fieldlevel as everything
        on everything."window" = %(window)s and everything.tag_id is null
)
select snapshot.taken_at, cardinality(snapshot.paper_ids), this.rank,
    1 + (select count(*) from ranked as other where other.shown
         and (other.upvotes, -other.paper_id) > (this.upvotes, -this.paper_id)),
    1 + (select count(*) from ranked as other where other.shown
         and (other.weight, -other.paper_id) > (this.weight, -this.paper_id)),
    1 + (select count(*) from ranked as other
         where (other.h, -other.paper_id) > (this.h, -this.paper_id)),
    1 + (select count(*) from ranked as other
         where (other.above, -other.paper_id) > (this.above, -this.paper_id)),
    heat.{heat}, heat.weight, heat.trending, level.level, level.papers,
    (select to_jsonb(numbers) from numbers)::text
from (values (true)) as one
left join snapshot on true
left join papers_paperheat as heat on heat.paper_id = %(paper)s
left join ranked as this on this.paper_id = heat.paper_id
left join lateral (
    select level, papers from papers_fieldlevel
    where "window" = %(window)s and (tag_id = heat.primary_tag_id or tag_id is null)
    order by tag_id nulls last limit 1
) as level on true
"""


@dataclass(frozen=True, slots=True)
class Places:
    """Where the paper stands among the papers of the snapshot, one factor after the other."""

    by_upvotes: int | None
    """By the number of upvotes that count; None, as the next, while that is hidden."""
    by_weight: int | None
    """By what they weigh together; None, as that itself, where it might tell of one person."""
    by_heat: int
    """By what they weigh together, faded, with the prior."""
    by_balance: int
    """By how far that is above the level of the field."""


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """So many upvotes of the paper stand that weigh what they weigh for this reason."""

    label: str
    votes: int
    counts: bool


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a paper stands where it stands, in one order of the front page."""

    window: str
    balance: str
    numbers: RankingSettings
    half_life_hours: float
    taken_at: datetime | None
    """When the snapshot was taken; None before the first."""
    total: int
    """The number of papers in the snapshot."""
    rank: int | None
    """None where the paper is not in it."""
    why_not: str
    """Why it is not, in a sentence."""
    voters: int | None
    """Eligible voters; None while the number is hidden."""
    weight: float | None
    """What their upvotes weigh together; None while hidden, or of fewer than five. A whole number
    where one to four of them are of new accounts."""
    reasons: list[ReasonCount]
    """Empty while hidden, or of fewer than five upvotes."""
    heat: float | None
    """Votes of weight 1 cast just now; None while hidden, where the paper was never listed, and of
    fewer than five upvotes or with one to four of new accounts, whose weight it would tell."""
    level: float | None
    """The same of the level of its field; None before the first freeze."""
    level_papers: int
    """Papers from which the level was computed."""
    places: Places | None
    """None where the paper is not in the snapshot."""


def explain(paper: Paper, window: str, balance: str, now: datetime) -> Explanation:
    """Return why `paper` stands where it stands; it must have been read `for_paper_page`.

    Two queries, whatever the number of upvotes and papers.
    """
    row = _placed(paper, window, balance, now)
    taken_at, total, rank, by_upvotes, by_weight, by_heat, by_balance = row[:7]
    h, weight, trending, level, level_papers, stored = row[7:]
    numbers = RankingSettings(**json.loads(stored)) if stored else RankingSettings()
    is_shown = paper.counts_hidden_until is None
    reasons, newcomers = _reasons(paper) if is_shown else ([], 0)
    # Of a few, what they weigh tells how old their accounts were, and so would what is made of it.
    is_exact = bool(reasons) and not 0 < newcomers < FEW
    if not is_exact:
        weight = float(round(weight or 0.0))
    formula = heat_parameters(window, numbers)
    places = None
    if rank is not None:
        # The last factor gives the very order people see, also in the moment before the next one.
        places = Places(
            by_upvotes=by_upvotes if is_shown else None,
            by_weight=by_weight if is_exact else None,
            by_heat=rank if balance == Balance.NONE else by_heat,
            by_balance=rank if balance == Balance.FIELDS else by_balance,
        )
    return Explanation(
        window=window,
        balance=balance,
        numbers=numbers,
        half_life_hours=numbers.half_life_hours(window),
        taken_at=taken_at,
        total=total or 0,
        rank=rank,
        why_not="" if rank is not None else _why_not(paper, numbers, bool(trending), total or 0),
        voters=paper.shown_upvotes,
        weight=weight if reasons else None,
        reasons=reasons,
        heat=heat_at(h, now, formula) if h is not None and is_exact else None,
        level=heat_at(level, now, formula) if level is not None else None,
        level_papers=level_papers or 0,
        places=places,
    )


def _placed(paper: Paper, window: str, balance: str, now: datetime) -> tuple[Any, ...]:
    values: dict[str, Any] = {
        "paper": paper.pk,
        "window": window,
        "balance": balance,
        "now": now,
    }
    places = sql.SQL(PLACES).format(
        heat=sql.Identifier(f"h_{window}"),
        numbers=sql.SQL(", ").join(map(sql.Identifier, NUMBERS)),
    )
    with connection.cursor() as cursor:
        cursor.execute(places, values)
        row: tuple[Any, ...] = cursor.fetchone()
    return row


def _reasons(paper: Paper) -> tuple[list[ReasonCount], int]:
    """The upvotes of the paper by what they weigh and why, from five on; and those of newcomers.

    Who is suspended stands in the public log, and who submitted a paper may be known. So upvotes
    that do not count are told together, but for a reason that five of them share.
    """
    votes = Upvote.objects.active().filter(paper=paper)
    counted = Q(weight_reason=WeightReason.COUNTED)
    newcomers = counted & Q(earned_weight__lt=1)
    numbers = votes.aggregate(
        total=Count("pk"),
        counted=Count("pk", filter=counted),
        newcomers=Count("pk", filter=newcomers),
        **{
            reason.value: Count("pk", filter=Q(weight_reason=reason))
            for reason in WeightReason
            if reason is not WeightReason.COUNTED
        },
    )
    if numbers["total"] < FEW:
        return [], 0
    told = [
        ReasonCount(_("full weight"), numbers["counted"] - numbers["newcomers"], counts=True),
        ReasonCount(
            _("less than full weight: cast by an account that was new"),
            numbers["newcomers"],
            counts=True,
        ),
    ]
    apart = numbers["total"] - numbers["counted"]
    for reason in WeightReason:
        if reason is not WeightReason.COUNTED and numbers[reason.value] >= FEW:
            told.append(ReasonCount(str(reason.label), numbers[reason.value], counts=False))
            apart -= numbers[reason.value]
    together = _(
        "no weight: an unverified, suspended or quarantined account, or one's own submission or paper"
    )
    told.append(ReasonCount(together, apart, counts=False))
    return [each for each in told if each.votes], numbers["newcomers"]


def _why_not(paper: Paper, numbers: RankingSettings, trending: bool, total: int) -> str:
    """Why the paper is not in the snapshot."""
    match paper.state:
        case PaperState.LISTED:
            pass
        case PaperState.HIDDEN:
            return _("It does not trend, because a moderator has hidden it.")
        case PaperState.PENDING:
            return _("It does not trend, because it waits for a moderator.")
        case PaperState.WITHDRAWN:
            return _("It does not trend, because its authors have withdrawn it.")
        case _:
            return _(
                "It does not trend, because it was never listed: it is in the catalogue only. An "
                "upvote that counts lists a paper that was published no more than %(days)d days ago."
            ) % {"days": settings.LISTING_BY_VOTE_DAYS}
    if trending and total:
        return _(
            "It trends, but is not among the %(total)d papers of the newest snapshot. It will be in "
            "the next, unless it stands beyond the last of them."
        ) % {"total": total}
    if trending:
        return _("It trends, and gets its place when the first snapshot is taken, in a moment.")
    needed = ngettext(
        "It does not trend yet: it needs an upvote of %(number)d eligible voter.",
        "It does not trend yet: it needs upvotes of %(number)d eligible voters.",
        numbers.min_voters,
    ) % {"number": numbers.min_voters}
    if paper.shown_upvotes is None:
        return needed
    return f"{needed} {_('It has %(number)d.') % {'number': paper.shown_upvotes}}"
