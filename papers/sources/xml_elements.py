"""XML from other people, read element by element and safely: no entities, no external files."""

import re
from collections.abc import Collection, Iterator
from typing import cast
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import iterparse
from django.utils.translation import gettext as _

from papers.sources.cleaning import shown
from papers.sources.files import FileRefused, SourceFile

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
    the middle or is broken; what was yielded before was whole.
    """
    with file.opened() as stream:
        try:
            inside: Element | None = None
            above: list[Element] = []
            events = iterparse(stream, events=("start", "end"), forbid_dtd=True)
            for event, element in cast(Iterator[tuple[str, Element]], events):
                if event == "start":
                    above.append(element)
                    if inside is None and element.tag in names:
                        inside = element
                    continue
                above.pop()
                if element is inside:
                    yield element
                    inside = None
                    element.clear()
                    if above:
                        above[-1].remove(element)
                elif inside is None and above:
                    # Nobody asked for it: what is around the elements shall not pile up either.
                    above[-1].remove(element)
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
