"""A fingerprint of everything that imports write, to compare two states of the database by."""

import hashlib
import json
from typing import Any

from papers.models import Paper

# When a row was written, and under which number, is not what it says.
LEFT_OUT = {"id", "created_at", "updated_at", "imported_at", "paper", "search", "merged_into"}
# Nor is where a paper was found before: it depends on what came first.
LEFT_OUT |= {"former_key"}


def papers_digest() -> str:
    """SHA-256 of all papers, those that became part of others left out, and what belongs to them."""
    lines = [
        json.dumps(_paper(paper), sort_keys=True, default=str)
        for paper in Paper.objects.filter(merged_into=None).order_by("key")
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _paper(paper: Paper) -> dict[str, Any]:
    related = {
        name: sorted(json.dumps(_fields(row), sort_keys=True, default=str) for row in rows.all())
        for name, rows in (
            ("identifiers", paper.identifiers),
            ("authorships", paper.authorships),
            ("versions", paper.versions),
            ("external_counts", paper.external_counts),
            ("records", paper.records),
        )
    }
    tags = sorted(paper.tags.values_list("code", flat=True))
    return {**_fields(paper), **related, "tags": tags}


def _fields(row: Any) -> dict[str, Any]:
    return {
        field.name: field.value_from_object(row)
        for field in row._meta.concrete_fields
        if field.name not in LEFT_OUT
    }
