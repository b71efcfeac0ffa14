"""The admin, one file a concept. Importing them registers them."""

from papers.admin import (
    moderation,
    paper,
    ranking,
    reading_list,
    source_record,
    tag,
    upvote,
)

__all__ = ["moderation", "paper", "ranking", "reading_list", "source_record", "tag", "upvote"]
