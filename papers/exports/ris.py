"""Papers as RIS, which EndNote, Zotero and publishers read. Pure."""

from collections.abc import Iterable
from typing import Any

import rispy

from papers.exports.paper import ExportedPaper, citation_keys, doi_url, text_with_formulas


class _Writer(rispy.RisWriter):  # type: ignore[misc]  # rispy has no types
    """Writes no number before a record: not every reader passes over it."""

    def set_header(self, count: int) -> str:
        return ""


def write(papers: Iterable[ExportedPaper]) -> str:
    """Write one record a paper, from TY to ER; "" for no papers."""
    papers = list(papers)
    records = [
        {name: value for name, value in _record(key, paper).items() if value}
        for key, paper in zip(citation_keys(papers), papers, strict=True)
    ]
    return str(rispy.dumps(records, implementation=_Writer))


def _record(key: str, paper: ExportedPaper) -> dict[str, Any]:
    urls = [paper.source_url, *map(doi_url, paper.dois)]
    return {
        "type_of_reference": "JOUR" if paper.journal_ref else "UNPB",
        "id": key,
        "title": text_with_formulas(paper.title, " "),
        "authors": [name.inverted for name in paper.people],
        "year": str(paper.date_parts[0]) if paper.date_parts else "",
        "date": _date(paper),
        "secondary_title": paper.journal_ref,
        "doi": paper.doi,
        "name_of_database": "arXiv" if paper.arxiv_id else "",
        "accession_number": f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else "",
        "urls": list(dict.fromkeys(urls)),
        "keywords": list(paper.tags),
        "notes": paper.remarks,
        # A value of RIS is one line.
        "abstract": text_with_formulas(paper.abstract, " "),
    }


def _date(paper: ExportedPaper) -> str:
    """The date in the four parts of RIS, year/month/day/other, each of which may be blank."""
    parts = [f"{part:02d}" for part in paper.date_parts]
    return "/".join([*parts, *[""] * (4 - len(parts))]) if parts else ""
