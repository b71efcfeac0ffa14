import json
from typing import Any

import pytest

from papers.sources import plain
from papers.sources.files import FileRefused, SourceContent
from papers.sources.record import PaperRecord, Parsed, Rejection


def content(value: Any) -> SourceContent:
    text = value if isinstance(value, str) else json.dumps(value)
    return SourceContent("anything", text.encode())


def read(value: Any) -> list[PaperRecord]:
    found = list(plain.parse(content(value)))
    assert all(isinstance(entry, Parsed) for entry in found), found
    return [entry.record for entry in found if isinstance(entry, Parsed)]


def record(**fields: Any) -> PaperRecord:
    return plain.parse_paper({"title": "On Looms"} | fields)


WHOLE = {
    "title": "On Looms",
    "abstract": "We say little, and prove it.",
    "authors": ["Ada Weaver", "Carder, Ben"],
    "url": "https://arxiv.org/abs/2103.00012v2",
    "date": "2021-03-14",
}
CSV = """title,abstract,authors,url,date
On Looms,"We say little, and prove it.",Ada Weaver; Ben Carder,https://arxiv.org/abs/2103.00012v2,2021-03-14
"""


@pytest.mark.parametrize(
    "value",
    [
        [WHOLE],
        WHOLE,
        json.dumps(WHOLE, indent=1),
        json.dumps(WHOLE) + "\n",
        "\ufeff" + json.dumps([WHOLE]),
        CSV,
        "\ufeff" + CSV.replace("\n", "\r\n"),
        CSV.replace(",", "\t").replace("little\t and", "little, and"),
        CSV.replace(";", " and").replace(
            "title,abstract,authors,url,date", "Title,Abstract,Authors,URL,Date"
        ),
    ],
)
def test_a_paper_in_each_of_the_shapes(value: Any) -> None:
    file = content(value)
    assert plain.recognises(file)
    (found,) = read(value)
    assert found.title == "On Looms"
    assert found.abstract == "We say little, and prove it."
    assert found.authors == ("Ada Weaver", "Ben Carder")
    assert found.identifiers == (("arxiv", "2103.00012"),)
    assert found.published_at is not None
    assert found.published_at.date().isoformat() == "2021-03-14"


def test_a_title_and_an_abstract_are_enough_and_taken_as_they_are() -> None:
    (found,) = read([{"title": "On ``Looms''", "abstract": "Min R^{mtimes n}"}])
    assert (found.title, found.abstract) == ("On ``Looms''", "Min R^{mtimes n}")
    assert found.identifiers == ()


@pytest.mark.parametrize(
    ("fields", "name", "value"),
    [
        ({"Summary": "Brief."}, "abstract", "Brief."),
        ({"arXiv-ID": "2103.00012"}, "identifiers", (("arxiv", "2103.00012"),)),
        ({"doi": "https://doi.org/10.5555/LOOM"}, "identifiers", (("doi", "10.5555/loom"),)),
        ({"id": 17}, "identifiers", ()),
        ({"author": "Weaver, Ada"}, "authors", ("Ada Weaver",)),
        ({"authors": "A. Weaver, B. Carder and C. Dyer"}, "authors", ("A. Weaver", "B. Carder", "C. Dyer")),
        ({"authors": [{"name": "Ada"}, {"first_name": "Ben", "Last Name": "Carder"}]}, "authors", ("Ada", "Ben Carder")),
        ({"year": 2021}, "published_precision", "year"),
        ({"year": "2021", "month": 5}, "published_precision", "month"),
        ({"year": "2021", "month": "May"}, "published_precision", "month"),
        ({"date": "no day"}, "published_at", None),
        ({"venue": "Journal of Looms", "volume": 12, "year": 2021}, "journal_ref", "Journal of Looms 12 (2021)"),
        ({"comment": "12 pages"}, "comments", "12 pages"),
        ({"github": "https://github.com/ada/looms"}, "code_url", "https://github.com/ada/looms"),
        ({"project_page": "https://looms.example.org/"}, "project_url", "https://looms.example.org/"),
        ({"abstract": None, "authors": None, "listed": True}, "abstract", ""),
    ],
)  # fmt: skip
def test_fields_have_the_names_that_people_give_them(
    fields: dict[str, Any], name: str, value: Any
) -> None:
    assert getattr(record(**fields), name) == value


