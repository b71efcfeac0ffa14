import pytest

from papers.sources.bibtex_names import names_in


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("Lovelace, Ada and Charles Babbage", ["Ada Lovelace", "Charles Babbage"]),
        ("Lovelace, Ada\n  and  Babbage, Charles AND Menabrea, L.",
         ["Ada Lovelace", "Charles Babbage", "L. Menabrea"]),
        ("van Beethoven, Ludwig and Ludwig van Beethoven",
         ["Ludwig van Beethoven", "Ludwig van Beethoven"]),
        ("von Hicks, III, Michael", ["Michael von Hicks III"]),
        ("Ada Lovelace and others", ["Ada Lovelace"]),
        ("Ada Lovelace and et al.", ["Ada Lovelace"]),
        ("{Weavers and Carders Ltd} and {{The Loom Project}}",
         ["Weavers and Carders Ltd", "The Loom Project"]),
        (r"G{\"o}del, Kurt and {\O}rsted, H.~C. and Mc{\relax Carthy}, John",
         ["Kurt Gödel", "H. C. Ørsted", "John McCarthy"]),
        ("family=Beethoven, given=Ludwig, prefix=van, useprefix=true and Lovelace, Ada",
         ["Ludwig van Beethoven", "Ada Lovelace"]),
        (r'given={\relax Yu}ri, family={Weaver, Sons} and "family=Carder, given=Ben, suffix=Jr"',
         ["Yuri Weaver, Sons", "Ben Carder Jr"]),
        ("A. Weaver; B. Carder", ["A. Weaver", "B. Carder"]),
        ("Weaver, A.; and Carder, B.;", ["A. Weaver", "B. Carder"]),
        ("Jörg Weaver 0001", ["Jörg Weaver"]),
        (r"Sylvie Th\{'ebaux and Ada Lovelace", ["Sylvie Thébaux", "Ada Lovelace"]),
        ("Weaver, Ada,", ["Ada Weaver"]),
        ("Ada}", ["Ada"]),
        ("Weaver, A., B., C., D.", ["B. C. D. Weaver A."]),
        ("  ", []),
    ],
)  # fmt: skip
def test_names_are_read_as_bibtex_and_biblatex_write_them(field: str, names: list[str]) -> None:
    assert list(names_in(field)) == names
