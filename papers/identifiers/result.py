"""What reading an identifier can result in. Pure."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

MAX_KEY_LENGTH = 255


@dataclass(frozen=True, slots=True)
class Identifier:
    """One id of a paper; `value` is canonical, `version` is an arXiv version from 1 or None."""

    kind: Literal["arxiv", "doi", "op"]
    value: str
    version: int | None = None

    @property
    def key(self) -> str:
        """The key under which a paper that has only this id is found."""
        return self.value if self.kind == "arxiv" else f"{self.kind}:{self.value}"


class Trouble(StrEnum):
    """Why a text names no paper."""

    NOTHING = "nothing was typed"
    TOO_LONG = "longer than any id or address"
    WORDS = "neither an id nor an address"
    IMPOSSIBLE_ARXIV = "shaped like an arXiv id, but arXiv never gave out such a one"
    INCOMPLETE_DOI = "the beginning of a DOI"
    LONG_DOI = "a DOI too long to be a key"
    SHORT_DOI = "a short DOI, which only doi.org can resolve"
    MANY_PAPERS = "a page with many papers"
    OWN_NUMBER = "a site that numbers papers itself"
    NOT_A_PAPER = "a known site, but no page of a paper"
    UNKNOWN_SITE = "an address of a site that is not known"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A text that names no paper; `about` is the site or the id that the trouble is with."""

    trouble: Trouble
    about: str = ""


# What reading a text gives.
Reading = Identifier | Unreadable
