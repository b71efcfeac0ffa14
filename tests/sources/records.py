"""Records as a test needs them."""

from datetime import UTC, date, datetime
from typing import Any

from papers.models import Source
from papers.sources.record import PaperRecord


def make_record(**fields: Any) -> PaperRecord:
    """A record of an arXiv paper by Hugging Face, unless told otherwise.

    Its `source_id` is its first identifier; `listed_at` is given only if the test says so.
    """
    identifiers = fields.setdefault("identifiers", (("arxiv", "2603.00011"),))
    fields.setdefault("source", Source.HUGGINGFACE)
    fields.setdefault("source_id", identifiers[0][1] if identifiers else "a record without ids")
    fields.setdefault("record_date", date(2026, 3, 2))
    fields.setdefault("title", "Notes on Weaving Algebra")
    return PaperRecord(**fields)


def utc(text: str) -> datetime:
    """An instant from "2026-03-02" or "2026-03-02 12:00", UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)
