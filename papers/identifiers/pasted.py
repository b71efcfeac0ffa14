"""What a person typed or pasted, read as one identifier. Pure."""

import re
from urllib.parse import unquote, urlsplit

from papers.identifiers.ids import read_arxiv, read_id, without_doi_label, without_sentence_end
from papers.identifiers.pages import Page, read_page
from papers.identifiers.result import Identifier, Reading, Trouble, Unreadable

MAX_PASTED_LENGTH = 2_000

_SCHEME = re.compile(r"https?://", re.IGNORECASE)
_FILE_NAME = re.compile(r"(\S+?)(?: ?\([0-9]+\))?\.(?:pdf|ps|html|tar\.gz|gz)", re.IGNORECASE)
_HOST = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::[0-9]+)?/", re.IGNORECASE)


def parse_identifier(text: str) -> Identifier | None:
    """Read one identifier from what a person typed or pasted; None if there is none."""
    reading = read_identifier(text)
    return reading if isinstance(reading, Identifier) else None


def read_identifier(text: str) -> Reading:
    """Read one identifier from what a person typed or pasted, or say why there is none.

    The whole text must be the identifier: a bare id, one with its prefix, a URL of a page about
    the paper, or a path of ours.
    """
    if len(text) > MAX_PASTED_LENGTH:
        return Unreadable(Trouble.TOO_LONG)
    text = text.strip()
    if text[:1] + text[-1:] in {"<>", "()", "[]", '""', "''"}:
        text = text[1:-1].strip()
    text = without_sentence_end(text)
    if not text:
        return Unreadable(Trouble.NOTHING)
    if not text.isprintable():
        return Unreadable(Trouble.WORDS)
    return (
        read_id(text)
        or _read_file_name(text)
        or _read_address(without_doi_label(text))
        or Unreadable(Trouble.WORDS)
    )


def _read_file_name(text: str) -> Reading | None:
    """Read what arXiv calls its files, which browsers number: ``2503.01234v2 (1).pdf``."""
    found = _FILE_NAME.fullmatch(text)
    return read_arxiv(found[1]) if found else None


def _read_address(text: str) -> Reading | None:
    """Read a URL, with or without scheme, or an absolute path of this site; None for anything else."""
    if " " in text or not (text.startswith("/") or _SCHEME.match(text) or _HOST.match(text)):
        return None
    if not (text.startswith("/") or _SCHEME.match(text)):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # a malformed IPv6 address in the place of a host
        return None
    path = unquote(parts.path)
    if not path.isprintable():
        return None
    return read_page(Page(host, path, parts.query))
