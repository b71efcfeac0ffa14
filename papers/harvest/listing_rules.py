"""Which announced papers are listed by themselves, and on which day. Pure.

What the database knows is passed in; papers/harvest/listing.py looks it up.
"""

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from papers.models import Weekend
from papers.sources.compose import Category, scheme_of
from papers.sources.record import Entry, IdPair, PaperRecord, Parsed

# How announcements are called, by arXiv's feeds; see Parsed.
NEW, CROSS = "new", "cross"
SATURDAY, DAYS_A_WEEK = 5, 7


@dataclass(frozen=True, kw_only=True, slots=True)
class Rules:
    """The listing rules as the admin has them, with the tree of tags looked up.

    categories  (scheme, code) pairs: the chosen ones, all below them, and their synonyms
    """

    categories: frozenset[Category]
    cross_lists: bool = False
    weekend: str = Weekend.LIST
    catch_up_days: int = 7
    maximum_a_day: int = 0

    def admit(self, categories: Sequence[Category]) -> bool:
        """Say whether a paper of these categories, the primary one first, is wanted."""
        looked_at = categories if self.cross_lists else categories[:1]
        return any(category in self.categories for category in looked_at)

    def day_of(self, announced_on: date) -> date | None:
        """Return the day under which papers announced then are listed, None for none."""
        weekday = announced_on.weekday()
        if weekday < SATURDAY or self.weekend == Weekend.LIST:
            return announced_on
        if self.weekend == Weekend.MONDAY:
            return announced_on + timedelta(days=DAYS_A_WEEK - weekday)
        return None

    @property
    def fingerprint(self) -> str:
        """What is different for other rules, and the same for these whenever they are read."""
        said = [sorted(self.categories), self.cross_lists, self.weekend]
        numbers = [self.catch_up_days, self.maximum_a_day]
        return hashlib.sha256(json.dumps([*said, *numbers]).encode()).hexdigest()[:16]

    def at_most(self, papers: int, taken: int = 0) -> int:
        """Return how many of so many papers a day takes that has `taken` already."""
        return min(papers, max(self.maximum_a_day - taken, 0)) if self.maximum_a_day else papers


def apply(
    entries: Iterable[Entry],
    announced_on: date,
    rules: Rules,
    today: date,
    *,
    taken: int = 0,
    listed: Collection[IdPair] = (),
) -> list[Entry]:
    """Return the entries, those that the rules list with the day's beginning (UTC) as `listed_at`.

    today   papers whose day is still to come, such as Monday on a Saturday, are not listed yet:
            they are when they are read again
    taken   how many papers the day that they would be listed under has already
    listed  ids of papers that are listed already, under whatever day: they keep it

    Where a day takes fewer than there are, the first of them by their ids. The days of catching up
    count from the day that papers are listed under, which is Monday for some of Saturday.
    """
    found = list(entries)
    day = rules.day_of(announced_on)
    if day is None or not 0 <= (today - day).days <= rules.catch_up_days:
        return found
    wanted = sorted(
        {
            entry.record.source_id
            for entry in found
            if isinstance(entry, Parsed) and _is_wanted(entry, rules, listed)
        }
    )
    chosen = frozenset(wanted[: rules.at_most(len(wanted), taken)])
    instant = datetime.combine(day, time(), UTC)
    return [
        replace(entry, record=replace(entry.record, listed_at=instant))
        if isinstance(entry, Parsed) and entry.record.source_id in chosen
        else entry
        for entry in found
    ]


def _is_wanted(entry: Parsed, rules: Rules, listed: Collection[IdPair]) -> bool:
    record = entry.record
    is_announced = entry.announcement == NEW or (rules.cross_lists and entry.announcement == CROSS)
    return (
        is_announced
        and record.withdrawn_at is None
        and rules.admit(categories_of(record))
        and not any(pair in listed for pair in record.identifiers)
    )


def categories_of(record: PaperRecord) -> list[Category]:
    """Return the categories as tags are named, the primary one first."""
    return [(scheme_of(record.source), code) for code in record.categories]
