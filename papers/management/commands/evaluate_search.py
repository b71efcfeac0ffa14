"""`manage.py evaluate_search`: how well the search finds papers that one knows."""

from argparse import ArgumentParser
from collections.abc import Iterable
from dataclasses import replace
from itertools import product
from statistics import fmean
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from papers.search.evaluation import KINDS, Item, draw_items, mrr, our_search, plain_search
from papers.search.ranking import BLEND

# What --tune tries: each with each. Spelling stays worth less than the title, though random words
# would have it otherwise: whoever types one word wants the paper that is about it.
GRID: dict[str, tuple[float, ...]] = {
    "saturation": (2.0, 4.0),
    "length": (0.75, 0.9),
    "title": (0.5, 1.0),
    "title_power": (3.0, 6.0),
    "spelling": (0.1, 0.2),
    "spelling_power": (3.0,),
}


class Command(BaseCommand):
    help = (
        "Draw papers of the database, make queries of random words of each, and print at which "
        "place the search finds it: the mean of 1/place among the first ten (MRR@10), beside "
        "PostgreSQL's plain ts_rank over title and abstract on the same queries. docs/search.md "
        "has the definitions. Only reads. Run refresh_search_words after an import first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--papers", type=int, default=500, help=_("how many papers to draw (500)")
        )
        parser.add_argument("--seed", type=int, default=1, help=_("another number, others (1)"))
        parser.add_argument(
            "--tune",
            action="store_true",
            help=_("Try other parameters, on papers that are not in the sample without --tune."),
        )

    def handle(self, *args: Any, papers: int, seed: int, tune: bool, **options: Any) -> None:
        if papers < 1:
            raise CommandError(_("--papers: at least one paper must be drawn."))
        items = draw_items(papers, seed, for_tuning=tune)
        if not items:
            raise CommandError(_("There are too few papers here to draw any."))
        if tune:
            self._tune(items)
        else:
            self._compare(items)

    def _compare(self, items: list[Item]) -> None:
        with plain_search() as search:
            plain = mrr(items, search)
        ours = mrr(items, our_search())
        self.stdout.write(f"{'MRR@10':<40}{'queries':>8}{'search':>8}{'ts_rank':>9}{'ratio':>7}")
        for kind in KINDS:
            number = sum(item.kind == kind for item in items)
            self.stdout.write(
                f"{kind:<40}{number:>8}{ours.get(kind, 0):>8.3f}{plain.get(kind, 0):>9.3f}"
                f"{_ratio(kind, ours, plain):>7}"
            )

    def _tune(self, items: list[Item]) -> None:
        self.stdout.write(" ".join([*GRID, *(_short(kind) for kind in KINDS), "mean"]))
        best, best_mean = "", 0.0
        for numbers in product(*GRID.values()):
            blend = replace(BLEND, **dict(zip(GRID, numbers, strict=True)))
            ours = mrr(items, our_search(blend))
            tried = _columns(GRID, numbers, "g")
            mean = fmean(ours.values())
            found = _columns(map(_short, KINDS), [ours.get(kind, 0) for kind in KINDS], ".3f")
            self.stdout.write(f"{tried} {found} {mean:.4f}")
            if mean > best_mean:
                best, best_mean = tried, mean
        self.stdout.write(f"best on average: {' '.join(best.split())}")


def _columns(titles: Iterable[str], numbers: Iterable[float], form: str) -> str:
    """Numbers below their titles."""
    return " ".join(
        f"{number:>{len(title)}{form}}" for title, number in zip(titles, numbers, strict=True)
    )


def _short(kind: str) -> str:
    return kind.replace(" words of the", "").replace(", no stop words", " telling")


def _ratio(kind: str, ours: dict[str, float], plain: dict[str, float]) -> str:
    return f"{ours[kind] / plain[kind]:.2f}" if plain.get(kind) else "-"
