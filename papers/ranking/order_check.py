"""Compare the newest snapshots of the front page with the order that the heat of papers gives."""

from dataclasses import dataclass
from itertools import product
from typing import Any

from django.db import connection
from psycopg import sql
from tenacity import Retrying, retry_if_result, stop_after_attempt, wait_fixed

from papers.models import Balance, VoteOutbox, Window
from papers.ranking.locking import in_one_snapshot
from papers.ranking.orders import order_sql
from papers.ranking.parameters import snapshot_size

# A snapshot follows a change within a second or so. One that is wrong at each of so many looks, so
# many seconds apart, stays wrong.
LOOKS = 5
SECONDS_BETWEEN = 1.0

MISPLACED = """
select paper.id, paper.key, stored.rank, ranked.rank
from (
    select newest.* from (values (true)) as one
    left join lateral (
        select paper_ids from papers_rankingsnapshot
        where "window" = %(window)s and balance = %(balance)s
        order by taken_at desc, id desc limit 1
    ) as newest on true
) as snapshot
cross join lateral unnest(snapshot.paper_ids) with ordinality as stored (paper_id, rank)
full join unnest(array({order})) with ordinality as ranked (paper_id, rank)
    on ranked.paper_id = stored.paper_id
join papers_paper as paper on paper.id = coalesce(stored.paper_id, ranked.paper_id)
where stored.rank is distinct from ranked.rank
order by coalesce(ranked.rank, stored.rank), paper.id
"""


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A paper that a snapshot has at another place than its heat; None is no place."""

    paper_id: int
    key: str
    order: str
    """The window, and "fields" where the order is balanced."""
    stored: int | None
    true: int | None


def misplaced_papers() -> list[Misplaced]:
    """Return the papers that the newest snapshots have at wrong places, also at a second look.

    None while changes wait in the outbox. Where something is wrong it takes four seconds.
    """
    retrying = Retrying(
        stop=stop_after_attempt(LOOKS),
        wait=wait_fixed(SECONDS_BETWEEN),
        retry=retry_if_result(bool),
        retry_error_callback=lambda state: state.outcome.result() if state.outcome else [],
    )
    found: list[Misplaced] = retrying(in_one_snapshot, _look)
    return found


def _look() -> list[Misplaced]:
    if VoteOutbox.objects.exists():
        return []
    found = []
    with connection.cursor() as cursor:
        for window, balance in product(Window.values, Balance.values):
            values: dict[str, Any] = {
                "window": window,
                "balance": balance,
                "size": snapshot_size(),
            }
            cursor.execute(sql.SQL(MISPLACED).format(order=order_sql(window, balance)), values)
            order = f"{window} {balance}".strip()
            found += [
                Misplaced(paper_id, key, order, stored, true)
                for paper_id, key, stored, true in cursor.fetchall()
            ]
    return found
