import time

import pytest

from papers.sources.tex_text import plain_address, plain_line, plain_paragraphs


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"{\'E}tudes, G\"odel, \'{\i}, Jo\~{a}o, \v{C}apek, \c{c}", "Études, Gödel, í, João, Čapek, ç"),
        (r"Stra\ss e, {\O}rsted, \aa rhus, \l\'{o}d\'z", "Straße, Ørsted, århus, łódź"),
        ("``Quoted'' -- or--- not, a~tie", "“Quoted” \N{EN DASH} or— not, a tie"),
        (r"\enquote{a} and \mkbibquote{b}", "“a” and “b”"),
        (r"\emph{A} \textbf{b} {\it c} \mkbibemph{d}", "A b c d"),
        (r"{{The {LOOM}}} of {\relax Ch}arles", "The LOOM of Charles"),
        (r"50% of A & B, 5\% of C \& D, #3, a_b", "50% of A & B, 5% of C & D, #3, a_b"),
        (r"\TeX{} and \LaTeX{}, \CTAN, \textmu m", "TeX and LaTeX, CTAN, µm"),
        (r"H\textsubscript{2}O, 10\textsuperscript{-3}", "H_{2}O, 10^{-3}"),
        (r"See \href{https://example.org/}{the page} or \url{https://example.org/a_b}",
         "See the page or https://example.org/a_b"),
        ("<i>E. coli</i> &amp; CO<sub>2</sub>", "E. coli & CO_{2}"),
        (r"{$<$}i{$>$}E. coli{$<$}/i{$>$}", "E. coli"),
        (r"Read \textbar{} learn, {\pounds}5, \copyright{} 2025, 5\,k\ohm, 3\,\micro m, 20\degree",
         "Read | learn, £5, © 2025, 5 kΩ, 3 µm, 20°"),
        (r"\S 5 and \P{}7, a \textperiodcentered{} b", "§5 and ¶7, a · b"),
        (r"Nguy\h{\^e}n, \h{a}, \h o, \h{}", "Nguyển, ả, ỏ,"),
        (r"\textfrac{1}{3}", "1/3"),
        (r"\aap", "Astronomy & Astrophysics"),
        ("one\n   line", "one line"),
        (r"a {brace is missing", "a brace is missing"),
        (r"one } too many \textit{", "one too many"),
    ],
)  # fmt: skip
def test_tex_becomes_unicode(tex: str, text: str) -> None:
    assert plain_line(tex) == text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"Pakul{$\not$}a, So{$\not$}rensen, L$\not$ucznik", "Pakuła, Sørensen, Łucznik"),
        (r"Paku{$\not$}la, {$\not$}Orsted, Wea{$\not$}ver", "Pakuła, Ørsted, Weaver"),
        (r"a $\not= b$", r"a $\not= b$"),
    ],
)
def test_a_bar_for_a_letter_is_of_the_letter(tex: str, text: str) -> None:
    assert plain_line(tex) == text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"Layers of \{\vphantom\}{{ZnO}}\vphantom\{\} on Glass", "Layers of ZnO on Glass"),
        (r"\{\vphantom\}{{S}}\vphantom\{\}urface \{\vphantom\}{{F}}\vphantom\{\}ree",
         "Surface Free"),
        (r"Wells of \{(\vphantom\}{{In}},{{Ga}}){{As}}\vphantom\{\}", "Wells of (In,Ga)As"),
        (r"Ga\_\{\vphantom\}1-x\vphantom\{\}N", "Ga_{1-x}N"),
        (r"The set \{a, b\}", "The set {a, b}"),
    ],
)  # fmt: skip
def test_braces_that_only_kept_capitals_go(tex: str, text: str) -> None:
    assert plain_line(tex) == text


@pytest.mark.parametrize(
    ("tex", "text"),
    [
        (r"Maps of $\mathbb{Z}_{2}$ and {$\mu$}m", r"Maps of $\mathbb{Z}_{2}$ and $\mu$m"),
        (r"\(x^2\) \[y_1\] $$z$$", r"\(x^2\) \[y_1\] $$z$$"),
        (r"\ensuremath{\alpha_{1}} \'etale", r"$\alpha_{1}$ étale"),
        (r"at $50%$ and $\{a, b\}$", r"at $50\%$ and $\{a, b\}$"),
        # As Better BibTeX escapes the mathematics of a title that came from arXiv.
        (r"with \$\textbackslash mathcal\{\vphantom\}{{V}}\vphantom\{\}\$-{{Information}}",
         r"with $\mathcal{V}$-Information"),
        (r"Al\$\_x\$Ga\$\_\{1-x\}\$As on \$[y\^-,y\^+]\$", "Al$_x$Ga$_{1-x}$As on $[y^-,y^+]$"),
        (r"for \$5", "for $5"),
    ],
)  # fmt: skip
def test_mathematics_stays_as_it_is(tex: str, text: str) -> None:
    assert plain_line(tex) == text


def test_blank_lines_and_par_part_paragraphs_and_other_line_ends_do_not() -> None:
    assert plain_paragraphs("One\n  line.\n \nTwo.\\par Three\\pard.<br/>Four.") == (
        "One line.\n\nTwo.\n\nThree.\n\nFour."
    )


@pytest.mark.parametrize(
    ("tex", "address"),
    [
        (r"\url{https://example.org/a\_b\%20c}", "https://example.org/a_b%20c"),
        (r"https://example.org/{\textasciitilde}ada", "https://example.org/~ada"),
        (r"10.1000/(SICI)1{$<$}12::LOOM3{$>$}3.0.CO;2-2", "10.1000/(SICI)1<12::LOOM3>3.0.CO;2-2"),
        (r"10.1000/1{\textless}2{\textgreater}3", "10.1000/1<2>3"),
        ("10.1000/a--b", "10.1000/a--b"),
    ],
)
def test_addresses_lose_only_what_tex_needs(tex: str, address: str) -> None:
    assert plain_address(tex) == address


@pytest.mark.parametrize(
    "tex", ["{" * 50_000, "$" * 20_001, r"\'" * 5_000, r"\frac{" * 5_000, r"\textsuperscript{" * 90]
)
def test_absurd_tex_neither_crashes_nor_takes_long(tex: str) -> None:
    began = time.process_time()
    plain_line(tex)
    assert time.process_time() - began < 5
