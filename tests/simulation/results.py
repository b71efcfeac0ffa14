"""Runs every contender on every seed and keeps what was measured."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from tests.simulation.community import run
from tests.simulation.contenders import CONTENDERS, Contender
from tests.simulation.metrics import METRICS, measured, ring_curve
from tests.simulation.observed import Observed
from tests.simulation.progress import Progress
from tests.simulation.rankings import Parameters
from tests.simulation.tuning import Tuned

# Ages of a pushed paper, in hours, at which it is looked whether it is on the first page.
CURVE_AGES: Final = tuple(age * 1.5 for age in range(21))
# The ranking whose upvotes are compared with those of the file: real lists are counts of a day.
REFERENCE: Final = "Count in a window"


@dataclass(slots=True)
class Outcome:
    """A contender with one set of numbers: what it showed on each seed, in the order of seeds."""

    contender: Contender
    parameters: Parameters
    is_tuned: bool = False
    values: list[dict[str, float]] = field(default_factory=list)
    curves: list[list[float]] = field(default_factory=list)

    @property
    def title(self) -> str:
        """What it is called in tables and plots."""
        return f"{self.contender.title}, tuned" if self.is_tuned else self.contender.title

    def of(self, name: str) -> list[float]:
        """The values of a metric, one for each seed."""
        return [values[name] for values in self.values]

    def scores(self, name: str) -> list[float]:
        """The scores of a metric, one for each seed; the total is its own score."""
        score = next((metric.score for metric in METRICS if metric.name == name), float)
        return [score(value) for value in self.of(name)]


@dataclass(slots=True)
class Results:
    """All that a report tells."""

    outcomes: list[Outcome]
    early_upvotes: list[int] = field(default_factory=list)
    """Of all papers of all seeds under the reference, at the age of the file's captures."""
    growth: list[list[float]] = field(default_factory=list)
    """Of each seed under the reference."""
    seconds: float = 0.0

    def defaults(self) -> list[Outcome]:
        """The contenders with their authors' numbers."""
        return [outcome for outcome in self.outcomes if not outcome.is_tuned]

    def tuned(self) -> list[Outcome]:
        """The contenders with the numbers that tuning chose."""
        return [outcome for outcome in self.outcomes if outcome.is_tuned]

    def find(self, contender: Contender, *, is_tuned: bool) -> Outcome | None:
        """The outcome of a contender; None where it was not tuned."""
        return next(
            (o for o in self.outcomes if o.contender == contender and o.is_tuned == is_tuned), None
        )


def collect(
    observed: Observed,
    seeds: Sequence[int],
    days: int,
    tuned: Mapping[str, Tuned],
    contenders: Sequence[Contender] = CONTENDERS,
) -> Results:
    """Run all contenders, with their defaults and with what tuning chose, on all seeds."""
    outcomes = [Outcome(contender, contender.defaults) for contender in contenders]
    outcomes += [
        Outcome(contender, tuned[contender.title].parameters, is_tuned=True)
        for contender in contenders
        if contender.title in tuned
    ]
    results = Results(outcomes)
    progress = Progress("Simulating", len(outcomes) * len(seeds))
    for outcome in outcomes:
        same = results.find(outcome.contender, is_tuned=False)
        if outcome.is_tuned and same and same.parameters == outcome.parameters:
            # The same numbers on the same seeds: the same run.
            outcome.values, outcome.curves = same.values, same.curves
            continue
        for seed in seeds:
            ran = run(seed, observed, outcome.contender.ranking(outcome.parameters), days)
            outcome.values.append(measured(ran.record))
            outcome.curves.append(ring_curve(ran.record, CURVE_AGES))
            if outcome.title == REFERENCE:
                results.early_upvotes += ran.counts_at(observed.age)
                results.growth.append(ran.growth())
            progress.step()
    results.seconds = progress.seconds
    return results
