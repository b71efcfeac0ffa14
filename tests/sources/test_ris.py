import time

import pytest

from papers.sources import ris
from papers.sources.files import FileRefused, SourceContent
from papers.sources.record import PaperRecord, Parsed, Rejection

LOOMS = """TY  - JOUR
TI  - On Looms
AU  - Weaver, Ada
PY  - 2019
ER  -
"""


def content(text: str | bytes) -> SourceContent:
    return SourceContent("anything", text if isinstance(text, bytes) else text.encode())


def read(text: str | bytes) -> list[Parsed | Rejection]:
    return list(ris.parse(content(text)))


def records(text: str | bytes) -> list[PaperRecord]:
    found = read(text)
    assert all(isinstance(entry, Parsed) for entry in found), found
    return [entry.record for entry in found if isinstance(entry, Parsed)]


def record(*lines: str) -> PaperRecord:
    """The record of an article with these lines, and a title unless they have one."""
    text = "\n".join(("TY  - JOUR", *lines, "TI  - Of No Matter", "ER  - "))
    (found,) = records(text)
    return found


def titles(text: str | bytes) -> list[str]:
    return [found.title for found in records(text)]


def test_the_fields_of_a_record() -> None:
    found = records(LOOMS.replace("TI  -", "T1  -"))[0]
    assert found.title == "On Looms"
    found = record("AU  - Weaver, Ada", "A1  - Carder, Ben, Jr.")
    assert found.authors == ("Ada Weaver", "Ben Carder Jr.")
    found = record(
        "T2  - Journal of Looms", "JO  - J. Looms", "VL  - 12", "IS  - 3", "SP  - 45", "EP  - 67"
    )
    assert found.journal_ref == "Journal of Looms 12 (3), 45-67"
    found = record("DO  - 10.1000/LOOMS.12", "UR  - https://arxiv.org/abs/1901.00012v2")
    assert found.identifiers == (("arxiv", "1901.00012"), ("doi", "10.1000/looms.12"))
    found = record(
        "AB  - We say little, see https://github.com/ada/looms.", "N1  - mine", "KW  - looms"
    )
    assert found.abstract == "We say little, see https://github.com/ada/looms."
    assert found.code_url == "https://github.com/ada/looms"
    assert (found.comments, found.note) == ("", "")


def test_every_ty_is_a_record_whether_the_one_before_has_ended_or_not() -> None:
    without_end = LOOMS.replace("ER  -\n", "")
    assert titles(LOOMS + LOOMS.replace("On", "Under")) == ["On Looms", "Under Looms"]
    assert titles(without_end + LOOMS.replace("On", "Under")) == ["On Looms", "Under Looms"]
    assert titles(LOOMS + without_end.rstrip()) == ["On Looms", "On Looms"]


def test_text_before_and_between_records_belongs_to_none() -> None:
    text = f"Provider: Loom Library\nTYPE: references\n\n1.\n{LOOMS}\n2.\n{LOOMS}"
    assert [(found.title, found.abstract) for found in records(text)] == [("On Looms", "")] * 2


@pytest.mark.parametrize(
    "text",
    [
        LOOMS.replace("\n", "\r\n"),
        LOOMS.replace("\n", "\r"),
        "\ufeff" + LOOMS,
        LOOMS.encode("utf-16"),
        LOOMS.replace("JOUR", "Informal Publication"),
        LOOMS.replace("JOUR", ""),
        LOOMS.replace("TY  - JOUR\n", "TY  - JOUR\n\n  \n"),
        LOOMS.replace("  - ", " - ").replace("ER  -", "ER -"),
        LOOMS.replace("AU  -", "XY  - Z\nand more\nAU  -"),
        # rispy adds a line without a tag to the last tag of the record before.
        LOOMS.replace("PY  -", "AB  - Brief.\nPY  -").replace("ER", "DO  - 10.1000/1\nER") + "lost",
    ],
)
def test_odd_spellings_lose_no_record(text: str | bytes) -> None:
    (found,) = records(text)
    assert (found.title, found.authors) == ("On Looms", ("Ada Weaver",))
    assert found.published_at is not None
    assert ris.recognises(content(text))


def test_text_of_an_old_windows_program_keeps_its_letters() -> None:
    (found,) = records(LOOMS.replace("Weaver", "Wéaver").encode("cp1252"))
    assert found.authors == ("Ada Wéaver",)


