"""`manage.py refresh_search_words`: count the words of all papers now."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from papers.management.progress import Progress
from papers.search.words import refresh_words


class Command(BaseCommand):
    help = (
        "Count in how many papers each word stands, as the worker does every night: the search "
        "ranks by it and offers other spellings from it. Searches go on meanwhile. The last line "
        "of the output says how many words there are, were changed and removed."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        with Progress(self.stderr, _("papers")) as progress:
            counted = refresh_words(progress)
        if counted is None:
            self.stdout.write(_("The words are being counted already."))
            return
        self.stdout.write(
            f"words={counted.words} changed={counted.changed} removed={counted.removed}"
        )
