"""The whole community as plain values: the same for the same seed and end, on every machine."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from papers.demo.facts import PaperFacts, read_library, read_lists, read_papers
from papers.demo.keeping import Kept, keep_papers
from papers.demo.people import Member, make_members
from papers.demo.schedule import DAYS, Listing, make_schedule
from papers.demo.shelves import Shelf, fill_shelves
from papers.demo.voting import Vote, cast_votes


class TooEarly(Exception):  # noqa: N818  # says what is wrong with an instant
    """Eight weeks that would list a paper before it was published."""


@dataclass(frozen=True)
class Community:
    """What will be in the database."""

    until: datetime
    papers: list[PaperFacts]
    """All of them: those with a listing, and those of the catalogue."""
    members: list[Member]
    listings: list[Listing]
    votes: list[Vote]
    shelves: list[Shelf]
    kept: list[Kept]


def imagine(seed: int, until: datetime) -> Community:
    """Invent the eight weeks that end at `until`, an instant in UTC.

    Raises TooEarly where a paper would have been listed before it was published.
    """
    papers = read_papers()
    first_day = (until - timedelta(days=DAYS)).date()
    newest = max(paper.published for paper in papers)
    if first_day <= newest:
        earliest = newest + timedelta(days=DAYS + 1)
        raise TooEarly(f"The papers are too new for that: the earliest end is {earliest}.")
    # One generator for everything, used in a fixed order: nothing here may iterate over a set.
    rng = Random(seed)  # noqa: S311  # not a secret
    members = make_members(rng, until, papers)
    listings = make_schedule(rng, until, papers, members)
    votes = cast_votes(rng, members, listings, until)
    shelves = fill_shelves(rng, until, papers, members, listings, read_lists())
    kept = keep_papers(rng, until, listings, read_library())
    return Community(until, papers, members, listings, votes, shelves, kept)
