"""The front page at the end of each past day, as a site that had been there would have kept it.

Nothing kept it, as the votes were written at once. So each day's order is computed from the votes
that stood when it ended, by the formula of `papers/ranking/heat.py`.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from papers.models import Balance, Paper, RankingSettings, RankingSnapshot, Upvote, Window
from papers.ranking.archive import end_of
from papers.ranking.heat import MAX_HALF_LIVES, heat_log2
from papers.ranking.levels import HALF_LIVES
from papers.ranking.parameters import current_settings, heat_parameters, snapshot_size

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class PastPaper:
    """A paper that was listed some time, and its upvotes that count."""

    pk: int
    listed_at: datetime
    withdrawn_at: datetime | None
    tag_id: int | None
    votes: list[tuple[datetime, datetime | None, float]] = field(default_factory=list)
    """(first cast at, taken back at, weight), the oldest first."""


def write_past(until: datetime, now: datetime) -> int:
    """Write the last snapshots of every day from the first listing to `until`; return how many.

    Only of days that are over at `now`, and only where an order differs from that of the day before.
    """
    papers = past_papers()
    if not papers:
        return 0
    numbers = current_settings()
    happened = sorted(_events(papers))
    found: list[RankingSnapshot] = []
    newest: dict[tuple[str, str], list[int]] = {}
    for day in _days(happened[0].date(), until.date()):
        end = end_of(day)
        if end > now:
            break
        taken_at = max(at for at in happened if at < end)
        for order, paper_ids in orders_at(end, papers, numbers).items():
            if paper_ids != newest.get(order, []):
                window, balance = order
                found.append(
                    RankingSnapshot(
                        window=window, balance=balance, taken_at=taken_at, paper_ids=paper_ids
                    )
                )
                newest[order] = paper_ids
    RankingSnapshot.objects.bulk_create(found)
    return len(found)


def past_papers() -> list[PastPaper]:
    """Read the papers that have been listed, with all upvotes that count or did until taken back."""
    listed = Paper.objects.exclude(listed_at=None).order_by("pk")
    columns = listed.values_list("pk", "listed_at", "withdrawn_at", "primary_tag")
    papers = {pk: PastPaper(pk, at, withdrawn, tag) for pk, at, withdrawn, tag in columns if at}
    votes = Upvote.objects.filter(weight__gt=0, paper__in=papers).order_by("first_cast_at", "pk")
    told = votes.values_list("paper", "first_cast_at", "removed_at", "weight")
    for pk, cast_at, removed_at, weight in told:
        papers[pk].votes.append((cast_at, removed_at, weight))
    return list(papers.values())


def orders_at(
    end: datetime, papers: Sequence[PastPaper], numbers: RankingSettings
) -> dict[tuple[str, str], list[int]]:
    """Return the ids of the papers that trended at `end`, best first, by (window, balance)."""
    shown = [
        (paper, _standing_votes(paper, end))
        for paper in papers
        if paper.listed_at < end and (paper.withdrawn_at is None or paper.withdrawn_at >= end)
    ]
    trending = [paper for paper, votes in shown if len(votes) >= numbers.min_voters]
    orders: dict[tuple[str, str], list[int]] = {}
    for window in Window.values:
        parameters = heat_parameters(window, numbers)
        h = {
            paper.pk: heat_log2(paper.listed_at, votes, parameters, now=end)
            for paper, votes in shown
        }
        since = end - timedelta(seconds=HALF_LIVES * parameters.half_life)
        recent = [(paper.tag_id, h[paper.pk]) for paper, _ in shown if paper.listed_at >= since]
        levels = _levels(recent, numbers.field_smoothing)
        above = {
            paper.pk: h[paper.pk] - levels.get(paper.tag_id, levels.get(None, 0.0))
            for paper in trending
        }
        orders[window, Balance.NONE] = _best_first({paper.pk: h[paper.pk] for paper in trending})
        orders[window, Balance.FIELDS] = _best_first(above)
    return orders


def _standing_votes(paper: PastPaper, end: datetime) -> list[tuple[datetime, float]]:
    return [
        (cast_at, weight)
        for cast_at, removed_at, weight in paper.votes
        if cast_at < end and (removed_at is None or removed_at >= end)
    ]


def _levels(
    recent: Sequence[tuple[int | None, float]], smoothing: float
) -> dict[int | None, float]:
    """The level of each field, and of all papers for None, as `papers/ranking/levels.py` says."""
    if not recent:
        return {}
    hottest = max(h for _, h in recent)
    fields: dict[int | None, list[float]] = defaultdict(list)
    for tag_id, h in recent:
        fields[tag_id].append(math.exp2(max(h - hottest, -MAX_HALF_LIVES)))
    mean = math.fsum(map(math.fsum, fields.values())) / len(recent)
    levels: dict[int | None, float] = {
        tag_id: hottest
        + math.log2((math.fsum(masses) + smoothing * mean) / (len(masses) + smoothing))
        for tag_id, masses in fields.items()
    }
    return {**levels, None: hottest + math.log2(mean)}


def _best_first(values: dict[int, float]) -> list[int]:
    return sorted(values, key=lambda pk: (-values[pk], pk))[: snapshot_size()]


def _events(papers: Iterable[PastPaper]) -> Iterable[datetime]:
    """When anything happened that could change an order."""
    for paper in papers:
        yield paper.listed_at
        if paper.withdrawn_at:
            yield paper.withdrawn_at
        for cast_at, removed_at, _ in paper.votes:
            yield cast_at
            if removed_at:
                yield removed_at


def _days(first: date, last: date) -> Iterable[date]:
    return (first + number * DAY for number in range((last - first).days + 1))
