import json
from datetime import date
from typing import Any

import pytest

from papers.models import Paper, Source
from papers.sources import crossref
from papers.sources.detect import find_format
from papers.sources.files import FileRefused, SourceContent
from papers.sources.record import PaperRecord, Parsed, RecordRejected, Rejection
from papers.sources.upsert import upsert
from tests.sources.records import utc
from tests.sources.works import json_file, make_work


def read(**fields: Any) -> PaperRecord:
    return crossref.parse_work(make_work(**fields))


def test_a_work_is_read_whole() -> None:
    record = read(
        subtitle=["A field guide"],
        abstract="<jats:title>Abstract</jats:title><jats:p>Code: https://github.com/a/b.</jats:p>",
    )
    assert record.source is Source.CROSSREF
    assert record.source_id == "10.5555/loom.2021.7"
    assert record.identifiers == (("doi", "10.5555/loom.2021.7"),)
    assert record.record_date == date(2024, 5, 2)
    assert record.title == "Looms in situ: A field guide"
    assert record.abstract == "Code: https://github.com/a/b."
    assert record.code_url == "https://github.com/a/b"
    assert record.authors == ("Ada Weaver", "Charles Carder Jr.", "The Loom Consortium")
    assert record.published_at == utc("2021-03-14")
    assert record.published_precision == ""
    assert record.journal_ref == "Journal of Looms 12 (3), 45-67 (2021)"
    assert record.withdrawn_at is None


def test_the_first_author_stands_first_wherever_the_publisher_put_them() -> None:
    names = read(
        author=[
            {"family": "Carder", "sequence": "additional"},
            {"family": "Weaver", "sequence": "first"},
            {"family": "Dyer", "sequence": "additional"},
        ]
    ).authors
    assert names == ("Weaver", "Carder", "Dyer")


@pytest.mark.parametrize(
    ("dates", "instant", "precision"),
    [
        ({"issued": {"date-parts": [[2021]]}}, "2021-01-01", "year"),
        ({"issued": {"date-parts": [[2021, 3]]}}, "2021-03-01", "month"),
        ({"issued": {"date-parts": [[2021, 2, 31]]}}, "2021-02-01", "month"),
        (
            {
                "issued": {"date-parts": [[2021]]},
                "published_online": {"date-parts": [[2021, 3, 5]]},
            },
            "2021-03-05",
            "",
        ),
        (
            {
                "published_print": {"date-parts": [[2021, 1]]},
                "published_online": {"date-parts": [[2020, 11, 30]]},
            },
            "2020-11-30",
            "",
        ),
    ],
)
def test_the_earliest_date_counts_as_precisely_as_it_is_known(
    dates: dict[str, Any], instant: str, precision: str
) -> None:
    record = read(**{"issued": None, **dates})
    assert (record.published_at, record.published_precision) == (utc(instant), precision)


@pytest.mark.parametrize("parts", [[[None]], [[]], [], [["2021"]], [[12]], None])
def test_a_date_that_is_none_is_no_reason_to_lose_the_paper(parts: Any) -> None:
    record = read(issued={"date-parts": parts})
    assert (record.published_at, record.published_precision) == (None, "")


def test_a_preprint_and_what_was_published_of_it_share_their_ids() -> None:
    record = read(
        relation={
            "has-preprint": [
                {"id-type": "doi", "id": "10.48550/arXiv.2101.00001", "asserted-by": "subject"},
                {"id-type": "doi", "id": "10.1101/2021.03.14.435000", "asserted-by": "object"},
            ],
            "is-cited-by": [{"id-type": "doi", "id": "10.5555/other"}],
            "is-preprint-of": [{"id-type": "uri", "id": "no id at all"}],
        }
    )
    assert record.identifiers == (
        ("arxiv", "2101.00001"),
        ("doi", "10.1101/2021.03.14.435000"),
        ("doi", "10.5555/loom.2021.7"),
    )


def test_two_arxiv_preprints_of_one_work_are_not_taken_for_it() -> None:
    preprints = [{"id": f"10.48550/arxiv.2101.0000{number}"} for number in (1, 2)]
    record = read(relation={"has-preprint": preprints})
    assert record.identifiers == (("doi", "10.5555/loom.2021.7"),)


@pytest.mark.django_db
def test_a_preprint_of_biorxiv_has_its_subject_as_tag() -> None:
    preprint = read(
        type="posted-content",
        subtype="preprint",
        container_title=[],
        institution=[{"name": "bioRxiv"}],
        group_title="Cell Biology",
        posted={"date-parts": [[2021, 3, 1]]},
    )
    assert preprint.categories == ("cell biology",)
    assert preprint.journal_ref == ""
    assert preprint.published_at == utc("2021-03-01")
    upsert([preprint])
    assert [tag.slug for tag in Paper.objects.get().tags.all()] == ["biorxiv-cell-biology"]
    assert read(group_title="Looms").categories == ()


def retraction(doi: str, **fields: Any) -> dict[str, Any]:
    return {
        "DOI": doi,
        "type": "retraction",
        "updated": {"date-time": "2023-02-01T00:00:00Z"},
        **fields,
    }


