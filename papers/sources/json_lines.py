"""Files of one JSON value a line, as dumps of whole catalogues are: a bad line spoils no other."""

import json
from collections.abc import Callable, Iterator
from typing import Any

from django.utils.translation import gettext as _

from papers.sources.cleaning import shown
from papers.sources.files import MAX_LINE_BYTES, FileRefused, SourceFile
from papers.sources.record import PaperRecord, Parsed, RecordRejected, Rejection

# What may stand around a value: blanks, and the mark before a file's first.
BLANK = b"\xef\xbb\xbf \t\r\n"


def entries(
    file: SourceFile, parse: Callable[[Any], PaperRecord], name_of: Callable[[Any], str]
) -> Iterator[Parsed | Rejection]:
    """Yield a record or rejection for each line, in their order; blank ones are passed over.

    Positions are line numbers. `name_of` says what a rejected value calls itself; it may be None.
    Raises FileRefused at a last line that ends in the middle.
    """
    for position, line in enumerate(file.lines(), start=1):
        if not line.strip(BLANK):
            continue
        value: Any = None
        try:
            value = read_line(line)
            yield Parsed(position, parse(value))
        except CutShort as error:
            raise FileRefused(
                _("It is cut short: line %(line)d ends in the middle.") % {"line": position}
            ) from error
        except RecordRejected as rejected:
            yield Rejection(position, rejected.reason, name_of(value))


class CutShort(Exception):  # noqa: N818 - a finding, not a fault
    """The file ends in the middle of a line."""


def read_line(line: bytes) -> Any:
    """Return the JSON value of a line. Raises RecordRejected, or CutShort at the last line."""
    if len(line) > MAX_LINE_BYTES:
        raise RecordRejected(
            _("The line is too long: %(limit)d MB are allowed.")
            % {"limit": MAX_LINE_BYTES // 2**20}
        )
    try:
        return json.loads(line.strip(BLANK).decode())
    except UnicodeDecodeError as error:
        if _is_last(line) and error.reason == "unexpected end of data":
            raise CutShort from error
        raise RecordRejected(
            _("It is not valid JSON: byte %(position)d is not UTF-8 text.")
            % {"position": error.start}
        ) from error
    except json.JSONDecodeError as error:
        if _is_last(line) and _ends_in_the_middle(error):
            raise CutShort from error
        raise RecordRejected(
            _("It is not valid JSON: %(error)s in column %(column)d.")
            % {"error": error.msg, "column": error.colno}
        ) from error
    except (ValueError, RecursionError) as error:  # thousands of digits, or of brackets
        raise RecordRejected(
            _("It is not usable JSON: %(error)s.") % {"error": shown(error)}
        ) from error


def _is_last(line: bytes) -> bool:
    return not line.endswith(b"\n")


def _ends_in_the_middle(error: json.JSONDecodeError) -> bool:
    rest = error.doc[error.pos :]
    return (
        not rest.strip()
        or error.msg.startswith("Unterminated")
        or (error.msg.startswith("Invalid \\u") and len(rest) < len("u1234"))
        # A value that is no text may be cut as well.
        or any(word.startswith(rest) for word in ("true", "false", "null"))
    )
