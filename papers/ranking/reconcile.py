"""Compare what the ranking stores with what the votes say, and the votes with their accounts."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from allauth.account.models import EmailAddress
from django.db import connection
from django.db.models import Case, Exists, F, OuterRef, Q, Value, When

from papers.models import DriftCheck, Paper, PaperClaim, Upvote, VoteOutbox, WeightReason
from papers.ranking import truth
from papers.ranking.locking import in_one_snapshot
from papers.ranking.order_check import misplaced_papers

# Two exact computations of one h differ by less than this, in half-lives.
DRIFT_TOLERANCE = 1e-9
PAPERS_A_CHUNK = 50_000
# Of so many the fields are kept; of the others only the ids.
EXAMPLES = 20

# One row for each field of a paper that is not what it should be. Papers with rows in the outbox
# are left out: the refresh has yet to look at them. A paper without a row that it needs has the
# one field "row".
COMPARE = f"""
with {truth.TRUTH}
select truth.paper_id, truth.key, field.name, field.stored_value, field.true_value
from truth
left join papers_paperheat as heat on heat.paper_id = truth.paper_id
cross join lateral (values
    ('row', 'missing', 'present', heat.paper_id is null),
    ('upvotes', heat.upvotes::text, truth.upvotes::text, heat.upvotes <> truth.upvotes),
    ('weight', heat.weight::text, truth.weight::text,
        abs(heat.weight - truth.weight) > %(tolerance)s * greatest(truth.weight, 1)),
    ('visible', heat.visible::text, truth.visible::text, heat.visible <> truth.visible),
    ('trending', heat.trending::text, truth.trending::text, heat.trending <> truth.trending),
    ('listed_at', heat.listed_at::text, truth.listed_at::text,
        heat.listed_at is distinct from truth.listed_at),
    ('primary_tag', heat.primary_tag_id::text, truth.primary_tag_id::text,
        heat.primary_tag_id is distinct from truth.primary_tag_id),
    ('h_now', heat.h_now::text, truth.h_now::text,
        coalesce(abs(heat.h_now - truth.h_now) > %(tolerance)s,
                 heat.h_now is distinct from truth.h_now)),
    ('h_week', heat.h_week::text, truth.h_week::text,
        coalesce(abs(heat.h_week - truth.h_week) > %(tolerance)s,
                 heat.h_week is distinct from truth.h_week)),
    ('h_month', heat.h_month::text, truth.h_month::text,
        coalesce(abs(heat.h_month - truth.h_month) > %(tolerance)s,
                 heat.h_month is distinct from truth.h_month))
) as field (name, stored_value, true_value, differs)
where field.differs
  and (heat.paper_id is not null or (field.name = 'row' and {truth.NEEDS_ROW}))
  and not exists (
      select from papers_voteoutbox as waiting where waiting.paper_id = truth.paper_id
  )
order by truth.paper_id
"""  # noqa: S608  composed of constants; every value is a parameter


# What `weights.weight_for` says of one vote, for all of them at once.
DESERVED_REASON = Case(
    When(paper__submitted_by=F("user"), then=Value(WeightReason.SUBMITTER)),
    When(
        Exists(PaperClaim.objects.filter(user=OuterRef("user"), paper=OuterRef("paper"))),
        then=Value(WeightReason.AUTHOR),
    ),
    When(user__quarantined_at__isnull=False, then=Value(WeightReason.QUARANTINED)),
    # One that has run out is left to the sweep, as are its votes: see below.
    When(
        Q(user__suspended_until__isnull=False) | Q(user__is_active=False),
        then=Value(WeightReason.SUSPENDED),
    ),
    When(
        # Hashed once, where an EXISTS would be asked for each vote.
        ~Q(user__in=EmailAddress.objects.filter(verified=True).values("user")),
        then=Value(WeightReason.UNVERIFIED),
    ),
    default=Value(WeightReason.COUNTED),
)


@dataclass(frozen=True, slots=True)
class Drift:
    """A value of a paper that is not the true one; None is one that is not there."""

    paper_id: int
    key: str
    field: str
    stored: str | None
    true: str | None

    def __str__(self) -> str:
        stored, true = ("none" if value is None else value for value in (self.stored, self.true))
        return f"{self.key} {self.field}: stored {stored}, true {true}"


@dataclass(slots=True)
class Reconciliation:
    """What a comparison found."""

    drifting_ids: set[int] = field(default_factory=set)
    examples: list[Drift] = field(default_factory=list)
    """The drifts of the first 20 papers, and of the first 20 misjudged votes."""
    papers: int = 0
    """Papers that there are, with those that wait."""
    pending: int = 0
    """Papers whose rows were not compared, because they wait in the outbox."""
    misjudged_members: set[int] = field(default_factory=set)
    """Ids of members with a vote whose weight is not the one that their account deserves."""


def reconcile(
    now: datetime,
    progress: Callable[[int, int], None] | None = None,
    *,
    accounts: bool = False,
    orders: bool = False,
) -> Reconciliation:
    """Compare every paper's row with its votes as they are at one instant. Changes nothing.

    With `accounts`, also compare the weight of each vote with what its account deserves; with
    `orders`, and where all that is right, the newest snapshots of the front page with the rows.
    `progress` is called with the number of papers done and of all papers.
    """

    def compare() -> Reconciliation:
        found = Reconciliation()
        # First, as the other comparison makes the planner hash nothing.
        if accounts:
            _compare_weights(now, found)
        _compare_rows(now, found, progress)
        return found

    found = in_one_snapshot(compare)
    if orders and not found.drifting_ids:
        _compare_orders(found)
    return found


def record_check(found: Reconciliation, now: datetime) -> None:
    """Write down what a comparison found, for everybody to read."""
    DriftCheck.objects.create(
        checked_at=now,
        papers=max(found.papers - found.pending, 0),
        drifting=len(found.drifting_ids),
        pending=found.pending,
    )


def _compare_rows(
    now: datetime, found: Reconciliation, progress: Callable[[int, int], None] | None
) -> None:
    horizon = truth.horizon(now)
    found.pending = VoteOutbox.objects.values("paper").distinct().count()
    papers = Paper.objects.order_by("pk").values_list("pk", flat=True)
    found.papers = total = Paper.objects.count()
    done = last_id = 0
    drifting: set[int] = set()
    # In chunks, so that a large site is compared in little memory; still one snapshot.
    while paper_ids := list(papers.filter(pk__gt=last_id)[:PAPERS_A_CHUNK]):
        for drift in _drifts(paper_ids, horizon):
            drifting.add(drift.paper_id)
            if len(drifting) <= EXAMPLES:
                found.examples.append(drift)
        last_id = paper_ids[-1]
        done += len(paper_ids)
        if progress:
            progress(done, total)
    found.drifting_ids |= drifting


def _drifts(paper_ids: Sequence[int], horizon: datetime) -> list[Drift]:
    values = {**truth.parameters(paper_ids, horizon), "tolerance": DRIFT_TOLERANCE}
    with connection.cursor() as cursor:
        cursor.execute(truth.PLAN)
        cursor.execute(COMPARE, values)
        return [Drift(*row) for row in cursor.fetchall()]


def _compare_orders(found: Reconciliation) -> None:
    for number, paper in enumerate(misplaced_papers()):
        found.drifting_ids.add(paper.paper_id)
        if number < EXAMPLES:
            stored, true = (
                None if rank is None else str(rank) for rank in (paper.stored, paper.true)
            )
            name = f"place in {paper.order}"
            found.examples.append(Drift(paper.paper_id, paper.key, name, stored, true))


def _compare_weights(now: datetime, found: Reconciliation) -> None:
    votes = (
        Upvote.objects.annotate(deserved=DESERVED_REASON)
        .exclude(weight_reason=F("deserved"))
        # Suspensions that the sweep has yet to end.
        .exclude(user__suspended_until__lte=now)
        .values_list("paper", "paper__key", "user", "weight_reason", "deserved")
    )
    for number, (paper_id, key, user_id, stored, deserved) in enumerate(votes.iterator()):
        found.drifting_ids.add(paper_id)
        found.misjudged_members.add(user_id)
        if number < EXAMPLES:
            name = f"vote of member {user_id}"
            found.examples.append(Drift(paper_id, key, name, stored, deserved))
