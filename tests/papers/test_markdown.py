"""Markdown of members: what it shows, and that nothing of it is dangerous, slow or loud."""

import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.markdown import plain_text, render_markdown

ALLOWED = {"p", "br", "em", "strong", "code", "pre", "a", "ul", "ol", "li", "blockquote", "hr"}


class Tags(HTMLParser):
    """Collects a text's elements with their attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def is_safe(html: str) -> bool:
    """Whether there are only elements, attributes and addresses that cannot do anything."""
    for tag, attributes in Tags(html).found:
        href = attributes.pop("href", None)
        if href is not None and not re.match(r"(https?|mailto):", href):
            return False
        attributes.pop("rel", None)
        attributes.pop("start", None)
        if tag not in ALLOWED or attributes:
            return False
    return True


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("Read *this* **now**.", "<p>Read <em>this</em> <strong>now</strong>.</p>"),
        ("one\ntwo", "<p>one<br>\ntwo</p>"),
        ("one\n\ntwo", "<p>one</p>\n<p>two</p>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("3. a\n4. b", '<ol start="3">\n<li>a</li>\n<li>b</li>\n</ol>'),
        ("> quoted", "<blockquote>\n<p>quoted</p>\n</blockquote>"),
        ("`x < y`", "<p><code>x &lt; y</code></p>"),
        ("```\n<b>\n```", "<pre><code>&lt;b&gt;\n</code></pre>"),
        ("a < b & c", "<p>a &lt; b &amp; c</p>"),
        ("", ""),
    ],
)
def test_ordinary_markdown_is_shown(source: str, html: str) -> None:
    assert render_markdown(source).strip() == html


def test_links_lead_away_without_recommending() -> None:
    html = render_markdown("[a paper](https://arxiv.org/abs/2503.01234) <https://example.org/>")
    links = [attributes for tag, attributes in Tags(html).found if tag == "a"]
    assert [link["href"] for link in links] == [
        "https://arxiv.org/abs/2503.01234",
        "https://example.org/",
    ]
    assert {link["rel"] for link in links} == {"nofollow noopener ugc"}


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg/onload=alert(1)>",
        "<style>body{display:none}</style>",
        "<iframe src=https://evil.example></iframe>",
        "<a href='javascript:alert(1)'>x</a>",
        "<p style='position:fixed'>x</p>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](&#106;avascript:alert(1))",
        "[x](java\tscript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "[x](vbscript:x)",
        "[x](//evil.example/)",
        "[x](/accounts/logout/)",
        '[x](https://example.org/ "onmouseover=alert(1)")',
        "<javascript:alert(1)>",
        "[x]: javascript:alert(1)\n\n[x]",
        "![x](https://evil.example/pixel.gif)",
        "[![x](https://evil.example/pixel.gif)](https://example.org/)",
        "``` <script>\nx\n```",
        '```" onmouseover="alert(1)\nx\n```',
    ],
)
def test_nothing_of_it_can_do_anything(source: str) -> None:
    assert is_safe(render_markdown(source))


@pytest.mark.parametrize(
    "source", ["# Heading", "Heading\n=======", "Heading\n-------", "###### x"]
)
def test_there_are_no_headings(source: str) -> None:
    assert not re.search("<h[1-6]", render_markdown(source))


def test_images_are_not_fetched() -> None:
    assert "<img" not in render_markdown("![a picture](https://example.org/pixel.gif)")


BOMBS = {
    "quotes": ">" * 10_000,
    "quotes of lists": "> - " * 2_500,
    "lists": "\n".join("  " * depth + "- x" for depth in range(300)),
    "brackets": "[" * 10_000,
    "links": "[a](" * 2_500,
    "emphasis": "*a **b " * 1_400,
    "stars": "*" * 10_000,
    "ticks": "`" * 5_000 + "a" + "`" * 4_999,
    "entities": "&" * 10_000,
    "autolinks": "<" * 10_000,
    "references": "\n".join(f"[{number}]: https://example.org/" for number in range(300)),
    "words": "word " * 2_000,
    "one word": "w" * 10_000,
    "lines": "\n" * 10_000,
}


@pytest.mark.parametrize("name", BOMBS)
def test_ten_thousand_hostile_characters_are_rendered_soon(name: str) -> None:
    before = time.process_time()
    html = render_markdown(BOMBS[name])
    assert time.process_time() - before < 1.5
    assert is_safe(html)
    # Not so deep that a browser would labour.
    assert max_depth(html) <= 60
    assert len(html) < 30 * len(BOMBS[name]) + 100


def max_depth(html: str) -> int:
    deepest = depth = 0
    for closing, name in re.findall(r"<(/?)([a-z]+)", html):
        if name in ("br", "hr"):
            continue
        depth += -1 if closing else 1
        deepest = max(deepest, depth)
    return deepest


@given(st.text(alphabet="ab<>[]()!*_`#>-1.\n\\&;:/\"' \x00\u202e", max_size=80))
def test_whatever_is_written_is_safe(source: str) -> None:
    assert is_safe(render_markdown(source))


@given(st.lists(st.sampled_from(["<script>", "[a](", "javascript:", ")", "> ", "- ", "`", "\n"])))
def test_whatever_is_put_together_is_safe(parts: list[str]) -> None:
    assert is_safe(render_markdown("".join(parts)))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("Read *this*:\n\n- one\n- two", "Read this: one two"),
        ("[a paper](https://example.org/) & more", "a paper & more"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("`x < y`", "x < y"),
        ("", ""),
    ],
)
def test_an_excerpt_has_the_words_alone(source: str, words: str) -> None:
    assert plain_text(source) == words
