"""The listing rules at work: what the database knows is looked up, and the rules are asked."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Q
from django.db.models.functions import Coalesce

from papers.harvest.listing_rules import Rules, apply
from papers.models import (
    ListingRules,
    Paper,
    PaperIdentifier,
    PaperState,
    Source,
    SourceRecord,
    Tag,
)
from papers.sources.compose import scheme_of
from papers.sources.loading import any_identifier
from papers.sources.record import Entry, IdPair, Parsed

# Sources that announce papers.
ANNOUNCING = (Source.ARXIV_RSS, Source.BIORXIV)
PREVIEW_DAYS = 7
# A paper is announced at most so long after it was submitted, holidays included.
LONGEST_WAIT = timedelta(days=14)


def list_announced(entries: Sequence[Entry], now: datetime) -> list[Entry]:
    """Return what a source announced, those papers with `listed_at` that the rules list.

    Two harvests in the same moment do not know of each other: together they may list a few more
    than the maximum of a day.
    """
    found = list(entries)
    days = sorted(
        {
            each.record.record_date
            for each in found
            if isinstance(each, Parsed) and each.announcement
        }
    )
    rules = current_rules() if days else None
    if rules is None:
        return found
    listed = _listed_already(found)
    for announced_on in days:
        day = rules.day_of(announced_on)
        places = [place for place, each in enumerate(found) if _is_of(each, announced_on)]
        applied = apply(
            [found[place] for place in places],
            announced_on,
            rules,
            now.astimezone(UTC).date(),
            taken=_number_listed(day) if day and rules.maximum_a_day else 0,
            listed=listed,
        )
        for place, entry in zip(places, applied, strict=True):
            found[place] = entry
    return found


def current_rules() -> Rules | None:
    """Return the rules, None where people alone list papers."""
    row = ListingRules.objects.filter(enabled=True).first()
    return None if row is None else rules_of(row)


def rules_of(row: ListingRules) -> Rules:
    """Return the rules of this row, whether or not it is switched on."""
    chosen = {tag.synonym_of_id or tag.pk for tag in row.categories.all()}
    ids = chosen.union(*Tag.objects.branches(chosen).values())
    tags = Tag.objects.filter(Q(pk__in=ids) | Q(synonym_of__in=ids))
    return Rules(
        categories=frozenset(tags.values_list("scheme", "code")),
        cross_lists=row.cross_lists,
        weekend=row.weekend,
        catch_up_days=row.catch_up_days,
        maximum_a_day=row.maximum_a_day,
    )


@dataclass(frozen=True, slots=True)
class Preview:
    """How many new papers were announced lately, and how many of them the rules would have listed."""

    announced: int
    listed: int


def preview(rules: Rules, today: date) -> Preview:
    """Look back on the days up to and with `today`, as if the rules had been on all the time.

    A record that says nothing of a later version than the first counts as the announcement of a
    new paper, as a feed's word of the announcement is not kept.
    """
    since = today - timedelta(days=PREVIEW_DAYS - 1)
    rows = (
        SourceRecord.objects.alias(
            # The expression of an index, so that the recent papers alone are looked at.
            newest=Coalesce("paper__published_at", "paper__created_at")
        )
        .filter(
            newest__gte=datetime.combine(since, datetime.min.time(), UTC) - LONGEST_WAIT,
            source__in=ANNOUNCING,
            record_date__gte=since,
            record_date__lte=today,
            fields__version=1,
            fields__withdrawn_at__isnull=True,
        )
        .values_list("source", "record_date", "fields__categories")
    )
    announced = 0
    wanted: Counter[date] = Counter()
    for source, announced_on, codes in rows:
        announced += 1
        day = rules.day_of(announced_on)
        if day is not None and rules.admit([(scheme_of(source), code) for code in codes or ()]):
            wanted[day] += 1
    return Preview(announced, sum(rules.at_most(number) for number in wanted.values()))


def _is_of(entry: Entry, announced_on: date) -> bool:
    return isinstance(entry, Parsed) and entry.record.record_date == announced_on


def _listed_already(entries: Iterable[Entry]) -> frozenset[IdPair]:
    """Return which of their ids are of papers that are listed."""
    pairs = {
        pair for each in entries if isinstance(each, Parsed) for pair in each.record.identifiers
    }
    if not pairs:
        return frozenset()
    held = PaperIdentifier.objects.filter(any_identifier(pairs), paper__listed_at__isnull=False)
    return frozenset(held.values_list("kind", "value"))


def _number_listed(day: date) -> int:
    return Paper.objects.filter(listed_on=day, state=PaperState.LISTED).count()
