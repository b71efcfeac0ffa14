"""Identifiers of papers: what people type and paste, turned into one canonical key.

A key is plain text and names one paper in our URLs:

* an arXiv id without version: ``2503.01234``, ``hep-th/9901001``
* ``doi:`` and a lower-case DOI: ``doi:10.1101/2020.01.01.123456``
* ``op:`` and ten base32 characters, for papers that have neither

Nothing here touches the database or the network.
"""

import base64
import hashlib
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote, urlsplit

MAX_KEY_LENGTH = 255
MAX_NAME_KEY_LENGTH = 120
MAX_PASTED_LENGTH = 2_000

# Every archive that ever gave out ids of the form archive/YYMMNNN. Those later renamed or folded
# into another (cmp-lg, alg-geom, q-alg ...) stay: their old ids are still the papers' names.
OLD_ARCHIVES = frozenset(
    """
    acc-phys adap-org alg-geom ao-sci astro-ph atom-ph bayes-an chao-dyn chem-ph cmp-lg comp-gas
    cond-mat cs dg-ga funct-an gr-qc hep-ex hep-lat hep-ph hep-th math math-ph mtrl-th nlin nucl-ex
    nucl-th patt-sol physics plasm-ph q-alg q-bio quant-ph solv-int supr-con
    """.split()
)

# Words that follow a key in our own URLs, and formats a paper or a list is offered in.
RESERVED_SEGMENTS = frozenset(
    "upvote remove save status comments report edit entries".split(),
)
FORMAT_SUFFIXES = (".csl.json", ".json", ".bib", ".ris", ".csv", ".atom", ".md")

_VERSION = r"(?:v[0-9]+)?"
_ARXIV_URL = rf"(?:arxiv:)?(?:[0-9]{{4}}\.[0-9]{{4,5}}|[a-z]+(?:-[a-z]+)?(?:\.[a-z-]+)?/[0-9]{{7}}){_VERSION}"
_DOI_URL = r"doi:10\.[0-9]{4,9}(?:\.[0-9]+)*(?:/[^\s/]+)+"

# For a path converter. Deliberately wider than the set of keys: versions, subject classes, prefixes
# and upper case are let in to be redirected, and `parse_identifier` has the last word.
URL_KEY_PATTERN = rf"(?i:{_ARXIV_URL}|{_DOI_URL}|op:[a-z2-7]{{10}})"

_URL_KEY = re.compile(URL_KEY_PATTERN)
_NEW_ARXIV = re.compile(r"([0-9]{2})([0-9]{2})\.([0-9]{4,5})(?:v([1-9][0-9]{0,2}))?", re.IGNORECASE)
_OLD_ARXIV = re.compile(
    r"([a-z]+(?:-[a-z]+)?)(?:\.[a-z]+(?:-[a-z]+)?)?/([0-9]{2})([0-9]{2})([0-9]{3})"
    r"(?:v([1-9][0-9]{0,2}))?",
    re.IGNORECASE,
)
# What arXiv stamps on the first page: arXiv:2503.01234v2 [cs.LG] 3 Mar 2025
_ARXIV_STAMP = re.compile(
    r"(?:arxiv\s*:\s*)?(\S+)(?:\s*\[[a-z.-]+\](?:\s+[0-9]{1,2}\s+[a-z]{3}\s+[0-9]{4})?)?",
    re.IGNORECASE,
)
_DOI = re.compile(r"10\.[0-9]{4,9}(?:\.[0-9]+)*/\S+")
_DOI_PREFIX = re.compile(r"doi\s*:\s*|doi\s+", re.IGNORECASE)
_ARXIV_DOI = "10.48550/arxiv."
_OFFPRINT = re.compile(r"op:([a-z2-7]{10})", re.IGNORECASE)
_BRACKETS = {")": "(", "]": "[", "}": "{", ">": "<"}


