"""The date of publication, as far as it is known."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.utils.translation import override

from papers.models import Paper, Precision
from papers.templatetags.offprint import published

LATE = datetime(2005, 1, 1, 1, tzinfo=timezone(timedelta(hours=5)))  # the day before, in UTC


@pytest.mark.parametrize(
    ("instant", "precision", "expected"),
    [
        (datetime(2005, 1, 1, tzinfo=UTC), Precision.YEAR, '<time datetime="2005">2005</time>'),
        (
            datetime(2005, 3, 1, tzinfo=UTC),
            Precision.MONTH,
            '<time datetime="2005-03">March 2005</time>',
        ),
        (LATE, Precision.DAY, '<time datetime="2004-12-31">31 Dec 2004</time>'),
    ],
)
def test_no_more_of_a_date_is_shown_than_is_known(
    instant: datetime, precision: Precision, expected: str
) -> None:
    with override("en-gb"):
        assert published(Paper(published_at=instant, published_precision=precision)) == expected


def test_a_paper_without_a_date_shows_none() -> None:
    assert published(Paper(published_at=None)) == ""
