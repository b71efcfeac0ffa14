from datetime import date, datetime

import pytest

from papers.models import Source
from papers.sources.oai import read_page
from papers.sources.record import PaperRecord, Parsed, Rejection
from tests.sources import oai
from tests.sources.oai import FORMER_ARXIV, PRESENT_ARXIV, answer, arxiv_paper, author, record
from tests.sources.records import utc


def read(metadata: str, base_url: str = PRESENT_ARXIV, head: str = "") -> PaperRecord:
    (entry,) = read_page(answer(record(metadata, head), base_url=base_url)).entries
    assert isinstance(entry, Parsed)
    return entry.record


def test_a_record_has_all_that_the_format_says() -> None:
    made = read(
        arxiv_paper(
            title="Looms with $n^2$\n  shuttles, after M&#xfc;ller",
            doi="10.1000/WEAVING.3",
            journal_ref="Ann. Weav. 3 (2026) 1",
            comments="Code at https://github.com/looms/shuttle.",
            abstract="  One line that\nis wrapped.\n  A second paragraph.\n",
        )
    )
    assert made.source is Source.ARXIV_OAI
    assert made.source_id == made.arxiv_id == "2603.00011"
    assert made.record_date == date(2026, 3, 25)
    assert made.identifiers == (("arxiv", "2603.00011"), ("doi", "10.1000/weaving.3"))
    assert made.title == "Looms with $n^2$ shuttles, after Müller"
    assert made.abstract == "One line that is wrapped.\n\nA second paragraph."
    assert made.authors == ("Ada Weaver", "Ben Carder")
    assert made.categories == ("cs.LG", "stat.ML")
    assert made.comments == "Code at https://github.com/looms/shuttle."
    assert made.journal_ref == "Ann. Weav. 3 (2026) 1"
    assert made.code_url == "https://github.com/looms/shuttle"
    assert (made.version, made.versions) == (None, ())
    assert (made.withdrawn_at, made.withdrawal_reason) == (None, "")


def test_an_old_id_loses_its_subject_class_and_one_that_is_missing_is_in_the_header() -> None:
    assert read(arxiv_paper("math.CA/0611800")).source_id == "math/0611800"
    assert read(arxiv_paper(id="")).source_id == "2603.00011"
    (entry,) = read_page(
        answer(record(arxiv_paper(id=""), oai.header("oai:looms.example:7")))
    ).entries
    assert isinstance(entry, Rejection)
    assert entry.reason == "It has no id."


def test_names_are_printed_as_people_write_them() -> None:
    made = read(
        arxiv_paper(
            authors=author("Dyer", "Carl", "III", affiliation="Dyeworks")
            + author('M\\"uller', "J. -P.")
            + author("Letr{&#xe9;}my", "A.")
            + author("Collaboration", "Loom")
            + author(":")
            + author("Weaver", "Ada", affiliation="Institute for Looms")
            + author("Ben Carder for the Shuttle Collaboration")
        )
    )
    assert made.authors == (
        "Carl Dyer III",
        "J.-P. Müller",
        "A. Letrémy",
        "Loom Collaboration",
        "Ada Weaver",
        "Ben Carder",
        "Shuttle Collaboration",
    )


def test_several_dois_in_one_field_are_all_kept() -> None:
    made = read(arxiv_paper(doi="10.1000/a, 10.1000/b;10.1000/c(1:2;3) and in print"))
    assert [value for kind, value in made.identifiers if kind == "doi"] == [
        "10.1000/a",
        "10.1000/b",
        "10.1000/c(1:2;3)",
    ]


@pytest.mark.parametrize(
    ("created", "published", "precision"),
    [
        # Nobody replaces a paper before it has been announced, which made the id one of March.
        ("2026-02-27", "2026-02-27", ""),
        # The first version, or a second of the same month.
        ("2026-03-02", "2026-03-01", "month"),
        # Certainly a later one.
        ("2026-09-14", "2026-03-01", "month"),
    ],
)
def test_the_present_servers_created_is_the_publication_only_before_the_ids_month(
    created: str, published: str, precision: str
) -> None:
    made = read(arxiv_paper(created=created, updated="2026-10-01"))
    assert (made.published_at, made.published_precision) == (utc(published), precision)
    assert made.version is None


@pytest.mark.parametrize(
    ("created", "updated", "published", "version"),
    [
        ("2026-03-02", "2026-09-14", "2026-03-02", None),
        ("2026-03-02", "", "2026-03-02", 1),
        ("2026-02-27", "", "2026-02-27", 1),
    ],
)
@pytest.mark.parametrize("base_url", [FORMER_ARXIV, "http://arXiv.org/oai2"])
def test_the_former_servers_created_is_the_first_version(
    base_url: str, created: str, updated: str, published: str, version: int | None
) -> None:
    made = read(arxiv_paper(created=created, updated=updated), base_url)
    assert (made.published_at, made.published_precision) == (utc(published), "")
    assert made.version == version


def test_a_paper_that_came_to_arxiv_years_after_its_id_is_of_the_month_of_the_id() -> None:
    made = read(arxiv_paper("cs/9301101", created="2000-09-28"), FORMER_ARXIV)
    assert (made.published_at, made.published_precision) == (utc("1993-01-01"), "month")


def test_a_record_without_an_answer_around_it_is_not_believed_more_than_the_present_server() -> (
    None
):
    made = read(arxiv_paper(created="2026-03-02"), base_url="")
    assert (made.published_at, made.published_precision) == (utc("2026-03-01"), "month")


def test_without_created_nothing_is_said_of_the_publication() -> None:
    made = read(arxiv_paper(created=""))
    assert (made.published_at, made.published_precision) == (None, "")


@pytest.mark.parametrize("field", ["created", "updated"])
def test_a_day_that_is_none_rejects_the_record(field: str) -> None:
    (entry,) = read_page(answer(record(arxiv_paper(**{field: "2026-02-30"})))).entries
    assert isinstance(entry, Rejection)
    assert entry.reason == f"Its {field} is no date: “2026-02-30”."


@pytest.mark.parametrize(
    ("base_url", "withdrawn_at"),
    [(PRESENT_ARXIV, utc("2026-03-20")), (FORMER_ARXIV, utc("2026-03-24"))],
)
def test_a_withdrawal_is_of_the_day_of_the_latest_version(
    base_url: str, withdrawn_at: datetime
) -> None:
    reason = "This paper has been withdrawn by the author: Lemma 2 is wrong"
    made = read(arxiv_paper(created="2026-03-20", updated="2026-03-24", comments=reason), base_url)
    assert (made.withdrawn_at, made.withdrawal_reason) == (withdrawn_at, reason)
