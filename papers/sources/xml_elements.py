"""XML from other people, read element by element and safely: no entities, no external files."""

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from io import BufferedIOBase
from typing import cast
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _

from papers.sources.cleaning import shown
from papers.sources.files import FileRefused, SourceFile

# What may stand between two records, and so what one may have: the largest, of a collaboration of
# thousands, take a megabyte and tens of thousands of elements, ten deep.
MAX_RECORD_BYTES = 8 * 2**20
MAX_ELEMENTS = 250_000
MAX_DEPTH = 100
# A tag that is not complete is read from its start again with every chunk.
MAX_PIECE_BYTES = 2**20

# The first tag that opens an element: what comes before it begins with <? or <!.
_ROOT = re.compile(rb"<(?:[a-zA-Z_][\w.-]*:)?([a-zA-Z_][\w.-]*)[\s>/]")


def root_name(file: SourceFile) -> str:
    """Return the name of the outermost element without its namespace, "" for what is no XML.

    Only looked at, not parsed: a file that is broken or dangerous is told by what it claims to be,
    and refused with that reason when it is read.
    """
    found = _ROOT.search(file.head) if starts_as_xml(file) else None
    return found[1].decode() if found else ""


def starts_as_xml(file: SourceFile) -> bool:
    """Say whether the file begins as XML does; it need not be well formed."""
    return file.head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<"


def elements(file: SourceFile, names: Collection[str]) -> Iterator[Element]:
    """Yield the elements with these names (``{namespace}local``), each once it is complete.

    An element is emptied when the next one is asked for, so a file of any size can be read, and one
    within another that is yielded is not yielded itself. Raises FileRefused where the XML ends in
    the middle, is broken or would take more memory than any record does; what was yielded before
    was whole.
    """
    with file.opened() as stream, _explained():
        limited = _Limited(stream)
        inside: Element | None = None
        above: list[Element] = []
        events = iterparse(limited, events=("start", "end"), forbid_dtd=True)
        for event, element in cast(Iterator[tuple[str, Element]], events):
            if event == "start":
                above.append(element)
                limited.begin(depth=len(above))
                if inside is None and element.tag in names:
                    inside = element
                continue
            above.pop()
            if element is inside:
                yield element
                limited.begin_again()
                inside = None
                element.clear()
                if above:
                    above[-1].remove(element)
            elif inside is None and above:
                # Nobody asked for it: what is around the elements shall not pile up either.
                above[-1].remove(element)


class _Limited:
    """A stream of XML that is refused when it asks for too much; both count from the last record.

    A few thousand bytes unpack to a text of a gigabyte, or to millions of elements.
    """

    def __init__(self, stream: BufferedIOBase) -> None:
        self._stream = stream
        self.begin_again()

    def begin_again(self) -> None:
        """Count from here: a whole element was found."""
        self._bytes = self._bytes_of_piece = self._elements = 0

    def begin(self, depth: int) -> None:
        """Count one element more. Raises FileRefused for too many, and too many in each other."""
        self._bytes_of_piece = 0
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise FileRefused(
                _("One record of it is too large: it has more than %(limit)d elements.")
                % {"limit": MAX_ELEMENTS}
            )
        if depth > MAX_DEPTH:
            raise FileRefused(
                _("It is not usable XML: its elements are nested more than %(limit)d deep.")
                % {"limit": MAX_DEPTH}
            )

    def read(self, size: int = -1, /) -> bytes:
        """Return the next bytes. Raises FileRefused for a record, text or tag that is too long."""
        content = self._stream.read(size)
        self._bytes += len(content)
        self._bytes_of_piece += len(content)
        if self._bytes > MAX_RECORD_BYTES:
            limit = MAX_RECORD_BYTES
            reason = _("One record of it is too large: unpacked it has more than %(limit)d MB.")
        elif self._bytes_of_piece > MAX_PIECE_BYTES:
            limit = MAX_PIECE_BYTES
            reason = _("One text or tag of it is too large: it has more than %(limit)d MB.")
        else:
            return content
        raise FileRefused(reason % {"limit": limit // 2**20})


@contextmanager
def _explained() -> Iterator[None]:
    """Turn what is wrong with XML into the reason to refuse its file."""
    try:
        yield
    except ParseError as error:
        raise FileRefused(
            _("It is not well-formed XML, or ends in the middle: %(error)s.")
            % {"error": shown(error)}
        ) from error
    except DefusedXmlException as error:
        raise FileRefused(
            _("It declares entities or a document type, which a data file has no use for.")
        ) from error
    except (ValueError, LookupError) as error:  # an encoding that nobody knows
        raise FileRefused(
            _("It is not usable XML: %(error)s.") % {"error": shown(error)}
        ) from error


def line_of(element: Element | None) -> str:
    """Return the text of an element with all its children as one line, "" without one."""
    return " ".join("".join(element.itertext()).split()) if element is not None else ""
