"""TeX in titles and abstracts, as safe HTML with native MathML and as readable plain text.

Works on strings alone: no database, no request. Whatever the input, nothing is raised and the time
taken grows with its length only.
"""

import re
import unicodedata
from dataclasses import dataclass

from papers.mathtext.formulas import is_mathematics
from papers.mathtext.pieces import Piece, split_paragraph
from papers.mathtext.piles import unpile_html, unpile_text
from papers.mathtext.prose import Scanner
from papers.mathtext.sanitize import clean_abstract, clean_title

# Stored with every rendering; raise it when the same source would give another result.
RENDER_VERSION = 1

__all__ = [
    "RENDER_VERSION",
    "Piece",
    "RenderedText",
    "is_mathematics",
    "render",
    "render_abstract",
    "split",
]


@dataclass(frozen=True, slots=True)
class RenderedText:
    """One source in two forms: `text` is plain and not escaped, `html` is safe to put in a page."""

    text: str
    html: str


# Control characters, and those that change the direction of the text after them, could make a
# title look like another one. PostgreSQL stores no NUL, UTF-8 no lone surrogate.
_UNWANTED = dict.fromkeys(
    [
        *(code for code in range(0x20) if chr(code) not in "\t\n\r\f\v"),
        *(code for code in range(0x7F, 0xA0) if code != 0x85),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        0xFEFF,
    ]
) | dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")

# arXiv starts a paragraph with two spaces, everyone else leaves a blank line.
_PARAGRAPH = re.compile(r"\n[ \t]*\n\s*|\n[ \t]{2,}(?=\S)")


def render(source: str) -> RenderedText:
    """Render a title or another single line: inline HTML without links, one line of text."""
    text, html = Scanner(inline=True).scan(_tidy(source))
    return RenderedText(unpile_text(text), unpile_html(clean_title(html)))


def render_abstract(source: str) -> RenderedText:
    """Render an abstract: one ``<p>`` a paragraph, with links; text paragraphs part by "\\n\\n"."""
    texts: list[str] = []
    paragraphs: list[str] = []
    for paragraph in _PARAGRAPH.split(_tidy(source)):
        text, html = Scanner(inline=False).scan(paragraph.strip())
        if html:
            texts.append(text)
            paragraphs.append(f"<p>{html}</p>")
    html = clean_abstract("\n".join(paragraphs))
    return RenderedText(unpile_text("\n\n".join(texts)), unpile_html(html))


def split(source: str) -> tuple[tuple[Piece, ...], ...]:
    """Take a title or an abstract apart, paragraph by paragraph, into prose and formulas."""
    paragraphs = (split_paragraph(each.strip()) for each in _PARAGRAPH.split(_tidy(source)))
    return tuple(pieces for pieces in paragraphs if pieces)


def _tidy(source: str) -> str:
    unified = source.replace("\r\n", "\n").replace("\r", "\n").translate(_UNWANTED)
    return unicodedata.normalize("NFC", unified).strip()
