"""A paper as exports need it, and the keys by which it is cited. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from string import ascii_lowercase, digits
from urllib.parse import quote

from papers.exports.people import PersonName, person_name
from papers.identifiers import author_name_key
from papers.mathtext import Piece, split

_SMALL_WORDS = frozenset(
    "a an and are as at beyond by can do does for from how in into is it its of on or over the to "
    "toward towards via what when where which why with without".split()
)


@dataclass(frozen=True, kw_only=True, slots=True)
class ExportedPaper:
    """One paper, free of the database; blank means unknown.

    title, abstract  with their TeX, as the sources gave them
    authors          names as printed, in their order
    dois             the one to cite first
    tags             codes, the primary one first
    primary_class    the primary category on arXiv
    published        an instant in UTC of which `precision` (day, month, year) says what is known
    url              the paper's page here, absolute
    note, note_label a sentence of this site and what it is, for a paper without an abstract
    """

    key: str
    url: str
    title: str
    abstract: str = ""
    authors: tuple[str, ...] = ()
    arxiv_id: str = ""
    dois: tuple[str, ...] = ()
    primary_class: str = ""
    tags: tuple[str, ...] = ()
    published: datetime | None = None
    precision: str = "day"
    journal_ref: str = ""
    comments: str = ""
    note: str = ""
    note_label: str = ""
    withdrawal: str = ""

    @property
    def date_parts(self) -> tuple[int, ...]:
        """Year, month and day as far as they are known; empty without a date."""
        if self.published is None:
            return ()
        parts = (self.published.year, self.published.month, self.published.day)
        return parts[: {"year": 1, "month": 2}.get(self.precision, 3)]

    @property
    def iso_date(self) -> str:
        """The date as 2025, 2025-03 or 2025-03-04."""
        return "-".join(f"{part:02d}" for part in self.date_parts)

    @property
    def people(self) -> list[PersonName]:
        return [person_name(name) for name in self.authors]

    @property
    def doi(self) -> str:
        return self.dois[0] if self.dois else ""

    @property
    def source_url(self) -> str:
        """Where the paper itself is: at arXiv, else where its DOI leads, else its page here."""
        if self.arxiv_id:
            return f"https://arxiv.org/abs/{self.arxiv_id}"
        return doi_url(self.doi) if self.doi else self.url

    @property
    def remarks(self) -> list[str]:
        """What a reader of the citation should know beside it."""
        return [text for text in (self.withdrawal, self.comments) if text]


def doi_url(doi: str) -> str:
    return f"https://doi.org/{quote(doi, safe='/:()')}"


def text_with_formulas(source: str, paragraph_end: str = "\n\n") -> str:
    """Return Unicode text with the formulas as TeX between dollars, as reference managers show it."""
    return paragraph_end.join("".join(map(_shown, pieces)) for pieces in split(source))


def _shown(piece: Piece) -> str:
    if not piece.is_formula:
        return " ".join(piece.text.split(" "))
    tex = " ".join(piece.text.split())
    return f"$${tex}$$" if piece.display else f"${tex}$"


def citation_keys(papers: Iterable[ExportedPaper]) -> Iterator[str]:
    """Yield a key for each paper, lovelace2025notes: always the same, and never one twice.

    Papers that would share a key get b, c, … at its end, in their order.
    """
    taken: set[str] = set()
    for paper in papers:
        key = plain = citation_key(paper)
        endings = _endings()
        while key in taken:
            key = plain + next(endings)
        taken.add(key)
        yield key


def citation_key(paper: ExportedPaper) -> str:
    """Make the key of one paper: family name, year, first word of the title that says something."""
    family = _ascii_letters(paper.people[0].family) if paper.authors else ""
    year = str(paper.date_parts[0]) if paper.date_parts else ""
    prose = " ".join(piece.text for pieces in split(paper.title) for piece in pieces)
    words = [_ascii_letters(word) for word in author_name_key(prose).split("-")]
    telling = (word for word in words if len(word) > 1 and word not in _SMALL_WORDS)
    # A number would run on from the year.
    word = next((word for word in telling if not word[0].isdigit()), "")
    key = f"{family[:40] or 'anonymous'}{year}{word[:40]}"
    if family or word:
        return key
    # A name and a title of other scripts: the id tells such papers apart.
    return f"{key}-{_ascii_letters(paper.key)}"


def _ascii_letters(text: str) -> str:
    return "".join(char for char in author_name_key(text) if char in ascii_lowercase + digits)


def _endings() -> Iterator[str]:
    yield from ascii_lowercase[1:]
    yield from (f"-{number}" for number in count(27))
