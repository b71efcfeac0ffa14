import json
from typing import Any

import pytest

from papers.sources import csl_json
from papers.sources.detect import find_format
from papers.sources.files import FileRefused, SourceContent
from papers.sources.record import PaperRecord, Parsed, Rejection


def make_item(**fields: Any) -> dict[str, Any]:
    """An article; a field given as None is left out. Names have _ for -."""
    item: dict[str, Any] = {
        "id": "weaver2021",
        "type": "article-journal",
        "title": "On Looms",
        "author": [{"family": "Weaver", "given": "Ada"}],
        "issued": {"date-parts": [[2021, 3, 14]]},
    }
    item |= {name.replace("_", "-"): value for name, value in fields.items()}
    return {name: value for name, value in item.items() if value is not None}


def content(value: Any) -> SourceContent:
    return SourceContent("library.json", json.dumps(value).encode())


def record(**fields: Any) -> PaperRecord:
    return csl_json.parse_item(make_item(**fields))


def test_an_item_is_read_whole() -> None:
    found = record(
        DOI="10.5555/LOOM.2021.7",
        URL="https://arxiv.org/abs/2103.00012v2",
        abstract="We say little, see https://github.com/ada/looms.",
        container_title="Journal of Looms",
        volume=12,
        issue="3",
        page="45-67",
        note="bought in Leeds",
    )
    assert found.title == "On Looms"
    assert found.authors == ("Ada Weaver",)
    assert found.identifiers == (("arxiv", "2103.00012"), ("doi", "10.5555/loom.2021.7"))
    assert found.abstract == "We say little, see https://github.com/ada/looms."
    assert found.code_url == "https://github.com/ada/looms"
    assert found.journal_ref == "Journal of Looms 12 (3), 45-67 (2021)"
    # What the owner of the library noted is nobody else's business.
    assert found.comments == ""


@pytest.mark.parametrize(
    ("issued", "day", "precision"),
    [
        ({"date-parts": [[2021, 3, 14]]}, "2021-03-14", ""),
        ({"date-parts": [["1968"]]}, "1968-01-01", "year"),
        ({"date-parts": [["2016", "06"]]}, "2016-06-01", "month"),
        ({"date-parts": [[2021, 3, 14], [2022, 1, 1]]}, "2021-03-14", ""),
        ({"date-parts": [[2021, 21]], "season": 1}, "2021-01-01", "year"),
        ({"date-parts": [[2021, 2, 31]]}, "2021-02-01", "month"),
        ({"date-parts": [[2021, None, 3]]}, "2021-01-01", "year"),
        ({"raw": "14 March 2021"}, "2021-03-14", ""),
        ({"literal": "Spring 2021"}, "2021-01-01", "year"),
        ({"date-parts": [[]], "raw": "2021-03"}, "2021-03-01", "month"),
        ("2021-03", "2021-03-01", "month"),
        (2021, "2021-01-01", "year"),
        (None, None, ""),
        ({}, None, ""),
        ({"date-parts": []}, None, ""),
        ({"date-parts": [[None]]}, None, ""),
        ({"date-parts": [[""]]}, None, ""),
        ({"date-parts": [[-350]]}, None, ""),
        ({"literal": "no date"}, None, ""),
    ],
)
def test_dates_come_in_many_shapes(issued: Any, day: str | None, precision: str) -> None:
    found = record(issued=issued)
    assert (found.published_at.date().isoformat() if found.published_at else None) == day
    assert found.published_precision == precision


@pytest.mark.parametrize(
    ("author", "name"),
    [
        ({"family": "Weaver", "given": "Ada"}, "Ada Weaver"),
        (
            {"family": "Leeuwen", "given": "Ton G.", "non-dropping-particle": "van"},
            "Ton G. van Leeuwen",
        ),
        (
            {"family": "Berg", "given": "Ewout", "dropping-particle": "van den"},
            "Ewout van den Berg",
        ),
        ({"family": "Carder", "given": "Ben", "suffix": "Jr."}, "Ben Carder Jr."),
        ({"literal": "The Loom Consortium"}, "The Loom Consortium"),
        ({"family": "Plato"}, "Plato"),
        ({"name": "The Loom Consortium"}, "The Loom Consortium"),
        ("Weaver, Ada", "Ada Weaver"),
    ],
)
def test_names_are_printed_with_particles_and_suffixes(author: Any, name: str) -> None:
    assert record(author=[author, {}]).authors == (name,)


def test_the_markup_of_titles_becomes_text_and_mathematics() -> None:
    assert record(title="Looms <i>via</i> H<sub>2</sub>O &amp; <b>air</b>").title == (
        "Looms via H_{2}O & air"
    )
    assert record(abstract="All weave (P < .01) at <130 threads.").abstract == (
        "All weave (P < .01) at <130 threads."
    )


@pytest.mark.parametrize(
    "fields",
    [
        {"DOI": "10.48550/arXiv.2103.00012"},
        {"number": "arXiv:2103.00012"},
        {"container_title": "arXiv:2103.00012 [cs.LG]"},
        {"container_title": "arXiv preprint arXiv:2103.00012v3"},
        {"note": "arXiv: 2103.00012 [cs.LG]\nOCLC: 85829252"},
        {"note": "tex.eprint: 2103.00012"},
        {"URL": "http://arxiv.org/abs/2103.00012"},
    ],
)
def test_an_arxiv_id_is_found_wherever_it_stands(fields: dict[str, Any]) -> None:
    found = record(**fields)
    assert found.identifiers == (("arxiv", "2103.00012"),)
    assert found.journal_ref == ""


def test_a_bad_item_is_rejected_by_its_place_and_spoils_no_other() -> None:
    items = [
        make_item(),
        make_item(title=None),
        make_item(title=["A list"]),
        make_item(author="Weaver"),
        "no item",
        make_item(),
    ]
    first, *rejected, last = csl_json.parse(content(items))
    assert rejected == [
        Rejection(2, "It has no title.", "weaver2021"),
        Rejection(3, "Its title cannot be read: another type of value was expected.", "['A list']"),
        Rejection(4, "Its author cannot be read: another type of value was expected.", "On Looms"),
        Rejection(5, "It is no CSL item: it is not a JSON object.", ""),
    ]
    assert isinstance(first, Parsed)
    assert isinstance(last, Parsed)
    assert last.position == 6


def test_one_item_alone_is_a_file_too() -> None:
    assert find_format(content(make_item())).name == "csl_json"
    assert len(list(csl_json.parse(content(make_item())))) == 1


def test_a_file_of_something_else_is_refused_when_it_is_named_csl() -> None:
    with pytest.raises(FileRefused, match="no list of CSL items"):
        list(csl_json.parse(content("On Looms")))


@pytest.mark.parametrize(
    "value",
    [
        [],
        {},
        [1, None],
        [{"type": "article", "title": "T", "authors": ["A"], "abstract": "A"}],
        [{"type": "article", "title": "T"}],
        [{"id": 1, "type": "article", "title": ["T"]}],
        [{"id": 1, "type": "commit", "title": "T"}],
        [{"itemType": "book", "type": "book", "id": 1, "title": "T"}],
    ],
)
def test_what_may_be_something_else_is_not_taken_for_csl(value: Any) -> None:
    assert not csl_json.recognises(content(value))
