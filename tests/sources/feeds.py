"""arXiv's feeds as a test needs them; papers and people are made up."""

from xml.sax.saxutils import escape, quoteattr

from papers.sources.files import SourceContent

CATEGORIES = ("cs.LG", "stat.ML")
API_ID = "https://arxiv.org/api/UY2mqR74Vu"
ERROR_ENTRY = """
  <entry>
    <id>http://arxiv.org/api/errors#incorrect_id_format_for_abc</id>
    <title>Error</title>
    <summary>incorrect id format for abc</summary>
    <updated>2026-03-30T00:00:00Z</updated>
    <link href="http://arxiv.org/api/errors#incorrect_id_format_for_abc" rel="alternate"/>
    <author><name>arXiv api core</name></author>
  </entry>"""

# One paper as the API gave it before 2026: wrapped lines, every prefix declared where it is used.
LEGACY_ENTRY = """
  <entry>
    <id>http://arxiv.org/abs/2603.00011v2</id>
    <updated>2026-03-24T20:10:27Z</updated>
    <published>2026-03-02T19:18:42Z</published>
    <title>Looms with $n^2$
  shuttles</title>
    <summary>  We say little, and prove
it.
  Code is at https://github.com/example/loom.
</summary>
    <author>
      <name>Ada Weaver</name>
      <arxiv:affiliation xmlns:arxiv="http://arxiv.org/schemas/atom">Leeds</arxiv:affiliation>
    </author>
    <author>
      <name>Ben Carder</name>
    </author>
    <arxiv:doi xmlns:arxiv="http://arxiv.org/schemas/atom">10.1000/weaving.3</arxiv:doi>
    <link title="doi" href="http://dx.doi.org/10.1000/weaving.3" rel="related"/>
    <arxiv:comment xmlns:arxiv="http://arxiv.org/schemas/atom">12 pages,
  3 figures</arxiv:comment>
    <arxiv:journal_ref xmlns:arxiv="http://arxiv.org/schemas/atom">Ann. Weav. 3 (2026) 1</arxiv:journal_ref>
    <link href="http://arxiv.org/abs/2603.00011v2" rel="alternate" type="text/html"/>
    <arxiv:primary_category xmlns:arxiv="http://arxiv.org/schemas/atom" term="stat.ML" scheme="http://arxiv.org/schemas/atom"/>
    <category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
    <category term="stat.ML" scheme="http://arxiv.org/schemas/atom"/>
    <category term="68T05" scheme="http://arxiv.org/schemas/atom"/>
  </entry>"""

# The same paper as the API gives it since.
ENTRY_OF_2026 = """
  <entry>
    <id>https://arxiv.org/abs/2603.00011v2</id>
    <title>Looms with $n^2$ shuttles</title>
    <updated>2026-03-24T20:10:27Z</updated>
    <link href="https://arxiv.org/abs/2603.00011v2" rel="alternate" type="text/html"/>
    <summary>We say little, and prove it.
  Code is at https://github.com/example/loom.</summary>
    <category term="cs.LG" scheme="http://arxiv.org/schemas/atom"/>
    <category term="stat.ML" scheme="http://arxiv.org/schemas/atom"/>
    <category term="68T05" scheme="http://arxiv.org/schemas/atom"/>
    <published>2026-03-02T19:18:42Z</published>
    <arxiv:comment>12 pages, 3 figures</arxiv:comment>
    <arxiv:primary_category term="stat.ML"/>
    <arxiv:journal_ref>Ann. Weav. 3 (2026) 1</arxiv:journal_ref>
    <author>
      <name>Ada Weaver</name>
      <arxiv:affiliation>Leeds</arxiv:affiliation>
    </author>
    <author>
      <name>Ben Carder</name>
    </author>
    <arxiv:doi>10.1000/weaving.3</arxiv:doi>
    <link rel="related" href="https://doi.org/10.1000/weaving.3" title="doi"/>
  </entry>"""


def atom_entry(arxiv_id: str = "2603.00011v1", extra: str = "", **fields: str) -> str:
    """An entry with the least that the API gives of a paper; a blank field is left out."""
    texts = {
        "id": f"http://arxiv.org/abs/{arxiv_id}",
        "title": f"On the matter of {arxiv_id}",
        "summary": "We say little.",
        "published": "2026-03-02T19:18:42Z",
        "updated": "2026-03-02T19:18:42Z",
    } | fields
    return f"<entry>{_elements(texts)}{extra}</entry>\n"


