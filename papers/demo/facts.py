"""The files of facts: papers with our notes on them, members' reading lists, a library."""

import json
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent

# Facts that one paper alone needs. The withdrawal is real, the hiding is only shown.
WITHDRAWN_PAPER = "0801.1658"
WITHDRAWAL_REASON = "On arXiv they announced a much revised version."
HIDDEN_PAPER = "1512.06808"
HIDING_REASON = "A textbook rather than a paper: books have a shelf of their own in this group."


@dataclass(frozen=True)
class PaperFacts:
    """A paper as the world knows it, and our sentence on it."""

    arxiv_id: str
    title: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    published: date
    note: str


@dataclass(frozen=True)
class ListFacts:
    """A reading list; `owner` is None where any busy member may have written it."""

    owner: str | None
    title: str
    description: str
    visibility: str
    is_default: bool
    entries: tuple[tuple[str, str], ...]
    """Pairs of arXiv id and note, in order."""


@dataclass(frozen=True)
class KeptFacts:
    """A paper of the reader's library; `status` is a ReadingStatus or ""."""

    arxiv_id: str
    status: str
    note: str


def read_papers() -> list[PaperFacts]:
    """All demo papers, ordered by arXiv id."""
    return [
        PaperFacts(
            arxiv_id=row["arxiv_id"],
            title=row["title"],
            authors=tuple(row["authors"]),
            categories=tuple(row["categories"]),
            published=date.fromisoformat(row["published"]),
            note=row["note"],
        )
        for row in _read("papers.json")
    ]


def read_lists() -> list[ListFacts]:
    return [
        ListFacts(
            owner=row["owner"],
            title=row["title"],
            description=row["description"],
            visibility=row["visibility"],
            is_default=row["default"],
            entries=tuple((entry["paper"], entry["note"]) for entry in row["entries"]),
        )
        for row in _read("lists.json")
    ]


def read_library() -> list[KeptFacts]:
    return [
        KeptFacts(arxiv_id=row["paper"], status=row["status"], note=row["note"])
        for row in _read("library.json")
    ]


def _read(name: str) -> Any:
    return json.loads((HERE / name).read_text(encoding="utf-8"))
