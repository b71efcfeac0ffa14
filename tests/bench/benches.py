"""The benchmarks: each asks sites for pages and yields what it found."""

from collections.abc import Callable, Iterator, Mapping

from tests.bench.datasets import LAST_DAY, LONG_SHELF, SHORT_SHELF
from tests.bench.measure import Finding, compare, time_within
from tests.bench.site import Sites
from tests.bench.words import Writer

LIBRARY_BAR = 1.3
GROWTH_BAR = 1.3
# Milliseconds.
SEARCH_BAR = 150.0

LIBRARY_PAGES = {
    "as it opens": "/library/",
}

LISTINGS = {
    "front page": "/",
    "daily page": f"/daily/{LAST_DAY}/",
}


def library(sites: Sites) -> Iterator[Finding]:
    """A library of 20,000 papers against one of 200, page by page."""
    site = sites["library"]
    for case, path in LIBRARY_PAGES.items():
        yield compare(
            "library", case, site.page(path, SHORT_SHELF), site.page(path, LONG_SHELF), LIBRARY_BAR
        )


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
