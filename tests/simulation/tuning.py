"""Chooses numbers for each ranking on seeds of their own: as many tries for one as for another."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Final

from tests.simulation.community import run
from tests.simulation.contenders import CONTENDERS, Contender
from tests.simulation.metrics import measured
from tests.simulation.observed import Observed
from tests.simulation.progress import Progress
from tests.simulation.rankings import Parameters

# Reports use seeds from 11 on, so that no number is reported on the seeds that it was chosen by.
SEEDS: Final = tuple(range(1, 11))
DAYS: Final = 21
FILE: Final = Path(__file__).parent / "tuned.json"


@dataclass(frozen=True, slots=True)
class Tuned:
    """The best of the tries of one ranking, by the mean total on the tuning seeds."""

    parameters: Parameters
    total: float
    default_total: float
    tries: int


def tune(
    observed: Observed,
    contenders: Sequence[Contender] = CONTENDERS,
    *,
    seeds: Sequence[int] = SEEDS,
    days: int = DAYS,
) -> dict[str, Tuned]:
    """Try each contender's settings; return the best by title, for those that may choose at all.

    Of equally good ones the first is kept, so that the defaults need not be left without gain.
    """
    choosing = [contender for contender in contenders if contender.space]
    tries = sum(len(contender.tries()) for contender in choosing)
    progress = Progress("Tuning", tries * len(seeds))
    best: dict[str, Tuned] = {}
    for contender in choosing:
        totals: list[float] = []
        for parameters in contender.tries():
            values: list[float] = []
            for seed in seeds:
                record = run(seed, observed, contender.ranking(parameters), days).record
                values.append(measured(record)["total"])
                progress.step()
            totals.append(fmean(values))
        top = max(totals)
        parameters = contender.tries()[totals.index(top)]
        best[contender.title] = Tuned(parameters, top, totals[0], len(totals))
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
