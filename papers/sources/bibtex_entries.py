r"""The entries of a BibTeX file, with their fields' values put together. Pure.

bibtexparser finds the entries. What it would lose is put right before, or asked for again after:

- ``@article{`` without a key, as EndNote writes it, gets an empty one
- blanks or a line break behind the ``@`` or the type, and types such as ``@data-set``
- ``\\}`` and ``\\"`` end a group or a text; the parser takes them for escaped
- an entry whose key or field comes twice is set aside as failed, but it is there
- a failed entry is read again with braces counted as BibTeX counts them: ``\}`` closes
- two fields without a comma between them come as one
- values may be joined with ``#`` and name macros
"""

import logging
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from bibtexparser.exceptions import BlockAbortedException
from bibtexparser.library import Library
from bibtexparser.model import (
    Block,
    DuplicateBlockKeyBlock,
    DuplicateFieldKeyBlock,
    Entry,
    ExplicitComment,
    ImplicitComment,
    ParsingFailedBlock,
    Preamble,
    String,
)
from bibtexparser.splitter import Splitter

# Each failure becomes a rejection, which says more.
logging.getLogger("bibtexparser").setLevel(logging.CRITICAL)

# A file of which this many entries, and most of all, are broken is no bibliography; each that fails
# takes the parser's time.
MAX_BROKEN: Final = 5_000

NO_ENTRIES = frozenset({"comment", "preamble", "string"})

_Read = TypeVar("_Read", bound=Block)

_START = re.compile(r"^([ \t]*)@[ \t]*([A-Za-z][^\s{}(),=\"@#%\\~']*)(\s*)([{(])", re.MULTILINE)
_NO_KEY = re.compile(
    r"^([ \t]*@(?!comment|string|preamble)\w+[{(])(?=\s*[\w-]+\s*=)", re.MULTILINE | re.IGNORECASE
)
_ESCAPED_BACKSLASH = re.compile(r"(?<!\\)((?:\\\\)+)(?=[{}\"])")
_ESCAPED_BRACE = re.compile(r"(?<!\\)\\([{}])")
_FIELD = re.compile(r"\s*([A-Za-z][\w-]*)\s*=")
_WORD_END = re.compile(r"#|\s{1,80}[A-Za-z][\w-]*\s*=|\Z")
_BRACE = re.compile(r"(?<!\\)[{}]")
_QUOTE = re.compile(r"(?<!\\)[{}\"]")


@dataclass(frozen=True, slots=True)
class BibEntry:
    """One entry; types and names of fields are lower case, values have their TeX still.

    Of a field that comes twice, the first value that is not blank is kept, as BibTeX does.
    """

    kind: str
    key: str
    fields: dict[str, str]


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An entry that no reading makes sense of. `line` counts from 1."""

    kind: str
    key: str
    line: int
    at_end: bool  # the file ends within it


class TooManyBroken(Exception):  # noqa: N818 - says what it is
    """Most entries, comments and macros of a file cannot be read, and more than MAX_BROKEN."""


def entries(text: str) -> Iterator[BibEntry | Unreadable]:
    """Yield every entry of a file in its order: all but comments, preambles and macros.

    Raises TooManyBroken, before it yields any.
    """
    text = _prepared(text)
    # Text between entries is taken for the rest of a broken one.
    blocks = [block for block in _split(text).blocks if not isinstance(block, ImplicitComment)]
    spans = _spans(text, blocks)
    macros: dict[str, str] = {}
    line = 1
    before = 0
    for block, (start, end) in zip(blocks, spans, strict=True):
        line += text.count("\n", before, start)
        before = start
        found = _inner(block)
        if isinstance(found, String):
            # BibTeX takes the value that a macro has where it is used.
            macros[found.key.lower()] = _joined(str(found.value), 0, macros)[0]
        elif isinstance(found, Entry):
            yield _entry(found, macros)
        elif isinstance(found, ParsingFailedBlock) and _is_entry(text, start):
            mended = _mended(text[start:end])
            if mended is None:
                yield _unreadable(text[start : start + 400], line, at_end=end == len(text))
            else:
                yield _entry(mended, macros)


def _prepared(text: str) -> str:
    text = _START.sub(
        lambda found: f"{found[1]}@{re.sub(r'[^A-Za-z0-9_]', '_', found[2])}{found[4]}{found[3]}",
        text,
    )
    text = _NO_KEY.sub(r"\1,", text)
    return _ESCAPED_BACKSLASH.sub(r"\1 ", text)


class _Splitter(Splitter):
    """Sets what fails aside without the traces of its exception, and gives up on too many.

    The parser keeps each exception with its stack, which takes kilobytes for an entry of six signs.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._read = self._broken = 0

    # What is not an entry fails as well, though the parser's types do not say so.
    def _handle_entry(self, m: re.Match[str], m_val: str) -> Entry | ParsingFailedBlock:
        return self._tried(m, lambda: super(_Splitter, self)._handle_entry(m, m_val))

    def _handle_string(  # type: ignore[override]
        self, m: re.Match[str]
    ) -> String | ParsingFailedBlock:
        return self._tried(m, lambda: super(_Splitter, self)._handle_string(m))

    def _handle_preamble(  # type: ignore[override]
        self, m: re.Match[str]
    ) -> Preamble | ParsingFailedBlock:
        return self._tried(m, lambda: super(_Splitter, self)._handle_preamble(m))

    def _handle_explicit_comment(  # type: ignore[override]
        self, m: re.Match[str]
    ) -> ExplicitComment | ParsingFailedBlock:
        return self._tried(m, lambda: super(_Splitter, self)._handle_explicit_comment(m))

    def _tried(
        self, start: re.Match[str], handle: Callable[[], _Read]
    ) -> _Read | ParsingFailedBlock:
        try:
            block = handle()
        except BlockAbortedException as aborted:
            self._broken += 1
            if self._broken > MAX_BROKEN and self._broken > self._read:
                raise TooManyBroken from None
            return ParsingFailedBlock(
                error=BlockAbortedException(aborted.abort_reason),
                raw=self.bibstr[start.start() : aborted.end_index],
            )
        self._read += 1
        return block