@dataclass(frozen=True, slots=True)
class Identifier:
    """One id of a paper; `value` is canonical, `version` is an arXiv version from 1 or None."""

    kind: Literal["arxiv", "doi", "op"]
    value: str
    version: int | None = None

    @property
    def key(self) -> str:
        """The key under which a paper that has only this id is found."""
        return self.value if self.kind == "arxiv" else f"{self.kind}:{self.value}"


def parse_identifier(text: str) -> Identifier | None:
    """Read one identifier from what a person typed or pasted; None if there is none.

    The whole text must be the identifier: a bare id, one with its prefix, a URL of a page about
    the paper, or a path of ours. Ids that cannot exist (month 13, number 0) give None as well.
    """
    if len(text) > MAX_PASTED_LENGTH:
        return None
    text = text.strip()
    if text[:1] + text[-1:] in {"<>", '""', "''"}:
        text = text[1:-1].strip()
    text = _without_sentence_end(text)
    if not text.isprintable():
        return None
    return _parse_offprint(text) or _parse_doi(text) or _parse_arxiv(text) or _parse_url(text)


def _parse_arxiv(text: str) -> Identifier | None:
    stamp = _ARXIV_STAMP.fullmatch(text)
    if stamp is None:
        return None
    if new := _NEW_ARXIV.fullmatch(stamp[1]):
        year, month, number, version = new.groups()
        # Years 91 to 99 belong to the last century, whose ids had another form.
        if not "0704" <= year + month <= "9012":
            return None
        if len(number) != (4 if year + month < "1501" else 5):
            return None
        archive = ""
    elif old := _OLD_ARXIV.fullmatch(stamp[1]):
        archive, year, month, number, version = old.groups()
        archive = archive.lower()
        if archive not in OLD_ARCHIVES or not (year + month >= "9107" or year + month <= "0703"):
            return None
    else:
        return None
    if not 1 <= int(month) <= 12 or int(number) == 0:
        return None
    value = f"{archive}/{year}{month}{number}" if archive else f"{year}{month}.{number}"
    return Identifier("arxiv", value, int(version) if version else None)


def _parse_doi(text: str) -> Identifier | None:
    prefix = _DOI_PREFIX.match(text)
    # No DOI has a backslash: it is what BibTeX puts before an underscore.
    doi = _without_sentence_end(text[prefix.end() if prefix else 0 :].replace("\\", ""))
    if _DOI.fullmatch(doi) is None or not doi.isprintable():
        return None
    doi = doi.lower()
    if doi.startswith(_ARXIV_DOI):
        return _parse_arxiv(doi.removeprefix(_ARXIV_DOI))
    return Identifier("doi", doi) if len(f"doi:{doi}") <= MAX_KEY_LENGTH else None


def _without_sentence_end(text: str) -> str:
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


def _parse_offprint(text: str) -> Identifier | None:
    found = _OFFPRINT.fullmatch(text)
    return Identifier("op", found[1].lower()) if found else None


def _parse_url(text: str) -> Identifier | None:
    """Read a URL, with or without scheme, or an absolute path of this site."""
    if "/" not in text or " " in text:
        return None
    if not (text.startswith("/") or re.match(r"https?://", text, re.IGNORECASE)):
        text = f"https://{text}"
    try:
        parts = urlsplit(text)
        host = (parts.hostname or "").removeprefix("www.")
    except ValueError:  # a malformed IPv6 address in the place of a host
        return None
    path = unquote(parts.path)
    for hosts, read in _URL_READERS:
        if host in hosts or any(host.endswith(f".{name}") for name in hosts):
            return read(path)
    return _read_paper_page(path)


def _read_arxiv_page(path: str) -> Identifier | None:
    page = re.fullmatch(r"/(?:abs|pdf|html|ps|format|src|e-print|overview)/(.+?)/?", path)
    return _parse_arxiv(re.sub(r"\.pdf\Z", "", page[1], flags=re.IGNORECASE)) if page else None


def _read_doi_page(path: str) -> Identifier | None:
    return _parse_doi(path.removeprefix("/"))


