"""What all formats share: keys of citations, names taken apart, text with formulas."""

import pytest

from papers.exports.paper import citation_key, citation_keys, text_with_formulas
from papers.exports.people import PersonName, person_name
from tests.exports.papers import make_exported


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({}, "lovelace2025notes"),
        ({"title": "On the Élan of Graphs"}, "lovelace2025elan"),
        ({"title": "$K$-theory"}, "lovelace2025theory"),
        ({"title": "A"}, "lovelace2025"),
        ({"authors": ("Ada van der Ångström-Berg",)}, "angstromberg2025notes"),
        ({"authors": ()}, "anonymous2025notes"),
        ({"published": None}, "lovelacenotes"),
        ({"authors": ("李明",), "title": "图论"}, "anonymous2025-250301234"),
    ],
)
def test_a_citation_key_is_made_of_name_year_and_word(fields: dict[str, object], key: str) -> None:
    assert citation_key(make_exported(**fields)) == key


def test_papers_that_would_share_a_key_are_told_apart() -> None:
    keys = list(citation_keys([make_exported()] * 30))
    assert keys[:3] == ["lovelace2025notes", "lovelace2025notesb", "lovelace2025notesc"]
    assert len(set(keys)) == 30


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("Ada Lovelace", PersonName("Lovelace", "Ada")),
        ("Ada King Lovelace", PersonName("Lovelace", "Ada King")),
        ("Ludwig van Beethoven", PersonName("Beethoven", "Ludwig", "van")),
        ("Maria de la Cruz", PersonName("Cruz", "Maria", "de la")),
        ("Martin King Jr.", PersonName("King", "Martin", "", "Jr.")),
        ("Martin King, III", PersonName("King", "Martin", "", "III")),
        ("Plato", PersonName("Plato")),
        ("van Beethoven", PersonName("Beethoven", "van")),
        ("The OPERA Collaboration", PersonName("The OPERA Collaboration")),
        ("Smith, John", PersonName("Smith, John")),
        ("", PersonName("")),
    ],
)
def test_names_are_taken_apart_where_that_is_safe(printed: str, name: PersonName) -> None:
    assert person_name(printed) == name


def test_prose_becomes_unicode_and_formulas_stay() -> None:
    source = r"The \emph{Schr\"odinger} map $\psi_{1} \to 0$ -- it costs $5 and $6. \[a=b\]"
    expected = "The Schrödinger map $\\psi_{1} \\to 0$ \N{EN DASH} it costs $5 and $6. $$a=b$$"
    assert text_with_formulas(source) == expected
    assert text_with_formulas("") == ""
