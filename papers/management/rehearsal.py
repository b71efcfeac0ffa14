"""A rehearsal of an import: what each file becomes, and the report of it as Markdown.

Works in whatever database the default connection leads to.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fnmatch import fnmatch
from itertools import groupby
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from papers.sources.catalogue_digest import Difference
from papers.sources.cleaning import shown
from papers.sources.detect import find_format
from papers.sources.files import FileRefused, SourceFile, find_files
from papers.sources.importer import Importer, Progress
from papers.sources.record import Rejection

# A value that a reason quotes.
_QUOTED = re.compile(r"“[^”]*”")


@dataclass(frozen=True, slots=True)
class Material:
    """A file to import; `name` is its path below the folder that was given."""

    path: Path
    name: str


@dataclass(frozen=True, slots=True)
class LeaveOut:
    """Files that are not to be imported: a pattern of names, as a shell writes them, and why."""

    pattern: str
    reason: str

    def names(self, name: str) -> bool:
        return fnmatch(name, self.pattern)


@dataclass
class FileResult:
    """What one file became; `refusal` says why it was not read to its end, else it is blank."""

    name: str
    format: str = ""
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    refusal: str = ""

    @property
    def rejected(self) -> int:
        return len(self.rejections)

    @property
    def read(self) -> int:
        return self.created + self.updated + self.unchanged + self.rejected


class _Listener:
    """Hears what an import says of one file, or of many at once."""

    def __init__(self) -> None:
        self.rejections: list[Rejection] = []
        self.refusals: list[str] = []

    def rejected(self, path: Path, rejection: Rejection) -> None:
        self.rejections.append(rejection)

    def refused(self, path: Path, reason: str) -> None:
        self.refusals.append(reason)

    def skipped(self, path: Path, reason: str) -> None:
        self.refusals.append(reason)

    def unknown_category(self, code: str) -> None:
        """A category without a tag is passed over, and no reason to stop."""

    def progressed(self, progress: Progress) -> None:
        """Files are what a rehearsal counts."""


def materials(
    paths: Iterable[Path], leave_out: Sequence[LeaveOut]
) -> tuple[list[Material], dict[LeaveOut, list[str]]]:
    """Return the files below the paths in order of name, and the names of those that are left out.

    Raises FileRefused for a folder that cannot be read.
    """

    def refuse(path: Path, reason: str) -> None:
        raise FileRefused(f"{path}: {reason}")

    kept: list[Material] = []
    left: dict[LeaveOut, list[str]] = {each: [] for each in leave_out}
    for path in paths:
        for found in find_files(path, refuse):
            name = found.relative_to(path).as_posix() if found != path else found.name
            rule = next((each for each in leave_out if each.names(name)), None)
            if rule is None:
                kept.append(Material(found, name))
            else:
                left[rule].append(name)
    return sorted(kept, key=lambda each: each.name), left


def import_one(material: Material, now: datetime) -> FileResult:
    """Import one file by itself, and return what became of it."""
    listener = _Listener()
    importer = Importer(listener, now)
    importer.run([material.path])
    return FileResult(
        name=material.name,
        format=_format_of(material.path),
        created=importer.result.created,
        updated=importer.result.updated,
        unchanged=importer.result.unchanged,
        rejections=listener.rejections,
        refusal="; ".join(listener.refusals),
    )


def import_all(some: Iterable[Material], now: datetime) -> None:
    """Import files in the order in which they are given, as one import."""
    Importer(_Listener(), now).run([each.path for each in some])


def broken_promises(
    results: Iterable[FileResult], second: Iterable[FileResult], at_most: int = 20
) -> Iterator[str]:
    """Yield what does not hold of the files' first and second pass, as sentences."""
    for result in results:
        if result.refusal:
            yield f"{result.name}: {result.refusal}"
    changed = [each.name for each in second if each.created or each.updated]
    if changed:
        yield _("The second pass changed something, with: %(files)s.") % {
            "files": ", ".join(changed[:at_most])
        }


def _format_of(path: Path) -> str:
    try:
        return find_format(SourceFile(path)).name
    except FileRefused:
        return ""


# --- The report -------------------------------------------------------------------------------


def table(results: Sequence[FileResult], fold: int) -> Iterator[str]:
    """Yield the lines of the table of files; more than `fold` of a folder share a line."""
    yield "| file | format | read | created | updated | unchanged | rejected |"
    yield "|---|---|--:|--:|--:|--:|--:|"
    total = FileResult("")
    for (folder, form), some in groupby(results, key=lambda each: (_folder(each), each.format)):
        group = list(some)
        for each in group:
            _add(total, each)
        if len(group) > fold:
            together = FileResult(f"{folder}/ ({len(group)} files)", form)
            for each in group:
                _add(together, each)
            group = [together]
        for each in group:
            yield _row(f"`{each.name}`" if "(" not in each.name else each.name, each)
    yield _row(f"**{len(results)} files**", total)


def _folder(result: FileResult) -> str:
    return Path(result.name).parent.as_posix()


def _add(total: FileResult, result: FileResult) -> None:
    total.created += result.created
    total.updated += result.updated
    total.unchanged += result.unchanged
    total.rejections += result.rejections
    total.refusal = total.refusal or result.refusal


def _row(name: str, result: FileResult) -> str:
    numbers = (result.read, result.created, result.updated, result.unchanged, result.rejected)
    return f"| {name} | {result.format} | {' | '.join(f'{number:,}' for number in numbers)} |"


def rejections(results: Iterable[FileResult]) -> Iterator[str]:
    """Yield the lines of the table of reasons, most frequent first, each with one example."""
    found: dict[str, list[tuple[str, Rejection]]] = {}
    for result in results:
        for rejection in result.rejections:
            reason = _QUOTED.sub("“…”", rejection.reason)
            found.setdefault(reason, []).append((result.name, rejection))
    yield "| rejected | reason | for example |"
    yield "|--:|---|---|"
    for reason, cases in sorted(found.items(), key=lambda each: (-len(each[1]), each[0])):
        file, first = cases[0]
        example = f"`{file}`, entry {first.position}"
        if first.name:
            example += f" ({_cell(first.name)})"
        if first.reason != reason:
            example += f": {_cell(first.reason)}"
        yield f"| {len(cases):,} | {_cell(reason)} | {example} |"


def left_out(left: dict[LeaveOut, list[str]]) -> Iterator[str]:
    """Yield the lines of the table of files that were left out."""
    yield "| left out | files | because |"
    yield "|---|--:|---|"
    for rule, names in left.items():
        yield f"| `{rule.pattern}` | {len(names):,} | {_cell(rule.reason)} |"


def told(difference: Difference, length: int = 160) -> Iterator[str]:
    """Yield the lines that say how two catalogues tell a paper differently."""
    yield f"{difference.key}:"
    for name, (one, other) in difference.fields.items():
        yield f"  {name}: {_value(one, length)}  instead of  {_value(other, length)}"


def _value(value: Any, length: int) -> str:
    return "nothing" if value is None else shown(value, length)


def _cell(text: str) -> str:
    return shown(text, 200).replace("|", "\\|").replace("<", "&lt;")
