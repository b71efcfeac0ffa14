"""Papers as Markdown, for notes and for programs that read text. Pure."""

import re
from collections.abc import Iterable, Iterator

from papers.exports.paper import ExportedPaper, doi_url
from papers.mathtext import Piece, split

# Signs that would make something of the text around them; an underscore does so beside a blank.
_SIGNS = re.compile(r"[\\`*\[\]<>|$]|(?<!\w)_|_(?!\w)|&(?=[#a-zA-Z])")
_FIRST = re.compile(r"\A([0-9]*)([#+=~.)-])")


def write(papers: Iterable[ExportedPaper], level: int = 1) -> str:
    """Write one section a paper, under a heading of this level: ``# Title``; "" for no papers."""
    return "\n".join(_section(paper, "#" * level) for paper in papers)


def _section(paper: ExportedPaper, marks: str) -> str:
    blocks = [f"{marks} {' '.join(_paragraphs(paper.title))}"]
    if paper.withdrawal:
        blocks.append(f"**{escaped(paper.withdrawal)}**")
    if paper.authors:
        blocks.append(escaped(", ".join(paper.authors)))
    blocks.append("\n".join(f"- {name}: {value}" for name, value in _facts(paper)))
    if paper.abstract:
        blocks += [f"{marks}# Abstract", *map(_as_first, _paragraphs(paper.abstract))]
    elif paper.note:
        blocks += [f"{marks}# {escaped(paper.note_label)}", _as_first(escaped(paper.note))]
    return "\n\n".join(blocks) + "\n"


def _facts(paper: ExportedPaper) -> Iterator[tuple[str, str]]:
    if paper.date_parts:
        yield "Published", paper.iso_date
    if paper.journal_ref:
        yield "In", escaped(paper.journal_ref)
    if paper.arxiv_id:
        yield "arXiv", f"[{paper.arxiv_id}](https://arxiv.org/abs/{paper.arxiv_id})"
    for doi in paper.dois:
        yield "DOI", f"[{escaped(doi)}](<{doi_url(doi)}>)"
    if paper.tags:
        yield "Tags", escaped(", ".join(paper.tags))
    if paper.comments:
        yield "Authors' remark", escaped(paper.comments)
    yield "Page", f"<{paper.url}>"


def escaped(text: str) -> str:
    """Write plain text so that Markdown makes nothing of it."""
    return _SIGNS.sub(r"\\\g<0>", " ".join(text.split()))


def _paragraphs(source: str) -> list[str]:
    return ["".join(map(_shown, pieces)) for pieces in split(source)]


def _shown(piece: Piece) -> str:
    if piece.is_formula:
        tex = " ".join(piece.text.split())
        return f"$${tex}$$" if piece.display else f"${tex}$"
    # The blanks between prose and formula are parts of the text.
    before, after = (" " if piece.text[end].isspace() else "" for end in (0, -1))
    return f"{before}{escaped(piece.text)}{after}" if piece.text.strip() else " "


def _as_first(paragraph: str) -> str:
    """Keep the first sign of a paragraph from beginning a heading, a list or a line."""
    return _FIRST.sub(r"\1\\\2", paragraph)
