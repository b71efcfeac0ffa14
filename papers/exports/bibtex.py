"""Papers as BibTeX, which LaTeX and most reference managers read. Pure."""

from collections.abc import Iterable, Iterator

from bibtexparser.entrypoint import write_string
from bibtexparser.library import Library
from bibtexparser.model import Entry, Field
from bibtexparser.writer import BibtexFormat

from papers.exports.paper import ExportedPaper, citation_keys
from papers.exports.people import PersonName
from papers.exports.tex import braces_pair_up, escaped, tex_paragraphs, tex_title

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


def write(papers: Iterable[ExportedPaper]) -> str:
    """Write one entry a paper; "" for no papers."""
    papers = list(papers)
    library = Library(
        [
            Entry(_entry_type(paper), key, list(_fields(paper)))
            for key, paper in zip(citation_keys(papers), papers, strict=True)
        ]
    )
    form = BibtexFormat()  # type: ignore[no-untyped-call]
    form.indent = "  "
    form.block_separator = "\n"
    form.trailing_comma = True
    # Values come with their braces: the months of BibTeX have none.
    return write_string(library, unparse_stack=[], bibtex_format=form)


def _entry_type(paper: ExportedPaper) -> str:
    return "article" if paper.journal_ref else "misc"


def _fields(paper: ExportedPaper) -> Iterator[Field]:
    for name, value in (
        ("title", tex_title(paper.title)),
        ("author", " and ".join(map(_person, paper.people))),
        ("year", str(paper.date_parts[0]) if paper.date_parts else ""),
    ):
        yield from _braced(name, value)
    if len(paper.date_parts) > 1:
        yield Field("month", _MONTHS[paper.date_parts[1] - 1])
    for name, value in (
        ("journal", escaped(paper.journal_ref)),
        ("eprint", paper.arxiv_id),
        ("archivePrefix", "arXiv" if paper.arxiv_id else ""),
        ("primaryClass", escaped(paper.primary_class) if paper.arxiv_id else ""),
        ("doi", _verbatim(paper.doi)),
        ("url", _verbatim(paper.source_url)),
        ("keywords", escaped(", ".join(paper.tags))),
        ("note", escaped(" ".join(paper.remarks))),
        ("abstract", tex_paragraphs(paper.abstract)),
    ):
        yield from _braced(name, value)


def _braced(name: str, value: str) -> Iterator[Field]:
    if value:
        yield Field(name, f"{{{value}}}")


def _person(name: PersonName) -> str:
    if name.is_whole:  # braces keep BibTeX from taking it apart
        return f"{{{escaped(name.family)}}}"
    family = f"{name.particle} {name.family}".strip()
    # BibTeX wants the suffix in the middle.
    parts = (family, name.suffix, name.given)
    return ", ".join(escaped(part) for part in parts if part)


def _verbatim(text: str) -> str:
    """DOIs and addresses are not TeX: they stand as they are, but for what TeX would obey.

    That is a backslash, and braces that do not pair up.
    """
    text = text.replace("\\", "%5C")
    return text if braces_pair_up(text) else text.replace("{", "%7B").replace("}", "%7D")