def test_blank_names_are_no_authors() -> None:
    assert record(authors=["", " ", {"name": "\x00"}, "Ada Weaver"]).authors == ("Ada Weaver",)


def test_a_bad_paper_is_rejected_by_its_place_and_spoils_no_other() -> None:
    papers = [WHOLE, {"abstract": "A", "doi": "10.5555/1"}, 3, WHOLE | {"authors": 3}, WHOLE]
    first, *rejected, last = plain.parse(content(papers))
    assert rejected == [
        Rejection(2, "It has no title.", "10.5555/1"),
        Rejection(3, "It is no paper: it is not a JSON object."),
        Rejection(4, "Its authors cannot be read: another type of value was expected.", "On Looms"),
    ]
    assert isinstance(first, Parsed)
    assert isinstance(last, Parsed)
    assert last.position == 5


def test_lines_of_json_are_numbered_and_a_bad_one_is_rejected() -> None:
    lines = f"{json.dumps(WHOLE)}\n\n{{bad}}\n{json.dumps(WHOLE)}\n"
    assert plain.recognises(content(lines))
    first, bad, last = plain.parse(content(lines))
    assert isinstance(first, Parsed)
    assert isinstance(bad, Rejection)
    assert isinstance(last, Parsed)
    assert (first.position, bad.position, last.position) == (1, 3, 4)


def test_lines_of_json_that_end_in_the_middle_are_refused_after_what_was_whole() -> None:
    entries = plain.parse(content(f'{json.dumps(WHOLE)}\n{{"title": "Und'))
    assert isinstance(next(entries), Parsed)
    with pytest.raises(FileRefused, match="line 2 ends in the middle"):
        next(entries)


def test_a_row_with_more_cells_than_the_header_is_rejected() -> None:
    rows = "title,abstract\nOn Looms,short, and more\n,,\n\nUnder Looms,long,\n"
    bad, good = plain.parse(content(rows))
    assert bad == Rejection(1, "It has more cells than the header of the table.", "On Looms")
    assert isinstance(good, Parsed)
    assert (good.position, good.record.title) == (2, "Under Looms")


def test_a_row_with_fewer_cells_is_a_paper_that_says_less() -> None:
    (found,) = read("title,abstract,authors\nOn Looms\n")
    assert (found.title, found.abstract, found.authors) == ("On Looms", "", ())


def test_a_cell_that_is_far_too_long_rejects_its_row_alone() -> None:
    long = "weft\n" * 50_000
    text = f'title,abstract\nOn Looms,Warp.\nOn Yarn,"{long}"\nOn Dyes,Madder.\n'
    found = list(plain.parse(SourceContent("papers.csv", text.encode())))
    assert [entry.position for entry in found] == [1, 2, 3]
    assert [isinstance(entry, Parsed) for entry in found] == [True, False, True]
    assert isinstance(found[1], Rejection)
    assert found[1].name == "On Yarn"
    assert found[1].reason.startswith("The abstract is too long")


def test_a_cell_may_have_lines_and_quotes() -> None:
    (found,) = read('title,abstract\n"On ""Looms""","One\n\nTwo"\n')
    assert (found.title, found.abstract) == ('On "Looms"', "One\n\nTwo")


@pytest.mark.parametrize("packing", ['title,abstract\nA,B\n"C,D\n', 'title,abstract\n"A"x,B\n'])
def test_quotes_that_are_never_closed_refuse_the_file(packing: str) -> None:
    with pytest.raises(FileRefused, match=r"no usable CSV: .* in line [23]"):
        list(plain.parse(content(packing)))


def test_a_file_of_something_else_is_refused_when_it_is_named_plain() -> None:
    with pytest.raises(FileRefused, match="names no columns"):
        list(plain.parse(content("Dear all,\n")))


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        [1, None],
        [{"title": "A post", "url": "https://example.org/"}],
        [{"title": ["A"], "abstract": "B"}],
        {"error": "Invalid date"},
        "id,title,url,num_points,num_comments,author,created_at\n1,A,,2,3,ada,4\n",
        "Dear all, this is the title and the abstract\n",
        "<p>title,abstract</p>",
    ],
)
def test_what_may_be_something_else_is_not_taken_for_papers(value: Any) -> None:
    assert not plain.recognises(content(value))
