"""A new version of a paper is marked for those who keep it."""

from datetime import date

import pytest

from accounts.models import User
from papers.models import LibraryEntry, Paper, Source
from papers.services.library import see_version, set_status
from papers.sources.upsert import upsert
from tests.factories import make_list, make_user
from tests.sources.records import make_record, utc

pytestmark = pytest.mark.django_db

NOW = utc("2026-03-30")


def take(version: int | None, day: int, source: Source = Source.ARXIV_ATOM) -> Paper:
    """Import what arXiv says of the paper on that day of March."""
    upsert(
        [make_record(source=source, version=version, record_date=date(2026, 3, day))],
        now=NOW,
    )
    return Paper.objects.get()


def keep(paper: Paper, status: str) -> User:
    member = make_user()
    set_status(owner=member, paper=paper, status=status, now=NOW)
    return member


def marks() -> dict[str, int | None]:
    return dict(LibraryEntry.objects.values_list("status", "new_version"))


def test_who_keeps_the_paper_is_told_of_a_later_version_unless_it_does_not_interest_them() -> None:
    paper = take(1, 2)
    for status in ("to_read", "reading", "read", "not_interested"):
        keep(paper, status)
    make_list(make_user(), papers=[paper])
    take(3, 20)
    assert marks() == {"to_read": 3, "reading": 3, "read": 3, "not_interested": None, "": 3}
    take(4, 25)
    assert marks()["read"] == 4


@pytest.mark.parametrize("source", [Source.ARXIV_RSS, Source.ARXIV_RAW])
def test_whichever_source_tells_of_it_first(source: Source) -> None:
    keep(take(1, 2), "read")
    take(2, 20, source)
    assert marks() == {"read": 2}


def test_the_same_and_earlier_versions_are_not_new() -> None:
    keep(take(2, 2), "read")
    take(2, 20)
    take(1, 21, Source.ARXIV_RSS)
    assert marks() == {"read": None}


def test_a_first_word_of_a_version_is_not_new() -> None:
    keep(take(None, 2), "read")
    take(2, 20)
    assert marks() == {"read": None}


def test_who_comes_later_knows_the_version_already() -> None:
    take(1, 2)
    paper = take(2, 20)
    keep(paper, "read")
    assert marks() == {"read": None}


def test_what_was_seen_stays_seen_when_it_is_imported_again() -> None:
    paper = take(1, 2)
    alice = keep(paper, "read")
    take(2, 20)
    see_version(owner=alice, paper=paper, number=2)
    take(2, 20)
    take(2, 21, Source.ARXIV_RSS)
    assert marks() == {"read": None}
