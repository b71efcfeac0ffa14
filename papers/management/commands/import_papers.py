"""`manage.py import_papers PATH…`: import papers from files."""

import json
import os
import signal
import sys
import threading
import time
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import FrameType
from typing import IO, Any

from django.core.management.base import BaseCommand, CommandParser, OutputWrapper
from django.db import OperationalError
from django.utils import timezone
from django.utils.translation import gettext as _

from papers.enqueue import enqueue
from papers.management.list_filling import ListFiller, NoSuchList, find_list
from papers.sources.cleaning import shown
from papers.sources.detect import FORMATS
from papers.sources.importer import Importer, Progress
from papers.sources.record import Rejection
from papers.tag_counts import count_papers_of_tags

STATUS_FAILED = 1
STATUS_REFUSED = 2
SECONDS_BETWEEN_PROGRESS = 0.2


class UsageError(Exception):
    """The command cannot begin; the message says why."""


class Terminated(BaseException):
    """The process was told to end."""


class Command(BaseCommand):
    help = (
        "Import papers from files, or from all files in folders; each file's format is told by "
        "its content. Importing the same again changes nothing. The last line of the output is "
        "created=N updated=N unchanged=N rejected=N. The exit status is 0 when every file was "
        "read to its end, 2 when one was not, 130 after Ctrl-C; what was imported stays."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=_path, metavar="PATH")
        parser.add_argument(
            "--format",
            default="",
            metavar="NAME",
            help=f"read every file in this format, whatever it looks like: {_format_names()}",
        )
        parser.add_argument(
            "--rejects",
            type=Path,
            metavar="FILE",
            help="write each rejected entry to FILE, as one line of JSON with file, position "
            "(counted from 1), name and reason",
        )
        parser.add_argument(
            "--list",
            default="",
            metavar="SLUG",
            help="put the papers on this reading list of the member that --user names, at its end "
            "and in the order of the files",
        )
        parser.add_argument("--user", default="", metavar="NAME", help="whose list --list names")

    def handle(self, *args: Any, **options: Any) -> None:
        status = 0
        with ExitStack() as stack:
            report = ConsoleReport(self.stderr)
            importer = Importer(report, timezone.now(), options["format"])
            stack.callback(self._write_totals, importer, report)
            try:
                stack.enter_context(_terminated_by_signal())
                _check(options)
                status = self._import(options, importer, report, stack)
            except UsageError as error:
                self.stderr.write(str(error))
                status = STATUS_REFUSED
            except OperationalError as error:
                self.stderr.write(
                    _(
                        "The database failed: %(error)s. Once it is back, import the same again: "
                        "what is there already is passed over."
                    )
                    % {"error": shown(error, 300)}
                )
                status = STATUS_FAILED
            except KeyboardInterrupt:
                status = 128 + signal.SIGINT
            except Terminated:
                status = 128 + signal.SIGTERM
        if status:
            sys.exit(status)

    def _import(
        self,
        options: dict[str, Any],
        importer: Importer,
        report: "ConsoleReport",
        stack: ExitStack,
    ) -> int:
        """Import, and fill the list if one is named; return the exit status. Raises UsageError."""
        filler = _list_filler(options, report)
        if filler is not None:
            importer.taken_in = filler.take
            stack.callback(lambda: self.stdout.write(filler.summary()))
        report.open_rejects(options["rejects"], stack)
        importer.run(options["paths"], leave_out=_leave_out(options))
        if importer.result.created or importer.result.updated:
            enqueue("papers.tasks.refresh_search_words")
            enqueue("papers.tasks.find_merge_candidates")
            count_papers_of_tags()
        done = not importer.refused and not (filler and filler.refused)
        return 0 if done else STATUS_REFUSED

    def _write_totals(self, importer: Importer, report: "ConsoleReport") -> None:
        report.clear_progress()
        done = importer.result
        self.stdout.write(
            f"created={done.created} updated={done.updated} "
            f"unchanged={done.unchanged} rejected={importer.rejected}"
        )


