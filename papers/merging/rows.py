"""Rows that change hands, and how a pair of them becomes one and two again.

What is written down are ids, instants and short words, never the text of a note: that stays in the
rows themselves, where its owner can change it and where it goes when the owner goes.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

from django.db.models import Model, QuerySet

from papers.merging.relations import Fate, Relation

# Between two notes that stand in one place.
NOTES_APART = "\n\n"

Item = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Pair:
    """The ids of the two papers."""

    kept: int
    merged: int

    @property
    def swapped(self) -> "Pair":
        return Pair(kept=self.merged, merged=self.kept)


def take(relation: Relation, pair: Pair, among: QuerySet[Any] | None = None) -> list[int]:
    """Give the kept paper the merged one's rows, as far as their fate says; return their ids.

    `among` are the rows to choose from where not all of them may go.
    """
    rows = (relation.rows if among is None else among).filter(**{relation.column: pair.merged})
    if relation.fate is Fate.WHERE_FREE:
        taken = relation.rows.filter(**{relation.column: pair.kept}).order_by()
        rows = rows.exclude(**{f"{relation.partner}__in": taken.values(relation.partner)})
    ids: list[int] = list(rows.select_for_update(of=("self",)).values_list("pk", flat=True))
    relation.rows.filter(pk__in=ids).order_by().update(**{relation.column: pair.kept})
    return ids


def give_back(
    relation: Relation, ids: Collection[int], pair: Pair, among: QuerySet[Any] | None = None
) -> None:
    """Undo `take` for those of the rows that are still there and still the kept paper's."""
    rows = (relation.rows if among is None else among).filter(pk__in=ids)
    take(relation, pair.swapped, rows)


def twins(relation: Relation, pair: Pair) -> list[tuple[Any, Any]]:
    """The rows of both papers with one partner, locked: the kept paper's and the other."""
    kept = _by_partner(relation, pair.kept)
    merged = _by_partner(relation, pair.merged)
    return [(kept[partner], row) for partner, row in merged.items() if partner in kept]


def fold(row: Any, other: Any, values: dict[str, Any]) -> Item | None:
    """Write `values` into the kept paper's row; return what undoes it, None when all was so.

    The other paper's row stays with it, out of sight, as it was.
    """
    changed = {name: value for name, value in values.items() if getattr(row, name) != value}
    if not changed:
        return None
    item: Item = {"kept": row.pk, "other": other.pk, "before": {}, "after": {}}
    for name, value in changed.items():
        item["before"][name] = _written(name, getattr(row, name))
        item["after"][name] = _digest(value) if name == "note" else plain(value)
    QuerySet(type(row)).filter(pk=row.pk).update(**changed)
    return item


def unfold(model: type[Model], items: Iterable[Item]) -> None:
    """Give each kept row back what it had, but for what was changed meanwhile."""
    by_id = {item["kept"]: item for item in items}
    rows: QuerySet[Any] = QuerySet(model)
    for row in rows.select_for_update(of=("self",)).filter(pk__in=by_id):
        item = by_id[row.pk]
        values = {}
        for name, after in item["after"].items():
            value = getattr(row, name)
            if (_digest(value) if name == "note" else plain(value)) != after:
                continue
            before = item["before"][name]
            field = model._meta.get_field(name)
            values[name] = value[:before] if name == "note" else _read(field, before)
        if values:
            rows.filter(pk=row.pk).update(**values)


def joined(note: str, other: str) -> str:
    """Both notes; one, where they say the same or one says nothing. Begins with `note`."""
    if not other or other == note:
        return note
    return f"{note}{NOTES_APART}{other}" if note else other


def plain(value: Any) -> Any:
    """A column's value as JSON can hold it."""
    return value.isoformat() if isinstance(value, date) else value


def read(model: type[Model], name: str, value: Any) -> Any:
    """The column's value that `plain` wrote down."""
    return _read(model._meta.get_field(name), value)


def _read(field: Any, value: Any) -> Any:
    return field.to_python(value)


def _written(name: str, value: Any) -> Any:
    """What is kept of a value; of a note its length, as the joined one begins with it."""
    return len(value) if name == "note" else plain(value)


def _digest(note: str) -> str:
    return sha256(note.encode()).hexdigest()


def _by_partner(relation: Relation, paper_id: int) -> dict[Any, Any]:
    rows = relation.rows.filter(**{relation.column: paper_id}).select_for_update(of=("self",))
    partner: Any = relation.model._meta.get_field(relation.partner)
    return {getattr(row, partner.attname): row for row in rows}
