"""Who wrote a paper, of what arXiv lists as its authors: people and collaborations. Pure."""

import re
from collections.abc import Iterable, Iterator

# “T. Montaruli for the IceCube Collaboration”, or only what stands after the name. A line that was
# parted at “and” may lack the last word.
_ON_BEHALF = re.compile(
    r"(?P<name>.*?)[\s,(]*\b(?:on\s+behalf\s+of(?:\s+the)?|for\s+the)\s+(?P<group>\S[^)]*)\)?"
    r"|(?P<for_name>.*?)[\s,(]*\bfor\s+(?P<for_group>\S[^)]*\bcollaborations?)\)?",
    re.IGNORECASE,
)


def people(names: Iterable[str]) -> Iterator[str]:
    """Yield the authors among the names that arXiv lists, in their order.

    The colon after a collaboration is no author, and who writes for a collaboration is one author
    and the collaboration another.
    """
    for name in names:
        found = _ON_BEHALF.fullmatch(name)
        for part in filter(None, found.groups()) if found else (name,):
            if any(char.isalnum() for char in part):
                yield part
