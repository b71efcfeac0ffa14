"""The room that a title or formula may take: no author pushes the neighbours off the page."""

import re
import unicodedata

import pytest

from papers.mathtext import render, render_abstract
from papers.mathtext.lengths import bounded


def lengths(title: str) -> list[tuple[str, str]]:
    """The attributes of a rendered title that are lengths."""
    names = "width|height|depth|voffset|lspace|rspace|linethickness|minsize|maxsize"
    return re.findall(rf' ({names})="([^"]*)"', render(title).html)


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"$\hspace{99999em}x$", [("width", "4em")]),
        (r"$\hspace{99999pt}x$", [("width", "4em")]),
        (r"$\hspace{9999999em}x$", []),
        (r"$x\hspace{-99999em}x$", []),
        (r"$\kern 9999cm x$", [("width", "4em")]),
        (r"$\genfrac(){9999em}{}{a}{b}$", [("linethickness", "0.3em")]),
        (r"$\raisebox{99999em}{x}$", [("voffset", "0.5em")]),
        (r"$\raisebox{-99999em}{x}$", [("voffset", "-0.5em")]),
    ],
)
def test_lengths_that_would_push_neighbours_away_are_cut(
    source: str, expected: list[tuple[str, str]]
) -> None:
    assert lengths(source) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (r"$a\quad b\qquad c$", [("width", "1em"), ("width", "2em")]),
        (r"$\raisebox{0.5ex}{x}$", [("voffset", "0.5ex")]),
        (r"$\binom{a}{b}$", [("linethickness", "0")]),
        (r"$\genfrac(){1pt}{}{a}{b}$", [("linethickness", "0.1rem")]),
        (r"$\Bigg($", [("minsize", "2.470em"), ("maxsize", "2.470em")]),
    ],
)
def test_lengths_that_authors_need_stay(source: str, expected: list[tuple[str, str]]) -> None:
    assert lengths(source) == expected


@pytest.mark.parametrize(
    ("attribute", "value", "kept"),
    [
        ("width", "thickmathspace", "thickmathspace"),
        ("width", "negativethinmathspace", "negativethinmathspace"),
        ("width", "-2em", "-1em"),
        ("width", "500%", None),
        ("width", "7", None),
        ("width", "0", "0"),
        ("width", "1e9em", None),
        ("width", "calc(9em)", None),
        ("width", "2vw", None),
        ("rspace", "99in", "3em"),
        ("minsize", "99ex", "3em"),
        ("linethickness", "-1em", "0em"),
        ("scriptlevel", "-9", None),
        ("scriptlevel", "+1", "+1"),
        ("rowspan", "9999", None),
        ("mathvariant", "normal", "normal"),
    ],
)
def test_only_short_lengths_in_known_units_pass(
    attribute: str, value: str, kept: str | None
) -> None:
    assert bounded("mspace", attribute, value) == kept


def test_a_fraction_with_a_line_of_any_thickness_is_not_a_binomial_in_text() -> None:
    assert render(r"$\genfrac(){0.5pt}{}{a}{b}$").text == "(a/b)"


def nested(opening: str, closing: str, *, times: int = 28) -> str:
    return f"${opening * times}x{closing * times}$"


@pytest.mark.parametrize(
    "source",
    [
        r"$\begin{pmatrix}" + r"x\\" * 400 + r"\end{pmatrix}$",
        nested(r"\overset{", "}{x}"),
        nested(r"\overset{x}{", "}"),
        nested(r"\underset{x}{", "}"),
        nested(r"\cfrac{", "}{y}"),
        nested(r"x^{\displaystyle ", "}"),
        nested(r"\hat{", "}"),
        nested(r"\sqrt{", "}"),
        "$" + r"x\hspace{3em}" * 100 + "$",
        "$" + r"x\qquad " * 100 + "$",
    ],
)
def test_formulas_that_take_too_much_room_in_a_title_are_shown_as_source(source: str) -> None:
    rendered = render(source)
    assert rendered.html == f'<code class="tex">{rendered.text}</code>'.replace("&", "&amp;")


@pytest.mark.parametrize(
    "source",
    [
        r"$\begin{pmatrix} a & b \\ c & d \end{pmatrix}$",
        r"$\frac{\sum_{i=1}^n x_i^2}{\sqrt{1+\frac{a}{b}}}$",
        r"$2^{2^{2^{2^n}}}$",
        r"$\underbrace{a+b}_{c}\overset{d}{=}\hat{\bar{x}}$",
        r"$A\xrightarrow[f]{g}B\xrightarrow{h}C$",
    ],
)
def test_formulas_of_ordinary_titles_have_room(source: str) -> None:
    assert "<math>" in render(source).html


def test_abstracts_have_room_for_derivations() -> None:
    rows = r"\\".join([r"a &= \frac{b}{c}"] * 15)
    source = rf"\begin{{align}}{rows}\end{{align}}"
    assert "<math" in render_abstract(source).html
    assert "<code" in render(source).html


@pytest.mark.parametrize(
    "source",
    [
        "Z" + "\u0315" * 900 + "x",
        "Z" + "\u0315\u200d\u00ad" * 300 + "x",
        "Z" + "{}\u0315" * 300 + "x",
        "Z" + "\\emph{}\u0315" * 300 + "x",
        "$Z" + "\u0315" * 900 + "x$",
    ],
)
def test_signs_do_not_pile_up_over_other_lines(source: str) -> None:
    for rendered in (render(source), render_abstract(source)):
        assert 0 < rendered.text.count("\u0315") <= 4
        assert 0 < rendered.html.count("\u0315") <= 4
        assert "x" in rendered.text


@pytest.mark.parametrize(
    "text",
    [
        "Vi\u1ec7t Nam",
        "\u05d1\u05bc\u05b0\u05e8\u05b5\u05d0\u05e9\u05c1\u05b4\u0596\u05d9\u05ea",
        "\u0938\u094d\u0925\u093f\u0924\u093f",
        "\U0001f468\U0001f3fd\u200d\u2764\ufe0f\u200d\U0001f468",
        "\U0001f3f4\U000e0067\U000e0062\U000e0073\U000e0063\U000e0074\U000e007f",
    ],
)
def test_signs_of_languages_stay(text: str) -> None:
    assert render(text).text == unicodedata.normalize("NFC", text)
