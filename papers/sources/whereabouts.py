"""Which paper each record became."""

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Q

from papers.models import SourceRecord
from papers.sources.record import PaperRecord


def paper_ids_of(records: Sequence[PaperRecord]) -> list[int | None]:
    """Return the paper of each of these records, in their order; None for one that is not stored.

    One query. An outranked record is stored too, with the paper that it says nothing new of.
    """
    by_source: dict[str, set[str]] = defaultdict(set)
    for source, source_id in (record.record_key for record in records):
        by_source[source].add(source_id)
    if not by_source:
        return []
    rows = SourceRecord.objects.filter(
        Q(
            *(Q(source=source, source_id__in=ids) for source, ids in by_source.items()),
            _connector=Q.OR,
        )
    )
    papers = {
        (source, source_id): paper
        for source, source_id, paper in rows.values_list("source", "source_id", "paper")
    }
    return [papers.get(record.record_key) for record in records]