def _split(text: str) -> Library:
    return _Splitter(text).split()


def _inner(block: Block) -> Block:
    """Return what a block set aside for a repeated key or field holds."""
    while isinstance(block, DuplicateBlockKeyBlock | DuplicateFieldKeyBlock):
        inner = block.ignore_error_block
        if inner is None:
            break
        block = inner
    return block


def _spans(text: str, blocks: Sequence[Block]) -> list[tuple[int, int]]:
    """Return where each block begins, and where the next one does: what is between is its rest."""
    starts: list[int] = []
    place = 0
    for block in blocks:
        source = block.raw or ""
        start = max(text.find(source, place), place)
        starts.append(start)
        place = start + len(source)
    return list(zip(starts, [*starts[1:], len(text)][: len(starts)], strict=True))


def _is_entry(text: str, start: int) -> bool:
    """Say whether what failed is an entry: no comment, and not the @ of an e-mail address."""
    kind = re.match(r"@(\w*)", text[start : start + 80])
    if kind is None or not kind[1] or kind[1].lower() in NO_ENTRIES:
        return False
    return start == 0 or not (text[start - 1].isalnum() or text[start - 1] in "._-\\")


def _mended(source: str) -> Entry | None:
    """Return the entry that a failed one is when every brace counts, None if none."""
    braces = _ESCAPED_BRACE.sub(
        lambda found: r"\lbrace {" if found[1] == "{" else r"\rbrace }", source
    )
    if braces == source:
        return None
    blocks = [
        _inner(block) for block in _split(braces).blocks if not isinstance(block, ImplicitComment)
    ]
    return blocks[0] if len(blocks) == 1 and isinstance(blocks[0], Entry) else None


def _unreadable(source: str, line: int, *, at_end: bool) -> Unreadable:
    found = re.match(r"@(\w+)\s*[{(]\s*([^,\s={}]*)", source)
    kind, key = (found[1].lower(), found[2]) if found else ("", "")
    return Unreadable(kind, key, line, at_end)


def _entry(entry: Entry, macros: dict[str, str]) -> BibEntry:
    fields: dict[str, str] = {}
    for field in entry.fields:
        for name, value in _values(field.key.lower(), str(field.value), macros):
            if not fields.get(name, "").strip():
                fields[name] = value
    return BibEntry(entry.entry_type.lower(), entry.key, fields)


def _values(name: str, source: str, macros: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Yield a field, and those behind it that no comma parts from it: the parser sees one."""
    value, place = _joined(source, 0, macros)
    yield name, value
    while following := _FIELD.match(source, place):
        value, place = _joined(source, following.end(), macros)
        yield following[1].lower(), value


def _joined(source: str, place: int, macros: dict[str, str]) -> tuple[str, int]:
    """Return the value at `place`, its parts joined and its macros replaced, and where it ends.

    A macro that nobody defined stands for its own name, as the months do.
    """
    parts: list[str] = []
    while place < len(source):
        char = source[place]
        if char.isspace() or char == "#":
            place += 1
        elif _FIELD.match(source, place):
            break
        elif char in '{"':
            end = _closing(source, place)
            parts.append(source[place + 1 : end])
            place = end + 1
        else:
            end = found.start() if (found := _WORD_END.search(source, place)) else len(source)
            word = source[place:end].strip()
            parts.append(macros.get(word.lower(), word))
            place = end
    return "".join(parts), place


def _closing(value: str, start: int) -> int:
    """Return the place of what closes the brace or quotation mark at `start`, else the end."""
    quoted = value[start] == '"'
    depth = 0
    for found in (_QUOTE if quoted else _BRACE).finditer(value, start + 1):
        if found[0] == "{":
            depth += 1
        elif found[0] == "}":
            if depth == 0 and not quoted:
                return found.start()
            depth -= 1
        elif depth <= 0:
            return found.start()
    return len(value)
