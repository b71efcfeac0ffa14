"""Papers to export, as a test needs them."""

from datetime import UTC, datetime
from typing import Any

from papers.exports import ExportedPaper


def make_exported(**fields: Any) -> ExportedPaper:
    """A paper of arXiv by Ada Lovelace, unless told otherwise."""
    fields.setdefault("key", "2503.01234")
    fields.setdefault("url", f"https://offprint.example/papers/{fields['key']}/")
    if ":" not in fields["key"]:
        fields.setdefault("arxiv_id", fields["key"])
    fields.setdefault("title", "Notes on the Analytical Engine")
    fields.setdefault("authors", ("Ada Lovelace", "Alan Turing"))
    fields.setdefault("published", datetime(2025, 3, 4, 23, 30, tzinfo=UTC))
    return ExportedPaper(**fields)


HOSTILE = make_exported(
    title=r"50\% of {BERT} & $K_{\{0}$-theory of \'Etale #1_maps \{ in <b>: @article{x, \\",
    authors=(
        "Émile du Châtelet",
        "Jan van der Berg, Jr.",
        "The ATLAS Collaboration",
        "Barnes and Noble, Inc.",
        "李明",
        "Søren {K} O'Brien-Ångström",
    ),
    dois=("10.1002/(sici)1097-0258(19980815)17:15/16<1661::aid-sim968>3.0.co;2-2", "10.1000/a_b"),
    journal_ref="J. Foo & Bar_9 12 (2025) 1\N{EN DASH}9 {",
    comments="12 pages, 3 figures; accepted at “X”",
    tags=("cs.LG", "stat.ML"),
    primary_class="cs.LG",
    abstract=(
        "We show that $\\left\\{ x \\right.$ costs $5 million or \\$6 million.\n\n"
        "TY  - JOUR\n\n# Second: $$\\sum_i x_i$$ see \\href{https://example.org/}{this}.\n\nER  - "
    ),
)
