"""One file a concept. Import models from here."""

from papers.models.heat import PaperHeat, RankingSnapshot, Window
from papers.models.library import LibraryEntry, ReadingStatus
from papers.models.moderation import ModerationAction, ModerationLogEntry
from papers.models.paper import Authorship, ExternalCount, Paper, PaperIdentifier, PaperState
from papers.models.reading_list import ReadingList, ReadingListEntry, RemovedEntry, Visibility
from papers.models.search_word import SearchWord
from papers.models.source_record import Source, SourceRecord
from papers.models.standing import Period, Standing, StandingPlace
from papers.models.tag import PaperTag, Tag, TagScheme
from papers.models.upvote import Upvote, VoteOutbox, WeightReason

__all__ = [
    "Authorship",
    "ExternalCount",
    "LibraryEntry",
    "ModerationAction",
    "ModerationLogEntry",
    "Paper",
    "PaperHeat",
    "PaperIdentifier",
    "PaperState",
    "PaperTag",
    "Period",
    "RankingSnapshot",
    "ReadingList",
    "ReadingListEntry",
    "ReadingStatus",
    "RemovedEntry",
    "SearchWord",
    "Source",
    "SourceRecord",
    "Standing",
    "StandingPlace",
    "Tag",
    "TagScheme",
    "Upvote",
    "Visibility",
    "VoteOutbox",
    "WeightReason",
    "Window",
]
