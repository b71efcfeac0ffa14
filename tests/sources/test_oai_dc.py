from datetime import date

import pytest

from papers.models import Source
from papers.sources.oai import read_page
from papers.sources.record import PaperRecord, Parsed, Rejection
from tests.sources.oai import answer, header, record
from tests.sources.records import utc

OF_ARXIV = "oai:arXiv.org:math/0611800"
OF_ANOTHER = "oai:looms.example:7"


def dc(*elements: tuple[str, str]) -> str:
    """Dublin Core elements in their order."""
    return "".join(f"<dc:{name}>{text}</dc:{name}>" for name, text in elements)


def entry_of(metadata: str, identifier: str, sets: tuple[str, ...] = ()) -> Parsed | Rejection:
    head = header(identifier, "2026-03-25T16:31:00Z", sets=sets)
    (entry,) = read_page(answer(record(metadata, head, "oai_dc"), prefix="oai_dc")).entries
    assert isinstance(entry, Parsed | Rejection)
    return entry


def read(metadata: str, identifier: str = OF_ARXIV, sets: tuple[str, ...] = ()) -> PaperRecord:
    entry = entry_of(metadata, identifier, sets)
    assert isinstance(entry, Parsed)
    return entry.record


# --- arXiv's own --------------------------------------------------------------------------------


def test_a_record_of_arxiv_has_all_that_the_format_says() -> None:
    made = read(
        dc(
            ("title", "Looms with $n^2$\n  shuttles"),
            ("creator", "Weaver, Ada"),
            ("creator", "Carder III, Ben"),
            ("creator", "von Dyer, C. -P."),
            ("creator", "Loom Collaboration"),
            ("subject", "Mathematics - Logic"),
            ("subject", "Computer Science - Machine Learning"),
            ("subject", "03E75, 03E35"),
            ("description", "  We say little, and prove\nit. https://github.com/looms/shuttle\n"),
            ("description", "Comment: 12 pages,\n  3 figures"),
            ("date", "2006-11-25"),
            ("date", "2007-02-01"),
            ("type", "text"),
            ("identifier", "http://arxiv.org/abs/math/0611800"),
            ("identifier", "Ann. Weav. 3 (2026) 1"),
            ("identifier", "doi:10.1000/WEAVING.3"),
        ),
        sets=("math", "cs"),
    )
    assert made.source is Source.OAI_DC
    assert made.source_id == made.arxiv_id == "math/0611800"
    assert made.record_date == date(2026, 3, 25)
    assert made.identifiers == (("arxiv", "math/0611800"), ("doi", "10.1000/weaving.3"))
    assert made.title == "Looms with $n^2$ shuttles"
    assert made.authors == ("Ada Weaver", "Ben Carder III", "C.-P. von Dyer", "Loom Collaboration")
    assert made.categories == ("math.LO", "cs.LG")
    assert made.abstract == "We say little, and prove it. https://github.com/looms/shuttle"
    assert made.comments == "12 pages, 3 figures"
    assert made.journal_ref == "Ann. Weav. 3 (2026) 1"
    assert made.code_url == "https://github.com/looms/shuttle"
    assert (made.published_at, made.published_precision) == (utc("2006-11-25"), "")
    assert (made.version, made.project_url, made.withdrawn_at) == (None, "", None)


def test_one_day_is_one_version() -> None:
    made = read(dc(("title", "Looms"), ("date", "2006-11-25")))
    assert (made.version, made.published_at) == (1, utc("2006-11-25"))


def test_the_present_server_does_not_mark_comments_and_names_categories_as_sets() -> None:
    made = read(
        dc(
            ("title", "Looms"),
            ("subject", "Machine Learning"),
            ("subject", "High Energy Physics - Theory"),
            ("description", "We say little, and prove it. "),
            ("description", "12 pages"),
        ),
        sets=("cs:cs:LG", "physics:hep-th", "physics:physics:atom-ph"),
    )
    assert (made.abstract, made.comments) == ("We say little, and prove it.", "12 pages")
    assert made.categories == ("cs.LG", "hep-th", "physics.atom-ph")


def test_categories_are_known_by_former_names_too() -> None:
    made = read(dc(("title", "Looms"), ("subject", "Computer Science - Learning")))
    assert made.categories == ("cs.LG",)


