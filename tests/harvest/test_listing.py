"""The listing rules at work: papers/harvest/listing.py, and the harvests that announce papers"""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from pytest_django import Settings

from papers.harvest.listing import Preview, list_announced, preview, rules_of
from papers.models import ListingRules, Paper, Source, Tag
from papers.sources.record import Entry, Parsed
from papers.sources.upsert import upsert
from tests.factories import make_tag
from tests.harvest.conftest import NOW
from tests.harvest.replies import make_work
from tests.harvest.running import harvest_to_its_end
from tests.harvest.server import SourceServer
from tests.harvest.test_listing_rules import ids_of, make_entry
from tests.sources.records import make_record, utc

pytestmark = pytest.mark.django_db

TODAY = NOW.date()


def set_rules(*tags: Tag, **fields: Any) -> ListingRules:
    """The rules with these categories, switched on unless told otherwise."""
    fields.setdefault("enabled", True)
    ListingRules.objects.filter(pk=1).update(**fields)
    rules = ListingRules.objects.get()
    rules.categories.set(tags)
    return rules


def listed() -> dict[str, str]:
    """The days of the papers that are listed."""
    rows = Paper.objects.filter(listed_at__isnull=False).values_list("key", "listed_at")
    return {key: f"{listed_at:%Y-%m-%d %H:%M}" for key, listed_at in rows}


# --- The tree of tags -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chosen", "category", "is_listed"),
    [
        ("cs", "cs.LG", True),
        ("cs.LG", "cs.LG", True),
        ("cs.LG", "cs.CL", False),
        # Synonyms, whichever of the two was chosen or is said.
        ("math.NA", "cs.NA", True),
        ("cs.NA", "math.NA", True),
        ("math", "cs.NA", True),
        ("cs", "cs.NA", False),
    ],
)
def test_what_is_below_a_category_and_what_it_is_also_called(
    chosen: str, category: str, is_listed: bool
) -> None:
    set_rules(make_tag(chosen))
    entry = make_entry(11, categories=(category,), record_date=TODAY)
    assert bool(ids_of(list_announced([entry], NOW))) is is_listed


def test_a_subject_of_biorxiv() -> None:
    rules = rules_of(set_rules(Tag.objects.get(scheme="biorxiv", code="neuroscience")))
    assert rules.categories == {("biorxiv", "neuroscience")}


def test_rules_that_are_off_or_have_no_category_list_nothing() -> None:
    entries: list[Entry] = [make_entry(11, record_date=TODAY)]
    assert list_announced(entries, NOW) == entries
    set_rules(make_tag("cs.LG"), enabled=False)
    assert list_announced(entries, NOW) == entries
    set_rules()
    assert list_announced(entries, NOW) == entries


# --- The maximum of a day ---------------------------------------------------------------------


def store(entries: list[Entry]) -> None:
    upsert([each.record for each in entries if isinstance(each, Parsed)], now=NOW)


def test_a_day_counts_what_it_has_already_and_reading_again_adds_nothing() -> None:
    set_rules(make_tag("cs.LG"), maximum_a_day=2)
    for numbers in ((12, 13), (12, 13), (11, 14), (12, 13)):
        store(list_announced([make_entry(n, record_date=TODAY) for n in numbers], NOW))
    assert sorted(listed()) == ["2603.00012", "2603.00013"]
    other = make_entry(15, record_date=TODAY - timedelta(days=3))
    store(list_announced([other], NOW))
    assert listed()["2603.00015"] == "2026-03-06 00:00"


def test_a_paper_that_is_listed_already_keeps_its_day() -> None:
    set_rules(make_tag("cs.LG"))
    upsert(
        [make_record(source=Source.HUGGINGFACE, listed_at=utc("2026-03-09 09:00"))],
        now=NOW,
    )
    store(list_announced([make_entry(11, record_date=TODAY)], NOW))
    assert listed() == {"2603.00011": "2026-03-09 09:00"}


# --- The harvests -----------------------------------------------------------------------------


