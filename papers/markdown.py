"""Markdown that members write (descriptions, notes, profiles) to safe HTML.

No images, which would tell another server who reads the page; no headings, which would break the
page's outline; no HTML.
"""

from html import unescape

import nh3
from markdown_it import MarkdownIt

_parser = (
    MarkdownIt("zero", options_update={"maxNesting": 20, "breaks": True})
    .enable(["blockquote", "fence", "list", "reference", "hr"])
    .enable(["autolink", "backticks", "emphasis", "balance_pairs", "entity", "escape", "link"])
    .enable(["newline", "fragments_join"])
)
_cleaner = nh3.Cleaner(
    tags=set("p br em strong code pre a ul ol li blockquote hr".split()),
    attributes={"a": {"href"}, "ol": {"start"}, "*": set()},
    url_schemes={"http", "https", "mailto"},
    url_relative="deny",
    link_rel="nofollow noopener ugc",
)


def render_markdown(source: str) -> str:
    """Return safe HTML for `source`; whatever is no Markdown of ours stays text."""
    return _cleaner.clean(_parser.render(source))


def plain_text(source: str) -> str:
    """Return the words of `source` on one line, without its marks: for an excerpt."""
    words = nh3.clean(_parser.render(source), tags=set())
    return " ".join(unescape(words).split())
