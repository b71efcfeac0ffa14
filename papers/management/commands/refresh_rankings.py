"""`manage.py refresh_rankings`: bring the ranking up to date by hand."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from papers.management.progress import Progress
from papers.ranking.applying import apply_waiting
from papers.ranking.refresh import RefreshResult, refresh_all, refresh_pending


class Command(BaseCommand):
    help = (
        "Rank the votes that are waiting, as the worker does every second. Numbers of the ranking "
        "that were set in the admin and wait come into force first. With --full, compute every "
        "paper anew, to make sure. Can be stopped and run again at any time. The last line of the "
        "output says how many rows were taken out of the outbox, and how many papers were "
        "computed, changed and newly ranked."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--full", action="store_true", help=_("Compute every paper anew."))

    def handle(self, *args: Any, full: bool, **options: Any) -> None:
        with Progress(self.stderr, _("papers")) as progress:
            applied = apply_waiting(timezone.now(), progress)
            result = applied.refreshed if applied else RefreshResult()
            if full:
                result += refresh_all(timezone.now(), progress)
        if applied:
            self.stdout.write(_("The numbers that waited are in force now."))
        if not full:
            result += refresh_pending(timezone.now(), wait=True)
        self.stdout.write(
            f"outbox={result.outbox_rows} papers={result.papers} "
            f"changed={result.changed} inserted={result.inserted}"
        )
