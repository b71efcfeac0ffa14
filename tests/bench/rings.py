"""The benchmark of ring detection: rings of many kinds, each hidden in a month of 70,000 votes.

With LIBRARIES=path, the file of people's libraries of citeulike-a, honest upvotes are also made of
what real people kept.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from tests.bench.datasets import CHECKOUT
from tests.bench.measure import Finding
from tests.bench.month_of_votes import Ring
from tests.bench.site import Sites

SEEDS = (1, 2, 3)
# Per cent of the ring's accounts that may be missed, and the time for a search, in milliseconds.
MISSED_BAR, TIME_BAR = 15.0, 5_000.0

RINGS: Mapping[str, Ring | None] = {
    "no ring": None,
    "eight papers": Ring(),
    "three papers, 10 other upvotes": Ring(targets=3, camouflage=10),
    "eight papers, 20 others, 80 % take part": Ring(camouflage=20, participation=0.8),
    "twelve papers, 40 others, 60 % take part": Ring(targets=12, camouflage=40, participation=0.6),
    "five papers on one day, 10 others": Ring(targets=5, camouflage=10, papers_a_day=5),
}


def rings(sites: Sites) -> Iterator[Finding]:
    """What part of 20 accounts is found, who else is flagged, and how long it takes."""
    environment = sites.environment("rings")
    for libraries in ["", *filter(None, [os.environ.get("LIBRARIES", "")])]:
        for case, ring in RINGS.items():
            runs = [_look(environment, seed, ring, libraries) for seed in SEEDS]
            yield from _findings(f"{case}, real libraries" if libraries else case, runs)


def _findings(case: str, runs: list[dict[str, Any]]) -> Iterator[Finding]:
    """The worst of the runs, by each measure."""
    votes = min(run["votes"] for run in runs)
    if any(run["hidden"] for run in runs):
        found = " ".join(f"{run['found']}/{run['hidden']}" for run in runs)
        missed = max(100 * (1 - run["found"] / run["hidden"]) for run in runs)
        yield Finding("rings", f"{case}: missed", f"found {found}", missed, "%", MISSED_BAR)
    innocent = max(run["innocent"] for run in runs)
    figures = f"{innocent} of all others among {votes:,} votes"
    yield Finding("rings", f"{case}: innocent", figures, innocent, "flagged", 0.0)
    slowest = max(run["seconds"] for run in runs)
    yield Finding(
        "rings", f"{case}: time", f"slowest {slowest:.2f} s", slowest * 1_000, "ms", TIME_BAR
    )


def _look(
    environment: dict[str, str], seed: int, ring: Ring | None, libraries: str
) -> dict[str, Any]:
    asked = {"seed": seed, "ring": asdict(ring) if ring else None, "libraries": libraries}
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.rings_job", json.dumps(asked)],
        cwd=CHECKOUT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer
