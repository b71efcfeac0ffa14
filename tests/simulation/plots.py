"""The plots of docs/ranking/simulation.md."""

from statistics import fmean

from papers.charts import Interval, Series, interval_chart, line_chart
from tests.simulation.intervals import estimate
from tests.simulation.metrics import METRICS
from tests.simulation.results import CURVE_AGES, Outcome, Results

LABELS = {
    "good": "share of good papers shown",
    "ring": "hours on the first page",
    "overlap": "share that was on the page a day before",
    "small": "share of places over share of papers",
    "new": "share of papers shown in their first day",
    "total": "total score",
}


def plots(results: Results) -> dict[str, str]:
    """Return the plots as SVG, by the names of their files."""
    made = {f"simulation-{name}.svg": metric_plot(results, name) for name in LABELS}
    return made | {"simulation-ring-over-time.svg": ring_plot(results)}


def metric_plot(results: Results, name: str) -> str:
    """The means of all contenders with their intervals, the defaults first."""
    band = next((metric.band for metric in METRICS if metric.name == name), None)
    intervals = [_interval(outcome, name) for outcome in results.outcomes]
    told = "; ".join(f"{each.label} {each.value:.2f}" for each in intervals)
    return interval_chart(
        intervals,
        ident=f"simulation-{name}",
        title=f"{LABELS[name].capitalize()}, by ranking",
        description=f"Means over the seeds: {told}.",
        x_label=LABELS[name],
        standalone=True,
        band=band,
    )


def ring_plot(results: Results) -> str:
    """The share of pushed papers on the first page by their age, with the defaults."""
    lines = [
        Series(
            outcome.title,
            [
                (age, fmean(curve[index] for curve in outcome.curves))
                for index, age in enumerate(CURVE_AGES)
            ],
            is_marked=outcome.contender.is_ours,
        )
        for outcome in results.defaults()
    ]
    return line_chart(
        lines,
        ident="simulation-ring-over-time",
        title="How long a pushed paper stays on the first page, by ranking",
        description="The share of pushed papers on the first page, by the hours since their listing.",
        x_ticks=[(float(age), f"{age} h") for age in range(0, 31, 6)],
        y_label="share of pushed papers on the first page",
        width=760,
        height=360,
        standalone=True,
    )


def _interval(outcome: Outcome, name: str) -> Interval:
    of = estimate(outcome.of(name))
    return Interval(outcome.title, of.mean, of.low, of.high, is_marked=outcome.contender.is_ours)
