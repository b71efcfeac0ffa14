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
        ("Weaver, A., Carder, B.", ["A. Weaver", "B. Carder"]),
        ("Garcia Lopez, Maria Ana", ["Maria Ana Garcia Lopez"]),
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
        ("Weaver, A., Carder, B.", ["A. Weaver", "B. Carder"]),
        ("Weaver, A., Carder, B., and Dyer, C. D.", ["A. Weaver", "B. Carder", "C. D. Dyer"]),
        ("Weaver, Ada and and Carder, Ben", ["Ada Weaver", "Ben Carder"]),
        ("Ada Weaver and and Ben Carder", ["Ada Weaver", "Ben Carder"]),
        ("Weaver, A., Carder, B., et al.", ["A. Weaver", "B. Carder"]),
        ("Lovelace, Ada, Babbage, Charles", ["Ada Lovelace", "Charles Babbage"]),
        ("van der Berg, Ewout Jan, Dyer, Cy", ["Ewout Jan van der Berg", "Cy Dyer"]),
        ("Garcia Lopez, M.-J., Dyer, C.", ["M.-J. Garcia Lopez", "C. Dyer"]),
        ("King, M. L., Jr., Dyer, C.", ["M. L. King Jr.", "C. Dyer"]),
        ("Martin Luther King, Jr., Ada B", ["Martin Luther King Jr.", "Ada B"]),
        ("Ada B, Martin Luther King, Jr.", ["Ada B", "Martin Luther King Jr."]),
        ("Martin Luther King, Jr.", ["Martin Luther King Jr."]),
        ("King, Jr., Martin Luther", ["Martin Luther King Jr."]),
        ("Garcia Lopez, Maria", ["Maria Garcia Lopez"]),
        (
            "Ada Weaver, Loomers, Ben Carder, Dyers",
            ["Ada Weaver", "Loomers", "Ben Carder", "Dyers"],
        ),
        ("Plato, Homer and Vergil", ["Plato", "Homer", "Vergil"]),
        ("", []),
    ],
)
def test_a_field_for_all_is_parted(text: str, names: list[str]) -> None:
    assert list(people_of_line(text)) == names
