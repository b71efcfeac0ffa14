"""papers/search/marks.py"""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from papers.mathtext import render, render_abstract
from papers.search.marks import EXCERPT_LENGTH, excerpt, mark_html

Words = list[list[frozenset[str]]]


def words(*phrases: str) -> Words:
    """Sequences to mark, one for each argument, of words with one spelling."""
    return [[frozenset({word}) for word in phrase.split()] for phrase in phrases]


@pytest.mark.parametrize(
    ("html", "marked"),
    [
        ("Graph networks", "<mark>Graph</mark> networks"),
        ("On GRAPH, graphs", "On <mark>GRAPH</mark>, graphs"),
        ("<em>Graph</em>", "<em><mark>Graph</mark></em>"),
        ("a &lt;graph&gt; b", "a &lt;<mark>graph</mark>&gt; b"),
        ("R&amp;graph", "R&amp;<mark>graph</mark>"),
        ('<a href="https://x/graph>graph">x</a>', '<a href="https://x/graph>graph">x</a>'),
        ("<math><mi>graph</mi></math> graph", "<math><mi>graph</mi></math> <mark>graph</mark>"),
        ('<code class="tex">graph</code>', '<code class="tex">graph</code>'),
        ("graph graph", "<mark>graph graph</mark>"),
        ("graph-graph", "<mark>graph-graph</mark>"),
        ("subgraph", "subgraph"),
    ],
)
def test_words_of_running_text_are_marked(html: str, marked: str) -> None:
    assert mark_html(html, words("graph")) == marked


def test_names_of_entities_and_tags_are_not_words() -> None:
    html = "<em>a</em> &amp; &lt;em&gt;"
    assert mark_html(html, words("em", "amp", "lt")) == "<em>a</em> &amp; &lt;<mark>em</mark>&gt;"


def test_a_phrase_is_marked_where_its_words_follow_each_other() -> None:
    html = "networks of graph <em>neural</em> networks"
    assert mark_html(html, words("neural networks")) == (
        "networks of graph <em><mark>neural</mark></em> <mark>networks</mark>"
    )


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "<mark>graph</mark>",
        "</mark><script>graph</script>",
        "&lt;script&gt;",
        "graph<!-- graph",
        "<svg/onload=graph>",
        "<a href='javascript:graph'>graph</a>",
    ],
)
def test_hostile_titles_stay_text(hostile: str) -> None:
    marked = mark_html(
        render(hostile).html, words("script", "graph", "mark", "img", "onerror", "svg")
    )
    assert set(re.findall(r"<[^>]*>", marked)) <= {"<mark>", "</mark>"}
    shown, _whole = excerpt(hostile, words("script", "graph", "mark", "img"))
    assert set(re.findall(r"<[^>]*>", shown)) <= {"<mark>", "</mark>"}


@given(st.text(max_size=200), st.lists(st.text(alphabet="abltgmpqu", max_size=3), max_size=4))
def test_nothing_but_marks_is_added(source: str, asked: list[str]) -> None:
    sequences = [[frozenset({word})] for word in asked]
    for html in (render(source).html, render_abstract(source).html):
        marked = mark_html(html, sequences)
        assert re.sub(r"</?mark>", "", marked) == html
        assert marked.count("<mark>") == marked.count("</mark>")
    shown, whole = excerpt(source, sequences)
    if whole:
        assert unescape(re.sub(r"</?mark>", "", shown)) == source.strip()


def test_a_short_text_is_shown_whole() -> None:
    assert excerpt("On graphs & trees.", words("graphs")) == (
        "On <mark>graphs</mark> &amp; trees.",
        True,
    )


def test_an_excerpt_shows_where_most_words_were_found() -> None:
    text = "graph " + "filler " * 100 + "here a graph of networks stands " + "filler " * 100
    shown, whole = excerpt(text, words("graph", "networks"))
    assert not whole
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert "<mark>graph</mark> of <mark>networks</mark>" in shown
    assert len(re.sub(r"</?mark>", "", shown)) <= EXCERPT_LENGTH + 3


def test_an_excerpt_without_found_words_is_the_beginning() -> None:
    shown, whole = excerpt("First words. " + "filler " * 100, words("graph"))
    assert shown.startswith("First words. filler")
    assert shown.endswith("filler…")
    assert not whole


@given(st.text(min_size=250, max_size=700))
def test_any_text_has_an_excerpt(text: str) -> None:
    shown, whole = excerpt(text, words("a", "b c"))
    assert whole or "…" in shown


def test_a_very_long_word_is_cut() -> None:
    shown, _whole = excerpt("x" * 5000 + " graph", words("graph"))
    assert len(shown) < 2 * EXCERPT_LENGTH
