"""The vocabulary of pages: what a query means, in words. Imports no model (models import this)."""

from papers.querysets.counting import CountOf
from papers.querysets.library import LibraryEntryQuerySet
from papers.querysets.paper import PaperQuerySet
from papers.querysets.places import STATES_FOR_OWNERS, STATES_FOR_STRANGERS, Place
from papers.querysets.reading_list import ReadingListQuerySet
from papers.querysets.tag import TagQuerySet
from papers.querysets.upvote import UpvoteQuerySet

__all__ = [
    "STATES_FOR_OWNERS",
    "STATES_FOR_STRANGERS",
    "CountOf",
    "LibraryEntryQuerySet",
    "PaperQuerySet",
    "Place",
    "ReadingListQuerySet",
    "TagQuerySet",
    "UpvoteQuerySet",
]
