"""BibTeX: what bibtexparser wrote for us is read by pybtex, as another program would read it."""

import re

import pytest
from pybtex.database import BibliographyData, parse_string
from pybtex.richtext import Text

from papers.exports import ExportedPaper, bibtex
from papers.exports.tex import braces_pair_up
from tests.exports.papers import HOSTILE, make_exported


def read(text: str) -> BibliographyData:
    return parse_string(text, "bibtex")


def plain(field: str) -> str:
    return str(Text.from_latex(field))


def test_a_paper_is_an_entry_with_its_facts() -> None:
    paper = make_exported(
        dois=("10.1000/a_b",), primary_class="cs.LG", tags=("cs.LG", "stat.ML"), comments="12 pages"
    )
    data = read(bibtex.write([paper]))
    [(key, entry)] = data.entries.items()
    assert (key, entry.type) == ("lovelace2025notes", "misc")
    assert [str(person) for person in entry.persons["author"]] == ["Lovelace, Ada", "Turing, Alan"]
    assert dict(entry.fields) == {
        "title": "Notes on the Analytical Engine",
        "year": "2025",
        "month": "March",
        "eprint": "2503.01234",
        "archivePrefix": "arXiv",
        "primaryClass": "cs.LG",
        "doi": "10.1000/a_b",
        "url": "https://arxiv.org/abs/2503.01234",
        "keywords": "cs.LG, stat.ML",
        "note": "12 pages",
    }


def test_what_is_hostile_to_bibtex_is_read_as_it_was_meant() -> None:
    data = read(bibtex.write([HOSTILE, make_exported()]))
    assert list(data.entries) == ["chatelet2025bert", "lovelace2025notes"]
    entry = data.entries["chatelet2025bert"]
    assert entry.type == "article"
    title = plain(entry.fields["title"])
    assert title.startswith("50% of BERT & $K_")
    assert "-theory of Étale #1_maps" in title
    assert "@article" in title
    assert plain(entry.fields["journal"]).startswith("J. Foo & Bar_9 12 (2025) 1\N{EN DASH}9")
    assert entry.fields["doi"] == HOSTILE.doi
    names = [
        tuple(
            " ".join(map(plain, part))
            for part in (p.first_names, p.prelast_names, p.last_names, p.lineage_names)
        )
        for p in entry.persons["author"]
    ]
    assert names[:5] == [
        ("Émile", "du", "Châtelet", ""),
        ("Jan", "van der", "Berg", "Jr."),
        ("", "", "The ATLAS Collaboration", ""),
        ("", "", "Barnes and Noble, Inc.", ""),
        ("", "", "李明", ""),
    ]
    assert names[5][2] == "O'Brien-Ångström"


def test_formulas_stay_as_their_authors_wrote_them() -> None:
    paper = make_exported(
        title=r"On $K$-theory and \(x_{1}\)",
        abstract=r"Let $\alpha \in \mathbb{R}$, then $$\sum_{i} x_i = 1.$$",
    )
    text = bibtex.write([paper])
    assert r"title = {On {$K$}-theory and {$x_{1}$}}" in text
    assert r"abstract = {Let $\alpha \in \mathbb{R}$, then \[\sum_{i} x_i = 1.\]}" in text


def test_capitals_within_a_word_are_kept_from_bibtex_and_others_are_not() -> None:
    text = bibtex.write([make_exported(title="GPT-4 meets BERTology in Paris, an mRNA study")])
    assert "title = {{GPT}-4 meets {BERTology} in Paris, an {mRNA} study}" in text


@pytest.mark.parametrize(
    ("precision", "year", "month"), [("year", "2025", ""), ("month", "2025", "March")]
)
def test_no_more_of_a_date_is_written_than_is_known(precision: str, year: str, month: str) -> None:
    fields = read(bibtex.write([make_exported(precision=precision)])).entries.values()
    [entry] = fields
    assert (entry.fields["year"], entry.fields.get("month", "")) == (year, month)


@pytest.mark.parametrize(
    "formula",
    [r"\left\{ x \right.", r"\{0", r"a } b", r"}{", r"\text{costs \$5}", r"\frac{1}{2}"],
)
def test_braces_always_pair_up(formula: str) -> None:
    paper = make_exported(title=f"On ${formula}$", abstract=f"On \\[{formula}\\] and $${formula}$$")
    text = bibtex.write([paper, make_exported()])
    assert braces_pair_up(text)
    assert len(read(text).entries) == 2


@pytest.mark.parametrize(
    "formula",
    [
        r"\input{/etc/passwd}",
        r"\write18{rm}",
        r"\immediate\openout3=a",
        r"\begin{filecontents}{a}x\end{filecontents}",
        r"\catcode`a=0",
        r"\csname input\endcsname{a}",
        r"^^5cinput{a}",
        r"\def\x{y}",
        r"\text{\include{a}}",
        r"\loom{a}",
    ],
)
def test_what_is_no_mathematics_is_no_command_though_it_stands_between_dollars(
    formula: str,
) -> None:
    paper = make_exported(title=f"On ${formula}$", abstract=f"On ${formula}$ and \\[{formula}\\]")
    text = bibtex.write([paper])
    assert r"\$" in text
    commands = set(re.findall(r"\\([A-Za-z]+)", text))
    assert commands <= {"textbackslash", "textbraceleft", "textbraceright", "textasciicircum"}
    assert "^^" not in text
    assert braces_pair_up(text)
    assert len(read(text).entries) == 1


def test_a_comment_sign_in_a_formula_does_not_hide_its_end() -> None:
    text = bibtex.write([make_exported(title=r"At $50%$ and $5\%$ of $x#1$")])
    assert r"At {$50\%$} and {$5\%$} of {$x\#1$}" in text


def test_commands_in_addresses_and_classes_are_none() -> None:
    paper = make_exported(
        dois=(r"10.1000/a\input{b}",), key="op:a", url=r"https://a.example/\input{b}",
        arxiv_id="2503.01234", primary_class=r"\input{b}",
    )  # fmt: skip
    text = bibtex.write([paper])
    assert "doi = {10.1000/a%5Cinput{b}}" in text
    assert "\\input" not in text


def test_the_double_acute_of_hungarian_is_no_single_one() -> None:
    text = bibtex.write([make_exported(authors=("Gyula Fűrész", "Ödön Űrhajó"))])
    assert r"author = {F{\H{u}}r{\'e}sz, Gyula and {\H{U}}rhaj{\'o}, {\"O}d{\"o}n}" in text


@pytest.mark.parametrize("name", ["Barnes and Noble Inc", "Ada and Bob Smith", "Looms And Sons"])
def test_a_name_with_the_word_and_stays_one(name: str) -> None:
    text = bibtex.write([make_exported(authors=(name, "Alan Turing"))])
    assert f"author = {{{{{name}}} and Turing, Alan}}" in text
    [entry] = read(text).entries.values()
    assert len(entry.persons["author"]) == 2


def test_a_paper_without_anything_but_a_title_is_an_entry() -> None:
    paper = ExportedPaper(key="op:abcdefgh23", url="https://offprint.example/p/", title="Untold")
    [(key, entry)] = read(bibtex.write([paper])).entries.items()
    assert (key, dict(entry.fields)) == (
        "anonymousuntold",
        {"title": "Untold", "url": "https://offprint.example/p/"},
    )


def test_no_papers_are_no_text() -> None:
    assert bibtex.write([]) == ""
