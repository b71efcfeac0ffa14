"""What a closed standing would be if it were closed today, and writing that down.

A standing never changes by itself. A moderator may have it computed anew, after upvotes turned out
to be bought, say, or a paper to be none: `papers.services.standings` asks for the reason, writes
the log and calls this.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db import connection
from django.db.models import F

from papers.models import Standing, StandingPlace
from papers.ranking.standings import COUNTED, RANKED

# The papers that have a place and are still listed, also where an import has listed them on another
# day since; and of the others of the period those that had upvotes in time, such as one that was
# hidden when the period closed. Papers that an import brought later get no places at the end.
RECOUNT = f"""
with placed as (
    select paper_id from papers_standingplace where standing_id = %(standing)s
),
listed as materialized (
    select paper.id, paper.key, paper.listed_at, counted.weight, counted.upvotes
    from papers_paper as paper {COUNTED}
    where paper.state = 'listed'
      and paper.id in (
        select paper_id from placed
        union
        select id from papers_paper
        where state = 'listed' and listed_on between %(first)s and %(last)s
      )
      and (counted.weight > 0 or paper.id in (select paper_id from placed))
)
{RANKED} order by rank
"""  # noqa: S608  composed of constants; every value is a parameter

# Added to the ranks of rows that are about to change, so that none is in another's way.
OUT_OF_THE_WAY = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Place:
    """A paper's place: its rank from 1, the sum of the weights of its upvotes, their number."""

    paper_id: int
    rank: int
    weight: float
    upvotes: int


@dataclass(frozen=True, slots=True)
class Change:
    """What a paper's place was and becomes; None where it has none."""

    paper_id: int
    before: Place | None
    after: Place | None

    @property
    def moves(self) -> bool:
        """Whether its rank changes, and not only what it was reached with."""
        return rank_of(self.before) != rank_of(self.after)


def rank_of(place: Place | None) -> int | None:
    """Return the rank of a place, None for no place."""
    return place.rank if place else None


def standing_now(standing: Standing) -> list[Place]:
    """Return the places by the upvotes that count now, best first, with the same closing instant.

    Nothing is written. Nobody keeps that an upvote was gone for a while: taken back before the
    closing instant and cast again since, it counts here.
    """
    period = standing.calendar_period
    values: dict[str, int | date | datetime] = {
        "standing": standing.pk,
        "first": period.start,
        "last": period.last,
        "until": standing.votes_until,
    }
    with connection.cursor() as cursor:
        cursor.execute(RECOUNT, values)
        return [Place(*row) for row in cursor.fetchall()]


def differences(standing: Standing) -> list[Change]:
    """Return what a correction would change, the best new rank first, papers that leave last."""
    stored = standing.places.values_list("paper", "rank", "weight", "upvotes")
    before = {row[0]: Place(*row) for row in stored.order_by("rank")}
    after = {place.paper_id: place for place in standing_now(standing)}
    changes = [
        Change(paper, before.get(paper), place)
        for paper, place in after.items()
        if before.get(paper) != place
    ]
    return changes + [
        Change(paper, place, None) for paper, place in before.items() if paper not in after
    ]


def digest(changes: Sequence[Change]) -> str:
    """Return what tells these changes from any others, for who presses a button after a look."""
    facts: list[Any] = [
        [change.paper_id]
        + [
            [place.rank, place.weight, place.upvotes] if place else None
            for place in (change.before, change.after)
        ]
        for change in changes
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def rewrite(standing: Standing, changes: Sequence[Change]) -> None:
    """Write the changes, in the caller's transaction, which holds the lock of the standing.

    Rows that stay keep their ids: what was merged is undone by them.
    """
    places = StandingPlace.objects.filter(standing=standing)
    places.filter(paper__in=[each.paper_id for each in changes if each.after is None]).delete()
    new = {each.paper_id: each.after for each in changes if each.after is not None}
    kept = places.filter(paper__in=new)
    kept.update(rank=F("rank") + OUT_OF_THE_WAY)
    rows = list(kept)
    for row in rows:
        place = new.pop(row.paper_id)
        row.rank, row.weight, row.upvotes = place.rank, place.weight, place.upvotes
    StandingPlace.objects.bulk_update(rows, ["rank", "weight", "upvotes"], batch_size=2000)
    StandingPlace.objects.bulk_create(
        StandingPlace(
            standing=standing,
            paper_id=place.paper_id,
            rank=place.rank,
            weight=place.weight,
            upvotes=place.upvotes,
        )
        for place in new.values()
    )
