"""What people type into the search box, read as a query. Pure: no Django, no database.

Nothing is an error. What cannot be understood is searched as plain words, and a note says so.
docs/search.md describes the language for people.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

# Longer than any form lets through; a word below this length fits into PostgreSQL's lexemes.
MAX_LENGTH = 500
# More would be a pasted page, and each term costs a look into the index.
MAX_TERMS = 40


class Field(StrEnum):
    """Where a word is looked for."""

    ANYWHERE = ""
    AUTHOR = "author"
    TITLE = "title"


class Bound(StrEnum):
    """Which side of a day: `AFTER` holds the day itself, `BEFORE` does not."""

    BEFORE = "before"
    AFTER = "after"


class Trouble(StrEnum):
    """What a note is about."""

    NOT_A_DATE = "not a date"
    NOTHING_AFTER_FIELD = "nothing after the field"
    UNKNOWN_HAS = "only has:code is known"
    LONE_OR = "OR without a neighbour"
    TOO_LONG = "too long"
    TOO_MANY_TERMS = "too many terms"
    UNKNOWN_TAG = "no such tag"
    LONE_YEAR = "a year and nothing else"


@dataclass(frozen=True)
class Note:
    """Something in the query that was not understood as it may have been meant."""

    trouble: Trouble
    text: str = ""


@dataclass(frozen=True)
class Text:
    """A word, or words that follow each other when `phrase`."""

    text: str
    field: Field = Field.ANYWHERE
    phrase: bool = False

    def __str__(self) -> str:
        shown = f'"{self.text}"' if self.phrase else self.text
        return f"{self.field}:{shown}" if self.field else shown

    @property
    def year(self) -> int | None:
        """The year that a bare word may stand for, as in "vaswani 2017"."""
        plain = self.field is Field.ANYWHERE and not self.phrase
        return int(self.text) if plain and _YEAR.fullmatch(self.text) else None


@dataclass(frozen=True)
class Tagged:
    """Carries the tag, or one below it; `name` is its slug or code as typed."""

    name: str

    def __str__(self) -> str:
        return f'tag:"{self.name}"' if " " in self.name else f"tag:{self.name}"


@dataclass(frozen=True)
class Published:
    """First published on or after the day, or before it. `text` is the date as typed."""

    bound: Bound
    day: date
    text: str

    def __str__(self) -> str:
        return f"{self.bound}:{self.text}"


@dataclass(frozen=True)
class HasCode:
    """Has a link to its code."""

    def __str__(self) -> str:
        return "has:code"


Term = Text | Tagged | Published | HasCode


@dataclass(frozen=True)
class Literal:
    """A term, or its opposite."""

    term: Term
    negated: bool = False

    def __str__(self) -> str:
        return f"-{self.term}" if self.negated else str(self.term)


@dataclass(frozen=True)
class Clause:
    """Alternatives, at least one: a paper must fulfil one of them."""

    literals: tuple[Literal, ...]

    def __str__(self) -> str:
        return " OR ".join(str(literal) for literal in self.literals)


@dataclass(frozen=True)
class Query:
    """Clauses, all of which a paper must fulfil. `str(query)` reads back as an equal query."""

    clauses: tuple[Clause, ...] = ()
    notes: tuple[Note, ...] = field(default=(), compare=False)

    def __str__(self) -> str:
        return " ".join(str(clause) for clause in self.clauses)

    def __bool__(self) -> bool:
        return bool(self.clauses)

    @property
    def sought(self) -> tuple[Text, ...]:
        """The words and phrases that papers should have, in the order typed."""
        return tuple(
            literal.term
            for clause in self.clauses
            for literal in clause.literals
            if isinstance(literal.term, Text) and not literal.negated
        )

    @property
    def can_be_ranked(self) -> bool:
        """Whether it asks for words, and a clause says only what papers should have.

        Otherwise, as with `-survey`, nearly all papers may match, and none better than another.
        """
        wanted = (not any(lit.negated for lit in clause.literals) for clause in self.clauses)
        return bool(self.sought) and any(wanted)

    def demands(self, term: Term) -> bool:
        """Whether a paper must fulfil the term."""
        return _demand(term) in self.clauses

    def also(self, term: Term) -> "Query":
        return replace(self, clauses=(*self.clauses, _demand(term)))

    def without(self, term: Term) -> "Query":
        clauses = tuple(clause for clause in self.clauses if clause != _demand(term))
        return replace(self, clauses=clauses)

    def in_titles(self) -> "Query":
        """The same query, with the words that may stand anywhere looked for in titles."""
        return self.with_texts(
            lambda text: text if text.field else replace(text, field=Field.TITLE)
        )

    def with_texts(self, change: Callable[[Text], Text]) -> "Query":
        """The query with `change` made to the words and phrases that papers should have."""
        return replace(
            self,
            clauses=tuple(
                Clause(
                    tuple(
                        replace(lit, term=change(lit.term))
                        if isinstance(lit.term, Text) and not lit.negated
                        else lit
                        for lit in clause.literals
                    )
                )
                for clause in self.clauses
            ),
        )


def _demand(term: Term) -> Clause:
    return Clause((Literal(term),))


_YEAR = re.compile(r"(19|20)[0-9]{2}", re.ASCII)
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?", re.ASCII)
# A minus, the name of a field, and what stands in quotes or goes to the next space.
_CHUNK = re.compile(
    r"""(?P<minus>-*) (?:(?P<name>author|title|tag|before|after|has):)?
        (?: "(?P<quoted>[^"]*)(?:"|$) | (?P<bare>[^\s"]*) )""",
    re.VERBOSE | re.IGNORECASE | re.ASCII,
)
_QUOTES = str.maketrans(dict.fromkeys("“”„‟«»", '"'))
# Characters that turn the direction of the text around them would disguise what is shown again.
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0xFEFF])


def parse_query(text: str) -> Query:
    """Read what somebody typed. Never raises; what is odd is searched as words, with notes."""
    reader = _Reader()
    tidy = _tidy(text)
    if len(tidy) > MAX_LENGTH:
        tidy = tidy[:MAX_LENGTH]
        reader.note(Trouble.TOO_LONG)
    for chunk in _chunks(tidy):
        reader.read(chunk)
    return reader.query()


def _tidy(text: str) -> str:
    unified = unicodedata.normalize("NFC", text).translate(_QUOTES).translate(_BIDI)
    return "".join(" " if unicodedata.category(char) in {"Cc", "Cs"} else char for char in unified)


def _chunks(text: str) -> Iterator[re.Match[str]]:
    position = 0
    while position < len(text):
        found = _CHUNK.match(text, position)
        if found is None or found.end() == position:
            position += 1
            continue
        yield found
        position = found.end()


class _Reader:
    """Gathers clauses from left to right."""

    def __init__(self) -> None:
        self._clauses: list[list[Literal]] = []
        self._notes: list[Note] = []
        self._terms = 0
        # The OR that waits for its right neighbour.
        self._pending_or = False

    def note(self, trouble: Trouble, text: str = "") -> None:
        note = Note(trouble, text)
        if note not in self._notes:
            self._notes.append(note)

    def read(self, chunk: re.Match[str]) -> None:
        if chunk[0] == "OR":
            if self._clauses and not self._pending_or:
                self._pending_or = True
            else:
                self._add(Literal(Text("OR", phrase=True)))
                self.note(Trouble.LONE_OR)
        elif chunk[0] != "AND":  # all words must match anyway
            for term in self._terms_of(chunk):
                self._add(Literal(term, negated=bool(chunk["minus"])))

    def query(self) -> Query:
        if self._pending_or:
            self._pending_or = False
            self._add(Literal(Text("OR", phrase=True)))
            self.note(Trouble.LONE_OR)
        clauses = tuple(Clause(tuple(literals)) for literals in self._clauses)
        match clauses:
            case (Clause((Literal(Text() as text, negated=False),)),) if text.year is not None:
                self.note(Trouble.LONE_YEAR, text.text)
        return Query(clauses, tuple(self._notes))

    def _add(self, literal: Literal) -> None:
        if self._terms == MAX_TERMS:
            self.note(Trouble.TOO_MANY_TERMS)
            return
        self._terms += 1
        if self._pending_or:
            self._pending_or = False
            if literal not in self._clauses[-1]:
                self._clauses[-1].append(literal)
        elif [literal] not in self._clauses:
            self._clauses.append([literal])

    def _terms_of(self, chunk: re.Match[str]) -> list[Term]:
        name, quoted = (chunk["name"] or "").lower(), chunk["quoted"]
        value = " ".join((chunk["bare"] if quoted is None else quoted).split())
        if not _has_word(value):
            if name:
                self.note(Trouble.NOTHING_AFTER_FIELD, f"{name}:")
            return []
        if name in {"before", "after"}:
            return [self._published(Bound(name), value)]
        if name == "has":
            if value.lower() == "code":
                return [HasCode()]
            self.note(Trouble.UNKNOWN_HAS, f"has:{value}")
            return [_text(value, Field.ANYWHERE, quoted=quoted is not None)]
        if name == "tag":
            return [Tagged(value)]
        return [_text(value, Field(name), quoted=quoted is not None)]

    def _published(self, bound: Bound, value: str) -> Term:
        day = _day(value)
        if day is not None:
            return Published(bound, day, value)
        self.note(Trouble.NOT_A_DATE, f"{bound}:{value}")
        return _text(value, Field.ANYWHERE, quoted=" " in value)


def _text(value: str, where: Field, *, quoted: bool) -> Text:
    # What was one word of a field may look like an operator when it stands alone.
    first = _CHUNK.match(value)
    alone = first is not None and first[0] == value and not (first["minus"] or first["name"])
    return Text(value, where, phrase=quoted or not alone or value in {"OR", "AND"})


def _has_word(value: str) -> bool:
    return any(char.isalnum() for char in value)


def _day(value: str) -> date | None:
    """The first day of a year, month or day such as 2024, 2024-03 or 2024-03-09."""
    found = _DATE.fullmatch(value)
    if found is None:
        return None
    year, month, day = found.groups(default="1")
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
