"""Answers of OAI-PMH archives as a test needs them; papers and people are made up."""

from papers.sources.files import SourceContent

PRESENT_ARXIV = "http://oaipmh.arxiv.org/oai"
FORMER_ARXIV = "http://export.arxiv.org/oai2"

_FORMATS = {
    "arXiv": '<arXiv xmlns="http://arxiv.org/OAI/arXiv/">{}</arXiv>',
    "arXivRaw": '<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">{}</arXivRaw>',
    "oai_dc": (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">{}</oai_dc:dc>'
    ),
}


def header(
    identifier: str = "oai:arXiv.org:2603.00011",
    datestamp: str = "2026-03-25",
    *,
    sets: tuple[str, ...] = (),
    deleted: bool = False,
) -> str:
    """The header of a record; blank values are left out."""
    status = ' status="deleted"' if deleted else ""
    inside = element("identifier", identifier) + element("datestamp", datestamp)
    return f"<header{status}>{inside}{''.join(element('setSpec', each) for each in sets)}</header>"


def record(metadata: str, head: str = "", metadata_format: str = "arXiv") -> str:
    """A record with this metadata, which is the inside of the format's element."""
    inside = _FORMATS[metadata_format].format(metadata)
    return f"<record>{head or header()}<metadata>{inside}</metadata></record>"


def deleted(identifier: str, datestamp: str = "2026-03-25") -> str:
    """A record that the archive has deleted."""
    return f"<record>{header(identifier, datestamp, deleted=True)}</record>"


def element(name: str, text: str) -> str:
    """An element, or nothing for no text."""
    return f"<{name}>{text}</{name}>" if text else ""


def answer(
    *records: str,
    around: str = "",
    prefix: str = "arXiv",
    base_url: str = PRESENT_ARXIV,
    verb: str = "ListRecords",
) -> SourceContent:
    """An answer with these records; `around` follows them, such as a resumption token."""
    asked = f' metadataPrefix="{prefix}"' if prefix else ""
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        "<responseDate>2026-03-26T06:00:00Z</responseDate>"
        f'<request verb="{verb}"{asked}>{base_url}</request>'
        f"<{verb}>{''.join(records)}{around}</{verb}></OAI-PMH>"
    )
    return SourceContent("answer.xml", text.encode())


def refusal(code: str, message: str = "") -> SourceContent:
    """An answer that is an error of the protocol."""
    text = (
        '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
        "<responseDate>2026-03-26T06:00:00Z</responseDate>"
        f'<request verb="ListRecords">{PRESENT_ARXIV}</request>'
        f'<error code="{code}">{message}</error></OAI-PMH>'
    )
    return SourceContent("answer.xml", text.encode())


def arxiv_paper(arxiv_id: str = "2603.00011", **fields: str) -> str:
    """The inside of arXiv's own format; hyphens in names are underscores, blank ones left out."""
    made = {
        "id": arxiv_id,
        "created": "2026-03-02",
        "updated": "",
        "authors": author("Weaver", "Ada") + author("Carder", "Ben"),
        "title": f"On the matter of {arxiv_id}",
        "categories": "cs.LG stat.ML",
        "comments": "12 pages",
        "abstract": "  We say little, and prove\nit.\n",
    }
    return "".join(element(name.replace("_", "-"), text) for name, text in (made | fields).items())


def author(keyname: str, forenames: str = "", suffix: str = "", affiliation: str = "") -> str:
    """An author of arXiv's own format."""
    return element(
        "author",
        element("keyname", keyname)
        + element("forenames", forenames)
        + element("suffix", suffix)
        + element("affiliation", affiliation),
    )
