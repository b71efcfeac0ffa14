"""The trending formula: pure arithmetic, with `now` passed in.

A vote's weight halves every half-life H. Its time is drawn towards the listing of its paper by
the mix beta, and a listed paper starts with the weight of a prior p0. With t0 the instant of
listing, t_i the first casting of vote i, w_i its weight (0 to 1) and L a fixed epoch, all times
and H in seconds:

    tau_i     = (1 - beta) t_i + beta t0
    F         = p0 2^((t0 - L) / H)  +  sum over i of  w_i 2^((tau_i - L) / H)
    h         = log2 F                                   what is stored; unit: half-lives
    heat(now) = 2^(h - (now - L) / H)                    unit: votes of weight 1, cast just now

`now` is the same factor for every paper, so time alone never changes an order: only an event
touches a row. This is forward decay: G. Cormode, V. Shkapenyuk, D. Srivastava, B. Xu, "Forward
Decay: A Practical Time Decay Model for Streaming Systems", ICDE 2009.

F itself would leave the range of a float after 1024 half-lives, which is why its logarithm is
stored and why the sum is taken relative to its latest term. It is always computed anew from the
votes: subtracting a removed vote from a stored sum would leave a rounding error behind.

A time later than `now` counts as `now`, so that a wrong date cannot hold the top of the page. The
refresh looks at such a paper again when its time has come.

`papers/ranking/truth.py` is the same in SQL, and the tests hold the two together.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)
# PostgreSQL raises an error where a power underflows. What is 900 half-lives behind the latest
# term is nothing to a sum of floats, so a larger distance counts as this one.
MAX_HALF_LIVES = 900.0


@dataclass(frozen=True, slots=True)
class HeatParameters:
    """The numbers of one window. Raises ValueError for numbers that make no ranking."""

    half_life: float
    """Seconds in which a vote loses half its weight."""
    mix: float
    """How far a vote's time is drawn towards the listing: 0 not at all, 1 wholly."""
    prior: float
    """What a listed paper weighs before its first vote, in votes."""
    epoch: datetime = EPOCH

    def __post_init__(self) -> None:
        if not 0 < self.half_life < math.inf:
            raise ValueError(f"the half-life must be more than 0 seconds, not {self.half_life}")
        if not 0 <= self.mix <= 1:
            raise ValueError(f"the mix must be from 0 to 1, not {self.mix}")
        if not 0 < self.prior < math.inf:
            raise ValueError(f"the prior must be more than 0 votes, not {self.prior}")


def heat_log2(
    listed_at: datetime,
    votes: Iterable[tuple[datetime, float]],
    parameters: HeatParameters,
    *,
    now: datetime,
) -> float:
    """Return h of a paper that was listed at `listed_at`, in half-lives since the epoch.

    `votes` are (first cast at, weight from 0 to 1) in any order; a weight of 0 changes nothing.
    Finite for all datetimes.
    """
    listed = min(listed_at, now).timestamp()
    # (time, weight) of each term of F
    terms = [(listed, parameters.prior)]
    for cast_at, weight in votes:
        if weight > 0:
            cast = min(cast_at, now).timestamp()
            terms.append(((1 - parameters.mix) * cast + parameters.mix * listed, weight))
    latest = max(time for time, _ in terms)
    total = math.fsum(
        weight * math.exp2(max((time - latest) / parameters.half_life, -MAX_HALF_LIVES))
        for time, weight in terms
    )
    return (latest - parameters.epoch.timestamp()) / parameters.half_life + math.log2(total)


def heat_at(h: float, now: datetime, parameters: HeatParameters) -> float:
    """Return the heat at `now`, in votes of weight 1 cast at that moment on a new paper.

    Never 0 and never infinite: further from `now` than 900 half-lives, it stays as it is there.
    """
    age = (now - parameters.epoch).total_seconds() / parameters.half_life
    return math.exp2(min(max(h - age, -MAX_HALF_LIVES), MAX_HALF_LIVES))
