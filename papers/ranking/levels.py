"""How hot each field is: what `balance=fields` takes off the heat of its papers.

A field is the primary tag of its papers. Its level is the mean of F, of the formula in `heat.py`,
over its n papers that were listed in the last four half-lives, drawn towards the mean of all such
papers as if k more of that mean were among them:

    level = log2((sum of F  +  k mean F) / (n + k))

The order is then by h - level: how often hotter a paper is than is usual in its field. Levels are
frozen for ten minutes, so that between two freezes only an event moves a paper, as without them.
A paper without a field, or of one without such papers, takes the level of all papers.
"""

import math
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import Max, Q
from psycopg import sql

from papers.models import FieldLevel, RankingSettings, Window
from papers.ranking.heat import MAX_HALF_LIVES
from papers.ranking.locking import refresh_lock
from papers.ranking.parameters import current_settings

FROZEN_FOR = timedelta(minutes=10)
# Of a paper listed before, a sixteenth at most is left.
HALF_LIVES = 4

# Sums are relative to the hottest paper, so nothing overflows, and are made in the order of what is
# added, so that fields with the same papers have the same level to the last digit.
FREEZE = """
with recent as materialized (
    select primary_tag_id as tag_id, {heat} as h
    from papers_paperheat where visible and listed_at >= %(since)s
),
hottest as materialized (
    select max(h) as h from recent
),
field as materialized (
    select recent.tag_id, count(*) as papers, sum(share.of_hottest order by share.of_hottest) as mass
    from recent cross join hottest cross join lateral (
        select exp(greatest((recent.h - hottest.h) * %(ln2)s, %(floor)s)) as of_hottest
    ) as share
    group by recent.tag_id
),
everything as materialized (
    select sum(papers) as papers, sum(mass order by mass) / sum(papers)::float8 as mean from field
)
insert into papers_fieldlevel ("window", tag_id, level, papers, frozen_at)
select %(window)s, field.tag_id,
    hottest.h + ln((field.mass + %(k)s * everything.mean) / (field.papers + %(k)s)) / %(ln2)s,
    field.papers, %(now)s
from field cross join everything cross join hottest
where field.tag_id is not null
union all
select %(window)s, null, hottest.h + ln(everything.mean) / %(ln2)s, everything.papers, %(now)s
from everything cross join hottest
where everything.papers > 0
"""


@transaction.atomic
def freeze_levels(now: datetime, numbers: RankingSettings | None = None) -> int:
    """Compute the levels of all windows by `numbers` or those in force; return how many.

    The caller holds the lock of the refresh, so that levels and heat are of the same numbers.
    """
    numbers = numbers or current_settings()
    FieldLevel.objects.all().delete()
    written = 0
    with connection.cursor() as cursor:
        for window in Window.values:
            hours = numbers.half_life_hours(window)
            values: dict[str, Any] = {
                "window": window,
                "now": now,
                "since": now - HALF_LIVES * timedelta(hours=hours),
                "k": numbers.field_smoothing,
                "ln2": math.log(2),
                "floor": -MAX_HALF_LIVES * math.log(2),
            }
            freeze = sql.SQL(FREEZE).format(heat=sql.Identifier(f"h_{window}"))
            cursor.execute(freeze, values)
            written += cursor.rowcount
    return written


def freeze_if_due(now: datetime) -> bool:
    """Freeze the levels where the last ones are ten minutes old; return whether that was done.

    While a refresh runs it does nothing, and the next call tries again.
    """
    if _are_frozen(now):
        return False
    with refresh_lock(wait=False) as held:
        # Another may have been first.
        if not held or _are_frozen(now):
            return False
        freeze_levels(now)
        return True


def _are_frozen(now: datetime) -> bool:
    frozen_at = FieldLevel.objects.aggregate(at=Max("frozen_at"))["at"]
    # One of the future is from a clock that has been put right since.
    return frozen_at is not None and now - FROZEN_FOR < frozen_at <= now


def level_for(window: str, tag_id: int | None) -> float:
    """Return the level of papers with this primary tag, in half-lives as h; 0 before any freeze."""
    rows = FieldLevel.objects.filter(Q(tag=tag_id) | Q(tag=None), window=window)
    levels: dict[int | None, float] = dict(rows.values_list("tag", "level"))
    return levels.get(tag_id, levels.get(None, 0.0))
