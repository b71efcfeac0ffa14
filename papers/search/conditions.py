"""A query as a condition on papers. Imports no model: the vocabulary of papers is made of this."""

import operator
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, date, datetime, time
from functools import reduce
from typing import Any

from django.apps import apps
from django.contrib.postgres.search import SearchQuery, SearchVectorExact
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual, LessThan

from papers.search.language import Bound, Clause, Field, Literal, Published, Query, Tagged, Text
from papers.search.vector import ENGLISH, SIMPLE, author_words, broken, title_words

# Ids of a tag and all below it, by the name that somebody typed; unknown names are missing.
KnownTags = Mapping[str, Collection[int]]


def tag_names(query: Query) -> set[str]:
    """The names of tags in the query, as typed."""
    return {
        literal.term.name
        for clause in query.clauses
        for literal in clause.literals
        if isinstance(literal.term, Tagged)
    }


def condition(query: Query, tags: KnownTags) -> Q:
    """What a paper must fulfil. A tag that is not in `tags` is looked for as words."""
    clauses = [_without_unknown_tags(clause, tags) for clause in query.clauses]
    wanted = sum(not clause.literals[0].negated for clause in clauses)
    words: list[Any] = []
    others: list[Q] = []
    for clause in clauses:
        year = _year(clause) if wanted > 1 else None
        if year is not None:
            # "vaswani 2017": the paper need not say itself when it was published.
            others.append(_any_of(clause, tags) | _published_in(year))
        elif is_bare(clause):
            words.append(bare_query(clause))
        else:
            others.append(_any_of(clause, tags))
    if words:
        # As one query: each "without this word" by itself would read the whole index.
        others.insert(0, _has(F("search"), reduce(operator.and_, words)))
    return reduce(operator.and_, others, Q())


def text_query(clauses: Sequence[Clause]) -> Any:
    """What a `text_vector` must fulfil: all of the clauses, one at least.

    There is no author, tag or date in it, so what asks for one is looked for as words.
    """
    return reduce(operator.and_, (any_in_text(clause.literals) for clause in clauses))


def any_in_text(literals: Sequence[Literal]) -> Any:
    """What a `text_vector` must fulfil: one of the literals, one at least."""
    return reduce(operator.or_, map(_in_text, literals))


def _in_text(literal: Literal) -> Any:
    term = literal.term
    words = _phrase(term.text if isinstance(term, Text) else str(term), ENGLISH)
    return ~words if literal.negated else words


def _without_unknown_tags(clause: Clause, tags: KnownTags) -> Clause:
    return Clause(
        tuple(
            Literal(Text(literal.term.name, phrase=True), literal.negated)
            if isinstance(literal.term, Tagged) and literal.term.name not in tags
            else literal
            for literal in clause.literals
        )
    )


def _year(clause: Clause) -> int | None:
    """The year, when the clause is nothing but a word that may mean one."""
    first = clause.literals[0]
    if len(clause.literals) > 1 or first.negated or not isinstance(first.term, Text):
        return None
    return first.term.year


def is_bare(clause: Clause) -> bool:
    """Whether the clause has only words and phrases that may stand anywhere."""
    return all(
        isinstance(literal.term, Text) and literal.term.field is Field.ANYWHERE
        for literal in clause.literals
    )


def bare_query(clause: Clause) -> Any:
    """The text-search query of a clause that is bare."""
    return reduce(operator.or_, map(_bare_literal, clause.literals))


def _bare_literal(literal: Literal) -> Any:
    """The text-search query of a bare word or phrase: by its stems, or a name as it is written."""
    assert isinstance(literal.term, Text)  # noqa: S101 - for the type checker
    stems, names = _phrase(literal.term.text, ENGLISH), _phrase(literal.term.text, SIMPLE)
    return ~stems & ~names if literal.negated else stems | names


def _phrase(text: str, config: str) -> SearchQuery:
    return SearchQuery(broken(text), config=config, search_type="phrase")


def _has(vector: Combinable, query: Any) -> Q:
    return Q(SearchVectorExact(vector, query))


def _any_of(clause: Clause, tags: KnownTags) -> Q:
    return reduce(operator.or_, (_literal(literal, tags) for literal in clause.literals))


def _literal(literal: Literal, tags: KnownTags) -> Q:
    term = literal.term
    match term:
        case Text(field=Field.ANYWHERE):
            return _has(F("search"), _bare_literal(literal))
        case Text(field=Field.TITLE):
            found = _has(title_words(), _phrase(term.text, ENGLISH))
        case Text():
            found = _has(author_words(), _phrase(term.text, SIMPLE))
        case Tagged():
            found = _carries(tags[term.name])
        case Published():
            found = _published(term)
        case _:
            found = ~Q(code_url="")
    return ~found if literal.negated else found


def _carries(tag_ids: Collection[int]) -> Q:
    carried = apps.get_model("papers", "PaperTag").objects.filter(
        paper=OuterRef("pk"), tag__in=tag_ids
    )
    return Q(Exists(carried))


def _published(term: Published) -> Q:
    # Said twice: the second way has an index. It alone would take papers without a date.
    start, shown_date = _midnight(term.day), Coalesce("published_at", "created_at")
    if term.bound is Bound.BEFORE:
        return Q(published_at__lt=start) & Q(LessThan(shown_date, start))
    return Q(published_at__gte=start) & Q(GreaterThanOrEqual(shown_date, start))


def _published_in(year: int) -> Q:
    start, end = date(year, 1, 1), date(year + 1, 1, 1)
    return Q(published_at__gte=_midnight(start), published_at__lt=_midnight(end))


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)
