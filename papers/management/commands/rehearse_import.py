"""`manage.py rehearse_import PATH…`: what an import of these files would make, and whether it can
be relied on."""

import os
import random
import signal
import sys
import threading
import time
from argparse import ArgumentTypeError
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from types import FrameType
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from papers.management import rehearsal
from papers.management.rehearsal import FileResult, LeaveOut, Material
from papers.management.scratch_database import MAX_NAME_BYTES, created_database, working_in
from papers.sources.catalogue_digest import differences, write_catalogue
from papers.sources.files import FileRefused

MAX_DIFFERENCES = 20
BEGIN = "<!-- rehearse_import: begin -->"
END = "<!-- rehearse_import: end -->"


class Command(BaseCommand):
    help = (
        "Import files into scratch databases beside the configured one, which is not touched, and "
        "print as Markdown what each file became. Then import them a second time, which must "
        "change nothing, and in random orders, which must make the same catalogue. The scratch "
        "databases are dropped at the end. The exit status is 1 when one of these promises does "
        "not hold, or a file could not be read to its end."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument(
            "--orders", type=int, default=3, metavar="N", help="how many random orders to try (3)"
        )
        parser.add_argument(
            "--seed", type=int, default=1, metavar="S", help="another number, other orders (1)"
        )
        parser.add_argument(
            "--leave-out",
            action="append",
            default=[],
            type=_leave_out,
            metavar="PATTERN=REASON",
            help="files not to import, by their path below PATH, and why; * stands for folders too",
        )
        parser.add_argument(
            "--fold",
            type=int,
            default=10,
            metavar="N",
            help="show more than N files of a folder as one line of the table (10)",
        )
        parser.add_argument(
            "--output",
            type=Path,
            metavar="FILE",
            help=f"write the report to FILE too, between {BEGIN} and {END} where it has these",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        self._started = time.monotonic()
        self._report: list[str] = []
        self._broken: list[str] = []
        try:
            material, left = rehearsal.materials(options["paths"], options["leave_out"])
        except FileRefused as refused:
            raise CommandError(refused.reason, returncode=2) from refused
        for rule in [rule for rule, names in left.items() if not names]:
            raise CommandError(
                _("--leave-out: “%(pattern)s” names no file.") % {"pattern": rule.pattern},
                returncode=2,
            )
        if not material:
            raise CommandError(_("There is no file to import."), returncode=2)
        try:
            with _ended_by_sigterm():
                self._rehearse(material, options["orders"], options["seed"], options["fold"])
        except KeyboardInterrupt:
            sys.exit(128 + signal.SIGINT)
        if left:
            self._say("", *rehearsal.left_out(left))
        for promise in self._broken:
            self._say("", f"**{promise}**")
        if options["output"]:
            _write(options["output"], self._report)
        if self._broken:
            sys.exit(1)

    def _rehearse(self, material: list[Material], orders: int, seed: int, fold: int) -> None:
        base = _base_name()
        empty = f"{base}_empty"
        with created_database(empty), TemporaryDirectory(prefix="rehearsal-") as folder:
            self._tell(_("Migrating a scratch database."))
            with working_in(empty):
                call_command("migrate", verbosity=0, interactive=False)
            # The others are copies of it, which is quicker than to migrate each.
            now, first = timezone.now(), Path(folder, "by-name")
            with created_database(base, empty), working_in(base):
                digest = self._in_order_of_name(material, now, first, fold)
            self._say("", "| order of the files | SHA-256 of the catalogue |", "|---|---|")
            self._say(f"| by name | `{digest}` |")
            for number in range(1, orders + 1):
                order = list(material)
                random.Random(f"{seed}-{number}").shuffle(order)  # noqa: S311 - repeatable
                self._tell(_("Random order %(number)d.") % {"number": number})
                with created_database(base, empty), working_in(base):
                    rehearsal.import_all(order, now)
                    again = Path(folder, "random")
                    found = write_catalogue(again)
                self._say(f"| random, {seed}-{number} | `{found}` |")
                if found != digest:
                    self._tell_differences(first, again, order)

    def _in_order_of_name(
        self, material: Sequence[Material], now: datetime, catalogue: Path, fold: int
    ) -> str:
        """Import file by file, twice; write the catalogue, and return its digest."""
        results = list(self._pass(material, now))
        self._say(*rehearsal.table(results, fold))
        if any(result.rejections for result in results):
            self._say("", *rehearsal.rejections(results))
        digest = write_catalogue(catalogue)
        second = list(self._pass(material, now))
        created, updated = (
            sum(each.created for each in second),
            sum(each.updated for each in second),
        )
        self._say(
            "",
            _("Second pass: %(created)d created, %(updated)d updated.")
            % {"created": created, "updated": updated},
        )
        self._broken += rehearsal.broken_promises(results, second)
        return digest

    def _pass(self, material: Sequence[Material], now: datetime) -> Iterator[FileResult]:
        for number, each in enumerate(material, start=1):
            self._tell(f"{number}/{len(material)} {each.name}")
            yield rehearsal.import_one(each, now)

    def _tell_differences(self, first: Path, again: Path, order: Sequence[Material]) -> None:
        found = list(islice(differences(first, again), MAX_DIFFERENCES))
        self._broken.append(_("The order of the files changed the catalogue."))
        self._tell(_("The order was: %(files)s") % {"files": " ".join(each.name for each in order)})
        self._tell(_("By name, and instead in this order:"))
        for each in found:
            self._tell(*rehearsal.told(each))

    def _say(self, *lines: str) -> None:
        """Print lines of the report."""
        self._report += lines
        for line in lines:
            self.stdout.write(line)

    def _tell(self, *lines: str) -> None:
        """Print lines about the way there, with the seconds since the start."""
        for line in lines:
            self.stderr.write(f"{time.monotonic() - self._started:7.1f} s  {line}")


def _leave_out(text: str) -> LeaveOut:
    pattern, equals, reason = text.partition("=")
    if not pattern or not equals or not reason.strip():
        raise ArgumentTypeError("a pattern, =, and the reason are needed, as in 'broken/*=broken'")
    return LeaveOut(pattern, reason.strip())


def _base_name() -> str:
    """Return a name for databases of this process, with room for a suffix."""
    suffix = f"_rehearsal_{os.getpid()}"
    home = str(connection.settings_dict["NAME"]).encode()
    room = MAX_NAME_BYTES - len(suffix) - len("_empty")
    return home[:room].decode(errors="ignore") + suffix


def _write(path: Path, report: Sequence[str]) -> None:
    """Write the report to a file: between the marks where it has them, else as the whole."""
    text = "\n".join(report) + "\n"
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    if BEGIN in before and END in before:
        head, _begin, rest = before.partition(BEGIN)
        tail = rest.partition(END)[2]
        text = f"{head}{BEGIN}\n\n{text}\n{END}{tail}"
    path.write_text(text, encoding="utf-8")


@contextmanager
def _ended_by_sigterm() -> Iterator[None]:
    """Let SIGTERM unwind the command as Ctrl-C does, so that no scratch database stays behind."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def end(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
