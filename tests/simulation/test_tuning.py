"""Numbers are chosen by the total, and kept for the report."""

from pathlib import Path

from tests.simulation import tuning
from tests.simulation.contenders import CONTENDERS, Contender
from tests.simulation.rankings import RedditHot
from tests.simulation.small import small_world


def test_the_best_of_the_tries_is_kept(tmp_path: Path) -> None:
    contender = Contender("Reddit hot", RedditHot, {"tenfold": 200.0}, {"tenfold": (4.0, 20.0)})
    chosen = tuning.tune(small_world(tmp_path), [contender], seeds=[1], days=2)
    each = chosen["Reddit hot"]
    assert each.tries == 3
    assert each.parameters in contender.tries()
    assert each.total > each.default_total
    tuning.write(chosen, tmp_path / "tuned.json")
    read = tuning.read(tmp_path / "tuned.json")["Reddit hot"]
    assert (read.parameters, round(each.total, 4)) == (each.parameters, read.total)


def test_who_has_nothing_to_try_is_left_out(tmp_path: Path) -> None:
    fixed = [each for each in CONTENDERS if not each.space]
    assert fixed
    assert tuning.tune(small_world(tmp_path), fixed, seeds=[1], days=2) == {}


def test_before_the_first_tuning_nothing_is_tuned(tmp_path: Path) -> None:
    assert tuning.read(tmp_path / "tuned.json") == {}
