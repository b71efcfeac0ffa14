"""What the demo's reader keeps: how far they have read, and what they noted for themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from papers.demo.facts import KeptFacts
from papers.demo.schedule import DAYS, Listing

READER = "reader"


@dataclass(frozen=True)
class Kept:
    """A paper in the reader's library, and when they last said something of it."""

    facts: KeptFacts
    at: datetime


def keep_papers(
    rng: Random, until: datetime, listings: Sequence[Listing], facts: Sequence[KeptFacts]
) -> list[Kept]:
    """Say when the reader set each status and wrote each note, never before the listing."""
    listed_at = {listing.arxiv_id: listing.listed_at for listing in listings}
    start = until - timedelta(days=DAYS)
    kept = []
    for paper in facts:
        earliest = max(start, listed_at.get(paper.arxiv_id, start))
        seconds = int(rng.random() * (until - earliest).total_seconds())
        kept.append(Kept(paper, earliest + timedelta(seconds=seconds)))
    return kept
