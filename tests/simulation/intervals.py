"""Means with their 95 % intervals, by bootstrap over the seeds."""

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean
from typing import Final

RESAMPLES: Final = 2000
TAIL: Final = 0.025


@dataclass(frozen=True, slots=True)
class Estimate:
    """A mean over the seeds, and the interval that 95 of 100 resamples of the seeds lie in."""

    mean: float
    low: float
    high: float


def estimate(values: Sequence[float]) -> Estimate:
    """Return the mean of the values, one for each seed, with its percentile bootstrap interval.

    The same values give the same interval. Raises ValueError for no values.
    """
    if not values:
        raise ValueError("a mean needs at least one value")
    random = Random("bootstrap")
    number = len(values)
    means = sorted(fmean(random.choices(values, k=number)) for _ in range(RESAMPLES))
    cut = round(TAIL * RESAMPLES)
    return Estimate(fmean(values), means[cut], means[-1 - cut])


def difference(ours: Sequence[float], theirs: Sequence[float]) -> Estimate:
    """Return the mean of ours minus theirs, seed by seed, as both had the same papers.

    Raises ValueError where there are not as many of each.
    """
    return estimate([one - other for one, other in zip(ours, theirs, strict=True)])
