"""Pages about papers, told by their address: which paper each is about, or why that is not known.

An id is taken from an address only where the site itself puts it there. What would have to be
guessed (Nature's articles have DOIs that mostly begin with 10.1038, ACL's some that are made of
the anthology's number) is left to the person, who sees the DOI on the page. Pure.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import parse_qsl

from papers.identifiers.ids import PREPRINT_NUMBER, read_arxiv, read_doi, read_id
from papers.identifiers.keys import FORMAT_SUFFIXES, URL_KEY
from papers.identifiers.result import Identifier, Reading, Trouble, Unreadable
from papers.identifiers.sites import NUMBERING_SITES, PUBLISHERS


@dataclass(frozen=True, slots=True)
class Page:
    """The parts of an address: `host` without www, "" for a path of ours; `path` is unquoted."""

    host: str
    path: str
    query: str = ""

    def is_of(self, *hosts: str) -> bool:
        """Say whether a host answers for the page; each answers for its subdomains too."""
        return any(self.host == host or self.host.endswith(f".{host}") for host in hosts)

    def no(self, trouble: Trouble) -> Unreadable:
        return Unreadable(trouble, self.host)


def read_page(page: Page) -> Reading:
    """Read the address of a page."""
    for hosts, read in _READERS:
        if page.is_of(*hosts):
            return read(page)
    if found := _read_paper_page(page):
        return found
    return page.no(Trouble.UNKNOWN_SITE) if page.host else page.no(Trouble.WORDS)


_ARXIV_PAGE = re.compile(
    r"/(?:abs|pdf|html|ps|dvi|format|src|e-print|overview|bibtex|tb|refs|cits|audio|resources)/(.+?)/?"
)
_ARXIV_FILE = re.compile(r"/ftp/([a-z-]+)/papers/[0-9]{4}/([0-9.]+)")
_ARXIV_MANY = re.compile(r"/(?:list|archive|a|search|year|catchup|new|recent|rss|explore)\b.*")
_FILE_ENDING = re.compile(r"\.(?:pdf|ps|html|tar\.gz|gz)\Z", re.IGNORECASE)


def _read_arxiv_page(page: Page) -> Reading:
    if _ARXIV_MANY.fullmatch(page.path):
        return page.no(Trouble.MANY_PAPERS)
    path = _FILE_ENDING.sub("", page.path)
    if file := _ARXIV_FILE.fullmatch(path):
        # New ids lie below arxiv, old ones below their archive.
        number = file[2] if file[1] == "arxiv" else f"{file[1]}/{file[2]}"
    elif found := _ARXIV_PAGE.fullmatch(path):
        number = found[1]
    else:
        return page.no(Trouble.NOT_A_PAPER)
    return read_arxiv(number) or page.no(Trouble.NOT_A_PAPER)


def _read_doi_page(page: Page) -> Reading:
    if found := read_doi(page.path.strip("/")):
        return found
    short = re.fullmatch(r"/(?:10/)?[a-z0-9]{3,12}/?", page.path, re.IGNORECASE)
    return page.no(Trouble.SHORT_DOI if short else Trouble.NOT_A_PAPER)


_PREPRINT = re.compile(rf"/(10\.(?:1101|64898)/{PREPRINT_NUMBER})(?=v[0-9]|[./]|$)")
# Old addresses have the number alone. All numbers of that time belong to one prefix.
_PREPRINT_ALONE = re.compile(
    rf"/(?:early/[0-9]{{4}}/[0-9]{{2}}/[0-9]{{2}}|cgi/content/[a-z-]+)/({PREPRINT_NUMBER})(?=v[0-9]|[./]|$)"
)
_SECOND_PREFIX_SINCE = "2025.12"


def _read_preprint_page(page: Page) -> Reading:
    """Read bioRxiv's and medRxiv's pages: /content/<DOI>v2.full.pdf and older forms."""
    if whole := _PREPRINT.search(page.path):
        return read_doi(whole[1]) or page.no(Trouble.NOT_A_PAPER)
    alone = _PREPRINT_ALONE.search(page.path)
    if alone and ("." not in alone[1] or alone[1] < _SECOND_PREFIX_SINCE):
        return Identifier("doi", f"10.1101/{alone[1]}")
    if alone:
        return page.no(Trouble.OWN_NUMBER)
    many = page.path.startswith(("/collection", "/search", "/alertsrss"))
    return page.no(Trouble.MANY_PAPERS if many else Trouble.NOT_A_PAPER)


_DOI_IN_PATH = re.compile(r"/(10\.[0-9]{4,9}(?:\.[0-9]+)*/.+)")
# What publishers put after a DOI for one view of the article; there may be two of them.
_VIEW = re.compile(
    r"(?:/(?:full|full-?text|abstract|summary|pdf|pdfft|epdf|epub|html|xml|meta|references|citations"
    r"|figures(?:/[0-9]+)?|tables(?:/[0-9]+)?|supplementary-material|supp-info|metrics)"
    r"|\.(?:pdf|html|xml|epub))/?\Z",
    re.IGNORECASE,
)
# Oxford's addresses go on with a number of their own: /bib/article/doi/10.1093/bib/bbab123/6225087
_OXFORD_NUMBER = re.compile(r"(10\.1093/[^/]+/[^/]+)/[0-9]+(?:/.*)?")


def _read_publisher_page(page: Page) -> Reading:
    """Read pages of publishers that put an article's DOI into its path, or its query."""
    doi = _doi_of(page)
    if doi is None or "/suppl/" in page.path:
        return page.no(Trouble.OWN_NUMBER)
    while (shorter := _VIEW.sub("", doi)) != doi:
        doi = shorter
    if oxford := _OXFORD_NUMBER.fullmatch(doi):
        doi = oxford[1]
    return read_doi(doi) or page.no(Trouble.OWN_NUMBER)


