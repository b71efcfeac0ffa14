"""`manage.py close_standings`: write the final ranks of what is over, as the worker does."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone
from django.utils.translation import gettext as _

from papers.management.progress import Progress
from papers.ranking.standings import close_due


class Command(BaseCommand):
    help = (
        "Write the final ranks of the days, weeks and months that ended more than 24 hours ago "
        "and have none yet, as the worker does every quarter of an hour. What is written never "
        "changes. Can be stopped and run again at any time. The last line of the output says how "
        "many periods were closed, and how many papers were ranked in them."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with Progress(self.stderr, _("periods")) as progress:
            closed = close_due(timezone.now(), progress=progress)
        self.stdout.write(f"closed={closed.standings} papers={closed.places}")