def test_a_retracted_work_is_withdrawn_since_its_notice() -> None:
    record = read(updated_by=[retraction("10.5555/NOTICE", source="retraction-watch")])
    assert record.withdrawn_at == utc("2023-02-01")
    assert record.withdrawal_reason == "Retracted: https://doi.org/10.5555/notice"


@pytest.mark.django_db
def test_the_page_of_a_retracted_paper_does_not_say_that_its_authors_withdrew_it() -> None:
    upsert([read(updated_by=[retraction("10.5555/notice")])])
    paper = Paper.objects.get()
    assert paper.state == "withdrawn"
    assert paper.withdrawal_label == "Retracted by its publisher"


@pytest.mark.parametrize("kind", ["correction", "expression_of_concern", "new_version"])
def test_other_updates_withdraw_nothing(kind: str) -> None:
    assert read(updated_by=[retraction("10.5555/n", type=kind)]).withdrawn_at is None


@pytest.mark.parametrize(
    ("title", "retracted"),
    [
        ("RETRACTED ARTICLE: Looms", True),
        ("Retracted: Looms", True),
        ("WITHDRAWN: Looms", True),
        ("[Retracted] Looms", True),
        ("Retraction: Looms", False),
        ("Retracted science and looms", False),
        ("Withdrawn children: a study", False),
    ],
)
def test_a_title_says_that_the_work_is_retracted(title: str, retracted: bool) -> None:
    record = read(title=[title], deposited={"date-time": "2022-06-07T08:09:10Z"})
    assert record.title == title
    assert record.withdrawn_at == (utc("2022-06-07 08:09:10") if retracted else None)


def test_a_notice_of_retraction_is_not_retracted_whatever_its_title() -> None:
    notice = read(title=["Retracted: Looms"], update_to=[retraction("10.5555/looms")])
    assert notice.withdrawn_at is None
    own = read(title=["RETRACTED: Looms"], update_to=[retraction("10.5555/loom.2021.7")])
    assert own.withdrawn_at == utc("2023-02-01")


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": []}, "no title"),
        ({"title": None}, "no title"),
        ({"DOI": None}, "no DOI"),
        ({"DOI": "not a DOI"}, "cannot be a DOI"),
        ({"type": "journal-issue"}, "Crossref calls it “journal-issue”"),
        ({"author": ["Ada Weaver"]}, "author cannot be read"),
        ({"title": [7]}, "title cannot be read"),
        ({"relation": [1]}, "relation cannot be read"),
        ({"abstract": 7}, "abstract cannot be read"),
    ],
)
def test_what_cannot_be_a_paper_is_rejected_with_the_reason(
    fields: dict[str, Any], reason: str
) -> None:
    with pytest.raises(RecordRejected, match=reason):
        read(**fields)


ONE, TWO = make_work(), make_work(DOI="10.5555/two")
ANSWER = {"status": "ok", "message-type": "work", "message": ONE}
LIST = {"status": "ok", "message-type": "work-list", "message": {"items": [ONE, TWO]}}
LINES = b"".join(json.dumps(work).encode() + b"\n" for work in (ONE, TWO))


@pytest.mark.parametrize(
    ("file", "positions"),
    [
        (json_file(ANSWER), [1]),
        (SourceContent("pretty.json", json.dumps(LIST, indent=2).encode()), [1, 2]),
        (json_file([ONE, TWO]), [1, 2]),
        (json_file(ONE), [1]),
        (SourceContent("works.jsonl", b"\n" + LINES), [2, 3]),
        (json_file({**LIST, "message": {"items": []}}), []),
    ],
    ids=["work", "list", "array", "alone", "lines", "none"],
)
def test_every_shape_of_an_answer_is_recognised_and_read(
    file: SourceContent, positions: list[int]
) -> None:
    assert find_format(file).name == "crossref"
    entries = list(crossref.parse(file))
    assert all(isinstance(entry, Parsed) for entry in entries)
    assert [entry.position for entry in entries] == positions


def test_an_answer_without_works_is_refused_with_what_it_says() -> None:
    failure = [{"type": "parameter-not-allowed", "value": "x", "message": "Rows are too many."}]
    answer = {"status": "failed", "message-type": "validation-failure", "message": failure}
    assert find_format(json_file(answer)).name == "crossref"
    with pytest.raises(FileRefused, match=r"Rows are too many\."):
        list(crossref.parse(json_file(answer)))


def test_bad_lines_are_rejected_and_a_cut_last_line_refuses_the_rest() -> None:
    entries = crossref.parse(SourceContent("w.jsonl", LINES + b"{bad}\n" + LINES[:50]))
    assert [type(next(entries)) for _ in range(3)] == [Parsed, Parsed, Rejection]
    with pytest.raises(FileRefused, match="line 4 ends in the middle"):
        next(entries)


def test_a_rejected_work_is_named_by_its_doi() -> None:
    (rejection,) = crossref.parse(json_file([make_work(title=[])]))
    assert isinstance(rejection, Rejection)
    assert rejection.name == "10.5555/Loom.2021.7"


def test_csl_json_is_another_format() -> None:
    csl = {"DOI": "10.5555/a", "title": "Looms", "type": "article-journal"}
    assert not crossref.recognises(json_file([csl]))
