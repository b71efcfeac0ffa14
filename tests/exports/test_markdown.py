"""Markdown: read back by markdown-it, which had no part in writing it."""

from markdown_it import MarkdownIt

from papers.exports import markdown
from tests.exports.papers import HOSTILE, make_exported


def headings(text: str) -> list[tuple[str, str]]:
    tokens = MarkdownIt().parse(text)
    return [
        (token.tag, "".join(child.content for child in tokens[place + 1].children or []))
        for place, token in enumerate(tokens)
        if token.type == "heading_open"
    ]


def test_a_paper_begins_with_its_title_and_has_its_facts() -> None:
    paper = make_exported(
        dois=("10.1000/a_b",), tags=("cs.LG",), journal_ref="J. Foo 1", abstract="We build."
    )
    assert markdown.write([paper]) == (
        "# Notes on the Analytical Engine\n\n"
        "Ada Lovelace, Alan Turing\n\n"
        "- Published: 2025-03-04\n"
        "- In: J. Foo 1\n"
        "- arXiv: [2503.01234](https://arxiv.org/abs/2503.01234)\n"
        "- DOI: [10.1000/a_b](<https://doi.org/10.1000/a_b>)\n"
        "- Tags: cs.LG\n"
        "- Page: <https://offprint.example/papers/2503.01234/>\n\n"
        "## Abstract\n\n"
        "We build.\n"
    )


def test_text_makes_no_headings_lists_or_html() -> None:
    text = markdown.write([HOSTILE])
    found = headings(text)
    assert [tag for tag, _title in found] == ["h1", "h2"]
    html = MarkdownIt().render(text)
    assert "<b>" not in html
    assert html.count("<ul>") == 1
    assert "# Second" in html
    assert r"$$\sum_i x_i$$" in html


def test_signs_of_markdown_are_read_as_they_were_written() -> None:
    title = "A* [search] `in` _Go_ & &copy; snake_case 1 < 2"
    [(_tag, read)] = headings(markdown.write([make_exported(title=title)]))
    assert read == title


def test_a_note_stands_where_there_is_no_abstract() -> None:
    text = markdown.write([make_exported(note="1. A good read.", note_label="Our note")])
    assert text.endswith("## Our note\n\n1\\. A good read.\n")


def test_sections_of_a_list_may_lie_below_its_own_heading() -> None:
    text = markdown.write([make_exported(abstract="We build."), make_exported()], level=2)
    assert [tag for tag, _title in headings(text)] == ["h2", "h3", "h2"]


def test_no_papers_are_no_text() -> None:
    assert markdown.write([]) == ""
