"""`manage.py reconcile`: compare the ranking with the votes it was computed from."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from papers.management.progress import Progress
from papers.ranking import outbox, weights
from papers.ranking.reconcile import EXAMPLES, Reconciliation, reconcile, record_check
from papers.ranking.refresh import refresh_pending


class Command(BaseCommand):
    help = (
        "Compare stored counters and heat with the votes, all as of one instant. Papers that wait "
        "in the outbox are counted as pending and not compared. Prints the first drifting papers "
        "and a last line drift=N pending=N; the exit status is 1 when there is a drift."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--fix",
            action="store_true",
            help=_("Compute what has drifted anew, then compare again."),
        )
        parser.add_argument(
            "--accounts",
            action="store_true",
            help=_("Also compare the weight of each vote with what its account deserves."),
        )

    def handle(self, *args: Any, fix: bool, accounts: bool, **options: Any) -> None:
        found = self._compare(accounts)
        if fix and found.drifting_ids:
            self._fix(found)
            found = self._compare(accounts)
        self.stdout.write(f"drift={len(found.drifting_ids)} pending={found.pending}")
        if found.drifting_ids:
            raise SystemExit(1)

    def _compare(self, accounts: bool) -> Reconciliation:
        with Progress(self.stderr, _("papers")) as progress:
            found = reconcile(timezone.now(), progress, accounts=accounts, orders=True)
        # What `--fix` finds wrong is told too, and then that it is right again.
        record_check(found, timezone.now())
        for drift in found.examples:
            self.stdout.write(str(drift))
        more = len(found.drifting_ids) - EXAMPLES
        if more > 0:
            message = ngettext("and %(more)d more paper", "and %(more)d more papers", more)
            self.stdout.write(message % {"more": more})
        return found

    def _fix(self, found: Reconciliation) -> None:
        for member_id in sorted(found.misjudged_members):
            weights.revalue_votes(member_id, timezone.now())
        outbox.queue(sorted(found.drifting_ids))
        refresh_pending(timezone.now(), wait=True)
        papers = len(found.drifting_ids)
        message = ngettext(
            "Computed %(papers)d paper anew.", "Computed %(papers)d papers anew.", papers
        )
        self.stdout.write(message % {"papers": papers})
