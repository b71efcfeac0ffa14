import pytest

from papers.sources.bibliography import PartialDate
from papers.sources.partial_dates import partial_date, read_date


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("2013-05-21", (2013, 5, 21)),
        ("2016-05-21T10:00:00Z", (2016, 5, 21)),
        ("2016.5.1", (2016, 5, 1)),
        ("1948/07//", (1948, 7)),
        ("2014//", (2014,)),
        ("2007///", (2007,)),
        ("20170812", (2017, 8, 12)),
        ("Start date: 20170812", (2017, 8, 12)),
        ("September 1, 1978", (1978, 9, 1)),
        ("1st Sept. 1978", (1978, 9, 1)),
        ("2021-Sep-03", (2021, 9, 3)),
        ("1998 May 3", (1998, 5, 3)),
        ("Mar. 2017", (2017, 3)),
        ("2/2016", (2016, 2)),
        ("21/5/2016", (2016, 5, 21)),
        ("5/21/2016", (2016, 5, 21)),
        ("5/5/2016", (2016, 5, 5)),
        ("Summer 1993", (1993,)),
        ("c. 1905", (1905,)),
        ("may be in 1999", (1999,)),
    ],
)
def test_dates_as_people_and_programs_write_them(text: str, date: tuple[int, ...]) -> None:
    assert read_date(text) == PartialDate(*date)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("3/4/2015", (2015,)),
        ("2012//22/04", (2012,)),
        ("2008//04/11", (2008,)),
        ("13/2016", (2016,)),
        ("2020-02-31", (2020, 2)),
        ("2020-13-01", (2020,)),
    ],
)
def test_what_is_not_sure_is_left_out(text: str, date: tuple[int, ...]) -> None:
    assert read_date(text) == PartialDate(*date)


@pytest.mark.parametrize(
    ("text", "date"),
    [
        ("4-8 Aug. 2020", (2020, 8, 4)),
        ("May 4-8, 2020", (2020, 5, 4)),
        ("July-October 1985", (1985, 7)),
        ("2016-05/2017-01", (2016, 5)),
        ("2016/2017-05", (2016,)),
        ("1993-1994", (1993,)),
    ],
)
def test_of_a_range_the_beginning_is_taken(text: str, date: tuple[int, ...]) -> None:
    assert read_date(text) == PartialDate(*date)


@pytest.mark.parametrize("text", ["", "n.d.", "in press", "0000", "0000-00-00", "12345", "350 BC"])
def test_a_text_without_a_year_is_no_date(text: str) -> None:
    assert read_date(text) is None


def test_a_long_text_of_digits_takes_no_time() -> None:
    assert read_date("1-" * 100_000) is None


def test_numbers_make_a_date_as_far_as_they_can() -> None:
    assert partial_date(2020, 2, 30) == PartialDate(2020, 2)
    assert partial_date(2020, 0, 3) == PartialDate(2020)
    assert partial_date(20_200) is None
