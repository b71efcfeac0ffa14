"""Ids as they are written by themselves: arXiv ids, DOIs, our own. Pure."""

import re
from urllib.parse import unquote

from papers.identifiers.result import MAX_KEY_LENGTH, Identifier, Reading, Trouble, Unreadable

# Every archive that ever gave out ids of the form archive/YYMMNNN. Those later renamed or folded
# into another (cmp-lg, alg-geom, q-alg ...) stay: their old ids are still the papers' names.
OLD_ARCHIVES = frozenset(
    """
    acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas
    cond-mat cs dg-ga funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin nucl-ex
    nucl-th patt-sol physics plasm-ph q-alg q-bio quant-ph solv-int supr-con
    """.split()
)

_NEW_ARXIV = re.compile(r"([0-9]{2})([0-9]{2})\.([0-9]{4,5})(?:v([0-9]{1,3}))?", re.IGNORECASE)
_OLD_ARXIV = re.compile(
    r"([a-z]+(?:-[a-z]+)?)(?:\.[a-z]+(?:-[a-z]+)?)?/([0-9]{2})([0-9]{2})([0-9]{3})"
    r"(?:v([0-9]{1,3}))?",
    re.IGNORECASE,
)
# What stands before an arXiv id in references, feeds and harvests: "arXiv preprint arXiv:1706.03762",
# "CoRR, abs/1706.03762", "oai:arXiv.org:1706.03762".
_ARXIV_LABEL = re.compile(
    r"arxiv\s+(?:e-?)?(?:pre)?prints?\b[\s,:]*|oai:arxiv\.org:|info:arxiv/|info:eprint/(?:arxiv/)?"
    r"|(?:arxiv|corr)\b[\s,]+(?=abs/)",
    re.IGNORECASE,
)
# What arXiv stamps on the first page: arXiv:2503.01234v2 [cs.LG] 3 Mar 2025
_ARXIV_STAMP = re.compile(
    r"(?:arxiv\s*:\s*)?(?:abs/)?(\S+)(?:\s*\[[a-z.-]+\](?:\s+[0-9]{1,2}\s+[a-z]{3}\s+[0-9]{4})?)?",
    re.IGNORECASE,
)
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+")
_DOI_BEGINNING = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*")
_DOI_LABEL = re.compile(r"urn:doi:|info:doi/|doi\s*:\s*|doi\s+", re.IGNORECASE)
_ARXIV_DOI = "10.48550/arxiv."
# bioRxiv and medRxiv number their preprints by day, before 2020 without one. Their pages have a
# version after that, which is no part of the DOI but is copied along with it.
PREPRINT_NUMBER = r"(?:[0-9]{4}\.[0-9]{2}\.[0-9]{2}\.[0-9]{6,8}|[0-9]{6})"
_PREPRINT_VERSION = re.compile(rf"(10\.(?:1101|64898)/{PREPRINT_NUMBER})v[0-9]+")
_OFFPRINT = re.compile(r"op:([a-z2-7]{10})", re.IGNORECASE)
_BRACKETS = {")": "(", "]": "[", "}": "{", ">": "<"}


def read_id(text: str) -> Reading | None:
    """Read an id without an address, with or without its prefix; None if it is none at all."""
    return _read_offprint(text) or read_doi(text) or read_arxiv(text)


def read_arxiv(text: str) -> Reading | None:
    """Read an arXiv id; Unreadable for one that cannot exist, None for what is not shaped so."""
    label = _ARXIV_LABEL.match(text)
    stamp = _ARXIV_STAMP.fullmatch(text, label.end() if label else 0)
    if stamp is None:
        return None
    archive = ""
    if new := _NEW_ARXIV.fullmatch(stamp[1]):
        year, month, number, version = new.groups()
        # Years 91 to 99 belong to the last century, whose ids had another form.
        exists = "0704" <= year + month <= "9012" and len(number) == (
            4 if year + month < "1501" else 5
        )
    elif old := _OLD_ARXIV.fullmatch(stamp[1]):
        archive, year, month, number, version = old.groups()
        archive = archive.lower()
        if archive not in OLD_ARCHIVES:
            return None
        exists = year + month >= "9107" or year + month <= "0703"
    else:
        return None
    version_exists = version is None or not version.startswith("0")
    if not (exists and version_exists and 1 <= int(month) <= 12 and int(number)):
        return Unreadable(Trouble.IMPOSSIBLE_ARXIV, stamp[1])
    value = f"{archive}/{year}{month}{number}" if archive else f"{year}{month}.{number}"
    return Identifier("arxiv", value, int(version) if version else None)


def read_doi(text: str) -> Reading | None:
    """Read a DOI, arXiv's own among them; Unreadable for half of one, None for anything else."""
    doi = without_sentence_end(_without_escapes(without_doi_label(text)))
    if _DOI_BEGINNING.fullmatch(doi):
        return Unreadable(Trouble.INCOMPLETE_DOI, doi)
    if _DOI.fullmatch(doi) is None or not doi.isprintable():
        return None
    doi = doi.lower()
    if doi.startswith(_ARXIV_DOI):
        number = doi.removeprefix(_ARXIV_DOI)
        return read_arxiv(number) or Unreadable(Trouble.IMPOSSIBLE_ARXIV, number)
    if preprint := _PREPRINT_VERSION.fullmatch(doi):
        doi = preprint[1]
    if len(f"doi:{doi}") > MAX_KEY_LENGTH:
        return Unreadable(Trouble.LONG_DOI)
    return Identifier("doi", doi)


def _without_escapes(doi: str) -> str:
    """Return ``10.1000/a/b`` for ``10.1000/a%2Fb``, and what is escaped twice or badly as it means.

    No DOI has a backslash: it is what BibTeX puts before an underscore. What would be no character
    of a DOI once decoded is left as it is.
    """
    before = ""
    while doi != before:
        before, doi = doi, doi.replace("\\", "")
        try:
            decoded = unquote(doi, errors="strict")
        except UnicodeDecodeError:
            continue
        if decoded.isprintable() and " " not in decoded:
            doi = decoded
    return doi


def without_doi_label(text: str) -> str:
    label = _DOI_LABEL.match(text)
    return text[label.end() :] if label else text


def without_sentence_end(text: str) -> str:
    """Drop what a sentence, a pair of brackets or a browser left at the end of an id."""
    end = len(text)
    while end:
        last = text[end - 1]
        opening = _BRACKETS.get(last)
        unpaired = opening and text.count(last, 0, end) > text.count(opening, 0, end)
        if not unpaired and last not in ".,;:\"'/":
            break
        end -= 1
    return text[:end]


def _read_offprint(text: str) -> Identifier | None:
    found = _OFFPRINT.fullmatch(text)
    return Identifier("op", found[1].lower()) if found else None
