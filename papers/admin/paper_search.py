"""How the admin finds papers: by an id, or by words of which the last may be unfinished."""

import operator
from functools import reduce
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db.models import QuerySet

from papers.admin.base import paper_ids
from papers.identifiers import parse_identifier
from papers.models import Paper
from papers.search.vector import ENGLISH, SIMPLE, broken

# Nobody types more words; a pasted page must not become a query of a thousand terms.
MAX_WORDS = 12
# A shorter beginning would match a large part of all papers, at the price of reading them.
MIN_PREFIX = 3
# Up to so many matches are looked up first, as keys.
FEW = 5000


def matching(papers: QuerySet[Paper], term: str) -> QuerySet[Paper]:
    """Those of `papers` that an id, DOI or URL names, or else that have all words of `term`."""
    term = term.replace("\x00", "").strip()
    if not term:
        return papers
    if parse_identifier(term):
        return papers.filter(pk__in=paper_ids(term))
    # PostgreSQL takes a word it has no statistics of for a common one, and would look for it
    # paper by paper, newest first: seconds where the word is rare. Without an order it asks the
    # index. A word with more matches than FEW is common indeed, and soon found that way.
    query = words_query(term)
    keys = list(
        Paper.objects.filter(search=query).order_by().values_list("pk", flat=True)[: FEW + 1]
    )
    return papers.filter(pk__in=keys) if len(keys) <= FEW else papers.filter(search=query)


def words_query(text: str) -> Any:
    """A text-search query for all words of `text`, the last one also as the beginning of a word."""
    words = broken(text).split()[:MAX_WORDS]
    queries = [SearchQuery(w, config=ENGLISH) | SearchQuery(w, config=SIMPLE) for w in words]
    if words and len(words[-1]) >= MIN_PREFIX:
        quoted = words[-1].replace("\\", "\\\\").replace("'", "''")
        queries[-1] |= SearchQuery(f"'{quoted}':*", config=SIMPLE, search_type="raw")
    return reduce(operator.and_, queries) if queries else SearchQuery("")