def _doi_of(page: Page) -> str | None:
    if found := _DOI_IN_PATH.search(page.path):
        return found[1]
    # PLOS: /plosone/article?id=10.1371/journal.pone.0000001
    return next(
        (
            value
            for name, value in parse_qsl(page.query)
            if name in ("id", "doi") and value.startswith("10.")
        ),
        None,
    )


# Sites with pages of papers of every kind, in whose paths an id has its name before it.
_NAMED_ID = re.compile(
    r"/(?:(?P<arxiv>arxiv|eprint)[:/]|(?P<doi>doi|works)[:/])(?P<id>.+?)/?", re.IGNORECASE
)
_BIBCODE = re.compile(r"/(?:abs/)?[0-9]{4}arXiv([0-9]{4})\.?([0-9]{4,5})[A-Z](?:/.*)?")
_CORR = re.compile(r"/rec/(?:[a-z]+/)?journals/corr/abs-([0-9]{4})-([0-9]{4,5})(?:\.[a-z]+)?")


def _read_index_page(page: Page) -> Reading:
    """Read pages of indexes of the literature, most of which number papers themselves."""
    if re.match(r"/(?:author|authors|search|pid|topic)\b", page.path):
        return page.no(Trouble.MANY_PAPERS)
    # The Astrophysics Data System and DBLP write arXiv ids in ways of their own.
    for pattern in (_BIBCODE, _CORR):
        if found := pattern.fullmatch(page.path):
            return read_arxiv(f"{found[1]}.{found[2]}") or page.no(Trouble.NOT_A_PAPER)
    if (named := _NAMED_ID.search(page.path)) is None:
        return page.no(Trouble.OWN_NUMBER)
    number = page.path[named.start("id") :].rstrip("/")
    read = read_arxiv if named["arxiv"] else read_doi
    number = re.sub(r"/(?:abstract|pdf)\Z", "", number)
    return read(number) or page.no(Trouble.OWN_NUMBER)


def _read_hugging_face_page(page: Page) -> Reading:
    if re.match(r"/papers(?:/(?:date|week|month|trending)\b.*)?/?\Z", page.path):
        return page.no(Trouble.MANY_PAPERS)
    path = re.sub(r"\A/api(?=/papers/)|(?<=[0-9])/(?:discussions|upvoters)\b.*", "", page.path)
    found = _read_paper_page(Page(page.host, path))
    return found or page.no(Trouble.NOT_A_PAPER)


def _read_paper_page(page: Page) -> Reading | None:
    """Read /papers/<key>/ and its formats: ours, whatever our host is, and those of others."""
    found = re.fullmatch(r"/papers/(.+?)/?", page.path)
    if found is None:
        return None
    key = found[1]
    for suffix in FORMAT_SUFFIXES:
        if key.endswith(suffix):
            key = key.removesuffix(suffix)
            break
    return read_id(key) if URL_KEY.fullmatch(key) else None


def _is_numbered_by_its_site(page: Page) -> Reading:
    return page.no(Trouble.OWN_NUMBER)


_READERS: tuple[tuple[tuple[str, ...], Callable[[Page], Reading]], ...] = (
    # One of Cornell's machines is older than its name: xxx.lanl.gov.
    (("arxiv.org", "xxx.lanl.gov", "ar5iv.org", "alphaxiv.org"), _read_arxiv_page),
    (("doi.org", "doi.acm.org", "doi.ieeecomputersociety.org"), _read_doi_page),
    (("biorxiv.org", "medrxiv.org"), _read_preprint_page),
    (("huggingface.co", "hf.co"), _read_hugging_face_page),
    (
        (
            "semanticscholar.org",
            "adsabs.harvard.edu",
            "dblp.org",
            "dblp.uni-trier.de",
            "inspirehep.net",
            "openalex.org",
            "scirate.com",
            "papers.cool",
            "api.crossref.org",
        ),
        _read_index_page,
    ),
    (PUBLISHERS, _read_publisher_page),
    (NUMBERING_SITES, _is_numbered_by_its_site),
)
