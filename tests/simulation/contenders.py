"""Which rankings take part, with which numbers, and which numbers are tried when they are tuned."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from random import Random
from typing import Final

from tests.simulation.rankings import (
    CountInWindow,
    HackerNews,
    Lobsters,
    Offprint,
    OffprintByFields,
    Parameters,
    Ranking,
    RedditHot,
    VoteDecay,
)

# Each ranking may try as many settings as any other, its defaults among them.
TRIES: Final = 8


@dataclass(frozen=True, slots=True)
class Contender:
    """A ranking with its numbers as its authors have them, and those that tuning may choose from.

    Hours, where a number is a time.
    """

    title: str
    ranking: type[Ranking]
    defaults: Parameters
    space: Mapping[str, Sequence[float]]

    @property
    def is_ours(self) -> bool:
        """It is Offprint's."""
        return issubclass(self.ranking, Offprint)

    def tries(self) -> list[Parameters]:
        """The settings to be tried, the defaults first: all where they are few, else a sample."""
        if not self.space:
            return [self.defaults]
        names = list(self.space)
        rest = [dict(zip(names, values, strict=True)) for values in product(*self.space.values())]
        rest = [parameters for parameters in rest if parameters != self.defaults]
        if len(rest) >= TRIES:
            rest = Random(self.title).sample(rest, TRIES - 1)
        return [self.defaults, *rest]


WEEK: Final = {"half_life": 36.0, "mix": 0.5, "prior": 0.25, "min_voters": 2.0}
NOW: Final = {**WEEK, "half_life": 12.0}
# A first round of tuning had wider spaces, and found the best of nearly all rankings at the end
# where upvotes fade fastest. These reach further in that direction, for all of them.
OURS: Final = {
    "half_life": (1.5, 3.0, 6.0, 12.0),
    "mix": (0.5,),
    "prior": (1.0, 4.0),
    "min_voters": (2.0,),
}
TENFOLD: Final = (1.5, 3.0, 4.5, 6.0, 9.0, 12.5, 22.0, 45.0)

CONTENDERS: Final = (
    Contender("Offprint, week", Offprint, WEEK, OURS),
    Contender("Offprint, week, by fields", OffprintByFields, WEEK, OURS),
    # The same ranking with another half-life, which tuning may choose anyway: nothing to try.
    Contender("Offprint, now", Offprint, NOW, {}),
    Contender("Offprint, now, by fields", OffprintByFields, NOW, {}),
    Contender(
        "Hacker News",
        HackerNews,
        {"gravity": 1.8, "exponent": 1.0},
        {"gravity": (1.2, 1.8, 2.5, 3.5), "exponent": (0.8, 1.0)},
    ),
    Contender("Reddit hot", RedditHot, {"tenfold": 12.5}, {"tenfold": TENFOLD}),
    Contender("Lobsters", Lobsters, {"tenfold": 22.0}, {"tenfold": TENFOLD}),
    Contender(
        "Count in a window",
        CountInWindow,
        {"window": 24.0},
        {"window": (1.0, 2.0, 3.0, 4.5, 6.0, 12.0, 24.0, 48.0)},
    ),
    Contender(
        "Vote decay",
        VoteDecay,
        {"half_life": 36.0},
        {"half_life": (1.0, 2.0, 3.0, 4.5, 6.0, 12.0, 24.0, 36.0)},
    ),
)
