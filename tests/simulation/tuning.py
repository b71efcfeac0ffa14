"""Chooses numbers for each ranking on seeds of their own: as many tries for one as for another."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import fmean
from typing import Final

from tests.simulation.community import run
from tests.simulation.contenders import CONTENDERS, Contender
from tests.simulation.metrics import measured
from tests.simulation.observed import Observed
from tests.simulation.progress import Progress, say
from tests.simulation.rankings import Parameters

# Reports use seeds from 11 on, so that no number is reported on the seeds that it was chosen by.
SEEDS: Final = tuple(range(1, 11))
DAYS: Final = 14
# All tries are run on the first so many seeds, and on all of them so many of the best.
FIRST_SEEDS, FINALISTS = 3, 2
FILE: Final = Path(__file__).parent / "tuned.json"


@dataclass(frozen=True, slots=True)
class Tuned:
    """The best of the tries of one ranking, by the mean total on the tuning seeds."""

    parameters: Parameters
    total: float
    default_total: float
    tries: int


@dataclass(slots=True)
class _Try:
    contender: Contender
    parameters: Parameters
    totals: list[float] = field(default_factory=list)

    @property
    def total(self) -> float:
        return fmean(self.totals)

    def run(self, observed: Observed, seeds: Sequence[int], days: int) -> None:
        for seed in seeds:
            record = run(seed, observed, self.contender.ranking(self.parameters), days).record
            self.totals.append(measured(record)["total"])


def tune(
    observed: Observed,
    contenders: Sequence[Contender] = CONTENDERS,
    *,
    seeds: Sequence[int] = SEEDS,
    days: int = DAYS,
) -> dict[str, Tuned]:
    """Return the best settings by title, for those contenders that may choose at all.

    Each contender's tries are run on the first few seeds, and the best of them and the defaults on
    all. Of equally good ones the first is kept, so that the defaults are not left without a gain.
    """
    choosing = [contender for contender in contenders if contender.space]
    progress = Progress("Tuning", sum(len(contender.tries()) for contender in choosing))
    best: dict[str, Tuned] = {}
    for contender in choosing:
        tries = [_Try(contender, parameters) for parameters in contender.tries()]
        for each in tries:
            each.run(observed, seeds[:FIRST_SEEDS], days)
            progress.step()
        finalists = sorted(tries[1:], key=lambda each: -each.total)[:FINALISTS]
        for each in [tries[0], *finalists]:
            each.run(observed, seeds[FIRST_SEEDS:], days)
        top = max([tries[0], *finalists], key=lambda each: each.total)
        best[contender.title] = Tuned(top.parameters, top.total, tries[0].total, len(tries))
        say(f"{contender.title}: {tries[0].total:.3f} to {top.total:.3f}, {top.parameters}")
    return best


def write(tuned: Mapping[str, Tuned], path: Path = FILE) -> None:
    """Keep what was chosen beside the code that uses it."""
    rows = {
        title: {
            "parameters": dict(each.parameters),
            "total": round(each.total, 4),
            "default_total": round(each.default_total, 4),
            "tries": each.tries,
        }
        for title, each in tuned.items()
    }
    path.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def read(path: Path = FILE) -> dict[str, Tuned]:
    """Return what was chosen, by the title of the ranking; nothing before the first tuning."""
    if not path.exists():
        return {}
    return {title: Tuned(**row) for title, row in json.loads(path.read_text("utf-8")).items()}
