"""The benchmarks: each asks sites for pages and yields what it found."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta

from tests.bench.datasets import (
    DATASETS,
    FIRST_LIST,
    LAST_DAY,
    LONG_SHELF,
    SHORT_SHELF,
    instant,
)
from tests.bench.measure import Finding, compare, time_within
from tests.bench.site import Sites
from tests.bench.words import Writer

LIBRARY_BAR = 1.3
GROWTH_BAR = 1.3
# Milliseconds.
SEARCH_BAR = 150.0

LISTINGS = {
    "front page": "/",
    "front page, month": "/?window=month",
    "new": "/new/",
    "top of the week": "/top/?window=week",
    "top of all time": "/top/?window=all",
    "day": f"/daily/{LAST_DAY}/",
    "week": f"/weekly/{LAST_DAY:%G-W%V}/",
    "month": f"/monthly/{LAST_DAY:%Y-%m}/",
    "tag": "/tags/cs-lg/",
}


def library(sites: Sites) -> Iterator[Finding]:
    """A library of 20,000 papers against one of 200, page by page."""
    site = sites["library"]
    small, large = library_pages(SHORT_SHELF), library_pages(LONG_SHELF)
    for case, path in small.items():
        yield compare(
            "library",
            case,
            site.page(path, SHORT_SHELF),
            site.page(large[case], LONG_SHELF),
            LIBRARY_BAR,
        )


def library_pages(username: str) -> Mapping[str, str]:
    """The pages of a member's library, by what is asked for."""
    words = Writer(seed=0).words
    middle = instant(0) - timedelta(minutes=DATASETS["library"].libraries[username] // 2)
    queries = {
        "as it opens": "",
        "by last change": "?sort=changed",
        "by publication": "?sort=published",
        "by title": "?sort=title",
        "in the middle": f"?after=0-{int(middle.timestamp()) * 1_000_000}",
        "to read": "?status=to_read",
        "without status": "?status=none",
        "of a list": f"?list={FIRST_LIST[username]}",
        "in no list": "?list=none",
        "of a tag": "?tag=cs",
        "with a note": "?note=on",
        "upvoted": "?upvoted=on",
        "a common word": f"?q={words[3]}",
        "a rare word": f"?q={words[5_000]}",
    }
    return {case: f"/library/{query}" for case, query in queries.items()}


def listings(sites: Sites) -> Iterator[Finding]:
    """Public pages of 200,000 papers against those of 10,000."""
    small, large = sites["small"], sites["large"]
    for case, path in LISTINGS.items():
        yield compare("listings", case, small.page(path), large.page(path), GROWTH_BAR)


def search(sites: Sites) -> Iterator[Finding]:
    """The search page at 10,000 and 200,000 papers, by kind of query."""
    for case, queries in search_queries().items():
        for name, bar in (("small", None), ("large", SEARCH_BAR)):
            site = sites[name]
            subjects = [site.page(f"/search/?q={query}") for query in queries]
            yield time_within("search", f"{case}, {name}", subjects, bar)


def search_queries() -> Mapping[str, list[str]]:
    """Queries by kind; of each kind several, from common to rare."""
    words = Writer(seed=0).words
    return {
        "a common word": words[3:8],
        "a rare word": words[5_000:5_005],
        "two words": [f"{words[rank]}+{words[rank * 20]}" for rank in (10, 20, 30, 40, 50)],
    }


BENCHES: Mapping[str, Callable[[Sites], Iterator[Finding]]] = {
    "library": library,
    "listings": listings,
    "search": search,
}
