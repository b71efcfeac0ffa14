"""A library's entries: which of them, and in which order."""

import operator
from collections.abc import Collection
from functools import reduce
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.postgres.search import SearchQuery
from django.db import models
from django.db.models import Exists, OuterRef, Q, Subquery

from papers.querysets.places import STATES_FOR_OWNERS
from papers.search.language import Field, Literal, Query, Text

if TYPE_CHECKING:
    from accounts.models import User
    from papers.models import LibraryEntry  # noqa: F401  named in a string
    from papers.querysets.paper import PaperQuerySet
    from papers.querysets.tag import TagQuerySet


class LibraryEntryQuerySet(models.QuerySet["LibraryEntry"]):
    def of_owner(self, owner: "User") -> Self:
        """What a member sees in their library: also, marked, what a moderator hid."""
        return self.filter(owner=owner, paper__state__in=STATES_FOR_OWNERS)

    def in_list(self, reading_list_id: int) -> Self:
        return self.filter(Exists(_list_entries([reading_list_id])))

    def in_none_of(self, reading_list_ids: Collection[int]) -> Self:
        """Papers that none of these lists holds: kept for a status or a note alone."""
        return self.filter(~Exists(_list_entries(reading_list_ids)))

    def carrying(self, tags: "TagQuerySet") -> Self:
        """Papers that carry at least one of the tags."""
        carried = apps.get_model("papers", "PaperTag").objects.filter(
            paper=OuterRef("paper"), tag__in=tags
        )
        return self.filter(Exists(carried))

    def with_note(self) -> Self:
        return self.exclude(note="")

    def upvoted_by(self, owner: "User") -> Self:
        votes = apps.get_model("papers", "Upvote").objects.filter(
            user=owner, paper=OuterRef("paper"), removed_at__isnull=True
        )
        return self.filter(Exists(votes))

    def about(self, query: Query) -> Self:
        """Entries whose paper fulfils the query."""
        papers: PaperQuerySet = apps.get_model("papers", "Paper").objects.matching(query)
        return self.filter(paper__in=papers.order_by().values("pk"))

    def noting(self, query: Query) -> Self:
        """Entries whose note has the words of the query; none, where it asks for more than words."""
        wanted = _in_notes(query)
        return self.none() if wanted is None else self.with_note().filter(note_search=wanted)

    def about_or_noting(self, query: Query) -> Self:
        """Either of the two, for a query that many entries fulfil.

        Each is asked by itself, so that a page is soon full, walking along its order. For a value
        the database looks when it comes to the row; "exists" it would prepare for all of them.
        """
        papers: PaperQuerySet = apps.get_model("papers", "Paper").objects.matching(query)
        paper = papers.order_by().filter(pk=OuterRef("paper")).values("pk")[:1]
        fulfils = Q(fulfilling__isnull=False)
        if (wanted := _in_notes(query)) is not None:
            fulfils |= Q(note_search=wanted)
        return self.alias(fulfilling=Subquery(paper)).filter(fulfils)


def _list_entries(reading_list_ids: Collection[int]) -> "models.QuerySet[Any]":
    """Entries of the lists with the outer row's paper.

    The lists are named by their ids: a paper may be in the lists of thousands of members, and
    these lead to the few entries that matter.
    """
    return apps.get_model("papers", "ReadingListEntry").objects.filter(
        reading_list__in=reading_list_ids, paper=OuterRef("paper")
    )


def _in_notes(query: Query) -> Any:
    """The query as one on the words of notes; None where it asks for more than words."""
    literals = [literal for clause in query.clauses for literal in clause.literals]
    if not all(_is_bare(literal) for literal in literals):
        return None
    clauses = [reduce(operator.or_, map(_in_note, clause.literals)) for clause in query.clauses]
    return reduce(operator.and_, clauses)


def _is_bare(literal: Literal) -> bool:
    return isinstance(literal.term, Text) and literal.term.field is Field.ANYWHERE


def _in_note(literal: Literal) -> Any:
    assert isinstance(literal.term, Text)  # noqa: S101 - for the type checker
    stems, words = (
        SearchQuery(literal.term.text, config=config, search_type="phrase")
        for config in ("english", "simple")
    )
    return ~stems & ~words if literal.negated else stems | words
