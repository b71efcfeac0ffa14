"""Upvotes of a bench's database: who casts them, when, and what they weigh."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING, Any

from tests.bench.datasets import NOW, instant

if TYPE_CHECKING:
    from tests.bench.fill import Made

VOTERS = 5_000
# Members who have cast nothing yet, for the votes of a benchmark.
LATE, LATE_VOTERS = "late", 1_000
JOINED = instant(3_000)
# Days, of the exponential by which upvotes come in after the listing.
MEAN_DELAY = 2.0
# Of a hundred upvotes so many ...
TAKEN_BACK, UNVERIFIED, OF_NEWCOMERS = 3, 3, 10


def write_voters() -> None:
    """Members with old accounts and verified addresses."""
    from allauth.account.models import EmailAddress

    from accounts.models import User

    names = [f"voter-{number}" for number in range(VOTERS)]
    names += [f"{LATE}-{number}" for number in range(LATE_VOTERS)]
    # Nobody logs in by a password, and to hash so many takes minutes.
    users = User.objects.bulk_create(
        User(username=name, email=f"{name}@example.org", password="!", date_joined=JOINED)
        for name in names
    )
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, verified=True, primary=True) for user in users
    )


def write_votes(papers: "Sequence[Made]", count: int) -> None:
    """Cast `count` upvotes, most for a few papers; each paper gets one or more."""
    from accounts.models import User
    from tests.bench.fill import copy

    # Asked for before, as the connection can do nothing else while rows go in.
    voters = User.objects.filter(username__startswith="voter-").order_by("pk")
    copy(
        "papers_upvote",
        "user_id paper_id first_cast_at removed_at weight earned_weight weight_reason",
        _votes(papers, list(voters.values_list("pk", flat=True)), count),
    )


def popularity(papers: int) -> list[float]:
    """Return each paper's share of the upvotes, all together 1, by position.

    The first of 10,000 gets one in a hundred, the last one in 50,000.
    """
    weights = [(rank + 10) ** -0.9 for rank in range(papers)]
    # Popular papers come from all times.
    Random(papers).shuffle(weights)
    total = sum(weights)
    return [weight / total for weight in weights]


def _votes(
    papers: "Sequence[Made]", voters: Sequence[int], count: int
) -> Iterator[tuple[Any, ...]]:
    random = Random(count)
    # Each paper has what is its share of all up to it, less what those before it have.
    bounds = [0, *(round(share * count) for share in accumulate(popularity(len(papers))))]
    for paper, first, last in zip(papers, bounds, bounds[1:], strict=False):
        for user in random.sample(voters, last - first):
            yield _vote(random, user, paper.pk, paper.at)


def _vote(random: Random, user: int, paper: int, listed_at: datetime) -> tuple[Any, ...]:
    delay = timedelta(days=random.expovariate(1 / MEAN_DELAY))
    cast_at = min(listed_at + delay, NOW)
    lot = random.randrange(100)
    removed_at = cast_at + timedelta(hours=1) if lot < TAKEN_BACK else None
    counts = not TAKEN_BACK <= lot < TAKEN_BACK + UNVERIFIED
    earned = random.uniform(0.25, 1) if lot >= 100 - OF_NEWCOMERS else 1.0
    reason = "counted" if counts else "unverified"
    return user, paper, cast_at, removed_at, earned if counts else 0.0, earned, reason
