"""One file a concept. Import models from here."""

from papers.models.heat import PaperHeat, RankingSnapshot, Window
from papers.models.moderation import ModerationAction, ModerationLogEntry
from papers.models.paper import Authorship, ExternalCount, Paper, PaperIdentifier, PaperState
from papers.models.reading_list import ReadingList, ReadingListEntry, Visibility
from papers.models.source_record import Source, SourceRecord
from papers.models.tag import PaperTag, Tag, TagScheme
from papers.models.upvote import Upvote, VoteOutbox, WeightReason

__all__ = [
    "Authorship",
    "ExternalCount",
    "ModerationAction",
    "ModerationLogEntry",
    "Paper",
    "PaperHeat",
    "PaperIdentifier",
    "PaperState",
    "PaperTag",
    "RankingSnapshot",
    "ReadingList",
    "ReadingListEntry",
    "Source",
    "SourceRecord",
    "Tag",
    "TagScheme",
    "Upvote",
    "Visibility",
    "VoteOutbox",
    "WeightReason",
    "Window",
]
