"""Files in, papers out: from paths to batches of records, with a report of what did not go in."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Protocol

from django.db import DataError, IntegrityError
from django.utils.translation import gettext as _

from papers.sources.cleaning import shown
from papers.sources.detect import find_format
from papers.sources.files import FileRefused, SourceFile, UnknownFormat, find_files
from papers.sources.record import Deletion, PaperRecord, Parsed, ParsedDeletion, Rejection
from papers.sources.upsert import BATCH_SIZE, ImportResult, upsert_batch


@dataclass(frozen=True, slots=True)
class Progress:
    """How far an import is: entries read, entries a second, seconds left by the size of files.

    A file that is read whole says nothing of the time before its end.
    """

    entries: int
    rate: float
    seconds_left: float | None


class Report(Protocol):
    """Who wants to know what happens to the files."""

    def rejected(self, path: Path, rejection: Rejection) -> None:
        """Take note that one entry of a file was not imported."""

    def refused(self, path: Path, reason: str) -> None:
        """Take note that a file could not be imported, or not to its end."""

    def skipped(self, path: Path, reason: str) -> None:
        """Take note that a file in a folder was left out, because it is something else."""

    def unknown_category(self, code: str) -> None:
        """Take note of a category that is no tag of ours; called once for each."""

    def progressed(self, progress: Progress) -> None:
        """Take note of how far the import is; called after each file and batch."""


class Importer:
    """One run over files and folders.

    `result` and `rejected` count what has been done so far and is in the database, also when the
    run was interrupted; run again, it passes quickly over what is there. `taken_in` is called after
    each batch with its records, in the order of the files, whether they changed anything or not.
    """

    def __init__(
        self,
        report: Report,
        now: datetime,
        format_name: str = "",
        taken_in: Callable[[Sequence[PaperRecord]], None] | None = None,
    ) -> None:
        self.report = report
        self.now = now
        self.format_name = format_name
        self.taken_in = taken_in
        self.result = ImportResult()
        self.rejected = 0
        self.refused = 0
        self._batch: list[tuple[Path, Parsed | ParsedDeletion]] = []
        self._entries = 0
        self._file: SourceFile | None = None
        self._bytes = self._all_bytes = 0
        self._started = time.monotonic()

    def run(self, paths: Sequence[Path], leave_out: Sequence[Path] = ()) -> None:
        """Import the files that `paths` name, in their order; `leave_out` names none of them."""
        files = [
            (found, found != path)
            for path in paths
            for found in find_files(path, self._refuse, leave_out)
        ]
        sizes = [_size(path) for path, _in_folder in files]
        self._all_bytes = sum(sizes)
        self._started = time.monotonic()
        for (path, in_folder), size in zip(files, sizes, strict=True):
            self._import_file(path, in_folder=in_folder)
            self._bytes += size
            self._show_progress()
        self._flush()

    def _import_file(self, path: Path, *, in_folder: bool) -> None:
        try:
            self._file = file = SourceFile(path)
            for entry in find_format(file, self.format_name).parse(file):
                self._entries += 1
                if isinstance(entry, Rejection):
                    self._reject(path, entry)
                else:
                    self._batch.append((path, entry))
                    if len(self._batch) >= BATCH_SIZE:
                        self._flush()
                        self._show_progress()
        except UnknownFormat as unknown:
            if in_folder:
                self.report.skipped(path, unknown.reason)
            else:
                self._refuse(path, unknown.reason)
        except FileRefused as refused:
            self._refuse(path, refused.reason)

    def _flush(self) -> None:
        batch, self._batch = self._batch, []
        self._upsert(batch)

    def _upsert(self, batch: Sequence[tuple[Path, Parsed | ParsedDeletion]]) -> None:
        """Import a batch; where the database refuses it, find out which record it means."""
        if not batch:
            return
        try:
            result = upsert_batch([_content(parsed) for _path, parsed in batch], self.now)
        except (DataError, IntegrityError) as error:
            if len(batch) > 1:
                middle = len(batch) // 2
                self._upsert(batch[:middle])
                self._upsert(batch[middle:])
                return
            ((path, parsed),) = batch
            reason = _("The database refuses it: %(error)s.") % {
                "error": shown(str(error).partition("\n")[0], 200)
            }
            name = shown(_content(parsed).source_id)
            self._reject(path, Rejection(parsed.position, reason, name))
            return
        for code in sorted(result.unknown_categories - self.result.unknown_categories):
            self.report.unknown_category(code)
        self.result += result
        if self.taken_in is not None:
            contents = (_content(parsed) for _path, parsed in batch)
            self.taken_in([each for each in contents if isinstance(each, PaperRecord)])

    def _reject(self, path: Path, rejection: Rejection) -> None:
        self.rejected += 1
        self.report.rejected(path, rejection)

    def _refuse(self, path: Path, reason: str) -> None:
        self.refused += 1
        self.report.refused(path, reason)

    def _show_progress(self) -> None:
        elapsed = max(time.monotonic() - self._started, 0.001)
        done = self._bytes + (self._file.bytes_read if self._file else 0)
        share = done / self._all_bytes if self._all_bytes else 1.0
        left = elapsed * (1 - share) / share if share else None
        self.report.progressed(Progress(self._entries, self._entries / elapsed, left))


def _content(parsed: Parsed | ParsedDeletion) -> PaperRecord | Deletion:
    return parsed.record if isinstance(parsed, Parsed) else parsed.deletion


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
