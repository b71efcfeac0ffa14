"""Works of Crossref and versions of bioRxiv as their APIs answer them."""

import json
from typing import Any

from papers.sources.files import SourceContent


def make_work(**fields: Any) -> dict[str, Any]:
    """A journal article; a field given as None is left out. Names have _ for -."""
    work: dict[str, Any] = {
        "DOI": "10.5555/Loom.2021.7",
        "type": "journal-article",
        "title": ["Looms <i>in situ</i>"],
        "author": [
            {"given": "Ada", "family": "Weaver", "sequence": "first", "affiliation": []},
            {"given": "Charles", "family": "Carder", "suffix": "Jr.", "sequence": "additional"},
            {"name": "The Loom Consortium", "sequence": "additional"},
        ],
        "issued": {"date-parts": [[2021, 3, 14]]},
        "indexed": {"date-parts": [[2024, 5, 2]], "date-time": "2024-05-02T10:11:12Z"},
        "container-title": ["Journal of Looms"],
        "volume": "12",
        "issue": "3",
        "page": "45-67",
        "prefix": "10.5555",
    }
    work |= {name.replace("_", "-"): value for name, value in fields.items()}
    return {name: value for name, value in work.items() if value is not None}


def make_version(**fields: Any) -> dict[str, Any]:
    """The first version of a preprint; a field given as None is left out."""
    version: dict[str, Any] = {
        "doi": "10.1101/2021.03.14.435000",
        "title": "Cells that weave",
        "authors": "Weaver, A. B.; Carder, C., Jr.; The Loom Consortium",
        "author_corresponding": "Ada B. Weaver",
        "date": "2021-03-14",
        "version": "1",
        "type": "new results",
        "license": "cc_by",
        "category": "cell biology",
        "jatsxml": "https://www.biorxiv.org/content/early/2021/03/14/2021.03.14.435000.source.xml",
        "abstract": "We watch cells weave.",
        "published": "NA",
        "server": "biorxiv",
    }
    return {name: value for name, value in (version | fields).items() if value is not None}


def make_answer(*versions: Any, status: str = "ok") -> dict[str, Any]:
    """What bioRxiv's API answers with these versions."""
    return {
        "messages": [{"status": status, "count": len(versions), "total": str(len(versions))}],
        "collection": list(versions),
    }


def json_file(content: Any, name: str = "answer.json") -> SourceContent:
    return SourceContent(name, json.dumps(content).encode())
