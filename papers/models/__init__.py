"""One file a concept. Import models from here."""

from papers.models.claim import PaperClaim
from papers.models.harvest import (
    AskedId,
    Harvest,
    HarvestRun,
    ListingRules,
    Provider,
    SourceState,
    Weekend,
)
from papers.models.heat import (
    ArchivedRank,
    Balance,
    FieldLevel,
    PaperHeat,
    RankingSnapshot,
    Window,
)
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
from papers.models.ranking_health import DriftCheck, RankingDelay, VoteCensus
from papers.models.ranking_settings import RankingSettings
from papers.models.reading_list import ReadingList, ReadingListEntry, RemovedEntry, Visibility
from papers.models.ring import (
    NetworkSecret,
    Pattern,
    RingDecision,
    RingMember,
    SuspectedRing,
    VoteOrigin,
)
from papers.models.search_word import SearchWord
from papers.models.source_record import DeletedRecord, Source, SourceRecord
from papers.models.standing import Period, Standing, StandingCorrection, StandingPlace
from papers.models.tag import PaperTag, Tag, TagScheme
from papers.models.upvote import Upvote, VoteOutbox, WeightReason

__all__ = [
    "ArchivedRank",
    "AskedId",
    "Authorship",
    "Balance",
    "Decision",
    "DeletedRecord",
    "DriftCheck",
    "ExternalCount",
    "FieldLevel",
    "Harvest",
    "HarvestRun",
    "LibraryEntry",
    "ListingRules",
    "MergeCandidate",
    "MergeRecord",
    "ModerationAction",
    "ModerationLogEntry",
    "NetworkSecret",
    "Paper",
    "PaperClaim",
    "PaperHeat",
    "PaperIdentifier",
    "PaperState",
    "PaperTag",
    "PaperVersion",
    "Pattern",
    "Period",
    "Precision",
    "Provider",
    "RankingDelay",
    "RankingSettings",
    "RankingSnapshot",
    "ReadingList",
    "ReadingListEntry",
    "ReadingStatus",
    "RemovedEntry",
    "RingDecision",
    "RingMember",
    "SearchWord",
    "Source",
    "SourceRecord",
    "SourceState",
    "Standing",
    "StandingCorrection",
    "StandingPlace",
    "SuspectedRing",
    "Tag",
    "TagScheme",
    "Upvote",
    "Visibility",
    "VoteCensus",
    "VoteOrigin",
    "VoteOutbox",
    "Weekend",
    "WeightReason",
    "Window",
]
