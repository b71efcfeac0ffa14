"""Keys in our own URLs. Pure."""

import re

# Words that follow a key in our own URLs, and formats a paper or a list is offered in.
RESERVED_SEGMENTS = frozenset(
    "upvote remove save status note seen why comments report edit entries".split(),
)
FORMAT_SUFFIXES = (".csl.json", ".json", ".bib", ".ris", ".csv", ".atom", ".md")

_VERSION = r"(?:v[0-9]+)?"
_ARXIV_URL = rf"(?:arxiv:)?(?:[0-9]{{4}}\.[0-9]{{4,5}}|[a-z]+(?:-[a-z]+)?(?:\.[a-z-]+)?/[0-9]{{7}}){_VERSION}"
_DOI_URL = r"doi:10\.[0-9]{4,9}(?:\.[0-9]+)*(?:/[^\s/]+)+"

# For a path converter. Deliberately wider than the set of keys: versions, subject classes, prefixes
# and upper case are let in to be redirected, and `parse_identifier` has the last word.
URL_KEY_PATTERN = rf"(?i:{_ARXIV_URL}|{_DOI_URL}|op:[a-z2-7]{{10}})"

URL_KEY = re.compile(URL_KEY_PATTERN)


def key_has_safe_url(key: str) -> bool:
    """Say whether /papers/<key>/ can only mean this paper.

    False for a DOI that reads as an action or a format of ours, or whose path a browser or proxy
    would rewrite (empty and dot segments, backslashes): such a paper gets an ``op:`` key.
    """
    if URL_KEY.fullmatch(key) is None:
        return False
    segments = key.split("/")
    return (
        segments[-1] not in RESERVED_SEGMENTS
        and not segments[-1].endswith(FORMAT_SUFFIXES)
        and not {".", ".."} & set(segments)
        and "\\" not in key
    )
