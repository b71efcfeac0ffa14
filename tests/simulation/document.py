"""Writes what was generated between the markers of a Markdown page, and the plots beside it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from tests.simulation.contenders import CONTENDERS
from tests.simulation.observed import Observed
from tests.simulation.results import Results
from tests.simulation.tables import (
    COLUMNS,
    metric_table,
    resemblance_table,
    tuned_table,
    verdict_table,
)
from tests.simulation.tuning import Tuned

PAGE: Final = "simulation.md"
BEGIN, END = "<!-- generated: {} -->", "<!-- end of {} -->"


class DocumentError(Exception):
    """The page is not there, or has no place for something; the message says which."""


def sections(
    results: Results,
    observed: Observed,
    growth: list[float],
    tuned: Mapping[str, Tuned],
    run_as: str,
) -> dict[str, str]:
    """Return the text of each generated part of the page, by its name."""
    made = {name: metric_table(results, name) for name in COLUMNS}
    made["resemblance"] = resemblance_table(results, observed, growth)
    made["tuning"] = tuned_table(results, tuned)
    made["run"] = run_as
    for is_tuned in (False, True):
        ours = [results.find(c, is_tuned=is_tuned) for c in CONTENDERS if c.is_ours]
        tables = [verdict_table(results, each, is_tuned=is_tuned) for each in ours if each]
        made["verdict-tuned" if is_tuned else "verdict-defaults"] = "\n\n".join(tables)
    return made


def fill(text: str, made: Mapping[str, str]) -> str:
    """Put each part between its markers. Raises DocumentError for one that has no markers."""
    for name, part in made.items():
        begin, end = BEGIN.format(name), END.format(name)
        before, found, rest = text.partition(begin)
        _, closed, after = rest.partition(end)
        if not (found and closed):
            raise DocumentError(f"The page has no line {begin} with a line {end} after it.")
        text = f"{before}{begin}\n\n{part}\n\n{end}{after}"
    return text


def write(folder: Path, made: Mapping[str, str], plots: Mapping[str, str]) -> None:
    """Fill the page of a folder and write the plots there. Raises DocumentError as `fill` does."""
    page = folder / PAGE
    if not page.exists():
        raise DocumentError(f"There is no {page}.")
    page.write_text(fill(page.read_text(encoding="utf-8"), made), encoding="utf-8")
    for name, svg in plots.items():
        (folder / name).write_text(f"{svg}\n", encoding="utf-8")
