"""When harvests are due, and by which sets arXiv knows its categories."""

from datetime import UTC, datetime

import pytest

from papers.harvest.arxiv_sets import set_of
from papers.harvest.timetable import JOBS


@pytest.mark.parametrize(
    ("now", "following"),
    [
        ("2026-03-09 05:29", "2026-03-09 05:30"),
        ("2026-03-09 05:30", "2026-03-10 05:30"),
        ("2026-12-31 23:59", "2027-01-01 05:30"),
    ],
)
def test_a_harvest_is_due_once_a_day(now: str, following: str) -> None:
    def utc(text: str) -> datetime:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)

    assert JOBS["arxiv_rss"].next_after(utc(now)) == utc(following)


def test_what_a_person_asks_for_is_never_due() -> None:
    assert JOBS["fetch_arxiv"].next_after(datetime(2026, 3, 9, tzinfo=UTC)) is None


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("cs", "cs"),
        ("cs.AI", "cs:cs:AI"),
        ("math.NA", "math:math:NA"),
        ("hep-th", "physics:hep-th"),
        ("astro-ph.GA", "physics:astro-ph:GA"),
        ("physics.optics", "physics:physics:optics"),
        ("q-bio.NC", "q-bio:q-bio:NC"),
    ],
)
def test_a_category_is_a_set(code: str, expected: str) -> None:
    assert set_of(code) == expected
