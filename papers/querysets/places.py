"""Where a paper may appear, and which states strangers see there."""

from enum import Enum


class Place(Enum):
    """Where a paper would appear; each place shows strangers fewer or more states."""

    LISTINGS = "listings, feeds and the sitemap"
    TAGS = "tag and author pages"
    SEARCH = "search"
    LISTS = "reading lists"
    PAGE = "the paper's own page"


STATES_FOR_STRANGERS: dict[Place, tuple[str, ...]] = {
    Place.LISTINGS: ("listed",),
    Place.TAGS: ("listed", "catalogue"),
    Place.SEARCH: ("listed", "catalogue", "withdrawn"),
    Place.LISTS: ("listed", "catalogue", "withdrawn"),
    Place.PAGE: ("listed", "catalogue", "withdrawn"),
}

# What the owner of a list sees in it: also, marked, what a moderator hid.
STATES_FOR_OWNERS = (*STATES_FOR_STRANGERS[Place.LISTS], "hidden")
