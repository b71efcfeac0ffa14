import pytest

from papers.sources.jats import plain_line, plain_text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("Looms of the north", "Looms of the north"),
        ("Wool &amp; silk", "Wool & silk"),
        ("Wool &amp;amp; silk", "Wool & silk"),
        ("Threads with p < 0.05 and a<b or b>c", "Threads with p < 0.05 and a<b or b>c"),
        ("Dyeing by <i>Isatis tinctoria</i>", "Dyeing by Isatis tinctoria"),
        ("A <scp>RED</scp> thread &amp; a&nbsp;knot", "A RED thread & a knot"),
        ("Salt & <i>water</i>", "Salt & water"),
        ("H<sub>2</sub>O for 10<sup>5</sup> threads", "H_{2}O for 10^{5} threads"),
        ("&lt;i&gt;Escaped&lt;/i&gt; once too often", "Escaped once too often"),
        ("Cut <i>off", "Cut off"),
        (
            "Of <mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math> looms",
            "Of x^{2} looms",
        ),
        (
            "<math><mfrac><mi>a</mi><mi>b</mi></mfrac><annotation>no</annotation></math>",
            "(a)/(b)",
        ),
        ("<math><msubsup><mi>k</mi><mn>1</mn><mn>2</mn></msubsup></math>", "k_{1}^{2}"),
        (
            r"A <tex-math>\documentclass{x}\begin{document}$$y_1$$\end{document}</tex-math> loom",
            "A $y_1$ loom",
        ),
        (
            "<alternatives><math><mi>y</mi></math><tex-math>$y$</tex-math></alternatives> loom",
            "$y$ loom",
        ),
    ],
)
def test_markup_of_publishers_becomes_plain_text(markup: str, text: str) -> None:
    assert plain_line(markup) == text


def test_paragraphs_stay_apart_and_headings_begin_theirs() -> None:
    assert (
        plain_text(
            "<jats:title>Abstract</jats:title>"
            "<jats:sec><jats:title>Background</jats:title><jats:p>Cards\n   tear.</jats:p></jats:sec>"
            "<jats:sec><jats:title>Why?</jats:title><jats:p>They are old.</jats:p>"
            "<jats:p>Very <jats:italic>old</jats:italic>.</jats:p></jats:sec>"
        )
        == "Background: Cards tear.\n\nWhy? They are old.\n\nVery old."
    )


def test_a_heading_without_a_paragraph_is_kept() -> None:
    assert plain_text("<p>One.</p><title>Funding</title>") == "One.\n\nFunding:"


@pytest.mark.parametrize(
    "hostile",
    [
        '<!DOCTYPE t [<!ENTITY e SYSTEM "file:///etc/passwd">]><p>Wool &e;</p>',
        "<p>Wool<script>alert(1)</script></p>",
        "<p onclick=\"alert('x')\">Wool</p>",
    ],
)
def test_no_element_and_no_entity_survives(hostile: str) -> None:
    text = plain_text(hostile)
    assert "Wool" in text
    assert "<" not in text
    assert "root:" not in text