def _read_paper_page(path: str) -> Identifier | None:
    """Read /papers/<key>/ and its formats: ours, whatever our host is, and Hugging Face's."""
    page = re.fullmatch(r"/papers/(.+?)/?", path)
    if page is None:
        return None
    key = page[1]
    for suffix in FORMAT_SUFFIXES:
        if key.endswith(suffix):
            key = key.removesuffix(suffix)
            break
    return parse_identifier(key) if _URL_KEY.fullmatch(key) else None


# A host answers for its subdomains too: export.arxiv.org, ar5iv.labs.arxiv.org, dx.doi.org.
_URL_READERS: tuple[tuple[tuple[str, ...], Callable[[str], Identifier | None]], ...] = (
    (("arxiv.org", "ar5iv.org", "alphaxiv.org"), _read_arxiv_page),
    (("doi.org",), _read_doi_page),
)


def key_has_safe_url(key: str) -> bool:
    """Say whether /papers/<key>/ can only mean this paper.

    False for a DOI that reads as an action or a format of ours, or whose path a browser or proxy
    would rewrite (empty and dot segments, backslashes): such a paper gets an ``op:`` key.
    """
    if _URL_KEY.fullmatch(key) is None:
        return False
    segments = key.split("/")
    return (
        segments[-1] not in RESERVED_SEGMENTS
        and not segments[-1].endswith(FORMAT_SUFFIXES)
        and not {".", ".."} & set(segments)
        and "\\" not in key
    )


def offprint_key(title: str, family_name: str, year: int | None, salt: int = 0) -> str:
    """Make the ``op:`` key of a paper without arXiv id and usable DOI.

    Spelling that differs only in case, accents, punctuation or spacing gives the same key. The key
    is a hash: whoever finds it taken compares the papers and, if they differ, asks again with the
    next `salt`. Raises ValueError for a blank title.
    """
    if not title.strip():
        raise ValueError("A paper without a title has no key.")
    parts = [_comparable(title), _comparable(family_name), "" if year is None else str(year)]
    if salt:
        parts.append(str(salt))
    return f"op:{_short_hash(chr(10).join(parts))}"


def title_hash(title: str) -> str:
    """Return what titles that differ only in case, accents and punctuation share; "" for no words."""
    words = _words(title)
    return _short_hash(" ".join(words)) if words else ""


def author_name_key(name: str) -> str:
    """Make the part of a URL that stands for an author's name: ``José Ångström`` -> jose-angstrom.

    Letters of every script are kept, accents and case are not; anything else becomes one hyphen.
    A name without letters or digits gets a hash of itself, so only an empty name has an empty key.
    At most MAX_NAME_KEY_LENGTH characters: longer ones are cut and made unique again by a hash.
    """
    if not name:
        return ""
    key = "-".join(_words(name)) or f"name-{_short_hash(name)}"
    if len(key) > MAX_NAME_KEY_LENGTH:
        key = f"{key[: MAX_NAME_KEY_LENGTH - 11].rstrip('-')}-{_short_hash(key)}"
    return key


def _comparable(text: str) -> str:
    return " ".join(_words(text)) or " ".join(text.split()).casefold()


# Latin letters that Unicode does not take apart into a base and an accent.
_PLAIN_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ħ": "h",
        "\u0131": "i",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "ð": "d",
    }
)


def _words(text: str) -> list[str]:
    """Split into words of letters and digits, without case and without accents.

    Marks go only where they are accents, on Latin and Greek letters: elsewhere they are part of
    the spelling (й, the vowels of Devanagari, the voicing marks of kana).
    """
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    kept: list[str] = []
    base = " "
    for char in folded:
        category = unicodedata.category(char)
        if category[0] == "M":
            if base.isalnum() and base >= "\u0400":
                kept.append(char)
        elif category != "Cf":  # zero-width joiners and the like separate nothing
            base = char
            kept.append(char if char.isalnum() else " ")
    return unicodedata.normalize("NFC", "".join(kept).translate(_PLAIN_LETTERS)).split()


def _short_hash(text: str) -> str:
    """Ten lower-case base32 characters (50 bits) of the SHA-256 of a text."""
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
    return base64.b32encode(digest)[:10].decode("ascii").lower()
