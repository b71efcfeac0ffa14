"""The admin, one file a concept. Importing them registers them."""

from papers.admin import (
    harvest,
    listing_rules,
    members,
    merging,
    moderation,
    paper,
    ranking,
    ranking_settings,
    reading_list,
    rings,
    source_record,
    standing,
    tag,
    upvote,
)

__all__ = [
    "harvest",
    "listing_rules",
    "members",
    "merging",
    "moderation",
    "paper",
    "ranking",
    "ranking_settings",
    "reading_list",
    "rings",
    "source_record",
    "standing",
    "tag",
    "upvote",
]
