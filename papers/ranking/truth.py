"""The trending formula in SQL: what the row of a paper should be, computed from its votes.

The refresh writes what this says and `reconcile` compares with it, so there is one formula in SQL;
the one in `heat.py` is its oracle in the tests.
"""

import math
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from papers.models import RankingSettings, Window
from papers.ranking.heat import EPOCH, MAX_HALF_LIVES
from papers.ranking.parameters import current_settings, heat_parameters

# How far two computations of one h may be apart: the order in which a sum meets its terms changes
# the last digits. A difference below this is not written; one above DRIFT_TOLERANCE is an error.
SAME_HEAT = 1e-10
# The same for a sum of weights, as a share of it.
SAME_WEIGHT = 1e-12

# A common table expression `truth`: one row for each of the given papers that exists.
#
# Sums are relative to the anchor, which is the latest term, so whatever the distances in time, the
# largest exponent is 0 and nothing overflows. The index `upvote_of_paper` holds a paper's votes in
# the order of their times: its end is the latest vote, and one walk through it sums them, always
# in the same order. For 10,000 papers with 227,000 votes this takes 0.14 s, on a machine where a
# bare count of them takes 0.09 s; a window function over the votes, or two grouped joins in place
# of the lateral ones, take more than twice as long.
#
# `offset 0` keeps the planner from copying an expression into each of its uses, where it would be
# computed again. `date_part` gives a float where `extract` gives a much slower numeric. `least` and
# `greatest` pass over nulls, so whatever may be missing is null before it comes to them, or after.
TRUTH = """
truth as materialized (
    select
        paper.id as paper_id,
        paper.key,
        paper.listed_at,
        paper.primary_tag_id,
        paper.state = 'listed' as visible,
        paper.state = 'listed' and counted.upvotes >= %(min_voters)s as trending,
        counted.upvotes,
        coalesce(counted.weight, 0) as weight,
        greatest(paper.listed_at, latest.first_cast_at) as latest_at,
        (anchor.at - %(epoch)s) / %(now_half_life)s + ln(
            %(prior)s * exp(greatest(anchor.prior_age * %(now_rate)s, %(floor)s))
            + coalesce(counted.now, 0)
        ) / %(ln2)s as h_now,
        (anchor.at - %(epoch)s) / %(week_half_life)s + ln(
            %(prior)s * exp(greatest(anchor.prior_age * %(week_rate)s, %(floor)s))
            + coalesce(counted.week, 0)
        ) / %(ln2)s as h_week,
        (anchor.at - %(epoch)s) / %(month_half_life)s + ln(
            %(prior)s * exp(greatest(anchor.prior_age * %(month_rate)s, %(floor)s))
            + coalesce(counted.month, 0)
        ) / %(ln2)s as h_month
    from unnest(%(paper_ids)s::bigint[]) as target (id)
    join papers_paper as paper on paper.id = target.id
    left join lateral (
        select first_cast_at, date_part('epoch', least(first_cast_at, %(horizon)s)) as at
        from papers_upvote
        where paper_id = paper.id and removed_at is null and weight > 0
        order by first_cast_at desc limit 1
    ) as latest on true
    left join lateral (
        select date_part('epoch', least(paper.listed_at, %(horizon)s)) as at
        where paper.listed_at is not null
        offset 0
    ) as listing on true
    cross join lateral (
        select at, listing.at - at as prior_age, %(mix)s * listing.at - at as share
        from (
            select greatest(
                listing.at, %(unmixed)s * latest.at + %(mix)s * listing.at
            ) as at
            offset 0
        ) as term
        offset 0
    ) as anchor
    cross join lateral (
        select
            count(*) as upvotes,
            sum(weight) as weight,
            sum(weight * exp(greatest(age * %(now_rate)s, %(floor)s))) as now,
            sum(weight * exp(greatest(age * %(week_rate)s, %(floor)s))) as week,
            sum(weight * exp(greatest(age * %(month_rate)s, %(floor)s))) as month
        from (
            select weight, anchor.share
                + %(unmixed)s * date_part('epoch', least(first_cast_at, %(horizon)s)) as age
            from papers_upvote
            where paper_id = paper.id and removed_at is null and weight > 0
            order by first_cast_at
            offset 0
        ) as vote
    ) as counted
)
"""

# Run before a statement that has `TRUTH`, in its transaction. Nested loops suit a batch of known
# papers; the planner, unsure of how many votes they have, might rather hash the whole table of
# votes, remember results that never come again, and compile a query that runs for a moment.
PLAN = "set local enable_hashjoin = off; set local enable_memoize = off; set local jit = off"
# For what else a transaction does after such statements.
USUAL_PLAN = (
    "set local enable_hashjoin = default; set local enable_memoize = default; "
    "set local jit = default"
)

# A paper needs a row once it was listed or has a vote that counts. A row once made stays: what a
# moderator hides may come back.
NEEDS_ROW = "(truth.listed_at is not null or truth.upvotes > 0)"


def parameters(
    paper_ids: Sequence[int], horizon: datetime, numbers: RankingSettings | None = None
) -> dict[str, Any]:
    """Return the parameters of `TRUTH` for these papers, by `numbers` or those in force.

    Times later than `horizon` count as it.
    """
    numbers = numbers or current_settings()
    values: dict[str, Any] = {
        "paper_ids": list(paper_ids),
        "horizon": horizon,
        "min_voters": numbers.min_voters,
        "mix": numbers.mix,
        "unmixed": 1 - numbers.mix,
        "prior": numbers.prior,
        "epoch": EPOCH.timestamp(),
        "ln2": math.log(2),
        "floor": -MAX_HALF_LIVES * math.log(2),
    }
    for window in Window.values:
        half_life = heat_parameters(window, numbers).half_life
        values[f"{window}_half_life"] = half_life
        values[f"{window}_rate"] = math.log(2) / half_life
    return values


def horizon(now: datetime) -> datetime:
    """Return the instant beyond which a time is in the future: `now`, or the database's clock.

    The later of the two: a caller's clock that is a little behind, or a `now` from before a long
    run, must not make a vote cast just now look as if it came from the future.
    """
    with connection.cursor() as cursor:
        cursor.execute("select greatest(%s, clock_timestamp())", [now])
        later: datetime = cursor.fetchone()[0]
    return later