def test_comments_withdraw_the_paper_on_its_latest_day() -> None:
    elements = (
        ("title", "Looms"),
        ("description", "Comment: This paper has been withdrawn: Lemma 2 is wrong"),
    )
    made = read(dc(*elements, ("date", "2006-11-25"), ("date", "2007-02-01")))
    assert made.withdrawn_at == utc("2007-02-01")
    assert made.withdrawal_reason == "This paper has been withdrawn: Lemma 2 is wrong"
    assert (made.abstract, made.comments) == ("", made.withdrawal_reason)
    assert read(dc(*elements)).withdrawn_at == utc("2026-03-25")


# --- other archives -----------------------------------------------------------------------------


def test_a_record_of_another_archive_is_known_by_its_identifier() -> None:
    made = read(
        dc(
            ("title", "Looms"),
            ("title", "Webst&#xfc;hle"),
            ("creator", "Weaver, Ada, 1970-"),
            ("creator", "Ben Carder; Dyer, Carl, Jr."),
            ("creator", "Institute of Looms, University of the Northern Shuttle and Dye"),
            ("subject", "Mathematics - Logic"),
            ("description", "Thesis"),
            ("description", "We say little, and prove\nit."),
            ("source", "https://looms.example/journal"),
            ("source", "Ann. Weav. 3 (2026) 1"),
            ("date", "2026-02-11T10:19:23Z"),
            ("date", "2026-02"),
            ("identifier", "urn:nbn:example:7"),
            ("identifier", "https://looms.example/papers/2603.00012"),
        ),
        OF_ANOTHER,
        sets=("com:cs:LG",),
    )
    assert made.source is Source.OAI_DC
    assert made.source_id == OF_ANOTHER
    assert made.identifiers == ()
    assert made.needs_offprint_key
    assert made.title == "Looms"
    assert made.authors == (
        "Ada Weaver",
        "Ben Carder",
        "Carl Dyer Jr.",
        "Institute of Looms, University of the Northern Shuttle and Dye",
    )
    assert made.abstract == "We say little, and prove it."
    assert made.categories == ()
    assert made.journal_ref == "Ann. Weav. 3 (2026) 1"
    assert (made.published_at, made.published_precision) == (utc("2026-02-01"), "month")
    assert made.project_url == "https://looms.example/papers/2603.00012"
    assert made.version is None


def test_what_another_archive_says_of_doi_and_arxiv_ties_the_paper_to_them() -> None:
    made = read(
        dc(
            ("title", "Looms"),
            ("identifier", "https://looms.example/7"),
            ("identifier", "https://arxiv.org/abs/2603.00011v2"),
            ("identifier", "arXiv:2603.00012"),
            ("identifier", "https://doi.org/10.1000/weaving.3"),
            ("identifier", "2603.00013"),
        ),
        OF_ANOTHER,
    )
    assert made.identifiers == (("arxiv", "2603.00011"), ("doi", "10.1000/weaving.3"))
    assert made.project_url == ""


@pytest.mark.parametrize(
    ("dates", "published", "precision"),
    [
        (("2010",), "2010-01-01", "year"),
        (("2010-05",), "2010-05-01", "month"),
        (("2010-05-03",), "2010-05-03", ""),
        (("2012-01-01", "2010-05-03T09:00:00Z"), "2010-05-03", ""),
        # The day says more than the month that begins with it.
        (("2010-05", "2010-05-01"), "2010-05-01", ""),
        (("soon", "0010-01-01", "[c2010]"), "2010-01-01", "year"),
    ],
)
def test_the_earliest_date_is_the_publication_as_precise_as_it_is(
    dates: tuple[str, ...], published: str, precision: str
) -> None:
    made = read(dc(("title", "Looms"), *(("date", each) for each in dates)), OF_ANOTHER)
    assert (made.published_at, made.published_precision) == (utc(published), precision)


def test_dates_that_are_none_leave_the_publication_open() -> None:
    made = read(dc(("title", "Looms"), ("date", "[s. d.]")), OF_ANOTHER)
    assert (made.published_at, made.published_precision) == (None, "")


def test_a_record_without_title_is_rejected() -> None:
    entry = entry_of(dc(("title", " "), ("creator", "Weaver, Ada")), OF_ANOTHER)
    assert isinstance(entry, Rejection)
    assert (entry.name, entry.reason) == (OF_ANOTHER, "It has no title.")
