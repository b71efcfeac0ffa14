"""Which format a file is in, told by its content."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from papers.sources import (
    arxiv_atom,
    arxiv_rss,
    bibtex,
    biorxiv,
    crossref,
    csl_json,
    huggingface,
    oai,
    plain,
    ris,
    snapshot,
    zotero,
)
from papers.sources.decoding import says_utf_16
from papers.sources.files import FileRefused, SourceFile, UnknownFormat
from papers.sources.record import Entry


@dataclass(frozen=True, slots=True)
class Format:
    """A format that can be imported; both functions may raise FileRefused.

    recognises  says whether a file is in this format; it may look at the head only
    parse       yields the file's entries in their order, each a record or the reason why not
    """

    name: str
    recognises: Callable[[SourceFile], bool]
    parse: Callable[[SourceFile], Iterator[Entry]]


# The first that recognises a file reads it. The snapshot comes first: it is told by a few lines,
# while the other has to read the whole file.
FORMATS: tuple[Format, ...] = (
    Format("snapshot", snapshot.recognises, snapshot.parse),
    Format("arxiv_rss", arxiv_rss.recognises, arxiv_rss.parse),
    Format("arxiv_atom", arxiv_atom.recognises, arxiv_atom.parse),
    Format("crossref", crossref.recognises, crossref.parse),
    Format("biorxiv", biorxiv.recognises, biorxiv.parse),
    Format("oai", oai.recognises, oai.parse),
    Format("ris", ris.recognises, ris.parse),
    Format("bibtex", bibtex.recognises, bibtex.parse),
    Format("huggingface", huggingface.recognises, huggingface.parse),
    Format("zotero", zotero.recognises, zotero.parse),
    Format("csl_json", csl_json.recognises, csl_json.parse),
    # Last: it takes whatever looks like papers.
    Format("plain", plain.recognises, plain.parse),
)


def find_format(file: SourceFile, name: str = "") -> Format:
    """Return the format called `name`, or without a name the one that the content is in.

    Raises UnknownFormat when the file is empty or in none, FileRefused when it cannot be read, and
    KeyError when there is no format with that name.
    """
    named = {each.name: each for each in FORMATS}[name] if name else None
    if not file.head.strip():
        raise UnknownFormat(_("It is empty."))
    return named or _told_format(file)


def _told_format(file: SourceFile) -> Format:
    """Return the first format that recognises the file.

    What is broken for one may be sound for another, as lines of JSON are no JSON value: only when
    none recognises the file is it refused, for the first reason that one gave.
    """
    refusal: FileRefused | None = None
    for each in FORMATS:
        try:
            if each.recognises(file):
                return each
        except FileRefused as refused:
            refusal = refusal or refused
    raise refusal or UnknownFormat(_why_unknown(file.head))


def _why_unknown(head: bytes) -> str:
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:100].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return _("It is a web page (HTML), not data.")
    if says_utf_16(head):
        return _("It is UTF-16 text, which only lists and bibliographies may be. Save it as UTF-8.")
    if b"\0" in head:
        return _("It is not text, and in no format that can be imported.")
    return _("It is in no format that can be imported.")
