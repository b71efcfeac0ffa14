"""Answers in the layouts of arXiv, bioRxiv and Crossref, about made-up works."""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any
from xml.sax.saxutils import escape

OAI_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">'
    "<responseDate>2026-03-09T06:30:00Z</responseDate>"
    '<request verb="ListRecords">http://oaipmh.arxiv.org/oai</request>'
)


@dataclass(frozen=True)
class Reply:
    """What a server sends."""

    content: bytes
    kind: str = "text/xml"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Work:
    """A work that a source knows; `day` is when it was submitted, posted and last changed."""

    id: str
    title: str
    day: date
    categories: tuple[str, ...] = ("cs.LG",)
    source: str = "arxiv"
    announced: str = "new"
    version: int = 1


def make_work(id: str, **fields: Any) -> Work:  # noqa: A002
    """A work of arXiv of 2 March 2026, unless told otherwise."""
    fields.setdefault("title", f"On the work {id}")
    fields.setdefault("day", date(2026, 3, 2))
    return Work(id, **fields)


def of(works: Sequence[Work], *sources: str) -> list[Work]:
    return [work for work in works if work.source in sources]


# --- OAI-PMH ----------------------------------------------------------------------------------


def oai(works: Sequence[Work], query: dict[str, str], page_size: int) -> Reply:
    """A page of ListRecords in the format arXivRaw; a token is the window and the place in it."""
    if token := query.get("resumptionToken"):
        day, wanted, start = token.split("|")
    else:
        assert query["from"] == query["until"]
        day, wanted, start = query["from"], query.get("set", ""), "0"
        assert query["metadataPrefix"] == "arXivRaw"
    archive = wanted.rpartition(":")[0].rpartition(":")[2]
    code = f"{archive}." + wanted.rpartition(":")[2] if archive else wanted
    found = [
        work
        for work in of(works, "arxiv")
        if work.day.isoformat() == day and any(each.startswith(code) for each in work.categories)
    ]
    if not found:
        return oai_error("noRecordsMatch", "nothing on that day")
    end = int(start) + page_size
    records = "".join(_oai_record(work) for work in found[int(start) : end])
    token = f"{day}|{wanted}|{end}" if end < len(found) else ""
    total = f'completeListSize="{len(found)}" cursor="{start}"'
    return Reply(
        f"{OAI_HEAD}<ListRecords>{records}<resumptionToken {total}>{token}</resumptionToken>"
        "</ListRecords></OAI-PMH>".encode()
    )


def oai_error(code: str, message: str) -> Reply:
    return Reply(f'{OAI_HEAD}<error code="{code}">{message}</error></OAI-PMH>'.encode())


def _oai_record(work: Work) -> str:
    submitted = datetime(work.day.year, work.day.month, work.day.day, 12, tzinfo=UTC)
    return (
        f"<record><header><identifier>oai:arXiv.org:{work.id}</identifier>"
        f"<datestamp>{work.day}</datestamp></header><metadata>"
        '<arXivRaw xmlns="http://arxiv.org/OAI/arXivRaw/">'
        f"<id>{work.id}</id><submitter>Ada Lovelace</submitter>"
        f'<version version="v1"><date>{submitted:%a, %d %b %Y %H:%M:%S} GMT</date>'
        "<size>12kb</size></version>"
        f"<title>{escape(work.title)}</title><authors>Ada Lovelace and Alan Turing</authors>"
        f"<categories>{' '.join(work.categories)}</categories>"
        "<abstract>What it is about.</abstract></arXivRaw></metadata></record>"
    )


# --- arXiv's API ------------------------------------------------------------------------------


def atom(works: Sequence[Work], query: dict[str, str], bad_ids: set[str]) -> Reply:
    """A feed: by ids, or the papers of a category that were submitted within some days."""
    start, limit = int(query.get("start", 0)), int(query.get("max_results", 10))
    known = of(works, "arxiv")
    if "id_list" in query:
        ids = query["id_list"].split(",")
        if bad_ids & set(ids):
            return Reply(b"Internal Server Error", "text/plain", 500)
        # arXiv always has its first papers.
        known += [make_work(f"0704.000{number}") for number in (1, 2)]
        found = [work for each in ids for work in known if work.id == each]
    else:
        match = re.fullmatch(
            r"\(?cat:(\S+)(?: OR cat:\S+\.\*\))? AND submittedDate:\[(\d{8})0000 TO (\d{8})2359\]",
            query["search_query"],
        )
        assert match
        code, first, last = match.groups()
        found = [
            work
            for work in sorted(known, key=lambda each: (each.day, each.id))
            if code in work.categories and first <= f"{work.day:%Y%m%d}" <= last
        ]
    return feed([_atom_entry(work) for work in found[start : start + limit]], len(found))


def feed(entries: Sequence[str], total: int) -> Reply:
    return Reply(
        (
            "<?xml version='1.0' encoding='UTF-8'?>\n"
            '<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" '
            'xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">'
            "<id>https://arxiv.org/api/query</id><updated>2026-03-09T00:00:00Z</updated>"
            f"<opensearch:totalResults>{total}</opensearch:totalResults>{''.join(entries)}</feed>"
        ).encode(),
        "application/atom+xml",
    )


