from datetime import date
from typing import Any

import pytest

from papers.models import Paper, Source
from papers.sources import biorxiv
from papers.sources.biorxiv_categories import codes
from papers.sources.detect import find_format
from papers.sources.files import FileRefused
from papers.sources.record import PaperRecord, Parsed, RecordRejected, Rejection
from papers.sources.upsert import upsert
from tests.sources.records import utc
from tests.sources.works import json_file, make_answer, make_version

DOI = "10.1101/2021.03.14.435000"


def read(**fields: Any) -> PaperRecord:
    return biorxiv.parse_version(make_version(**fields))


def test_a_version_is_read_whole() -> None:
    record = read(
        abstract="We watch\ncells weave: https://github.com/a/b", published="10.5555/Cell"
    )
    assert record.source is Source.BIORXIV
    assert record.identifiers == (("doi", DOI), ("doi", "10.5555/cell"))
    assert record.record_date == date(2021, 3, 14)
    assert record.title == "Cells that weave"
    assert record.authors == ("A. B. Weaver", "C. Carder Jr.", "The Loom Consortium")
    assert record.abstract == "We watch cells weave: https://github.com/a/b"
    assert record.code_url == "https://github.com/a/b"
    assert record.published_at == utc("2021-03-14")
    assert record.versions == ((1, utc("2021-03-14")),)
    assert record.categories == ("cell biology",)
    assert record.withdrawn_at is None


def test_only_the_first_version_dates_the_paper() -> None:
    record = read(version="3", date="2022-01-02")
    assert (record.version, record.published_at) == (3, None)
    assert record.versions == ((3, utc("2022-01-02")),)


def test_a_withdrawn_version_says_why_in_the_place_of_an_abstract() -> None:
    reason = "The authors have withdrawn this manuscript because the loom was upside down."
    for record in (read(type="WITHDRAWN", abstract=reason), read(abstract=reason)):
        assert record.withdrawn_at == utc("2021-03-14")
        assert record.withdrawal_reason == reason
        assert record.abstract == ""


def test_what_the_making_of_plain_text_left_in_an_abstract_is_taken_out() -> None:
    abstract = (
        "O_ST_ABSBackgroundC_ST_ABSWe weave with O_SCPLOWDNAC_SCPLOW. O_LIFirst.\nC_LIO_LISecond."
        'C_LI O_FIG O_LINKSMALLFIG WIDTH=200 SRC="x.gif" ALT="Figure 1">View larger version: '
        "C_FIG End."
    )
    text = read(abstract=abstract).abstract
    assert text == "Background: We weave with DNA.\n\nFirst.\n\nSecond.\n\nEnd."


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": " "}, "no title"),
        ({"doi": None}, "no DOI"),
        ({"doi": "435000"}, "cannot be a DOI"),
        ({"version": "two"}, "“two” cannot be a version"),
        ({"version": None}, "cannot be a version"),
        ({"version": "0"}, "cannot be a version"),
        ({"date": "yesterday"}, "is no date: “yesterday”"),
        ({"authors": ["A"]}, "authors cannot be read"),
    ],
)
def test_what_cannot_be_a_preprint_is_rejected_with_the_reason(
    fields: dict[str, Any], reason: str
) -> None:
    with pytest.raises(RecordRejected, match=reason):
        read(**fields)


def test_answers_are_recognised_and_an_empty_one_is_a_valid_file() -> None:
    for answer in (make_answer(make_version()), make_answer(status="no posts found")):
        assert find_format(json_file(answer)).name == "biorxiv"
    entries = list(biorxiv.parse(json_file(make_answer(make_version(), 7))))
    assert [type(entry) for entry in entries] == [Parsed, Rejection]
    assert list(biorxiv.parse(json_file(make_answer(status="no posts found")))) == []


def test_an_answer_that_says_what_went_wrong_is_refused_with_it() -> None:
    answer = {"messages": [{"status": "Error: no such interval"}]}
    assert find_format(json_file(answer)).name == "biorxiv"
    with pytest.raises(FileRefused, match="no such interval"):
        list(biorxiv.parse(json_file(answer)))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Cell Biology", "cell biology"),
        ("cell_biology", "cell biology"),
        ("HIV/AIDS", "hiv aids"),
        ("Infectious Diseases (except HIV/AIDS)", "infectious diseases"),
    ],
)
def test_a_subject_has_one_code_however_it_is_written(text: str, code: str) -> None:
    assert codes(text) == (code,)


VERSIONS = (
    make_version(),
    make_version(version="2", date="2021-06-01", title="Cells that weave well"),
    make_version(
        version="2", date="2021-06-01", title="Cells that weave well", published="10.5555/c"
    ),
)


@pytest.mark.django_db
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 0, 1), (1, 2, 0)])
def test_the_versions_of_one_preprint_are_one_paper_in_whatever_order_they_come(
    order: tuple[int, ...],
) -> None:
    for number in order:
        upsert([biorxiv.parse_version(VERSIONS[number])])
    paper = Paper.objects.get()
    assert paper.key == f"doi:{DOI}"
    assert paper.title == "Cells that weave well"
    assert paper.published_at == utc("2021-03-14")
    assert paper.version == 2
    assert paper.primary_tag is not None
    assert paper.primary_tag.slug == "biorxiv-cell-biology"
    assert set(paper.identifiers.values_list("kind", "value")) == {
        ("doi", DOI),
        ("doi", "10.5555/c"),
    }


@pytest.mark.django_db
def test_a_subject_by_another_name_is_the_same_tag() -> None:
    upsert([read(category="palliative care")])
    assert [tag.name for tag in Paper.objects.get().tags.all()] == ["Palliative Medicine"]
