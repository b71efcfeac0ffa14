"""Who voted when: interests, the pull of a good paper, and the rhythm of days and weeks."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from papers.demo.people import Member
from papers.demo.schedule import Listing

# How willing a typical member is to vote for a typical paper of their own subject.
WILLINGNESS = 0.45
# Each vote of the first day makes later voters so much more willing: people look at what is up.
HERDING = 0.01
OWN_PAPER = 0.12
TAKEN_BACK = 0.02

# Shares of the readers who find a paper soon, later, and by searching; mean hours to their vote.
WAITS = ((0.55, 9.0), (0.35, 40.0), (0.10, 280.0))
# Weights of the hours of a member's own day, from midnight.
HOURS = (1, 1, 0, 0, 0, 1, 2, 5, 9, 10, 10, 9, 8, 9, 10, 9, 8, 7, 6, 6, 7, 7, 5, 3)
WEEKEND_FACTOR = 0.45


@dataclass(frozen=True)
class Vote:
    """One member's upvote."""

    username: str
    arxiv_id: str
    cast_at: datetime
    removed_at: datetime | None


def cast_votes(
    rng: Random, members: Sequence[Member], listings: Sequence[Listing], until: datetime
) -> list[Vote]:
    """The votes of the eight weeks, in the order in which they were cast.

    None is before the listing of its paper, before its voter joined, after the paper was withdrawn
    or after `until`.
    """
    votes = [vote for listing in listings for vote in _votes_of_paper(rng, members, listing, until)]
    return sorted(votes, key=lambda vote: (vote.cast_at, vote.arxiv_id, vote.username))


def _votes_of_paper(
    rng: Random, members: Sequence[Member], listing: Listing, until: datetime
) -> list[Vote]:
    until = listing.withdrawn_at or until
    first_day = listing.listed_at + timedelta(days=1)
    arrivals = []
    for member in members:
        doubt = _doubt(rng, member, listing)
        if doubt < 1 + HERDING * len(members):
            arrivals.append((_arrival(rng, member, listing.listed_at), doubt, member))
    # By time, so that the first day's votes are known when later readers come by.
    arrivals.sort(key=lambda arrival: (arrival[0], arrival[2].username))
    votes: list[Vote] = []
    early = 0
    for instant, doubt, member in arrivals:
        if member.joined_at <= instant <= until and doubt < 1 + HERDING * early:
            early += instant < first_day
            removed_at = _removal(rng, instant, until)
            votes.append(Vote(member.username, listing.arxiv_id, instant, removed_at))
    return votes


def _doubt(rng: Random, member: Member, listing: Listing) -> float:
    """What holds the member back: below 1, they vote for the paper; a little above, if others do.

    The chance of a vote is so 1 - exp(-rate), with a rate in proportion to the quality of the paper
    and to the activity and interest of the member.
    """
    if member is listing.submitter:
        return 0.0 if rng.random() < OWN_PAPER else math.inf
    rate = WILLINGNESS * member.activity * listing.quality * member.appeal(listing.categories)
    return rng.expovariate(1.0) / rate


def _arrival(rng: Random, member: Member, listed_at: datetime) -> datetime:
    """When this member comes across the paper: soon or late, but awake, and less at weekends."""
    mean = rng.choices([hours for _, hours in WAITS], [share for share, _ in WAITS])[0]
    while True:
        instant = listed_at + timedelta(seconds=60 + int(rng.expovariate(1 / mean) * 3600))
        local = instant + member.utc_offset
        busy = HOURS[local.hour] / max(HOURS)
        if local.weekday() >= 5:
            busy *= WEEKEND_FACTOR
        if rng.random() < busy:
            return instant
        # A reader who would have come at night comes later rather than never.
        mean = max(mean, 6.0)


def _removal(rng: Random, instant: datetime, until: datetime) -> datetime | None:
    if rng.random() >= TAKEN_BACK:
        return None
    removed_at = instant + timedelta(seconds=int(rng.expovariate(1 / 20.0) * 3600))
    return removed_at if removed_at <= until else None
