"""Why a pasted text names no paper, in a sentence that says what to paste instead."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from papers.identifiers import Trouble, Unreadable, read_identifier

_SENTENCES: dict[Trouble, Promise] = {
    Trouble.NOTHING: _("Paste an arXiv id, a DOI, or the address of the page of a paper."),
    Trouble.TOO_LONG: _(
        "This is longer than any id or address. Paste only the arXiv id, the DOI, or the address "
        "of the page of the paper."
    ),
    Trouble.WORDS: _(
        "This is neither an id nor an address. Paste an arXiv id (2503.01234), a DOI "
        "(10.1101/2020.01.01.123456), or the address of the page of the paper."
    ),
    Trouble.IMPOSSIBLE_ARXIV: _(
        "“%(about)s” looks like an arXiv id, but arXiv has never given out such a one. Compare "
        "its year, month and number with the first page of the paper."
    ),
    Trouble.INCOMPLETE_DOI: _(
        "“%(about)s” is only the beginning of a DOI. Paste all of it, with what follows the slash."
    ),
    Trouble.LONG_DOI: _("This DOI is longer than any in use. Look whether other text hangs on it."),
    Trouble.SHORT_DOI: _(
        "This is a short DOI, which only doi.org knows. Open it, and paste the address or the DOI "
        "of the page that it leads to."
    ),
    Trouble.MANY_PAPERS: _(
        "This page of %(about)s is about many papers. Open the one you mean, and paste its address."
    ),
    Trouble.OWN_NUMBER: _(
        "This address of %(about)s does not tell the DOI of the paper. Paste the DOI or the arXiv id "
        "that stands on the page."
    ),
    Trouble.NOT_A_PAPER: _(
        "This page of %(about)s is not the page of a paper. Open the paper, and paste its address."
    ),
    Trouble.UNKNOWN_SITE: _(
        "Addresses of %(about)s are not understood here. Paste the DOI or the arXiv id that "
        "stands on the page."
    ),
}


def sentence(unreadable: Unreadable) -> str:
    """Say why the text names no paper, and what to do."""
    return str(_SENTENCES[unreadable.trouble]) % {"about": unreadable.about}


def why_not(text: str) -> str:
    """Say why `text` names no paper; "" if it names one."""
    reading = read_identifier(text)
    return sentence(reading) if isinstance(reading, Unreadable) else ""
