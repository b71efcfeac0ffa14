"""Identifiers of papers: what people type and paste, turned into one canonical key.

A key is plain text and names one paper in our URLs:

* an arXiv id without version: ``2503.01234``, ``hep-th/9901001``
* ``doi:`` and a lower-case DOI: ``doi:10.1101/2020.01.01.123456``
* ``op:`` and ten base32 characters, for papers that have neither

Nothing here touches the database, the network or Django. papers/why_not.py has the sentences for
what cannot be read.
"""

from papers.identifiers.keys import (
    FORMAT_SUFFIXES,
    RESERVED_SEGMENTS,
    URL_KEY_PATTERN,
    key_has_safe_url,
)
from papers.identifiers.names import (
    MAX_NAME_KEY_LENGTH,
    author_name_key,
    offprint_key,
    title_hash,
)
from papers.identifiers.pasted import MAX_PASTED_LENGTH, parse_identifier, read_identifier
from papers.identifiers.result import MAX_KEY_LENGTH, Identifier, Reading, Trouble, Unreadable

__all__ = [
    "FORMAT_SUFFIXES",
    "MAX_KEY_LENGTH",
    "MAX_NAME_KEY_LENGTH",
    "MAX_PASTED_LENGTH",
    "RESERVED_SEGMENTS",
    "URL_KEY_PATTERN",
    "Identifier",
    "Reading",
    "Trouble",
    "Unreadable",
    "author_name_key",
    "key_has_safe_url",
    "offprint_key",
    "parse_identifier",
    "read_identifier",
    "title_hash",
]
