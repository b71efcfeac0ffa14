"""One file a concept. Import models from here."""

from papers.models.harvest import (
    AskedId,
    Harvest,
    HarvestRun,
    ListingRules,
    Provider,
    SourceState,
    Weekend,
)
from papers.models.heat import PaperHeat, RankingSnapshot, Window
from papers.models.library import LibraryEntry, ReadingStatus
from papers.models.merging import Decision, MergeCandidate, MergeRecord
from papers.models.moderation import ModerationAction, ModerationLogEntry
from papers.models.paper import (
    Authorship,
    ExternalCount,
    Paper,
    PaperIdentifier,
    PaperState,
    PaperVersion,
    Precision,
)
from papers.models.reading_list import ReadingList, ReadingListEntry, RemovedEntry, Visibility
from papers.models.search_word import SearchWord
from papers.models.source_record import DeletedRecord, Source, SourceRecord
from papers.models.standing import Period, Standing, StandingPlace
from papers.models.tag import PaperTag, Tag, TagScheme
from papers.models.upvote import Upvote, VoteOutbox, WeightReason

__all__ = [
    "AskedId",
    "Authorship",
    "Decision",
    "DeletedRecord",
    "ExternalCount",
    "Harvest",
    "HarvestRun",
    "LibraryEntry",
    "ListingRules",
    "MergeCandidate",
    "MergeRecord",
    "ModerationAction",
    "ModerationLogEntry",
    "Paper",
    "PaperHeat",
    "PaperIdentifier",
    "PaperState",
    "PaperTag",
    "PaperVersion",
    "Period",
    "Precision",
    "Provider",
    "RankingSnapshot",
    "ReadingList",
    "ReadingListEntry",
    "ReadingStatus",
    "RemovedEntry",
    "SearchWord",
    "Source",
    "SourceRecord",
    "SourceState",
    "Standing",
    "StandingPlace",
    "Tag",
    "TagScheme",
    "Upvote",
    "Visibility",
    "VoteOutbox",
    "Weekend",
    "WeightReason",
    "Window",
]
