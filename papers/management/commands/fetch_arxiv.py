"""`manage.py fetch_arxiv`: papers from arXiv's API, by their ids or of a category since a day."""

import signal
import sys
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone
from django.utils.translation import gettext as _
from tenacity import RetryCallState, Retrying, retry_if_result

from papers.enqueue import enqueue
from papers.harvest import runs
from papers.harvest.arxiv_query import request_days, request_ids
from papers.harvest.pages import Page
from papers.harvest.pages import Progress as Place
from papers.harvest.runs import Chunk, Outcome
from papers.harvest.timetable import FETCH_ARXIV
from papers.identifiers import parse_identifier
from papers.management.progress import Progress
from papers.models import HarvestRun, Tag, TagScheme
from papers.sources.cleaning import shown
from papers.sources.record import Rejection
from papers.tag_counts import count_papers_of_tags

STATUS_FAILED = 1
STATUS_USAGE = 2
DAYS_BACK = 7


class Command(BaseCommand):
    help = (
        "Fetch papers from arXiv's API, as slowly as arXiv asks for, also beside the workers. "
        "Interrupted, the same command goes on where it stopped. The last line of the output is "
        "created=N updated=N unchanged=N rejected=N. The exit status is 0 when everything was "
        "read, 1 when arXiv or the harvest did not allow it, 2 for a wrong command line, "
        "130 after Ctrl-C; what was fetched stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        what = parser.add_mutually_exclusive_group(required=True)
        what.add_argument(
            "--ids", nargs="+", metavar="ID", help="the papers with these arXiv ids or addresses"
        )
        what.add_argument(
            "--category",
            metavar="CODE",
            help="the papers of this category, such as cs.LG, cross-listed ones too",
        )
        parser.add_argument(
            "--since",
            type=date.fromisoformat,
            metavar="DAY",
            help=f"with --category: submitted on this day or later, such as 2026-03-01; "
            f"without it, in the last {DAYS_BACK} days",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        place = _place(options)
        # Also between the chunks, while arXiv is left alone: another command would take its place.
        with runs.claimed(FETCH_ARXIV) as ours:
            if not ours or not runs.request(FETCH_ARXIV, place):
                raise CommandError(
                    _("Another fetch_arxiv is at work; wait for its end."),
                    returncode=STATUS_FAILED,
                )
            status = self._fetch_and_tell()
        if status:
            sys.exit(status)

    def _fetch_and_tell(self) -> int:
        """Fetch, and write the totals whatever happens; return the exit status."""
        status = 0
        try:
            with Progress(self.stderr, "papers") as progress:
                status = self._fetch(progress)
        except KeyboardInterrupt:
            status = 128 + signal.SIGINT
            self.stderr.write(_("Interrupted. The same command goes on from here."))
        finally:
            self._write_totals()
        return status

    def _fetch(self, progress: Progress) -> int:
        """Work chunk after chunk, leaving arXiv alone where it wants that; return the status."""

        def watch(page: Page) -> None:
            for entry in page.entries:
                if isinstance(entry, Rejection):
                    self._say(f"{entry.name}: {entry.reason}")
            if page.total:
                progress(page.done, page.total)

        until_done = Retrying(
            retry=retry_if_result(lambda chunk: chunk.outcome is Outcome.UNFINISHED),
            wait=_seconds_to_wait,
            before_sleep=self._explain_wait,
        )
        done: Chunk = until_done(runs.run_chunk, FETCH_ARXIV, watch=watch)
        if done.outcome is Outcome.FINISHED:
            enqueue("papers.tasks.refresh_search_words")
            count_papers_of_tags()
            return 0
        if done.outcome is Outcome.PAUSED:
            self._say(_("The harvest “%(name)s” is paused in the admin.") % {"name": FETCH_ARXIV})
        elif done.run is not None:
            done.run.refresh_from_db()
            self._say(_("It failed: %(reason)s") % {"reason": done.run.error})
        else:
            self._say(
                _("What it asked for is gone: another fetch_arxiv took its place. Run it again.")
            )
        return STATUS_FAILED

    def _explain_wait(self, state: RetryCallState) -> None:
        wait = _chunk(state).wait
        if wait is not None:
            self._say(
                _("%(reason)s Going on at %(time)s UTC.")
                % {"reason": wait.reason, "time": f"{wait.until.astimezone(UTC):%H:%M:%S}"}
            )

    def _say(self, text: str) -> None:
        # Over the line of progress, where there is one.
        self.stderr.write(f"\r\x1b[K{text}" if self.stderr.isatty() else text)

    def _write_totals(self) -> None:
        run = HarvestRun.objects.filter(harvest__name=FETCH_ARXIV).first() or HarvestRun()
        self.stdout.write(
            f"created={run.created} updated={run.updated} "
            f"unchanged={run.unchanged} rejected={run.rejected}"
        )


def _chunk(state: RetryCallState) -> Chunk:
    assert state.outcome is not None  # noqa: S101  # tenacity asks after an attempt
    chunk: Chunk = state.outcome.result()
    return chunk


def _seconds_to_wait(state: RetryCallState) -> float:
    """Return how long to sleep before the next chunk: until arXiv may be asked again."""
    wait = _chunk(state).wait
    return max((wait.until - timezone.now()).total_seconds(), 0.0) if wait is not None else 0.0


def _place(options: dict[str, Any]) -> Place:
    """Return where the harvest begins. Raises CommandError for what arXiv cannot have."""
    if options["ids"]:
        if options["since"]:
            raise CommandError(_("--since goes with --category only."), returncode=STATUS_USAGE)
        return request_ids([_arxiv_id(text) for text in options["ids"]])
    today = datetime.now(UTC).date()
    since: date = options["since"] or today - timedelta(days=DAYS_BACK)
    if since > today:
        raise CommandError(_("--since is a day that has not come yet."), returncode=STATUS_USAGE)
    place = request_days(_category(options["category"]), since, today)
    # Not the days themselves: the same command goes on tomorrow, too.
    named = since.isoformat() if options["since"] else f"last {DAYS_BACK} days"
    return {**place, "asked": [place["category"], named]}


def _arxiv_id(text: str) -> str:
    found = parse_identifier(text)
    if found is None or found.kind != "arxiv":
        raise CommandError(
            _("“%(text)s” is no arXiv id.") % {"text": shown(text)}, returncode=STATUS_USAGE
        )
    return found.value


def _category(code: str) -> str:
    """Return arXiv's own name of a category."""
    tag = Tag.objects.filter(scheme=TagScheme.ARXIV, code=code).select_related("synonym_of").first()
    if tag is None or tag.code.startswith("grp_"):
        raise CommandError(
            _("“%(code)s” is no category of arXiv; one is cs.LG.") % {"code": shown(code)},
            returncode=STATUS_USAGE,
        )
    return tag.synonym_of.code if tag.synonym_of is not None else tag.code
