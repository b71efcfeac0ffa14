"""`python -m tests.simulation PATH_OF_CSV`: simulate, and write tables and plots into the page."""

import argparse
import platform
import sys
from pathlib import Path

from tests.simulation import document, tuning
from tests.simulation.observed import ObservedError, read_growth, read_observed
from tests.simulation.plots import plots
from tests.simulation.progress import say
from tests.simulation.results import collect

STATUS_FAILED = 2
DAYS = 14
FEWEST_DAYS = 14
# Captures of one paper that are so many hours apart, for the growth between GROWTH_AGES.
GROWTH_APART = ((8.0, 12.0), (200.0, 1000.0))


def main() -> int:
    """Run what the arguments ask for; return the exit status."""
    arguments = _parser().parse_args()
    try:
        observed = read_observed(arguments.path)
        if arguments.tune:
            tuning.write(tuning.tune(observed))
            return 0
        growth = [
            read_growth(arguments.growth, hours=apart) for apart in GROWTH_APART if arguments.growth
        ]
        chosen = tuning.read()
        results = collect(observed, arguments.seeds, arguments.days, chosen)
        run_as = _run_as(arguments.seeds, arguments.days, len(results.outcomes), results.seconds)
        made = document.sections(results, observed, growth, chosen, run_as)
        document.write(arguments.output, made, plots(results))
    except (ObservedError, document.DocumentError, OSError) as error:
        say(str(error))
        return STATUS_FAILED
    return 0


def seeds_of(text: str) -> list[int]:
    """Read `11-30` or `11`. Raises ValueError for anything else."""
    first, _, last = text.partition("-")
    seeds = list(range(int(first), int(last or first) + 1))
    if not seeds:
        raise ValueError(f"{text} holds no seed")
    return seeds


def days_of(text: str) -> int:
    """Read a number of days. Raises ValueError for fewer than show a week of a ring's paper."""
    days = int(text)
    if days < FEWEST_DAYS:
        raise ValueError(f"{text} days are too few")
    return days


def _run_as(seeds: list[int], days: int, outcomes: int, seconds: float) -> str:
    machine = f"Python {platform.python_version()}, one core of {platform.machine()}"
    return (
        f"{outcomes} rankings with their numbers, seeds {seeds[0]} to {seeds[-1]}, {days} measured "
        f"days each after a week to warm up: {seconds / 60:.1f} minutes ({machine})."
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("path", type=Path, help="CSV file with a row for each paper of each day")
    parser.add_argument("--growth", type=Path, help="CSV file with a row for each capture")
    parser.add_argument("--seeds", type=seeds_of, default=seeds_of("11-30"), help="such as 11-30")
    parser.add_argument("--days", type=days_of, default=DAYS, help="measured days, 14 or more")
    parser.add_argument("--output", type=Path, default=Path("docs/ranking"), help="folder")
    parser.add_argument("--tune", action="store_true", help="choose numbers on seeds 1 to 10")
    return parser


if __name__ == "__main__":
    sys.exit(main())
