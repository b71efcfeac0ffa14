"""A few papers and members whose upvotes a test casts and takes back, and what must come of it.

Rows are written as the services write them, but without their rules and messages, so that the
ranking is tested by itself and thousands of changes take seconds.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import F
from django.utils import timezone

from accounts.models import User
from papers.models import (
    Paper,
    PaperHeat,
    Tag,
    Upvote,
    WeightReason,
    Window,
)
from papers.ranking import outbox
from papers.ranking.heat import heat_log2
from papers.ranking.parameters import heat_parameters
from tests.factories import make_key

HEAT_FIELDS = [f.attname for f in PaperHeat._meta.concrete_fields]

# In one statement, and so at one instant.
SHOWN_WRONG = """
select paper.id from papers_paper as paper left join papers_paperheat as heat
    on heat.paper_id = paper.id
where coalesce(heat.upvotes, 0)
    + (select coalesce(sum(delta), 0) from papers_voteoutbox where paper_id = paper.id)
    <> (select count(*) from papers_upvote
        where paper_id = paper.id and removed_at is null and weight > 0)
"""


@dataclass(frozen=True)
class World:
    """Papers are listed, and then some; see `make_world`."""

    papers: list[Paper]
    members: list[User]

    def cast(self, member: int, paper: int, at: datetime, weight: float = 1.0) -> None:
        """Cast a vote, or cast one again; a vote that stands stays as it is."""
        reason = WeightReason.COUNTED if weight > 0 else WeightReason.UNVERIFIED
        vote, created = Upvote.objects.get_or_create(
            user=self.members[member],
            paper=self.papers[paper],
            defaults={
                "first_cast_at": at,
                "weight": weight,
                "earned_weight": weight or 1.0,
                "weight_reason": reason,
            },
        )
        if created or vote.removed_at is not None:
            Upvote.objects.filter(pk=vote.pk).update(removed_at=None)
            outbox.queue([vote.paper_id], 1 if vote.weight > 0 else 0)

    def take_back(self, member: int, paper: int) -> None:
        vote = Upvote.objects.active().filter(user=self.members[member], paper=self.papers[paper])
        for taken in vote:
            vote.update(removed_at=F("first_cast_at") + timedelta(days=1))
            outbox.queue([taken.paper_id], -1 if taken.weight > 0 else 0)

    def suspend(self, member: int) -> None:
        votes = Upvote.objects.filter(user=self.members[member], weight__gt=0)
        outbox.queue(list(votes.active().values_list("paper", flat=True)), -1)
        votes.update(weight=0, weight_reason=WeightReason.SUSPENDED)

    def restore(self, member: int) -> None:
        votes = Upvote.objects.filter(
            user=self.members[member], weight_reason=WeightReason.SUSPENDED
        )
        outbox.queue(list(votes.active().values_list("paper", flat=True)), +1)
        votes.update(weight=F("earned_weight"), weight_reason=WeightReason.COUNTED)

    def put_into_field(self, paper: int, field: int | None) -> None:
        """Make one of the first categories the paper's own, or none."""
        tags = Tag.objects.filter(scheme="arxiv").order_by("pk")
        self.change(paper, primary_tag=None if field is None else tags[field])

    def change(self, paper: int, **fields: Any) -> None:
        """Set fields of a paper, such as `listed_at` or `hidden_at`."""
        Paper.objects.filter(pk=self.papers[paper].pk).update(**fields)
        outbox.queue([self.papers[paper].pk])


def make_world(papers: int = 5, members: int = 6, listed_at: datetime | None = None) -> World:
    """Papers listed at `listed_at`, or an hour ago, and members."""
    listed_at = listed_at or timezone.now() - timedelta(hours=1)
    keys = [make_key() for _ in range(papers)]
    made = Paper.objects.bulk_create(
        Paper(key=key, title=key, title_text=key, title_html=key, listed_at=listed_at)
        for key in keys
    )
    outbox.queue([paper.pk for paper in made])
    users = User.objects.bulk_create(
        User(username=f"u{made[0].pk}-{number}") for number in range(members)
    )
    return World(made, users)


def forget_everything() -> None:
    """Empty the tables, so that examples of a property can follow each other in one test."""
    with connection.cursor() as cursor:
        cursor.execute(
            "delete from papers_voteoutbox; delete from papers_upvote; "
            "delete from papers_paperheat; delete from papers_rankingsnapshot; "
            "delete from papers_rankingsettings; delete from papers_fieldlevel; "
            "delete from papers_paper; delete from accounts_user"
        )


def rows() -> dict[int, dict[str, Any]]:
    """The ranking's rows as stored, by paper id."""
    return {row["paper_id"]: row for row in PaperHeat.objects.values(*HEAT_FIELDS)}


def expected_rows(now: datetime, min_voters: int = 2) -> dict[int, dict[str, Any]]:
    """What the rows should be, computed vote by vote with the plain formula."""
    expected = {}
    ranked = set(PaperHeat.objects.values_list("paper", flat=True))
    for paper in Paper.objects.all():
        votes = list(
            Upvote.objects.counted().filter(paper=paper).values_list("first_cast_at", "weight")
        )
        if paper.listed_at is None and not votes and paper.pk not in ranked:
            continue
        row: dict[str, Any] = {
            "paper_id": paper.pk,
            "upvotes": len(votes),
            "weight": sum(weight for _at, weight in votes),
            "listed_at": paper.listed_at,
            "primary_tag_id": paper.primary_tag_id,
            "visible": paper.state == "listed",
            "trending": paper.state == "listed" and len(votes) >= min_voters,
        }
        for window in Window.values:
            row[f"h_{window}"] = (
                heat_log2(paper.listed_at, votes, heat_parameters(window), now=now)
                if paper.listed_at
                else None
            )
        expected[paper.pk] = row
    return expected


def assert_same_rows(
    actual: dict[int, dict[str, Any]], expected: dict[int, dict[str, Any]]
) -> None:
    """Counts and the like exactly equal, each h within a billionth of a half-life."""
    assert actual.keys() == expected.keys()
    for paper_id, row in expected.items():
        for name, value in row.items():
            stored = actual[paper_id][name]
            if name.startswith(("h_", "weight")) and value is not None:
                assert stored is not None, (name, value)
                assert abs(stored - value) <= 1e-9, (name, stored, value)
            else:
                assert stored == value, (name, stored, value)


def shown_counts() -> dict[int, int]:
    """What pages show: the stored count plus what is pending, in one statement."""
    papers: Any = Paper.objects.with_shown_upvotes()  # mypy does not see the annotation
    return dict(papers.values_list("pk", "shown_upvotes"))


def true_counts() -> dict[int, int]:
    counts = dict.fromkeys(Paper.objects.values_list("pk", flat=True), 0)
    for paper_id in Upvote.objects.counted().values_list("paper", flat=True):
        counts[paper_id] += 1
    return counts


def wrongly_shown() -> list[int]:
    """Ids of papers whose shown count is not their true one at this instant."""
    with connection.cursor() as cursor:
        cursor.execute(SHOWN_WRONG)
        return [paper_id for (paper_id,) in cursor.fetchall()]
