"""Papers as CSL-JSON, the format of Pandoc, Zotero and citeproc. Pure."""

import json
from collections.abc import Iterable
from typing import Any

from papers.exports.paper import ExportedPaper, citation_keys, text_with_formulas
from papers.exports.people import PersonName


def write(papers: Iterable[ExportedPaper]) -> str:
    """Write a list of items, one a paper; "[]" for no papers."""
    papers = list(papers)
    items = [
        {name: value for name, value in _item(key, paper).items() if value}
        for key, paper in zip(citation_keys(papers), papers, strict=True)
    ]
    return json.dumps(items, ensure_ascii=False, indent=2) + "\n"


def _item(key: str, paper: ExportedPaper) -> dict[str, Any]:
    return {
        "id": key,
        "type": "article-journal" if paper.journal_ref else "article",
        "title": text_with_formulas(paper.title, " "),
        "author": [_person(name) for name in paper.people],
        "issued": {"date-parts": [list(paper.date_parts)]} if paper.date_parts else None,
        "container-title": paper.journal_ref,
        "genre": "" if paper.journal_ref else "preprint",
        "publisher": "arXiv" if paper.arxiv_id and not paper.journal_ref else "",
        "number": f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else "",
        "DOI": paper.doi,
        "URL": paper.source_url,
        "keyword": ", ".join(paper.tags),
        "note": "\n".join(paper.remarks),
        "abstract": text_with_formulas(paper.abstract),
    }


def _person(name: PersonName) -> dict[str, str]:
    if name.is_whole:
        return {"literal": name.family}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {part: text for part, text in parts.items() if text}
