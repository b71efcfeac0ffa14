"""Which announced papers are listed, and on which day: papers/harvest/listing_rules.py"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from papers.harvest.listing_rules import Rules, apply
from papers.models import Source, Weekend
from papers.sources.record import Entry, Parsed, Rejection
from tests.sources.records import make_record

FRIDAY, SATURDAY, SUNDAY = date(2026, 3, 6), date(2026, 3, 7), date(2026, 3, 8)
MONDAY = date(2026, 3, 9)
LEARNING = frozenset({("arxiv", "cs.LG"), ("arxiv", "stat.ML")})


def make_entry(number: int, announcement: str = "new", **fields: Any) -> Parsed:
    arxiv_id = f"2603.{number:05d}"
    fields.setdefault("categories", ("cs.LG",))
    fields.setdefault("source", Source.ARXIV_RSS)
    record = make_record(identifiers=(("arxiv", arxiv_id),), **fields)
    return Parsed(number, record, announcement)


def make_rules(**fields: Any) -> Rules:
    fields.setdefault("categories", LEARNING)
    return Rules(**fields)


def listed_of(entries: list[Entry]) -> dict[str, datetime]:
    """When those are listed that are, by their ids."""
    return {
        each.record.source_id: each.record.listed_at
        for each in entries
        if isinstance(each, Parsed) and each.record.listed_at is not None
    }


def ids_of(entries: list[Entry]) -> list[str]:
    return sorted(listed_of(entries))


def test_a_new_paper_is_listed_from_the_beginning_of_its_day() -> None:
    entry = make_entry(11)
    [listed] = apply([entry], FRIDAY, make_rules(), FRIDAY)
    assert isinstance(listed, Parsed)
    assert listed.record.listed_at == datetime(2026, 3, 6, tzinfo=UTC)
    assert listed.record.digest == entry.record.digest
    assert (listed.position, listed.announcement) == (11, "new")


@pytest.mark.parametrize(
    ("categories", "announcement", "cross_lists", "is_listed"),
    [
        (("cs.LG", "math.NA"), "new", False, True),
        (("math.NA", "cs.LG"), "new", False, False),
        (("math.NA", "cs.LG"), "new", True, True),
        (("math.NA",), "new", True, False),
        (("math.NA", "cs.LG"), "cross", True, True),
        (("math.NA", "cs.LG"), "cross", False, False),
        # Announced as new elsewhere: a cross-listing is not what lists it.
        (("cs.LG", "math.NA"), "cross", False, False),
        (("cs.LG",), "replace", True, False),
        (("cs.LG",), "replace-cross", True, False),
        (("cs.LG",), "", True, False),
        ((), "new", True, False),
    ],
)
def test_categories_and_the_kind_of_announcement_decide(
    categories: tuple[str, ...], announcement: str, cross_lists: bool, is_listed: bool
) -> None:
    entry = make_entry(11, announcement, categories=categories)
    applied = apply([entry], FRIDAY, make_rules(cross_lists=cross_lists), FRIDAY)
    assert bool(listed_of(applied)) is is_listed


def test_categories_are_those_of_the_source() -> None:
    rules = make_rules(categories=frozenset({("biorxiv", "neuroscience")}))
    preprint = make_entry(11, source=Source.BIORXIV, categories=("neuroscience",))
    namesake = make_entry(12, categories=("neuroscience",))
    assert ids_of(apply([preprint, namesake], FRIDAY, rules, FRIDAY)) == ["2603.00011"]


def test_what_is_withdrawn_already_is_not_listed() -> None:
    entry = make_entry(11, withdrawn_at=datetime(2026, 3, 6, tzinfo=UTC))
    assert listed_of(apply([entry], FRIDAY, make_rules(), FRIDAY)) == {}


@pytest.mark.parametrize("announced_on", [SATURDAY, SUNDAY])
@pytest.mark.parametrize(
    ("weekend", "today", "listed_on"),
    [
        (Weekend.LIST, SUNDAY, "itself"),
        (Weekend.LEAVE, MONDAY, None),
        (Weekend.MONDAY, MONDAY, MONDAY),
        # It is read again on Monday.
        (Weekend.MONDAY, SUNDAY, None),
    ],
)
def test_weekends(
    announced_on: date, weekend: Weekend, today: date, listed_on: date | str | None
) -> None:
    applied = apply([make_entry(11)], announced_on, make_rules(weekend=weekend), today)
    expected = announced_on if listed_on == "itself" else listed_on
    assert [instant.date() for instant in listed_of(applied).values()] == (
        [expected] if expected else []
    )


@pytest.mark.parametrize(("catch_up_days", "today"), [(0, MONDAY), (1, date(2026, 3, 10))])
def test_catching_up_counts_from_the_monday_under_which_a_weekend_is_listed(
    catch_up_days: int, today: date
) -> None:
    rules = make_rules(weekend=Weekend.MONDAY, catch_up_days=catch_up_days)
    assert ids_of(apply([make_entry(11)], SATURDAY, rules, today)) == ["2603.00011"]
    assert ids_of(apply([make_entry(11)], SATURDAY, rules, today + timedelta(days=1))) == []


@pytest.mark.parametrize("weekend", Weekend)
def test_weekdays_are_not_touched_by_the_rule_for_weekends(weekend: Weekend) -> None:
    for day in (FRIDAY, MONDAY):
        applied = apply([make_entry(11)], day, make_rules(weekend=weekend), MONDAY)
        assert [instant.date() for instant in listed_of(applied).values()] == [day]


@pytest.mark.parametrize(
    ("catch_up_days", "today", "is_listed"),
    [
        (3, MONDAY, True),
        (2, MONDAY, False),
        (0, FRIDAY, True),
        (0, SATURDAY, False),
        # A clock that is behind.
        (3, date(2026, 3, 5), False),
    ],
)
def test_what_was_announced_too_long_ago_stays_in_the_catalogue(
    catch_up_days: int, today: date, is_listed: bool
) -> None:
    rules = make_rules(catch_up_days=catch_up_days)
    assert bool(listed_of(apply([make_entry(11)], FRIDAY, rules, today))) is is_listed


@pytest.mark.parametrize(
    ("maximum", "taken", "expected"),
    [
        (0, 1000, ["2603.00011", "2603.00012", "2603.00013"]),
        (2, 0, ["2603.00011", "2603.00012"]),
        (2, 1, ["2603.00011"]),
        (2, 2, []),
        (2, 5, []),
    ],
)
def test_a_day_takes_so_many_the_first_by_their_ids(
    maximum: int, taken: int, expected: list[str]
) -> None:
    entries = [make_entry(number) for number in (13, 11, 12)]
    rules = make_rules(maximum_a_day=maximum)
    applied = apply(entries, FRIDAY, rules, FRIDAY, taken=taken)
    assert ids_of(applied) == expected
    assert [each.position for each in applied] == [13, 11, 12]


def test_papers_that_are_listed_already_keep_their_day_and_take_no_place() -> None:
    entries = [make_entry(number) for number in (11, 12, 13)]
    applied = apply(
        entries,
        FRIDAY,
        make_rules(maximum_a_day=2),
        FRIDAY,
        taken=1,
        listed={("arxiv", "2603.00011")},
    )
    assert ids_of(applied) == ["2603.00012"]


def test_what_is_no_paper_passes_unchanged() -> None:
    rejection = Rejection(2, "It has no title.", "x")
    entries: list[Entry] = [make_entry(1), rejection, make_entry(3, "replace")]
    applied = apply(entries, FRIDAY, make_rules(), FRIDAY)
    assert applied[1:] == entries[1:]
    assert ids_of(applied) == ["2603.00001"]
