"""What a bibliography says of where a work appeared: a line for people, and the arXiv ids in it. Pure."""

import re
from collections.abc import Iterator

_ARXIV = re.compile(r"arxiv\s*:\s*\S+", re.IGNORECASE)
# Where preprints lie; a paper that “appeared” there has no reference to a journal.
_NO_JOURNAL = re.compile(r"\s*(?:arxiv\b.*|corr|preprint|(?:bio|med)rxiv\b.*)", re.IGNORECASE)


def appeared_in(
    container: str, *, volume: str = "", issue: str = "", pages: str = "", year: int | None = None
) -> str:
    """Return “Journal of Looms 12 (3), 45-67 (2020)” as far as the parts are known.

    Blank for a work that appeared nowhere, or on a server of preprints only.
    """
    container = " ".join(container.split())
    if not any(char.isalpha() for char in container) or _NO_JOURNAL.fullmatch(container):
        return ""
    line = f"{container} {volume.strip()}".rstrip()
    if issue.strip():
        line += f" ({issue.strip()})"
    if pages.strip():
        line += f", {pages.strip()}"
    return line if year is None or str(year) in container else f"{line} ({year})"


def arxiv_mentions(*texts: str) -> Iterator[str]:
    """Yield what follows “arXiv:” in the texts, with that prefix: ``arXiv:2411.13560``.

    Found in “arXiv preprint arXiv:2411.13560” and “arXiv:1401.2910 [quant-ph]”.
    """
    for text in texts:
        yield from (found[0] for found in _ARXIV.finditer(text))
