"""The tables of docs/ranking/simulation.md, in Markdown, made from results."""

from collections.abc import Iterable, Mapping, Sequence
from statistics import fmean, quantiles
from typing import Final

from tests.simulation.community import GROWTH_AGES
from tests.simulation.intervals import Estimate, difference, estimate
from tests.simulation.metrics import METRICS
from tests.simulation.observed import Observed
from tests.simulation.rankings import Parameters
from tests.simulation.results import Outcome, Results
from tests.simulation.tuning import Tuned

# What is told of each outcome: the metrics, the two kinds of rings apart, and the total.
COLUMNS: Final = {
    **{metric.name: metric.title for metric in METRICS},
    "ring_fresh": "Hours of rings with new accounts",
    "ring_aged": "Hours of rings with old accounts",
    "total": "Total",
}
NAMES: Final = {
    "half_life": "half-life {} h",
    "mix": "mix {}",
    "prior": "prior {}",
    "min_voters": "{} voters",
    "gravity": "gravity {}",
    "exponent": "exponent {}",
    "tenfold": "ten times the votes for {} h",
    "window": "window {} h",
}
ROW_OF_DECILES: Final = "Deciles"


def metric_table(results: Results, name: str) -> str:
    """A row for each contender: the mean and its interval, with its defaults and tuned."""
    rows = [["", "defaults", "tuned"]]
    for outcome in results.defaults():
        tuned = results.find(outcome.contender, is_tuned=True)
        cell = with_interval(estimate(tuned.of(name))) if tuned else "-"
        rows.append([outcome.title, with_interval(estimate(outcome.of(name))), cell])
    return table(rows)


def verdict_table(results: Results, ours: Outcome, *, is_tuned: bool) -> str:
    """A row for each ranking of others: where ours has the better or the worse score.

    A difference counts where its interval does not hold 0.
    """
    columns = {metric.name: metric.title for metric in METRICS} | {"total": "Total"}
    rows = [[f"{ours.title} against", *columns.values()]]
    theirs = results.tuned() if is_tuned else results.defaults()
    rows += [
        [other.title, *(verdict(ours, other, name) for name in columns)]
        for other in theirs
        if not other.contender.is_ours
    ]
    return table(rows)


def verdict(ours: Outcome, theirs: Outcome, name: str) -> str:
    """`better`, `worse` or `even`: whether ours scores more in a metric."""
    between = difference(ours.scores(name), theirs.scores(name))
    if between.low > 0:
        return "better"
    return "worse" if between.high < 0 else "even"


def tuned_table(results: Results, tuned: Mapping[str, Tuned]) -> str:
    """A row for each contender that was tuned: its numbers before and after, on the tuning seeds."""
    rows = [["", "defaults", "total", "tuned", "total"]]
    for outcome in results.defaults():
        each = tuned.get(outcome.contender.title)
        if each:
            defaults, chosen = in_words(outcome.parameters), in_words(each.parameters)
            totals = [f"{each.default_total:.3f}", f"{each.total:.3f}"]
            rows.append([outcome.title, defaults, totals[0], chosen, totals[1]])
    return table(rows)


def resemblance_table(results: Results, observed: Observed, growth: Sequence[float]) -> str:
    """How the upvotes of simulated papers are distributed and grow, beside those of the files."""
    rows = [["", "files", "simulated"]]
    counts, simulated = observed.upvotes, sorted(results.early_upvotes)
    rows.append(["Mean upvotes", f"{fmean(counts):.1f}", f"{fmean(simulated):.1f}"])
    rows.append([ROW_OF_DECILES, _deciles(counts), _deciles(simulated)])
    rows.append(["Most upvotes", str(counts[-1]), str(simulated[-1])])
    for index, of_files in enumerate(growth):
        before, after = GROWTH_AGES[index : index + 2]
        mean = fmean(of_seed[index] for of_seed in results.growth)
        label = f"Growth from {before:.0f} h to {after:.0f} h after listing"
        rows.append([label, f"{of_files:.2f}", f"{mean:.2f}"])
    return table(rows)


def in_words(parameters: Parameters) -> str:
    """Numbers of a ranking, each with its name."""
    return ", ".join(NAMES[name].format(f"{value:g}") for name, value in parameters.items())


def with_interval(each: Estimate) -> str:
    """The mean and its interval, in three digits or so."""
    digits = 1 if abs(each.mean) >= 10 else 2
    return f"{each.mean:.{digits}f} [{each.low:.{digits}f}, {each.high:.{digits}f}]"


def table(rows: Sequence[Iterable[str]]) -> str:
    """The rows as Markdown, the first as the head."""
    lines = [f"| {' | '.join(row)} |" for row in rows]
    width = len(list(rows[0]))
    return "\n".join([lines[0], f"|{'---|' * width}", *lines[1:]])


def _deciles(values: Sequence[int]) -> str:
    return ", ".join(f"{value:.0f}" for value in quantiles(values, n=10))
