"""Whose reading lists there are, and when each paper was put into them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from papers.demo.facts import ListFacts, PaperFacts
from papers.demo.people import LOG_INS, Member
from papers.demo.schedule import DAYS, Listing


@dataclass(frozen=True)
class Entry:
    """A paper in a list, with what the list's owner says of it."""

    arxiv_id: str
    note: str
    added_at: datetime


@dataclass(frozen=True)
class Shelf:
    """A member's reading list."""

    owner: str
    facts: ListFacts
    created_at: datetime
    entries: tuple[Entry, ...]


def fill_shelves(
    rng: Random,
    until: datetime,
    papers: Sequence[PaperFacts],
    members: Sequence[Member],
    listings: Sequence[Listing],
    lists: Sequence[ListFacts],
) -> list[Shelf]:
    """Give every list an owner who likes its subject, one list at most to each but the log-ins.

    No paper enters a list before it was listed; those of the catalogue were always there.
    """
    listed_at = {listing.arxiv_id: listing.listed_at for listing in listings}
    categories = {paper.arxiv_id: paper.categories for paper in papers}
    start = until - timedelta(days=DAYS)
    taken = set(LOG_INS)
    shelves = []
    for facts in lists:
        owner = facts.owner or _pick_owner(rng, start, members, taken, facts, categories)
        taken.add(owner)
        created_at = _between(rng, start, until - timedelta(days=10))
        entries = []
        for arxiv_id, note in facts.entries:
            earliest = max(created_at, listed_at.get(arxiv_id, created_at))
            entries.append(Entry(arxiv_id, note, _between(rng, earliest, until)))
        shelves.append(Shelf(owner, facts, created_at, tuple(entries)))
    return shelves


def _pick_owner(
    rng: Random,
    start: datetime,
    members: Sequence[Member],
    taken: set[str],
    facts: ListFacts,
    categories: Mapping[str, tuple[str, ...]],
) -> str:
    able = [
        member
        for member in members
        if member.verified and member.username not in taken and member.joined_at < start
    ]
    keenness = [
        member.activity
        * sum(member.appeal(categories[arxiv_id]) for arxiv_id, _ in facts.entries) ** 2
        for member in able
    ]
    return rng.choices(able, keenness)[0].username


def _between(rng: Random, first: datetime, last: datetime) -> datetime:
    return first + timedelta(seconds=int(rng.random() * (last - first).total_seconds()))
