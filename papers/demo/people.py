"""Invented members: names, interests, how busy they are and when they are awake."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from statistics import NormalDist

from papers.demo.facts import PaperFacts

MEMBERS = 120
UNVERIFIED = 3
NEWCOMERS = 6

GIVEN = """
amara anouk asger bela chiara dario edda emre farah femke goran hana ilse inti jonas jun kaja kofi
leila lena lucia mateo mika nadia niamh noor oskar paloma petra priya quentin rafa ravi rosa saga
signe sora stellan tariq tove uma vera wren ximena yara yusuf zofia
""".split()

ADJECTIVES = """
brisk careful curious distant early gentle late loose minor noisy northern odd patient plain quiet
restless second sleepy slow stray tidy
""".split()

NOUNS = """
automaton axiom boson codon comet corollary entropy epsilon footnote gradient isotope kernel
lattice lemma margin neuron parallax photon pixel proton quark qubit soliton spinor syllable tensor
theorem vertex
""".split()

# The four accounts one logs in with, and what they like to read.
LOG_INS: dict[str, tuple[str, ...]] = {
    "reader": ("cs.CL", "cs.LG", "quant-ph", "math.HO"),
    "curator": ("math.CO", "cs.DS", "cs.IR", "cs.LG", "physics.soc-ph"),
    "moderator": ("cs.SE", "astro-ph", "cs.CY"),
    "admin": ("cs.SE", "cs.DB"),
}
LOG_IN_ACTIVITY = {"reader": 0.8, "curator": 1.8, "moderator": 0.9, "admin": 0.3}

CURIOSITY = 0.14
SAME_ARCHIVE = 0.4


@dataclass(frozen=True)
class Member:
    """One invented person."""

    username: str
    joined_at: datetime
    verified: bool
    interests: tuple[str, ...]
    """Category codes, the favourite first."""
    activity: float
    """1 for the typical member; a few are many times as busy."""
    utc_offset: timedelta

    def appeal(self, categories: Sequence[str]) -> float:
        """How much a paper of these categories speaks to this member, from CURIOSITY to above 1."""
        closest = 0.0
        for place, interest in enumerate(self.interests):
            for category in categories:
                closest = max(closest, _closeness(interest, category) * 0.85**place)
        return CURIOSITY + closest


def make_members(rng: Random, until: datetime, papers: Sequence[PaperFacts]) -> list[Member]:
    """The four log-ins and others, MEMBERS in all; the same for the same state of `rng`."""
    names = _make_names(rng, MEMBERS - len(LOG_INS))
    activities = uneven_shares(rng, len(names), 0.85)
    primaries = [paper.categories[0] for paper in papers]
    members = [
        Member(
            username=name,
            joined_at=until - timedelta(days=1100 + 10 * place),
            verified=True,
            interests=interests,
            activity=LOG_IN_ACTIVITY[name],
            utc_offset=timedelta(0),
        )
        for place, (name, interests) in enumerate(LOG_INS.items())
    ]
    for place, name in enumerate(names):
        newcomer = len(names) - 1 - place < NEWCOMERS
        days = rng.uniform(8, 45) if newcomer else rng.uniform(70, 1000)
        members.append(
            Member(
                username=name,
                joined_at=_whole_second(until - timedelta(days=days)),
                verified=place >= UNVERIFIED,
                interests=tuple(dict.fromkeys(rng.choices(primaries, k=rng.randint(1, 4)))),
                activity=activities[place],
                utc_offset=timedelta(hours=rng.choice((-8, -5, -5, 0, 0, 1, 1, 1, 2, 5, 8, 9))),
            )
        )
    return members


def uneven_shares(rng: Random, count: int, spread: float) -> list[float]:
    """`count` numbers around 1, few of them large, in random order.

    They are the quantiles of a log-normal distribution rather than draws from it: whatever the
    seed, the community is as busy and its papers are as good.
    """
    normal = NormalDist(0, spread)
    shares = [math.exp(normal.inv_cdf((place + 0.5) / count)) for place in range(count)]
    rng.shuffle(shares)
    return shares


def _make_names(rng: Random, count: int) -> list[str]:
    names: dict[str, None] = {}
    while len(names) < count:
        given, noun = rng.choice(GIVEN), rng.choice(NOUNS)
        name = rng.choice(
            (
                given,
                f"{given}-{noun}",
                f"{given}_{rng.choice('bdfhklmrstvw')}",
                f"{given}{rng.randint(2, 99)}",
                f"{rng.choice(ADJECTIVES)}-{noun}",
                f"{rng.choice(ADJECTIVES)}{noun}",
            )
        )
        names.setdefault(name)
    return list(names)


def _closeness(interest: str, category: str) -> float:
    if interest == category:
        return 1.0
    if interest.partition(".")[0] == category.partition(".")[0]:
        return SAME_ARCHIVE
    return 0.0


def _whole_second(instant: datetime) -> datetime:
    return instant.replace(microsecond=0)
