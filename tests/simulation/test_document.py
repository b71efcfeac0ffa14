"""The page with the results: filled by the command, and as the code would fill it."""

import re
from pathlib import Path

import pytest

from tests.simulation import document, tuning
from tests.simulation.contenders import CONTENDERS
from tests.simulation.plots import LABELS, plots
from tests.simulation.results import Results, collect
from tests.simulation.small import small_world
from tests.simulation.tables import COLUMNS
from tests.simulation.tuning import Tuned

FOLDER = Path(__file__).resolve().parents[2] / "docs/ranking"
WEEK, BY_FIELDS, *_ = CONTENDERS
WINDOW = next(each for each in CONTENDERS if each.title == "Count in a window")
TUNED = {WINDOW.title: Tuned({"window": 12.0}, 0.5, 0.4, 8)}


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    observed = small_world(tmp_path_factory.mktemp("files"))
    return collect(observed, [11, 12], 2, TUNED, [WEEK, WINDOW])


@pytest.fixture(scope="module")
def made(results: Results, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    observed = small_world(tmp_path_factory.mktemp("files"))
    return document.sections(results, observed, [1.25, 1.5], TUNED, "Run.")


def table_of(text: str) -> list[list[str]]:
    """The cells of a table, without the line under its head."""
    rows = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in row] for row in rows if not row[0].startswith("---")]


def test_results_have_each_ranking_with_its_defaults_and_tuned(results: Results) -> None:
    titles = [outcome.title for outcome in results.outcomes]
    assert titles == ["Offprint, week", "Count in a window", "Count in a window, tuned"]
    assert all(len(outcome.values) == 2 for outcome in results.outcomes)
    assert [outcome.parameters["window"] for outcome in results.outcomes[1:]] == [24.0, 12.0]
    assert len(results.growth) == 2


def test_numbers_that_tuning_left_are_not_run_again(tmp_path: Path) -> None:
    left = {WINDOW.title: Tuned(WINDOW.defaults, 0.4, 0.4, 8)}
    outcomes = collect(small_world(tmp_path), [11], 1, left, [WINDOW]).outcomes
    assert outcomes[1].values is outcomes[0].values


def test_a_page_is_filled_between_its_markers_and_nowhere_else(
    results: Results, made: dict[str, str], tmp_path: Path
) -> None:
    places = "".join(f"<!-- generated: {name} -->\nold\n<!-- end of {name} -->\n" for name in made)
    (tmp_path / "simulation.md").write_text(f"# Mine\n{places}Mine too.\n", encoding="utf-8")
    drawn = plots(results)
    document.write(tmp_path, made, drawn)
    text = (tmp_path / "simulation.md").read_text("utf-8")
    assert text.startswith("# Mine\n")
    assert text.endswith("Mine too.\n")
    assert "old" not in text
    assert document.fill(text, made) == text
    assert {path.name for path in tmp_path.glob("*.svg")} == set(drawn)


def test_a_page_without_a_place_is_refused(made: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(document.DocumentError, match="no line <!-- generated: good -->"):
        document.fill("", made)
    with pytest.raises(document.DocumentError, match="There is no"):
        document.write(tmp_path, {}, {})


def test_a_metric_table_has_the_defaults_and_the_tuned(made: dict[str, str]) -> None:
    head, ours, window = table_of(made["good"])
    assert head == ["", "defaults", "tuned"]
    assert ours[0] == "Offprint, week"
    assert ours[2] == "-"
    assert all(re.fullmatch(r"[\d.]+ \[[\d.]+, [\d.]+\]", cell) for cell in window[1:])


@pytest.fixture(scope="module")
def published() -> str:
    return (FOLDER / document.PAGE).read_text(encoding="utf-8")


def part_of(text: str, name: str) -> str:
    after = text.partition(document.BEGIN.format(name))[2]
    return after.partition(document.END.format(name))[0]


@pytest.mark.parametrize("name", COLUMNS)
def test_the_published_table_of_a_metric_is_of_today(published: str, name: str) -> None:
    head, *rows = table_of(part_of(published, name))
    assert head == ["", "defaults", "tuned"]
    assert [row[0] for row in rows] == [contender.title for contender in CONTENDERS]


@pytest.mark.parametrize("name", ["verdict-defaults", "verdict-tuned"])
def test_the_published_verdicts_are_of_today(published: str, name: str) -> None:
    rows = table_of(part_of(published, name))
    ours = [row for row in rows if row[0].endswith("against")]
    others = {row[0].removesuffix(", tuned") for row in rows} - {row[0] for row in ours}
    assert others == {each.title for each in CONTENDERS if not each.is_ours}
    assert {cell for row in rows if row not in ours for cell in row[1:]} <= {
        "better",
        "worse",
        "even",
    }


def test_the_published_numbers_of_tuning_are_those_that_are_used(published: str) -> None:
    _, *rows = table_of(part_of(published, "tuning"))
    tuned = tuning.read()
    assert [row[0] for row in rows] == list(tuned)
    assert [row[4] for row in rows] == [f"{each.total:.3f}" for each in tuned.values()]
    assert list(tuned) == [each.title for each in CONTENDERS if each.space]


def test_the_published_page_shows_each_plot(published: str) -> None:
    shown = set(re.findall(r"!\[[^\]]+\]\((simulation-[\w-]+\.svg)\)", published))
    assert {f"simulation-{name}.svg" for name in LABELS} <= shown
    assert all((FOLDER / name).exists() for name in shown)
