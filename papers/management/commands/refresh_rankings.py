"""`manage.py refresh_rankings`: bring the ranking up to date by hand."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from papers.management.progress import Progress
from papers.ranking.refresh import refresh_all, refresh_pending


class Command(BaseCommand):
    help = (
        "Rank the votes that are waiting, as the worker does every second. With --full, compute "
        "every paper anew: after a change of the ranking's numbers in the settings, or to make "
        "sure. Can be stopped and run again at any time. The last line of the output says how "
        "many rows were taken out of the outbox, and how many papers were computed, changed and "
        "newly ranked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--full", action="store_true", help=_("Compute every paper anew."))

    def handle(self, *args: Any, full: bool, **options: Any) -> None:
        if full:
            with Progress(self.stderr, _("papers")) as progress:
                result = refresh_all(timezone.now(), progress)
        else:
            result = refresh_pending(timezone.now(), wait=True)
        self.stdout.write(
            f"outbox={result.outbox_rows} papers={result.papers} "
            f"changed={result.changed} inserted={result.inserted}"
        )
