"""Files of real daily lists, and what is not one."""

import gzip
from pathlib import Path

import pytest

from tests.simulation.observed import ObservedError, read_growth, read_observed
from tests.simulation.small import DAILY, HEAD, daily_file, small_world

CAPTURES = """arxiv_id,snapshot_at,upvotes
2503.00001,2025-03-10T10:00:00Z,10
2503.00001,2025-03-10T20:00:00Z,13
2503.00002,2025-03-10T20:00:00Z,27
2503.00002,2025-03-10T10:00:00Z,10
2503.00001,2025-04-10T20:00:00Z,99
"""


def test_days_hours_and_the_age_of_the_lists_are_read(tmp_path: Path) -> None:
    observed = small_world(tmp_path)
    assert observed.days == ((12, 3, 1), (40, 5))
    assert observed.hours == (2.5, 3.0, 4.0, 1.0)
    assert observed.age == 7.5
    assert observed.upvotes == [1, 3, 5, 12, 40]


def test_a_packed_file_is_the_same(tmp_path: Path) -> None:
    packed = tmp_path / "daily.csv.gz"
    packed.write_bytes(gzip.compress(DAILY.encode()))
    assert read_observed(packed) == small_world(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "has no column date, snapshot_at"),
        (f"{HEAD}\n", "no paper of which it says"),
        (f"{HEAD}\n2025-03-10,2025-03-10T10:00:00Z,x,many,\n", "Line 2 of .* cannot be read"),
        (f"{HEAD}\n2025-03-10,yesterday,x,1,2025-03-10T02:30:00Z\n", "Line 2 of .* cannot be read"),
        (f"{HEAD}\n2025-03-10\n", "Line 2 of .* cannot be read"),
    ],
)
def test_another_file_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ObservedError, match=message):
        read_observed(daily_file(tmp_path, text))


def test_growth_is_that_of_captures_so_far_apart(tmp_path: Path) -> None:
    path = daily_file(tmp_path, CAPTURES)
    assert read_growth(path, hours=(8, 12)) == 2.0
    assert read_growth(path, hours=(200, 1000)) == 99 / 13
    with pytest.raises(ObservedError, match="captured twice"):
        read_growth(path, hours=(1, 2))
