"""The admin, one file a concept. Importing them registers them."""

from papers.admin import (
    harvest,
    listing_rules,
    merging,
    moderation,
    paper,
    ranking,
    reading_list,
    source_record,
    standing,
    tag,
    upvote,
)

__all__ = [
    "harvest",
    "listing_rules",
    "merging",
    "moderation",
    "paper",
    "ranking",
    "reading_list",
    "source_record",
    "standing",
    "tag",
    "upvote",
]
