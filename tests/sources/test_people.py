import pytest

from papers.sources.people import people, people_of_line, printed_name


@pytest.mark.parametrize(
    ("name", "printed"),
    [
        ("Lovelace, Ada", "Ada Lovelace"),
        ("Shannon,Claude E.", "Claude E. Shannon"),
        ("Ada  Lovelace", "Ada Lovelace"),
        ("van den Berg, Ewout", "Ewout van den Berg"),
        ("King, Martin, Jr.", "Martin King Jr."),
        ("King, Jr., Martin", "Martin King Jr."),
        (", Ada", "Ada"),
        ("Plato,", "Plato"),
        (" , ", ""),
    ],
)
def test_a_name_is_printed_in_its_natural_order(name: str, printed: str) -> None:
    assert printed_name(name) == printed


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Weaver, Ada and Carder, Ben", ["Ada Weaver", "Ben Carder"]),
        ("Weaver, Ada B. and Carder, Ben, Jr.", ["Ada B. Weaver", "Ben Carder Jr."]),
        ("Weaver, A.; Carder, B.", ["A. Weaver", "B. Carder"]),
        ("Institute of Arts and Sciences", ["Institute of Arts and Sciences"]),
        ("Anderson, Andy", ["Andy Anderson"]),
        ("", []),
    ],
)
def test_a_field_for_one_may_hold_several(text: str, names: list[str]) -> None:
    assert list(people(text)) == names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("A. Weaver, B. Carder and C. Dyer", ["A. Weaver", "B. Carder", "C. Dyer"]),
        ("Ada Weaver, Ben Carder", ["Ada Weaver", "Ben Carder"]),
        ("Ada Weaver", ["Ada Weaver"]),
        ("Weaver, Ada", ["Ada Weaver"]),
        ("Weaver, Ada; Carder, Ben", ["Ada Weaver", "Ben Carder"]),
        ("Weaver, Ada and Carder, Ben", ["Ada Weaver", "Ben Carder"]),
        ("", []),
    ],
)
def test_a_field_for_all_is_parted(text: str, names: list[str]) -> None:
    assert list(people_of_line(text)) == names
