"""A text with TeX taken apart: prose as plain text, formulas as their authors wrote them."""

import re
from dataclasses import dataclass

from papers.mathtext.piles import unpile_text
from papers.mathtext.prose import Scanner

# Control characters, which no tidied text has, stand for the formulas until the prose is read.
_PLACE = re.compile("\x02([0-9]+)\x03")


@dataclass(frozen=True, slots=True)
class Piece:
    """Prose in Unicode, or the TeX of a formula without what delimits it.

    display  a formula that its author set apart from the line
    """

    text: str
    is_formula: bool = False
    display: bool = False


class _Splitter(Scanner):
    """Reads prose as the pages do, and keeps formulas aside."""

    def __init__(self) -> None:
        super().__init__(inline=True)
        self.formulas: list[Piece] = []

    def _put_formula(self, tex: str, *, display: bool) -> None:
        self._put(f"\x02{len(self.formulas)}\x03", "")
        self.formulas.append(Piece(tex.strip(), is_formula=True, display=display))


def split_paragraph(source: str) -> tuple[Piece, ...]:
    """Split one tidied paragraph into its pieces, in their order; none is empty."""
    splitter = _Splitter()
    text, _html = splitter.scan(source)
    # Every second part is the number of a formula.
    parts = _PLACE.split(unpile_text(text))
    pieces = (
        splitter.formulas[int(part)] if place % 2 else Piece(part)
        for place, part in enumerate(parts)
    )
    return tuple(piece for piece in pieces if piece.text)
