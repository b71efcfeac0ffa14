"""CSL-JSON: items as citeproc and Zotero read them."""

import json

from papers.exports import csl_json
from tests.exports.papers import HOSTILE, make_exported


def test_a_preprint_is_an_article_of_arxiv() -> None:
    [item] = json.loads(csl_json.write([make_exported(tags=("cs.LG",), comments="12 pages")]))
    assert item == {
        "id": "lovelace2025notes",
        "type": "article",
        "title": "Notes on the Analytical Engine",
        "author": [
            {"family": "Lovelace", "given": "Ada"},
            {"family": "Turing", "given": "Alan"},
        ],
        "issued": {"date-parts": [[2025, 3, 4]]},
        "genre": "preprint",
        "publisher": "arXiv",
        "number": "arXiv:2503.01234",
        "URL": "https://arxiv.org/abs/2503.01234",
        "keyword": "cs.LG",
        "note": "12 pages",
    }


def test_names_are_taken_apart_as_far_as_they_can_be() -> None:
    [item] = json.loads(csl_json.write([HOSTILE]))
    assert item["type"] == "article-journal"
    assert item["author"][:5] == [
        {"family": "Châtelet", "given": "Émile", "non-dropping-particle": "du"},
        {"family": "Berg", "given": "Jan", "non-dropping-particle": "van der", "suffix": "Jr."},
        {"literal": "The ATLAS Collaboration"},
        {"literal": "Barnes and Noble, Inc."},
        {"literal": "李明"},
    ]
    assert item["abstract"].count("\n\n") == 3


def test_no_papers_are_an_empty_list() -> None:
    assert json.loads(csl_json.write([])) == []
