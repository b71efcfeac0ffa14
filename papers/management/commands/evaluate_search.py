"""`manage.py evaluate_search`: how well the search finds papers that one knows."""

from argparse import ArgumentParser
from dataclasses import replace
from itertools import product
from statistics import fmean
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _

from papers.search.evaluation import KINDS, Item, draw_items, mrr, our_search, plain_search
from papers.search.ranking import BLEND, Blend

# What --tune tries: each with each.
SATURATIONS = (1.0, 2.0, 4.0)
LENGTHS = (0.75, 0.9)
TITLES = (0.2, 0.5)
TITLE_POWERS = (3.0, 6.0)


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
        with plain_search() as search:
            plain = mrr(items, search)
        if tune:
            self._tune(items, plain)
        else:
            self._compare(items, plain)

    def _compare(self, items: list[Item], plain: dict[str, float]) -> None:
        ours = mrr(items, our_search())
        self.stdout.write(f"{'MRR@10':<40}{'queries':>8}{'search':>8}{'ts_rank':>9}{'ratio':>7}")
        for kind in KINDS:
            number = sum(item.kind == kind for item in items)
            self.stdout.write(
                f"{kind:<40}{number:>8}{ours.get(kind, 0):>8.3f}{plain.get(kind, 0):>9.3f}"
                f"{_ratio(kind, ours, plain):>7}"
            )

    def _tune(self, items: list[Item], plain: dict[str, float]) -> None:
        self.stdout.write("saturation length title power   " + "   ".join(_short(k) for k in KINDS))
        best, best_mean = BLEND, 0.0
        for numbers in product(SATURATIONS, LENGTHS, TITLES, TITLE_POWERS):
            blend = replace(BLEND, **dict(zip(_NAMES, numbers, strict=True)))
            ours = mrr(items, our_search(blend))
            self.stdout.write(
                _row(blend) + "   ".join(f"{ours.get(k, 0):>{len(_short(k))}.3f}" for k in KINDS)
            )
            mean = fmean(ours.values())
            if mean > best_mean:
                best, best_mean = blend, mean
        self.stdout.write(f"best on average: {_row(best).strip()}")


_NAMES = ("saturation", "length", "title", "title_power")


def _row(blend: Blend) -> str:
    return f"{blend.saturation:>10}{blend.length:>7}{blend.title:>6}{blend.title_power:>6}   "


def _short(kind: str) -> str:
    return kind.replace(" words of the", "").replace(", no stop words", " telling")


def _ratio(kind: str, ours: dict[str, float], plain: dict[str, float]) -> str:
    return f"{ours[kind] / plain[kind]:.2f}" if plain.get(kind) else "-"
