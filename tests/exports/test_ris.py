"""RIS: what rispy wrote for us is read line by line, as the format says, without rispy."""

import re

from papers.exports import ris
from tests.exports.papers import HOSTILE, make_exported

Record = list[tuple[str, str]]


def read(text: str) -> list[Record]:
    """Read strictly: every line is a tag of two characters, two blanks, a hyphen and a blank."""
    records: list[Record] = []
    is_open = False
    for line in filter(None, text.split("\n")):
        found = re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line)
        assert found is not None, line
        tag, value = found.groups()
        assert is_open is (tag != "TY")
        if tag == "TY":
            records.append([])
        is_open = tag != "ER"
        if is_open:
            records[-1].append((tag, value))
    assert not is_open
    return records


def test_a_paper_is_a_record_with_its_facts() -> None:
    paper = make_exported(
        dois=("10.1000/a_b", "10.1000/c"),
        tags=("cs.LG", "stat.ML"),
        comments="12 pages",
        abstract="We build.\n\nWe measure.",
    )
    assert read(ris.write([paper])) == [
        [
            ("TY", "UNPB"),
            ("ID", "lovelace2025notes"),
            ("TI", "Notes on the Analytical Engine"),
            ("AU", "Lovelace, Ada"),
            ("AU", "Turing, Alan"),
            ("PY", "2025"),
            ("DA", "2025/03/04/"),
            ("DO", "10.1000/a_b"),
            ("DB", "arXiv"),
            ("AN", "arXiv:2503.01234"),
            ("UR", "https://arxiv.org/abs/2503.01234"),
            ("UR", "https://doi.org/10.1000/a_b"),
            ("UR", "https://doi.org/10.1000/c"),
            ("KW", "cs.LG"),
            ("KW", "stat.ML"),
            ("N1", "12 pages"),
            ("AB", "We build. We measure."),
        ]
    ]


def test_text_that_looks_like_ris_stays_within_its_line() -> None:
    first, second = read(ris.write([HOSTILE, make_exported()]))
    assert first[0] == ("TY", "JOUR")
    fields = dict(first)
    assert "TY - JOUR" in fields["AB"]
    assert r"$\left\{ x \right.$ costs $5 million or $6 million." in fields["AB"]
    assert "Étale" in fields["TI"]
    assert [value for tag, value in first if tag == "AU"][:5] == [
        "du Châtelet, Émile",
        "van der Berg, Jan, Jr.",
        "The ATLAS Collaboration",
        "Barnes and Noble, Inc.",
        "李明",
    ]
    assert dict(second)["ID"] == "lovelace2025notes"


def test_no_more_of_a_date_is_written_than_is_known() -> None:
    months, years, nothing = (
        dict(record)
        for record in read(
            ris.write(
                [
                    make_exported(precision="month"),
                    make_exported(precision="year"),
                    make_exported(published=None),
                ]
            )
        )
    )
    assert (months["PY"], months["DA"]) == ("2025", "2025/03//")
    assert (years["PY"], years["DA"]) == ("2025", "2025///")
    assert "PY" not in nothing
    assert "DA" not in nothing


def test_no_papers_are_no_text() -> None:
    assert ris.write([]).strip() == ""