def error_entry(message: str) -> str:
    """What the API says of an id that cannot be one, with the status 400."""
    return (
        "<entry><id>https://arxiv.org/api/errors#incorrect_id_format</id><title>Error</title>"
        f"<updated>2026-03-09T00:00:00Z</updated><summary>{message}</summary></entry>"
    )


def _atom_entry(work: Work) -> str:
    categories = "".join(f'<category term="{code}"/>' for code in work.categories)
    return (
        f"<entry><id>http://arxiv.org/abs/{work.id}v{work.version}</id>"
        f"<title>{escape(work.title)}</title>"
        f"<updated>{work.day}T12:00:00Z</updated><published>{work.day}T12:00:00Z</published>"
        f"<summary>What it is about.</summary>{categories}"
        f'<arxiv:primary_category term="{work.categories[0]}"/>'
        "<author><name>Ada Lovelace</name></author></entry>"
    )


# --- arXiv's feeds of the day -----------------------------------------------------------------


def rss(works: Sequence[Work], code: str, etag: str) -> Reply:
    """The feed of a category, or 304 for who has it."""
    found = [
        work
        for work in of(works, "arxiv")
        if any(each == code or each.startswith(f"{code}.") for each in work.categories)
    ]
    tag = f'"{abs(hash(tuple(found)))}"'
    if etag == tag:
        return Reply(b"", status=304, headers={"ETag": tag})
    items = "".join(_rss_item(work) for work in found)
    return Reply(
        (
            '<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0" '
            'xmlns:arxiv="http://arxiv.org/schemas/atom" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel>'
            f"<title>{code} updates on arXiv.org</title><link>http://rss.arxiv.org/rss/{code}</link>"
            f"{items}</channel></rss>"
        ).encode(),
        "application/rss+xml",
        headers={"ETag": tag},
    )


def _rss_item(work: Work) -> str:
    categories = "".join(f"<category>{code}</category>" for code in work.categories)
    return (
        f"<item><title>{escape(work.title)}</title><link>https://arxiv.org/abs/{work.id}</link>"
        f"<description>arXiv:{work.id}v{work.version} Announce Type: {work.announced}\n"
        "Abstract: What it is about.</description>"
        f'<guid isPermaLink="false">oai:arXiv.org:{work.id}v{work.version}</guid>{categories}'
        f"<pubDate>{work.day:%a, %d %b %Y} 00:00:00 -0500</pubDate>"
        f"<arxiv:announce_type>{work.announced}</arxiv:announce_type>"
        "<dc:creator>Ada Lovelace, Alan Turing</dc:creator></item>"
    )


# --- bioRxiv and Crossref ---------------------------------------------------------------------


def biorxiv(works: Sequence[Work], path: str, page_size: int) -> Reply:
    """A page of ``details/{server}/{from}/{to}/{cursor}``."""
    details, server, first, last, cursor = path.split("/")
    assert details == "details"
    found = [work for work in of(works, server) if first <= work.day.isoformat() <= last]
    if not found:
        return _json({"messages": [{"status": "no posts found"}], "collection": []})
    page = found[int(cursor) : int(cursor) + page_size]
    message = {"status": "ok", "cursor": cursor, "count": len(page), "total": str(len(found))}
    items = [
        {
            "doi": work.id,
            "title": work.title,
            "authors": "Lovelace, A.; Turing, A.",
            "date": work.day.isoformat(),
            "version": str(work.version),
            "type": "new results",
            "category": "neuroscience",
            "abstract": "What it is about.",
            "published": "NA",
            "server": server,
        }
        for work in page
    ]
    return _json({"messages": [message], "collection": items})


def crossref(works: Sequence[Work], path: str, query: dict[str, str]) -> Reply:
    """The works of ``works?filter=doi:…,doi:…``, or the one of ``works/DOI``."""
    known = {work.id: _crossref_work(work) for work in of(works, "crossref")}
    doi = path.removeprefix("works").removeprefix("/")
    if doi:
        if doi not in known:
            return Reply(b"Resource not found.", "text/plain", 404)
        return _json({"status": "ok", "message-type": "work", "message": known[doi]})
    dois = [each.removeprefix("doi:") for each in query["filter"].split(",")]
    items = [known[each] for each in dois if each in known]
    message = {"total-results": len(items), "items": items}
    return _json({"status": "ok", "message-type": "work-list", "message": message})


def _crossref_work(work: Work) -> dict[str, Any]:
    day = [work.day.year, work.day.month, work.day.day]
    return {
        "DOI": work.id,
        "type": "journal-article",
        "title": [work.title],
        "author": [{"given": "Ada", "family": "Lovelace"}],
        "container-title": ["Journal of Invented Results"],
        "issued": {"date-parts": [day]},
        "indexed": {"date-time": f"{work.day}T00:00:00Z"},
        "prefix": work.id.partition("/")[0],
    }


def _json(content: Any) -> Reply:
    return Reply(json.dumps(content).encode(), "application/json")