def test_a_line_without_a_tag_goes_on_with_the_tag_before_it() -> None:
    found = record(
        "TI  - A Title That Was",
        "      Wrapped",
        "N1  - References: Weaver, A., Looms;",
        "Carder, B., TY and Other Tags;",
        "DO  - 10.1000/1",
        "AB  - The first paragraph",
        "goes on.",
        "",
        "      The second.",
        "AU  - Weaver,",
        "Ada",
    )
    assert found.title == "A Title That Was Wrapped"
    assert found.abstract == "The first paragraph goes on.\n\nThe second."
    assert found.authors == ("Ada Weaver",)
    assert found.identifiers == (("doi", "10.1000/1"),)


def test_a_value_that_is_stated_twice_and_then_wrapped_is_no_crash() -> None:
    found = record(
        "AB  - Brief.", "AB  - Another", "that is wrapped.", "DO  - no", "DO  - 10.1000/1"
    )
    assert found.abstract == "Brief."
    assert found.identifiers == (("doi", "10.1000/1"),)


def test_a_semicolon_in_a_doi_and_its_url_parts_nothing() -> None:
    found = record("UR  - https://doi.org/10.1002/1097(1998)6:2;1-K")
    assert found.identifiers == (("doi", "10.1002/1097(1998)6:2;1-k"),)


@pytest.mark.parametrize(
    ("author", "names"),
    [
        ("Shannon,Claude E.", ("Claude E. Shannon",)),
        (", عبد القادر", ("عبد القادر",)),
        ("A. Weaver", ("A. Weaver",)),
        ("Name of a Research Center", ("Name of a Research Center",)),
        ("Institute of Arts and Sciences", ("Institute of Arts and Sciences",)),
        (
            "Weaver, Ada and Carder, Ben and Dyer, Clara E.",
            ("Ada Weaver", "Ben Carder", "Clara E. Dyer"),
        ),
        ("Weaver, A.; Carder, B.", ("A. Weaver", "B. Carder")),
        ("", ()),
    ],
)
def test_authors_are_printed_as_people_write_them(author: str, names: tuple[str, ...]) -> None:
    assert record(f"AU  - {author}").authors == names


@pytest.mark.parametrize(
    ("lines", "day", "precision"),
    [
        (["PY  - 2014//"], "2014-01-01", "year"),
        (["Y1  - 1948/07//"], "1948-07-01", "month"),
        (["DA  - 2020/11/08/", "PY  - 2020"], "2020-11-08", ""),
        (["DA  - 2012//22/04", "PY  - 2012"], "2012-01-01", "year"),
        (["PY  - 2020", "Y1  - 4-8 Aug. 2020"], "2020-08-04", ""),
        (["PY  - 2019", "DA  - 2021/03/01"], "2019-01-01", "year"),
        (["PY  - Start date: 20170812"], "2017-08-12", ""),
        (["PY  - ", "Y2  - 2023/04/17/"], None, ""),
        (["PY  - in press"], None, ""),
    ],
)
def test_the_date_is_as_precise_as_the_tags_are_sure(
    lines: list[str], day: str | None, precision: str
) -> None:
    found = record(*lines)
    assert (found.published_at.date().isoformat() if found.published_at else None) == day
    assert found.published_precision == precision


def test_an_arxiv_id_is_found_where_a_journal_would_stand() -> None:
    found = record("JO  - arXiv preprint arXiv:2411.13560", "PY  - 2024")
    assert found.identifiers == (("arxiv", "2411.13560"),)
    assert found.journal_ref == ""


def test_a_record_without_a_title_is_rejected_by_its_place_and_name() -> None:
    second = "TY  - JOUR\nAU  - Weaver, Ada\nDO  - 10.1000/1\nER  - \n"
    first, rejected, third = read(LOOMS + second + LOOMS)
    assert rejected == Rejection(2, "It has no title.", "10.1000/1")
    assert isinstance(first, Parsed)
    assert (first.position, third.position) == (1, 3)


def test_a_file_without_a_record_is_refused() -> None:
    with pytest.raises(FileRefused, match="no line begins with"):
        read("Dear all,\n")


def test_a_great_many_lines_without_a_tag_take_no_time() -> None:
    started = time.monotonic()
    assert titles(LOOMS.replace("ER", "N1  - x\n" + "y\n" * 600_000 + "ER")) == ["On Looms"]
    # A second by far; adding each to what was there would take minutes.
    assert time.monotonic() - started < 20


@pytest.mark.parametrize(
    "text",
    [
        "Dear all,\nTY  - JOUR is how a record begins.\nKind regards",
        '{"text": "\nTY  - JOUR\nTI  - T"}',
        "@article{a,\nnote={\nTY  - JOUR\nTI  - T}}",
        "TYPE  - of something",
        "    TY  - JOUR\n    TI  - an example in a manual\n",
    ],
)
def test_what_only_speaks_of_ris_is_not_ris(text: str) -> None:
    assert not ris.recognises(content(text))