class ConsoleReport:
    """Tells the terminal what happens; a line of progress only where somebody sits before it."""

    def __init__(self, out: OutputWrapper) -> None:
        self.out = out
        self.rejects: IO[str] | None = None
        self._on_terminal = out.isatty()
        self._progress_at = 0.0

    def open_rejects(self, path: Path | None, stack: ExitStack) -> None:
        """Begin the file of rejected entries. Raises UsageError when it cannot be written."""
        if path is None:
            return
        try:
            # Line by line, so that an import that is killed leaves what it had found.
            self.rejects = stack.enter_context(path.open("w", encoding="utf-8", buffering=1))
        except OSError as error:
            raise UsageError(
                _("%(file)s cannot be written: %(error)s.")
                % {"file": _name(path), "error": error.strerror}
            ) from error

    def rejected(self, path: Path, rejection: Rejection) -> None:
        place = _("%(file)s, entry %(position)d") % {
            "file": _name(path),
            "position": rejection.position,
        }
        self.say(f"{place}{f' ({rejection.name})' if rejection.name else ''}: {rejection.reason}")
        if self.rejects is not None:
            line = {
                "file": _name(path),
                "position": rejection.position,
                "name": rejection.name,
                "reason": rejection.reason,
            }
            self.rejects.write(json.dumps(line, ensure_ascii=False) + "\n")

    def refused(self, path: Path, reason: str) -> None:
        self.say(_("%(file)s: %(reason)s") % {"file": _name(path), "reason": reason})

    def skipped(self, path: Path, reason: str) -> None:
        self.say(_("%(file)s is skipped: %(reason)s") % {"file": _name(path), "reason": reason})

    def unknown_category(self, code: str) -> None:
        self.say(_("There is no tag for the category “%(code)s”.") % {"code": shown(code)})

    def progressed(self, progress: Progress) -> None:
        if not self._on_terminal or time.monotonic() < self._progress_at:
            return
        self._progress_at = time.monotonic() + SECONDS_BETWEEN_PROGRESS
        text = _("%(entries)d entries, %(rate)d a second") % {
            "entries": progress.entries,
            "rate": progress.rate,
        }
        if progress.seconds_left is not None:
            text += _(", %(left)s left") % {"left": _duration(progress.seconds_left)}
        self._write(f"\r\033[K{text}")

    def clear_progress(self) -> None:
        if self._on_terminal:
            self._write("\r\033[K")

    def say(self, text: str) -> None:
        self.clear_progress()
        self.out.write(text)

    def _write(self, text: str) -> None:
        self.out.write(text, style_func=str, ending="")
        self.out.flush()


def _path(text: str) -> Path:
    """Refuse "", which a shell makes of an unset variable and which would mean this folder."""
    if not text:
        raise ArgumentTypeError("a path is empty")
    return Path(text)


def _format_names() -> str:
    return ", ".join(each.name for each in FORMATS)


def _check(options: dict[str, Any]) -> None:
    """Raise UsageError for options that would do harm or nothing."""
    if options["format"] not in ("", *(each.name for each in FORMATS)):
        raise UsageError(
            _("There is no format “%(name)s”. Known formats: %(formats)s.")
            % {"name": shown(options["format"]), "formats": _format_names()}
        )
    rejects = options["rejects"]
    if rejects and os.path.realpath(rejects) in map(os.path.realpath, options["paths"]):
        raise UsageError(
            _("%(file)s is to be imported: the rejected entries need another file.")
            % {"file": _name(rejects)}
        )


def _list_filler(options: dict[str, Any], report: ConsoleReport) -> ListFiller | None:
    """Return what fills the list that the options name, None when they name none.

    Raises UsageError when it does not exist, or nothing may be put on it.
    """
    if not options["list"] and not options["user"]:
        return None
    if not options["list"] or not options["user"]:
        raise UsageError(_("--list and --user belong together: name the list and its owner."))
    try:
        return ListFiller(find_list(options["user"], options["list"]), report.say)
    except NoSuchList as missing:
        raise UsageError(str(missing)) from missing


def _leave_out(options: dict[str, Any]) -> list[Path]:
    """Name the file of rejected entries, which may lie in a folder that is imported."""
    return [options["rejects"]] if options["rejects"] else []


def _name(path: Path) -> str:
    return shown(path, 300)


def _duration(seconds: float) -> str:
    minutes, seconds = divmod(int(seconds), 60)
    return (
        f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
        if minutes >= 60
        else (f"{minutes}:{seconds:02d}")
    )


@contextmanager
def _terminated_by_signal() -> Iterator[None]:
    """Let SIGTERM end the command as Ctrl-C does, so that it still says what it has done."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