def atom_feed(
    *entries: str, updated: str = "2026-03-30T10:00:00Z", name: str = API_ID
) -> SourceContent:
    """An answer of the API."""
    stamp = f"<updated>{updated}</updated>" if updated else ""
    return SourceContent(
        "answer.xml",
        f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"
      xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns="http://www.w3.org/2005/Atom">
  <id>{name}</id>
  <title>arXiv Query: search_query=&amp;id_list=2603.00011&amp;start=0&amp;max_results=10</title>
  {stamp}
  <opensearch:totalResults>{len(entries)}</opensearch:totalResults>
  {"".join(entries)}
</feed>
""".encode(),
    )


def description(arxiv_id: str, announcement: str, abstract: str = "We say little.") -> str:
    """What stands before the abstract in the feeds of the day, and the abstract."""
    return f"arXiv:{arxiv_id} Announce Type: {announcement} \nAbstract: {abstract}"


def rss_item(
    arxiv_id: str = "2603.00011v1",
    announcement: str = "new",
    extra: str = "",
    **fields: str,
) -> str:
    """An item of a feed of the day; a blank field is left out."""
    texts = {
        "title": f"On the matter of {arxiv_id}",
        "link": f"https://arxiv.org/abs/{arxiv_id.partition('v')[0]}",
        "description": description(arxiv_id, announcement),
        "guid": f"oai:arXiv.org:{arxiv_id}",
        "pubDate": "Wed, 04 Mar 2026 00:00:00 -0500",
        "arxiv:announce_type": announcement,
        "dc:rights": "http://creativecommons.org/licenses/by/4.0/",
        "dc:creator": "Ada Weaver, Ben Carder",
    } | fields
    tags = "".join(f"<category>{code}</category>" for code in CATEGORIES)
    return f"<item>{_elements(texts)}{tags}{extra}</item>\n"


def rss_feed(
    *items: str,
    date: str = "Wed, 04 Mar 2026 00:00:00 -0500",
    title: str = "cs.LG updates on arXiv.org",
    about: str = "cs.LG updates on the arXiv.org e-print archive.",
) -> SourceContent:
    """A feed of the day as RSS 2.0."""
    stamp = f"<pubDate>{date}</pubDate>" if date else ""
    return SourceContent(
        "cs.LG.rss",
        f"""<?xml version='1.0' encoding='UTF-8'?>
<rss xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
     xmlns:atom="http://www.w3.org/2005/Atom" version="2.0">
  <channel>
    <title>{escape(title)}</title>
    <link>http://rss.arxiv.org/rss/cs.LG</link>
    <description>{escape(about)}</description>
    <atom:link href="http://rss.arxiv.org/rss/cs.LG" rel="self" type="application/rss+xml"/>
    <language>en-us</language>
    {stamp}
    <skipDays><day>Sunday</day><day>Saturday</day></skipDays>
    {"".join(items)}
  </channel>
</rss>
""".encode(),
    )


def announcing_entry(arxiv_id: str = "2603.00011v1", announcement: str = "new") -> str:
    """What `rss_item` says, as an entry of Atom."""
    texts = {
        "id": f"oai:arXiv.org:{arxiv_id}",
        "title": f"On the matter of {arxiv_id}",
        "updated": "2026-03-04T05:00:19.899254+00:00",
        "summary": description(arxiv_id, announcement),
        "published": "2026-03-04T00:00:00-05:00",
        "arxiv:announce_type": announcement,
        "dc:creator": "Ada Weaver, Ben Carder",
    }
    tags = "".join(f"<category term={quoteattr(code)}/>" for code in CATEGORIES)
    return f"<entry>{_elements(texts)}{tags}</entry>\n"


def announcing_feed(*entries: str, title: str = "cs.LG updates on arXiv.org") -> SourceContent:
    """A feed of the day as Atom."""
    return SourceContent(
        "cs.LG.atom",
        f"""<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:arxiv="http://arxiv.org/schemas/atom" xmlns:dc="http://purl.org/dc/elements/1.1/"
      xmlns="http://www.w3.org/2005/Atom" xml:lang="en-us">
  <id>http://rss.arxiv.org/atom/cs.LG</id>
  <title>{escape(title)}</title>
  <updated>2026-03-04T05:00:19.866337+00:00</updated>
  <subtitle>cs.XX is no category.</subtitle>
  {"".join(entries)}
</feed>
""".encode(),
    )


def cut(content: SourceContent, at: str) -> SourceContent:
    """The same content up to the last place where `at` stands."""
    whole = content.read()
    return SourceContent(content.name, whole[: whole.rindex(at.encode())])


def _elements(texts: dict[str, str]) -> str:
    return "".join(f"<{name}>{escape(text)}</{name}>\n" for name, text in texts.items() if text)
