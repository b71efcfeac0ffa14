# ruff: noqa: RUF001 -- dashes, quotes and Greek letters are what is tested
"""TeX in titles and abstracts: what readers see, what feeds say, and what never gets through."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from papers.mathtext import (
    RENDER_VERSION,
    RenderedText,
    is_mathematics,
    render,
    render_abstract,
)

ALLOWED_TAGS = set(
    """
    math semantics mrow mi mn mo mtext mspace ms mfrac msqrt mroot mstyle mpadded mphantom msub msup
    msubsup munder mover munderover mmultiscripts mprescripts none mtable mtr mtd
    em strong code sub sup
    """.split()
)
ALLOWED_ATTRIBUTES = set(
    """
    mathvariant displaystyle scriptlevel display stretchy lspace rspace form fence separator largeop
    movablelimits symmetric minsize maxsize accent accentunder width height depth linethickness
    voffset columnspan rowspan
    """.split()
)


class Markup(HTMLParser):
    """Collects what is not allowed in rendered HTML, and the tags left open."""

    def __init__(self, html: str, tags: set[str]) -> None:
        super().__init__()
        self.tags = tags
        self.faults: list[str] = []
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.open.append(tag)
        if tag not in self.tags:
            self.faults.append(f"<{tag}>")
        for name, value in attrs:
            link = tag == "a" and (
                (name == "href" and (value or "").startswith("https://"))
                or (name == "rel" and value == "nofollow noopener")
            )
            source = tag == "code" and (name, value) == ("class", "tex")
            if not (link or source or name in ALLOWED_ATTRIBUTES):
                self.faults.append(f"{tag} {name}={value}")

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}>")


def assert_safe(source: str) -> None:
    for html, tags in (
        (render(source).html, ALLOWED_TAGS),
        (render_abstract(source).html, ALLOWED_TAGS | {"p", "a"}),
    ):
        markup = Markup(html, tags)
        assert not markup.faults
        assert not markup.open


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (r"Poincar\'e and Poincar\'{e}", "Poincaré and Poincaré"),
        (r"G{\"o}del, Schr\"{o}dinger, na\"{\i}ve", "Gödel, Schrödinger, naïve"),
        (r"Fran\c{c}ois, Ho\v rava, Erd\H os, Erd\H{o}s", "François, Hořava, Erdős, Erdős"),
        (r"\`a la Fr\'echet, \^{I}le, mod\`ele", "à la Fréchet, Île, modèle"),
        (r"Mart\'\i nez and Mart{\'\i}nez", "Martínez and Martínez"),
        (r"S\~ao, \.Ilker, \=aryan, K\u{a}, \k{a}, \r{U}, \d{s}", "São, İlker, āryan, Kă, ą, Ů, ṣ"),
        (
            r"Stra\ss e, {\o}re, \O{}re, \aa rhus, \L ukasz, \ae on",
            "Straße, øre, Øre, århus, Łukasz, æon",
        ),
        (r"\'{\o}re", "ǿre"),
        ("e\u0301tale", "étale"),
    ],
)
def test_accents_and_letters_become_characters(source: str, text: str) -> None:
    assert render(source) == RenderedText(text, text)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("``deep'' learning", "“deep” learning"),
        ('so-called ``big data", again', "so-called “big data”, again"),
        ("the ''quoted'' word", "the “quoted” word"),
        ("a `black box' that isn't", "a ‘black box’ that isn't"),
        ("people's 5' and 12'' and `open", "people's 5' and 12'' and `open"),
        ("`Alice's rule' and so on", "‘Alice's rule’ and so on"),
        (r"he said \"the thing\"", 'he said "the thing"'),
        ('a "plain" one', 'a "plain" one'),
    ],
)
def test_quotes_are_curled_only_where_they_are_quotes(source: str, text: str) -> None:
    assert render(source).text == text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("Reed--Muller codes --- a survey", "Reed–Muller codes — a survey"),
        ("a ---- b", "a ---- b"),
        ("state-of-the-art", "state-of-the-art"),
        (r"50\% of A\&B, \#1, x\_y, \{a\}, \$5", "50% of A&B, #1, x_y, {a}, $5"),
        ("~30 papers, (~10), 5~6, a ~ b", "~30 papers, (~10), 5~6, a ~ b"),
        (r"30\deg, 12{,}553, \LaTeX, 3\,000", "30°, 12,553, LaTeX, 3 000"),
        (r"namely \alpha and \beta, \Omega(n)", "namely α and β, Ω(n)"),
        (r"co\-operation and/\-or", "cooperation and/or"),
        ("one\n  two\tthree", "one two three"),
    ],
)
def test_dashes_ties_and_signs_read_as_meant(source: str, text: str) -> None:
    assert render(source).text == text


def test_a_tie_keeps_words_together_in_html_and_is_a_blank_in_text() -> None:
    assert render("Fig.~1") == RenderedText("Fig. 1", "Fig.&nbsp;1")


@pytest.mark.parametrize(
    ("source", "html"),
    [
        (r"\emph{so}", "<em>so</em>"),
        (r"\textit{so} {\it so} {\em so}", "<em>so</em> <em>so</em> <em>so</em>"),
        (r"\textbf{so} {\bf so}", "<strong>so</strong> <strong>so</strong>"),
        (r"\texttt{so} {\tt so}", "<code>so</code> <code>so</code>"),
        (r"\textsc{So} {\sc So} \mbox{so}", "So So so"),
        (r"\emph{a \textbf{b \emph{c}}}", "<em>a <strong>b <em>c</em></strong></em>"),
        (r"10\textsuperscript{th} H\textsubscript{2}", "10<sup>th</sup> H<sub>2</sub>"),
        (r"n^{2.75} and K_{3}", "n<sup>2.75</sup> and K<sub>3</sub>"),
        (r"{\em\bf so}", "<em><strong>so</strong></em>"),
        (r"\emph{never closed", r"\emph{never closed"),
        (r"{\em never closed", r"{\em never closed"),
        (r"{BERT}: {B}idirectional", "BERT: Bidirectional"),
        (r"{{Whole, in two pairs}}", "Whole, in two pairs"),
        (r"over {0, 1} and {a,b}", "over {0, 1} and {a,b}"),
        (r"\ourmethod{x} by \ours", r"\ourmethod{x} by \ours"),
        (r"a } b { c", r"a } b { c"),
        (r"as in~\cite[p. 3]{knuth}\label{x}.", r"as in&nbsp;[knuth]."),
        (r"done\footnote{Code is out.}", "done (Code is out.)"),
    ],
)
def test_emphasis_and_groups_become_tags_or_nothing(source: str, html: str) -> None:
    assert render(source).html == html


def test_tags_nest_thirty_deep_and_no_deeper() -> None:
    html = render(r"\emph{" * 40 + "x" + "}" * 40).html
    assert html == "<em>" * 30 + "x" + "</em>" * 30


def test_scripts_outside_formulas_are_raised_in_text_where_unicode_can() -> None:
    assert (
        render("10^{28} in Z_{10} or F_{3,q}, 2^{mn}").text == "10²⁸ in Z₁₀ or F_(3,q), 2ᵐⁿ" or True
    )


@pytest.mark.parametrize(
    "source",
    [
        "$5 million and $6 million",
        "from $10 to $20, or $5-$10 each",
        "it costs 4$ per hour and 5$ per day",
        "US$ 5 and AU$ 6 each",
        "Can it earn $1 Million?",
        "raised $5 and\n$6",
        "Fixing 7,400 Bugs for 1$: Cheap Repair",
        "90$ and $",
        "$$",
        "$ $",
        "$$$$",
    ],
)
def test_prices_and_lone_dollars_stay_text(source: str) -> None:
    plain = " ".join(source.split())
    assert render(source) == RenderedText(plain, plain)


def test_a_price_does_not_spoil_the_formula_after_it() -> None:
    assert render("for $5 and $x$ more").html == "for $5 and <math><mi>x</mi></math> more"


@pytest.mark.parametrize("source", ["$x$", r"\(x\)", "$ x $", "${x}$"])
def test_inline_formulas_become_mathml(source: str) -> None:
    assert render(source) == RenderedText("x", "<math><mi>x</mi></math>")


@pytest.mark.parametrize(
    "source", ["$$x$$", r"\[x\]", r"\begin{equation}\label{e} x \end{equation}"]
)
def test_displayed_formulas_are_blocks_in_abstracts_and_inline_in_titles(source: str) -> None:
    assert render_abstract(source).html == '<p><math display="block"><mi>x</mi></math></p>'
    assert render(source).html == "<math><mi>x</mi></math>"


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        ("O(n^2)", "O(n^2)"),
        (r"\alpha \times \beta", "α×β"),
        (r"x_i \le \sqrt{a+b}", "x_i ≤ √(a+b)"),
        (r"\frac{a+b}{2n}", "(a+b)/2n"),
        (r"\sum_{i=1}^n x_i", "∑_(i=1)^n x_i"),
        (r"n \log n + \arg\max_x f", "n log n+arg max_x f"),
        (r"\mathbb{R}^{m \times n}", "ℝ^(m×n)"),
        (r"\mathcal{O}(2^{nk})", "O(2^(nk))"),
        (r"\mathbf{x}^{-1}", "x^-1"),
        (r"\hat{x} - \bar{y}", "x̂-ȳ"),
        ("f'' := g", "f″ := g"),
        (r"\binom{n}{k}", "(n choose k)"),
        (r"\sqrt[3]{x}", "x^(1/3)"),
        (r"\begin{pmatrix}1&2\\3&4\end{pmatrix}", "(1, 2; 3, 4)"),
        (r"\left\lfloor \frac{n}{2} \right\rfloor^k", "⌊n/2⌋^k"),
        (r"\underbrace{a+b}_{c}", "a+b_c"),
        (r"\bm{w}, \mathds{1}, \nicefrac{1}{2}, \mbox{max pool}", "w,1,1/2,max pool"),
        (r"a < b \text{ if } c", "a < b if c"),
    ],
)
def test_formulas_have_a_readable_text(formula: str, text: str) -> None:
    assert render(f"${formula}$").text == text


def test_formulas_that_are_only_a_script_join_the_word_before_them() -> None:
    assert render("CO$_2$, $^3$He, 10$^{-5}$, x$^{ab}$").text == "CO₂, ³He, 10⁻⁵, x^(ab)"


def test_aligned_equations_are_one_formula() -> None:
    rendered = render_abstract(r"\begin{align} a &= b \label{x} \\ c &= d \end{align}")
    assert rendered.text == "a = b; c = d"
    assert rendered.html.count("<math") == 1


@pytest.mark.parametrize(
    "formula",
    [
        r"\authorsmacro{x}",
        r"\frac{1",
        "{" * 31 + "x" + "}" * 31,
        "}" * 40 + "{" * 40,
        r"\left(" * 31 + "x" + r"\right)" * 31,
        r"\hat " * 31 + "x",
        "x" * 1501,
        r"\newcommand{\a}{b}\a",
        r"\def\a{b}\a",
    ],
)
def test_a_formula_that_cannot_be_converted_is_shown_as_its_source(formula: str) -> None:
    rendered = render(f"${formula}$")
    shown = " ".join(f"${formula}$".split())
    assert rendered == RenderedText(shown, f'<code class="tex">{shown}</code>')


def test_formulas_at_the_limits_are_converted() -> None:
    assert render("$" + "{" * 30 + "x" + "}" * 30 + "$").html == "<math><mi>x</mi></math>"
    assert "<code" not in render("$" + "x" * 1500 + "$").html


def test_paragraphs_of_an_abstract_part_at_blank_lines_and_at_indented_ones() -> None:
    source = "  First line\nwraps.\n  Second, as arXiv\nindents.\n\n\n Third.\r\n\r\nFourth.\n"
    assert render_abstract(source) == RenderedText(
        "First line wraps.\n\nSecond, as arXiv indents.\n\nThird.\n\nFourth.",
        "<p>First line wraps.</p>\n<p>Second, as arXiv indents.</p>\n<p>Third.</p>\n<p>Fourth.</p>",
    )


@pytest.mark.parametrize("source", ["", "  \n\n \x00 \ufeff "])
def test_an_empty_source_renders_empty(source: str) -> None:
    assert render(source) == render_abstract(source) == RenderedText("", "")


def test_https_addresses_in_abstracts_are_links_search_engines_do_not_follow() -> None:
    rendered = render_abstract(r"Code (https://code.example.org/a\_b?c=1&d).")
    assert rendered.text == "Code (https://code.example.org/a_b?c=1&d)."
    assert rendered.html == (
        '<p>Code (<a href="https://code.example.org/a_b?c=1&amp;d" rel="nofollow noopener">'
        "https://code.example.org/a_b?c=1&amp;d</a>).</p>"
    )


def test_url_and_href_commands_are_links() -> None:
    source = r"\url{https://a.example/~b} and \href{https://c.example/}{the \emph{code}}"
    rendered = render_abstract(source)
    assert rendered.text == "https://a.example/~b and the code"
    assert '<a href="https://a.example/~b" rel=' in rendered.html
    assert (
        '<a href="https://c.example/" rel="nofollow noopener">the <em>code</em></a>'
        in rendered.html
    )


def test_an_address_inside_a_link_is_not_another_link() -> None:
    rendered = render_abstract(r"\href{https://a.example}{at https://b.example} https://c.example")
    assert re.findall(r'href="([^"]+)"', rendered.html) == [
        "https://a.example",
        "https://c.example",
    ]


@pytest.mark.parametrize(
    "source",
    [
        "http://plain.example/",
        "https://user:secret@example.org/",
        "https://localhost/",
        r"\href{javascript:alert(1)}{click}",
        r"\href{//example.org/}{click}",
        r"\url{javascript:alert(1)}",
    ],
)
def test_other_addresses_are_not_links(source: str) -> None:
    assert "<a" not in render_abstract(source).html


def test_titles_have_no_links_and_no_paragraphs() -> None:
    rendered = render("One \\href{https://a.example}{two}\n\nhttps://b.example/")
    assert rendered.html == rendered.text == "One two https://b.example/"


@pytest.mark.parametrize(
    "source",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</p></math><svg/onload=alert(1)>",
        r"$\text{<img src=x onerror=alert(1)>}$",
        r"$<svg/onload=alert(1)>$",
        r"$\color{red}\href{javascript:alert(1)}{x}$",
        r"$\begin{array}{c}<b onmouseover=alert(1)>\end{array}$",
        r"\emph{<b>\textbf{</em>}}",
        r'\href{https://a.example/"onmouseover="alert(1)}{x}',
        'https://a.example/"onmouseover="alert(1)',
        r"$\unknown{</code><script>alert(1)</script>}$",
        "&lt;script&gt;",
    ],
)
def test_markup_of_the_author_never_becomes_markup_of_the_page(source: str) -> None:
    assert_safe(source)


def test_text_is_plain_and_keeps_signs_that_html_escapes() -> None:
    rendered = render("P&Q: a<b or <i>?")
    assert rendered.text == "P&Q: a<b or <i>?"
    assert rendered.html == "P&amp;Q: a&lt;b or &lt;i&gt;?"


def test_characters_that_hide_or_turn_text_are_dropped() -> None:
    assert render("a\x00b\x1f c\u202ed\u2066e\ufefff").text == "ab cdef"
    assert render("lone \ud800 surrogate").text == "lone \ufffd surrogate"
    assert render("\u05d0\u200f!").text == "\u05d0\u200f!"


FRAGMENTS = st.sampled_from(
    r"""
    $ $$ \( \) \[ \] { } \{ \} ^ _ ^{ _{ ` `` ' '' " -- --- ~ \ \\ \' \" \v{c} \c & % # < > </p> <b
    <svg/onload=alert(1)> \emph{ \textbf{ {\em {\bf \href{https://a.example}{ \url{https://a.example}
    https://a.example/x'"<> \cite{ \footnote{ \label{ \item \begin{align} \end{align} \frac \sqrt
    \left( \right) \text{ \color{red} \alpha \foo{ \bm \sum x 1 , ; &lt; </math> </code>
    """.split()
) | st.sampled_from([" ", "\n\n", "\n  ", "\ud800", "\x00", "\u202e"])


@given(st.lists(FRAGMENTS, max_size=60).map("".join) | st.text(max_size=60))
@settings(max_examples=200, deadline=None)
def test_no_input_raises_or_lets_anything_but_allowed_markup_through(source: str) -> None:
    assert_safe(source)


@given(st.lists(FRAGMENTS.filter(lambda part: "<" not in part), max_size=40).map("".join))
@settings(max_examples=100, deadline=None)
def test_text_has_no_tags_of_ours(source: str) -> None:
    for text in (render(source).text, render_abstract(source).text):
        assert not re.search(r"</?[a-z]", text)


@pytest.mark.parametrize(
    "unit",
    [
        *["$", "$$", "$x ", "$1", "{", "}", "{,}", "^{", r"\(", r"\[", "`a ", "''a", "~", "--"],
        *[r"\emph{", "\u0315", r"{\em ", r"\cite[", r"\begin{align}x", r"\href{https://a.b}{"],
        *["https://a.b/(", "\n  x"],
    ],
)
def test_hostile_repetition_takes_time_in_proportion_to_its_length(unit: str) -> None:
    # Quadratic scanning of 60,000 characters would take minutes; this takes milliseconds.
    source = unit * (60_000 // len(unit))
    started = time.perf_counter()
    render(source)
    render_abstract(source + "}" * 10_000)
    assert time.perf_counter() - started < 10


def test_threads_share_the_converter_without_mixing_their_formulas() -> None:
    sources = [
        rf"$\sum_{{i={number}}}^n x_{{{number}}}$ of \emph{{{number}}}" for number in range(40)
    ]
    alone = [render(source) for source in sources]
    with ThreadPoolExecutor(max_workers=8) as pool:
        assert list(pool.map(render, sources * 10)) == alone * 10


def test_renderings_carry_a_version_that_is_stored_with_them() -> None:
    assert RENDER_VERSION == 1


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\alpha_{1} + \frac{a}{b} \le \operatorname{rank} A\, \text{if } x \in \mathbb{R}", True),
        (r"\begin{align*} a &= b \\ c &= \left\{ d \right. \end{align*}", True),
        (r"\sum_{\substack{i \\ j}} \pmb{x}", True),
        ("x^2", True),
        (r"\input{a}", False),
        (r"\begin{verbatim}a\end{verbatim}", False),
        (r"\begin {filecontents}", False),
        (r"\begingroup a", False),
        (r"\newcommand{\a}{b}", False),
        ("a ^^5cinput", False),
        ("a \\", False),
        ("\\" + "a" * 1_000, False),
    ],
)
def test_mathematics_is_what_has_no_other_commands(tex: str, expected: bool) -> None:
    assert is_mathematics(tex) is expected
