"""What an import has made, as text to compare: two catalogues that say the same have one digest.

Of each paper: its key, identifiers, fields, tags, state, listing, versions and counts elsewhere. Not
how it came about: numbers of rows, times of import, papers that were merged into others, and
former keys that only redirect.
"""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from heapq import merge
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Collate

from papers.models import Paper, PaperIdentifier, PaperState

PAPERS_A_STATEMENT = 500

FIELDS = (
    "title",
    "abstract",
    "authors",
    "published_at",
    "published_precision",
    "version",
    "comments",
    "journal_ref",
    "code_url",
    "project_url",
    "note",
    "note_label",
    "withdrawn_at",
    "withdrawal_reason",
    "listed_at",
    "state",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """A paper that two catalogues tell differently; a field that one lacks is None there.

    A paper that one of them lacks altogether has the one field “paper”.
    """

    key: str
    fields: dict[str, tuple[Any, Any]]


def described() -> Iterator[dict[str, Any]]:
    """Yield each paper as JSON values, in the order of their keys."""
    keys = (
        Paper.objects.exclude(state=PaperState.MERGED)
        # By bytes, so that the order is the same under every locale.
        .order_by(Collate("key", "C"))
        .values_list("key", flat=True)
    )
    remaining = keys.iterator(chunk_size=10_000)
    while some := list(islice(remaining, PAPERS_A_STATEMENT)):
        papers = {paper.key: paper for paper in _with_relations(Paper.objects.filter(key__in=some))}
        yield from (_described(papers[key]) for key in some)


def write_catalogue(path: Path) -> str:
    """Write the catalogue to a file, a paper a line; return its SHA-256, hexadecimal."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for paper in described():
            line = json.dumps(paper, sort_keys=True, ensure_ascii=False).encode() + b"\n"
            digest.update(line)
            file.write(line)
    return digest.hexdigest()


def differences(one: Path, other: Path) -> Iterator[Difference]:
    """Yield the papers that two written catalogues tell differently, in the order of their keys."""
    together = merge(_read(one, 0), _read(other, 1), key=itemgetter(0, 1))
    for _place, papers in groupby(together, key=itemgetter(0)):
        sides = {side: paper for _place, side, paper in papers}
        left, right = sides.get(0), sides.get(1)
        if left is None or right is None:
            key, titles = (left or right or {})["key"], (_title(left), _title(right))
            yield Difference(key, {"paper": titles})
        elif left != right:
            yield Difference(left["key"], _differing(left, right))


def _read(path: Path, side: int) -> Iterator[tuple[bytes, int, dict[str, Any]]]:
    """Yield the papers of a written catalogue, each behind its place and the number of its side."""
    with path.open("rb") as file:
        for line in file:
            paper = json.loads(line)
            yield paper["key"].encode(), side, paper


def _title(paper: dict[str, Any] | None) -> str | None:
    return paper["title"] if paper else None


def _differing(one: dict[str, Any], other: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {name: (one[name], other[name]) for name in one if one[name] != other[name]}


def _with_relations(papers: QuerySet[Paper]) -> QuerySet[Paper]:
    return (
        papers.only("key", *FIELDS, "primary_tag")
        .select_related("primary_tag")
        .prefetch_related("identifiers", "records", "tags", "versions", "external_counts")
    )


def _described(paper: Paper) -> dict[str, Any]:
    tag = paper.primary_tag
    return {
        "key": paper.key,
        "identifiers": sorted(
            f"{each.kind}:{each.value}" for each in paper.identifiers.all() if _is_told(each, paper)
        ),
        **{name: _plain(getattr(paper, name)) for name in FIELDS},
        "primary_tag": f"{tag.scheme}:{tag.code}" if tag else None,
        "tags": sorted(f"{each.scheme}:{each.code}" for each in paper.tags.all()),
        "versions": sorted(
            [each.number, _plain(each.submitted_at)] for each in paper.versions.all()
        ),
        "counts": sorted(
            [each.source, each.count, _plain(each.taken_on)] for each in paper.external_counts.all()
        ),
    }


def _is_told(identifier: PaperIdentifier, paper: Paper) -> bool:
    """Say whether a source tells the identifier, or it is the key: the others are only redirects."""
    kind, value = str(identifier.kind), identifier.value
    if paper.key == (value if kind == PaperIdentifier.Kind.ARXIV else f"{kind}:{value}"):
        return True
    if not identifier.former_key:
        return kind != PaperIdentifier.Kind.OFFPRINT
    return any([kind, value] in row.fields.get("identifiers", ()) for row in paper.records.all())


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
