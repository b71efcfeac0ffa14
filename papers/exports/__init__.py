"""Papers as files for other programs, one module a format. Pure: no Django, no database.

Files are the same for everybody, whatever language their reader has set: their words are English.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from papers.exports import bibtex, csl_json, markdown, ris
from papers.exports.paper import ExportedPaper, citation_key

__all__ = ["FORMATS", "ExportedPaper", "Format", "citation_key"]


@dataclass(frozen=True, slots=True)
class Format:
    """A format that papers can be had in.

    suffix   what an address ends in, without the dot; the name of the format as well
    label    its name for people
    is_read  whether a browser may show it; otherwise it is a file to open in another program
    write    makes the file's text of papers
    """

    suffix: str
    label: str
    content_type: str
    is_read: bool
    write: Callable[[Iterable[ExportedPaper]], str]


# In the order in which people are offered them.
FORMATS: tuple[Format, ...] = (
    Format("bib", "BibTeX", "application/x-bibtex", False, bibtex.write),
    Format("ris", "RIS", "application/x-research-info-systems", False, ris.write),
    Format(
        "csl.json", "CSL-JSON", "application/vnd.citationstyles.csl+json", False, csl_json.write
    ),
    Format("md", "Markdown", "text/markdown", True, markdown.write),
)
