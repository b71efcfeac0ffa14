"""A library's entries: which of them, and in which order."""

import operator
from collections.abc import Collection
from functools import reduce
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.postgres.search import CombinedSearchVector, SearchVectorExact
from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Subquery

from papers.querysets.places import STATES_FOR_OWNERS
from papers.search.conditions import any_in_text, bare_query, is_bare
from papers.search.language import Query

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

    def with_new_version(self) -> Self:
        """Papers of which a version has come that the owner has not seen."""
        return self.filter(new_version__isnull=False)

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
        """Entries whose note has words of the query, and the paper the others.

        None, for a query that looks for no words but in fields, which notes have not.
        """
        wanted = _in_notes(query)
        if wanted is None:
            return self.none()
        rest = tuple(clause for clause in query.clauses if not is_bare(clause))
        entries = self.about(Query(rest)) if rest else self
        return entries.with_note().filter(wanted)

    def about_or_noting(self, query: Query) -> Self:
        """Either of the two, for a query that many entries fulfil.

        Each is asked by itself, so that a page is soon full, walking along its order. For a value
        the database looks when it comes to the row; "exists" it would prepare for all of them.
        """
        fulfils = Q(fulfilling__isnull=False)
        entries = self.alias(fulfilling=_paper_if(query))
        if (wanted := _in_notes(query)) is not None:
            rest = tuple(clause for clause in query.clauses if not is_bare(clause))
            entries = entries.alias(fulfilling_rest=_paper_if(Query(rest)))
            fulfils |= wanted & Q(fulfilling_rest__isnull=False) if rest else wanted
        return entries.filter(fulfils)


def _paper_if(query: Query) -> Subquery:
    """The outer row's paper, null where it does not fulfil the query."""
    papers: PaperQuerySet = apps.get_model("papers", "Paper").objects.matching(query)
    return Subquery(papers.order_by().filter(pk=OuterRef("paper")).values("pk")[:1])


def _list_entries(reading_list_ids: Collection[int]) -> "models.QuerySet[Any]":
    """Entries of the lists with the outer row's paper.

    The lists are named by their ids: a paper may be in the lists of thousands of members, and
    these lead to the few entries that matter.
    """
    return apps.get_model("papers", "ReadingListEntry").objects.filter(
        reading_list__in=reading_list_ids, paper=OuterRef("paper")
    )


def _in_notes(query: Query) -> Q | None:
    """What an entry must fulfil whose note has one of the words, and itself or the paper the rest.

    Asked first for a word in the note, the database puts few texts together. None where no word
    is looked for but in fields.
    """
    bare = [clause for clause in query.clauses if is_bare(clause)]
    wanted = [lit for clause in bare for lit in clause.literals if not lit.negated]
    if not wanted:
        return None
    together = CombinedSearchVector(F("paper__search"), "||", F("note_search"), None)
    return Q(note_search=any_in_text(wanted)) & Q(
        SearchVectorExact(together, reduce(operator.and_, map(bare_query, bare)))
    )
