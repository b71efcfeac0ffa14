"""Files to import from: finding them, and reading them without being harmed by them."""

import gzip
import json
import lzma
import os
import re
import stat
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from io import BufferedIOBase, BufferedReader, BytesIO
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from papers.sources.cleaning import shown

HEAD_BYTES = 8_192
# What is read whole takes up to twenty times its size in memory; a day of Hugging Face has a third
# of a megabyte.
MAX_WHOLE_BYTES = 32 * 2**20
# The longest line that is read into memory: a collaboration of 3,000 authors needs a third of it.
MAX_LINE_BYTES = 2**20
GZIP_MAGIC = b"\x1f\x8b"
XZ_MAGIC = b"\xfd7zXZ\0"


class FileRefused(Exception):  # noqa: N818 - the word that people read in the report
    """A file that is missing, unreadable, broken or dangerous; `reason` is a translated sentence.

    What came out of it before it was refused may be kept.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class UnknownFormat(FileRefused):
    """A file that is sound as far as one can tell, and in no format that can be imported."""


class SourceFile:
    """A file with data of a source, plain or compressed with gzip or xz.

    Every way of reading it raises FileRefused.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._raw: BufferedReader | BytesIO | None = None

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def bytes_read(self) -> int:
        """How much of the file, as it lies on the disk, `lines` has read; 0 when it is not at it."""
        return 0 if self._raw is None or self._raw.closed else self._raw.tell()

    @cached_property
    def head(self) -> bytes:
        """The first bytes of the content, to tell its format by."""
        with self.opened() as stream:
            return stream.read(HEAD_BYTES)

    def read(self, limit: int = MAX_WHOLE_BYTES) -> bytes:
        """Return the whole content, of at most `limit` bytes once unpacked."""
        with self.opened() as stream:
            content = stream.read(limit + 1)
        if len(content) > limit:
            raise FileRefused(
                _("It is too large: unpacked it has more than %(limit)d MB.")
                % {"limit": limit // 2**20}
            )
        return content

    def lines(self, limit: int = MAX_LINE_BYTES) -> Generator[bytes, None, None]:
        """Yield the lines one by one with their ends, however long the file is.

        Of a line with more than `limit` bytes only the first `limit` + 1 are given.
        """
        with self.opened() as stream:
            while line := stream.readline(limit + 1):
                yield line
                while len(line) > limit and not line.endswith(b"\n"):
                    line = stream.readline(limit + 1)

    @cached_property
    def json(self) -> Any:
        """The content as a JSON value."""
        try:
            return json.loads(self.read(), parse_constant=_refuse_constant)
        except json.JSONDecodeError as error:
            raise _explain_json_error(error) from error
        except RecursionError as error:
            raise FileRefused(_("It is not usable JSON: it is nested too deeply.")) from error
        except UnicodeDecodeError as error:
            raise FileRefused(
                _("It is not valid JSON: byte %(position)d is not UTF-8 text.")
                % {"position": error.start}
            ) from error
        except ValueError as error:  # a number of thousands of digits
            raise FileRefused(
                _("It is not valid JSON: %(error)s.") % {"error": shown(error)}
            ) from error

    @contextmanager
    def _bytes(self) -> Iterator[BufferedReader | BytesIO]:
        """Open the content as it is kept, packed or not."""
        if not stat.S_ISREG(self.path.stat().st_mode):
            raise FileRefused(_("It is not a file."))
        with self.path.open("rb") as raw:
            yield raw

    @contextmanager
    def opened(self) -> Iterator[BufferedIOBase]:
        """Open the unpacked content, for a reader that wants a stream."""
        try:
            with self._bytes() as raw:
                self._raw = raw
                magic = raw.read(len(XZ_MAGIC))
                raw.seek(0)
                if magic.startswith(GZIP_MAGIC):
                    with gzip.open(raw) as unpacked:
                        yield unpacked
                elif magic == XZ_MAGIC:
                    with lzma.open(raw, format=lzma.FORMAT_XZ) as unpacked:
                        yield unpacked
                else:
                    yield raw
        except EOFError as error:
            raise FileRefused(
                _("It is cut short: the compressed data ends in the middle.")
            ) from error
        except (gzip.BadGzipFile, zlib.error, lzma.LZMAError) as error:
            raise FileRefused(
                _("Its compressed data is damaged: %(error)s.") % {"error": shown(error)}
            ) from error
        except OSError as error:
            raise FileRefused(
                _("It cannot be read: %(error)s.") % {"error": error.strerror or shown(error)}
            ) from error


class SourceContent(SourceFile):
    """The same, of content that is in memory: an answer of a server, or an upload."""

    def __init__(self, name: str, content: bytes) -> None:
        super().__init__(Path(name))
        self._content = content

    @contextmanager
    def _bytes(self) -> Iterator[BufferedReader | BytesIO]:
        yield BytesIO(self._content)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no JSON number")


def _explain_json_error(error: json.JSONDecodeError) -> FileRefused:
    if error.msg == "Extra data":
        # Sound so far, and something else after it: one value a line, for example.
        return UnknownFormat(
            _("It has more than one JSON value (the second begins in line %(line)d).")
            % {"line": error.lineno}
        )
    if not error.doc[error.pos :].strip() or error.msg.startswith("Unterminated"):
        return FileRefused(
            _("It is cut short: the JSON ends in the middle, in line %(line)d.")
            % {"line": error.doc.count("\n") + 1}
        )
    if re.match(r"\s*\[?\s*\{\s*'", error.doc):
        return FileRefused(
            _("It is not JSON but a Python value as `print` shows it; write it with json.dump.")
        )
    return FileRefused(
        _("It is not valid JSON: %(error)s in line %(line)d, column %(column)d.")
        % {"error": error.msg, "line": error.lineno, "column": error.colno}
    )


def find_files(
    path: Path, unreadable: Callable[[Path, str], None], leave_out: Sequence[Path] = ()
) -> Iterator[Path]:
    """Yield the files that a path names: itself, or everything below a folder, in order of name.

    A folder that cannot be read is reported to `unreadable` with the reason. Links to folders are
    not followed. `leave_out` names files that are not to be read.
    """
    if not path.is_dir():
        yield path
        return

    def complain(error: OSError) -> None:
        unreadable(Path(error.filename), error.strerror or str(error))

    kept_out = {os.path.realpath(each) for each in leave_out}
    for folder, subfolders, names in os.walk(path, onerror=complain):
        subfolders.sort()
        for name in sorted(names):
            found = Path(folder, name)
            if os.path.realpath(found) not in kept_out:
                yield found
