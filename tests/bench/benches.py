"""The benchmarks: each asks sites for pages and yields what it found."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from urllib.parse import urlencode

from papers.identifiers import author_name_key
from tests.bench.datasets import (
    DATASETS,
    FIRST_LIST,
    LAST_DAY,
    LONG_SHELF,
    SHORT_SHELF,
    instant,
)
from tests.bench.hot import hot
from tests.bench.measure import Finding, compare, time_within
from tests.bench.rings import rings
from tests.bench.site import Sites
from tests.bench.words import Writer

LIBRARY_BAR = 1.3
GROWTH_BAR = 1.3
# Milliseconds.
SEARCH_BAR = 150.0
BATCH_BAR = 2.0
RECOMPUTE_BAR = 6.0

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
    # The first leaf of the tree, of which the generated data have most: a fifth of all papers.
    "largest tag": "/tags/astro-ph-co/",
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
    # What a search costs depends on what it finds, and 200 papers have little to find: no bar.
    for case, queries in search_queries().items():
        path = f"/library/?{urlencode({'q': queries[0]})}"
        subjects = site.page(path, SHORT_SHELF), site.page(path, LONG_SHELF)
        yield compare("library", f"search, {case}", *subjects, bar=None)


def library_pages(username: str) -> Mapping[str, str]:
    """The pages of a member's library, by what is asked for; each is full in both libraries."""
    middle = instant(0) - timedelta(minutes=DATASETS["library"].libraries[username] // 2)
    queries = {
        "as it opens": "",
        "by last change": "?sort=changed",
        "by publication": "?sort=published",
        "by title": "?sort=title",
        "in the middle": f"?after=added-0-{int(middle.timestamp()) * 1_000_000}",
        "to read": "?status=to_read",
        "without status": "?status=none",
        "of a list": f"?list={FIRST_LIST[username]}",
        "in no list": "?list=none",
        "of a tag": "?tag=cs",
        "with a note": "?note=on",
        "upvoted": "?upvoted=on",
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
            subjects = [site.page(f"/search/?{urlencode({'q': query})}") for query in queries]
            yield time_within("search", f"{case}, {name}", subjects, bar)


def catalogue(sites: Sites) -> Iterator[Finding]:
    """The catalogue by each filter and order, and author pages, at 10,000 and 200,000 papers."""
    for case, paths in catalogue_pages().items():
        for name, bar in (("small", None), ("large", SEARCH_BAR)):
            subjects = [sites[name].page(path) for path in paths]
            yield time_within("catalogue", f"{case}, {name}", subjects, bar)


def catalogue_pages() -> Mapping[str, list[str]]:
    """Pages of the catalogue by what is asked for; from common to rare where there is a choice."""
    families = Writer(seed=0).families
    # The first few leaves of the tree carry most papers, the last hardly any.
    tags = ["astro-ph-co", "astro-ph-ga", "cond-mat", "cs-lg", "stat-ml"]
    names = [f"{initial}. {families[rank]}" for initial in "AK" for rank in (0, 50, 1_000)]
    queries: Mapping[str, list[dict[str, str]]] = {
        "as it opens": [{}],
        "in each order": [{"sort": sort} for sort in ("oldest", "listed", "upvotes")],
        "of a tag": [{"tag": tag} for tag in tags],
        "of a tag, most upvoted": [{"tag": tag, "sort": "upvotes"} for tag in tags],
        "without a tag": [{"not_tag": tag} for tag in tags],
        "by an author": [{"author": name} for name in names],
        "listed from a day": [{"listed_after": day} for day in ("2026-01-30", "2025-01-01")],
        "listed until a day": [{"listed_before": day} for day in ("2025-12-31", "2021-01-01")],
        "with code, without": [{"has_code": "yes"}, {"has_code": "no"}],
        "of a source": [{"source": "arxiv_snapshot"}, {"source": "huggingface"}],
        "all at once": [
            {"tag": "cs", "not_tag": tag, "has_code": "yes", "listed_after": "2025-06-01"}
            for tag in tags
        ],
    }
    pages = {
        case: [f"/papers/?{urlencode(query)}" for query in given] for case, given in queries.items()
    }
    pages["author page"] = [f"/authors/{author_name_key(name)}/" for name in names[:2]]
    return pages


def batch(sites: Sites) -> Iterator[Finding]:
    """Ranking 10,000 new votes at once against one plain statement over the same papers."""
    site = sites["votes"]
    site.run("tidy")
    plain, ranked = site.job("update_plainly"), site.job("rank_batch")
    yield compare("batch", "10,000 votes", plain, ranked, BATCH_BAR)


def recompute(sites: Sites) -> Iterator[Finding]:
    """Computing every paper anew, and comparing, against a sum of all votes by paper."""
    site = sites["votes"]
    site.run("tidy")
    plain, computed = site.job("sum_plainly"), site.job("recompute")
    yield compare("recompute", "three windows, 200,000 votes", plain, computed, RECOMPUTE_BAR)


def search_queries() -> Mapping[str, list[str]]:
    """Queries by kind; of each kind several, from common to rare."""
    writer = Writer(seed=0)
    words = writer.words
    return {
        "a common word": words[3:8],
        "a rare word": words[5_000:5_005],
        "a misspelt word": [f"{words[rank]}zq" for rank in (5, 50, 500, 1_000, 2_000)],
        "two words": [f"{words[rank]} {words[rank * 20]}" for rank in (10, 20, 30, 40, 50)],
        "four words": [" ".join(words[rank : rank + 40 : 10]) for rank in (5, 25, 45, 65, 85)],
        # The very first words of the vocabulary are its "of" and "the".
        "a phrase": [f'"{words[rank]} {words[rank + 1]}"' for rank in (20, 30, 40, 50, 60)],
        "not the other": [f"{words[rank]} -{words[rank + 5]}" for rank in (5, 15, 25, 35, 45)],
        "one or other": [f"{words[rank]} OR {words[rank * 9]}" for rank in (5, 15, 25, 35, 45)],
        "an author": [f"author:{name.lower()}" for name in writer.families[0:2_500:500]],
        "in titles": [f"title:{words[rank]}" for rank in (5, 50, 500, 1_000, 2_000)],
        "of a tag, of a year": [
            f"{words[rank]} tag:cs.LG after:2025-01-01 before:2025-12-31"
            for rank in (5, 15, 25, 35, 45)
        ],
        "with code": [f"{words[rank]} has:code" for rank in (5, 15, 25, 35, 45)],
    }


BENCHES: Mapping[str, Callable[[Sites], Iterator[Finding]]] = {
    "batch": batch,
    "catalogue": catalogue,
    "hot": hot,
    "library": library,
    "listings": listings,
    "recompute": recompute,
    "rings": rings,
    "search": search,
}
