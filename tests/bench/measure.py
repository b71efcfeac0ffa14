"""The arithmetic of benchmarks: samples in turns, ratios of medians, bars, the table. Pure.

Nobody has a quiet machine. Two subjects are therefore measured in turns, so that what disturbs one
disturbs the other, and judged by the ratio of their medians; a bar that is missed is measured again,
longer, before it is believed.
"""

import math
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

# Measures its subject once and returns the seconds that it took.
Subject = Callable[[], float]

WARM_UP = 3
ROUNDS = 25
# When a first measurement misses its bar.
MORE_ROUNDS = 75


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the table.

    figures  what was measured, for people
    value    what the bar is for, in `unit`: "x" for a ratio, "ms"
    bar      the greatest value that is good enough, None where there is no bar
    """

    bench: str
    case: str
    figures: str
    value: float
    unit: str
    bar: float | None

    @property
    def is_missed(self) -> bool:
        # Rounded, so that what is shown as 1.30 meets a bar of 1.3. What is no number meets none.
        return self.bar is not None and not round(self.value, 2) <= self.bar


def in_turns(subjects: Sequence[Subject], rounds: int) -> list[list[float]]:
    """Measure each subject once a round, after a few rounds that do not count.

    The order turns around with every round, so that none always comes after the same other.
    Returns the samples of each subject, in seconds.
    """
    samples: list[list[float]] = [[] for _subject in subjects]
    for number in range(WARM_UP + rounds):
        order = list(range(len(subjects)))
        for place in order if number % 2 else reversed(order):
            seconds = subjects[place]()
            if number >= WARM_UP:
                samples[place].append(seconds)
    return samples


def percentile(samples: Iterable[float], share: float) -> float:
    """Return the smallest sample that is not exceeded by this share of them, 0 < share <= 1."""
    ordered = sorted(samples)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def compare(bench: str, case: str, small: Subject, large: Subject, bar: float | None) -> Finding:
    """Say how many times as long the large subject takes as the small one, by their medians."""
    for rounds in (ROUNDS, MORE_ROUNDS):
        base, grown = (statistics.median(each) for each in in_turns([small, large], rounds))
        figures = f"{milliseconds(grown)} against {milliseconds(base)} ms"
        finding = Finding(bench, case, figures, grown / base, "x", bar)
        if not finding.is_missed:
            break
    return finding


def time_within(bench: str, case: str, subjects: Sequence[Subject], bar: float | None) -> Finding:
    """Say what 95 of 100 runs of the subjects stay within, in milliseconds."""
    for rounds in (max(1, ROUNDS // len(subjects)), max(1, MORE_ROUNDS // len(subjects))):
        samples = [each for some in in_turns(subjects, rounds) for each in some]
        p95 = percentile(samples, 0.95)
        figures = f"p50 {milliseconds(statistics.median(samples))}, p95 {milliseconds(p95)} ms"
        finding = Finding(bench, case, figures, p95 * 1_000, "ms", bar)
        if not finding.is_missed:
            break
    return finding


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1_000:.1f}"


def table(findings: Sequence[Finding]) -> str:
    """Return the findings as lines of columns, the missed bars marked."""
    rows = [("bench", "case", "measured", "value", "bar", "")]
    rows += [
        (
            finding.bench,
            finding.case,
            finding.figures,
            _value(finding.value, finding.unit),
            "" if finding.bar is None else f"<= {_value(finding.bar, finding.unit)}",
            "" if finding.bar is None else "MISSED" if finding.is_missed else "met",
        )
        for finding in findings
    ]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(map(str.ljust, row, widths)).rstrip() for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths).rstrip())
    return "\n".join(lines)


def verdict(findings: Sequence[Finding]) -> str:
    """Return one sentence: how many bars there are and which are missed."""
    barred = [finding for finding in findings if finding.bar is not None]
    missed = [f"{finding.bench}: {finding.case}" for finding in barred if finding.is_missed]
    if missed:
        return f"MISSED {len(missed)} of {len(barred)} bars: {'; '.join(missed)}"
    return f"All {len(barred)} bars are met."


def _value(value: float, unit: str) -> str:
    return f"{value:.2f} x" if unit == "x" else f"{value:.0f} {unit}"