@pytest.mark.usefixtures("at_noon")
def test_the_feeds_of_the_day_list_new_papers(server: SourceServer, settings: Settings) -> None:
    settings.ARXIV_CATEGORIES = ["cs.LG", "stat.ML"]
    set_rules(make_tag("cs"))
    server.works += [
        make_work("2603.00001", day=TODAY, categories=("cs.LG", "stat.ML")),
        make_work("2603.00002", day=TODAY, categories=("stat.ML", "cs.LG")),
        make_work("2603.00003", day=TODAY, announced="replace", version=2),
        make_work("2602.00004", day=TODAY - timedelta(days=8)),
    ]
    harvest_to_its_end("arxiv_rss")
    assert listed() == {"2603.00001": "2026-03-09 00:00"}
    assert Paper.objects.count() == 4


@pytest.mark.usefixtures("at_noon")
def test_rules_that_are_changed_after_the_feed_was_read_look_at_it_again(
    server: SourceServer,
) -> None:
    server.works += [
        make_work("2603.00001", day=TODAY),
        make_work("2603.00002", day=TODAY, categories=("stat.ML", "cs.LG")),
    ]
    harvest_to_its_end("arxiv_rss")
    assert listed() == {}
    set_rules(make_tag("cs.LG"))
    harvest_to_its_end("arxiv_rss")
    assert set(listed()) == {"2603.00001"}
    set_rules(make_tag("cs.LG"), make_tag("stat.ML"))
    harvest_to_its_end("arxiv_rss")
    assert set(listed()) == {"2603.00001", "2603.00002"}
    harvest_to_its_end("arxiv_rss")
    assert [each.status for each in server.asked] == [200, 200, 200, 304]


def test_first_versions_of_a_weekend_are_listed_when_monday_has_come(server: SourceServer) -> None:
    neuroscience = Tag.objects.get(scheme="biorxiv", code="neuroscience")
    set_rules(neuroscience, weekend="monday")
    dois = [f"10.1101/2026.03.0{day}.00000{day}" for day in (6, 7, 8)]
    server.works += [
        make_work(doi, day=date(2026, 3, 6 + place), source="biorxiv")
        for place, doi in enumerate(dois)
    ]
    server.works.append(
        make_work("10.1101/2025.01.01.000001", day=date(2026, 3, 7), source="biorxiv", version=2)
    )
    with time_machine.travel(NOW - timedelta(days=1), tick=True):
        harvest_to_its_end("biorxiv")
    assert listed() == {f"doi:{dois[0]}": "2026-03-06 00:00"}
    with time_machine.travel(NOW, tick=True):
        harvest_to_its_end("biorxiv")
    assert listed() == {
        f"doi:{dois[0]}": "2026-03-06 00:00",
        f"doi:{dois[1]}": "2026-03-09 00:00",
        f"doi:{dois[2]}": "2026-03-09 00:00",
    }


# --- Looking back -----------------------------------------------------------------------------


def announce(number: int, days_ago: int = 0, **fields: Any) -> None:
    day = TODAY - timedelta(days=days_ago)
    fields.setdefault("version", 1)
    fields.setdefault("published_at", utc(day.isoformat()))
    store([make_entry(number, record_date=day, **fields)])


def test_the_preview_counts_what_the_rules_would_have_listed_in_seven_days() -> None:
    rules = rules_of(set_rules(make_tag("cs"), enabled=False, maximum_a_day=2))
    for number in (1, 2, 3):
        announce(number)
    announce(4, days_ago=6)
    announce(5, days_ago=7)
    announce(6, categories=("math.NA", "cs.LG"))
    announce(7, version=2)
    announce(8, source=Source.ARXIV_ATOM)
    announce(9, withdrawn_at=utc("2026-03-09"))
    assert preview(rules, TODAY) == Preview(announced=5, listed=3)


def test_the_preview_moves_weekends_as_the_rules_do() -> None:
    row = set_rules(make_tag("cs.LG"), weekend="leave")
    announce(1, days_ago=1)
    announce(2, days_ago=2)
    announce(3, days_ago=3)
    assert preview(rules_of(row), TODAY) == Preview(announced=3, listed=1)
    row.weekend, row.maximum_a_day = "monday", 1
    assert preview(rules_of(row), TODAY) == Preview(announced=3, listed=2)
