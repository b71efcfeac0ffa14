import pytest

from papers.sources.arxiv import (
    categories_in,
    code_link,
    dois_in,
    full_name,
    is_withdrawal,
    names_in,
    paragraphs,
)


@pytest.mark.parametrize(
    ("text", "link"),
    [
        ("at https://github.com/example/loom.", "https://github.com/example/loom"),
        ("(http://www.github.com/Example/Loom-2.0)", "https://github.com/Example/Loom-2.0"),
        ("https://github.com/example/loom.git", "https://github.com/example/loom"),
        ("https://github.com/example/loom/tree/main/cards", "https://github.com/example/loom"),
        (r"\url{https://github.com/example/loom\_cards}", "https://github.com/example/loom_cards"),
        ("HTTPS://GitHub.com/example/loom;", "https://github.com/example/loom"),
        ("https://github.com/example", ""),
        ("https://github.com/example/", ""),
        ("https://github.com/example/...", ""),
        ("https://notgithub.com/example/loom", ""),
        ("https://github.com.example.org/example/loom", ""),
        ("https://gist.github.com/example/1234", ""),
        ("github.com/example/loom", ""),
        ("", ""),
    ],
)
def test_a_code_link_is_a_repository_without_what_the_sentence_put_around_it(
    text: str, link: str
) -> None:
    assert code_link(text) == link


def test_the_first_text_that_names_a_repository_decides() -> None:
    one, other = "https://github.com/example/one", "https://github.com/example/other"
    assert code_link("none here", f"see {one} and {other}", other) == one


@pytest.mark.parametrize(
    ("comments", "withdrawn"),
    [
        ("This paper has been withdrawn", True),
        ("This article is withdrawn because of its lack of novelty", True),
        ("  This manuscript\n  has been withdrawn by its authors", True),
        ("Withdrawn by arXiv administrators", True),
        ("WITHDRAWN: see v1", True),
        ("", False),
        ("12 pages", False),
        ("12 pages. This paper has been withdrawn", False),
        ("Accepted at a workshop, then withdrawn from it", False),
        ("This paper has been accepted", False),
        ("Withdrawnness of looms, 3 figures", False),
    ],
)
def test_only_comments_that_begin_with_a_withdrawal_are_one(comments: str, withdrawn: bool) -> None:
    assert is_withdrawal(comments) is withdrawn


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("Weaver", "Ada", ""), "Ada Weaver"),
        (("Weaver", "A. -B.", "Jr."), "A.-B. Weaver Jr."),
        (("van der Loom", "J.", "III"), "J. van der Loom III"),
        (("Loom Collaboration",), "Loom Collaboration"),
        (("Garc{\\'\\i}a", 'Zo\\"e', ""), "Zoë García"),
        (("Hj\\orungnes", "Fran\\ccois", ""), "François Hjørungnes"),
        (("Bj\\oe{}r\\o n", "\\Lukasz", ""), "Łukasz Bjœrøn"),
        (("Žižka\n ", " Á. ", ""), "Á. Žižka"),
        (("", "", ""), ""),
    ],
)
def test_a_name_is_put_together_as_it_is_printed(parts: tuple[str, ...], name: str) -> None:
    assert full_name(*parts) == name


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ada Weaver", ["Ada Weaver"]),
        ("A. Weaver, B. Carder and C. Dyer", ["A. Weaver", "B. Carder", "C. Dyer"]),
        ("A. Weaver, B. Carder, and C. Dyer", ["A. Weaver", "B. Carder", "C. Dyer"]),
        ("A. Weaver (1), B. Carder (1 and 2) ((1) Leeds)", ["A. Weaver", "B. Carder"]),
        ("A. Weaver, Jr., B. Carder, III", ["A. Weaver Jr.", "B. Carder III"]),
        ("Loom Collaboration: A. Weaver et al.", ["Loom Collaboration", "A. Weaver"]),
        ("A. Weaver, et al.", ["A. Weaver"]),
        ("Alexander Andersand", ["Alexander Andersand"]),
        (r"C. Bal\'azs & C.-P. Yu\"an", ["C. Balázs", "C.-P. Yuän"]),
        (", ,", []),
        ("", []),
        ("A. Weaver) and B. Carder (Leeds", ["A. Weaver)", "B. Carder"]),
        ("(" * 50_000 + ")" * 50_000, []),
    ],
)
def test_a_line_of_authors_is_split_into_names(line: str, names: list[str]) -> None:
    assert list(names_in(line)) == names


def test_an_abstract_keeps_its_paragraphs_and_loses_its_line_breaks() -> None:
    assert paragraphs("  One\nline.\n  Two\n lines.\n\n\nThree\t lines.\n") == (
        "One line.\n\nTwo lines.\n\nThree lines."
    )
    assert paragraphs(" \n ") == ""


def test_dois_are_parted_by_blanks_and_what_is_none_is_dropped() -> None:
    text = " 10.1000/A,\n doi:10.1000/b  n/a 2603.00011 10.48550/arXiv.2603.00011 "
    assert list(dois_in(text)) == [("doi", "10.1000/a"), ("doi", "10.1000/b")]
    assert list(dois_in("")) == []
    # A comma or semicolon parts them only where another one follows.
    several = "10.1000/a,b(1;2),10.1000/c; 10.1000/d;10.1000/e"
    assert [doi for _kind, doi in dois_in(several)] == [
        "10.1000/a,b(1;2)",
        "10.1000/c",
        "10.1000/d",
        "10.1000/e",
    ]


def test_categories_are_told_from_other_classes_and_the_primary_one_comes_first() -> None:
    terms = ["cs.AI", "68T05, 68T07", "cond-mat.mtrl-sci", "I.2.7", " cs.LG ", "hep-th", "cs.AI"]
    expected = ("cs.LG", "cs.AI", "cond-mat.mtrl-sci", "hep-th")
    assert categories_in(terms, "cs.LG") == expected
    assert categories_in(["math-ph", "I.2.7; I.2.8"]) == ("math-ph",)
