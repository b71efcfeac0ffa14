import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from papers.models import Source
from papers.sources.record import (
    MAX_ABSTRACT_LENGTH,
    MAX_AUTHORS,
    MAX_NAME_LENGTH,
    MAX_TITLE_LENGTH,
    RecordRejected,
    first_page,
)
from tests.sources.records import make_record, utc


def test_a_record_cleans_its_texts() -> None:
    record = make_record(
        title="  On\n  Weaving ",
        abstract="First.\r\n  Second.\0 ",
        authors=("Ada\nLovelace", " ", "\u200b"),
        comments=" 12 pages,\n 3 figures ",
        categories=("cs.LG", " stat.ML", "cs.LG", ""),
        code_url="javascript:alert(1)",
        project_url=" https://weaving.example.org/ ",
    )
    assert record.title == "On Weaving"
    assert record.abstract == "First.\n  Second."
    assert record.authors == ("Ada Lovelace",)
    assert record.comments == "12 pages, 3 figures"
    assert record.categories == ("cs.LG", "stat.ML")
    assert record.code_url == ""
    assert record.project_url == "https://weaving.example.org/"


def test_a_record_without_authors_or_ids_is_accepted() -> None:
    record = make_record(authors=(), identifiers=())
    assert record.authors == ()
    assert record.arxiv_id is None
    assert record.needs_offprint_key


def test_identifiers_are_made_canonical_sorted_and_single() -> None:
    record = make_record(
        identifiers=(
            ("doi", "https://doi.org/10.1000/ABC"),
            ("arxiv", "math.CA/0611800v2"),
            ("doi", "10.48550/arXiv.math/0611800"),
            ("doi", "10.1000/abc"),
        )
    )
    assert record.identifiers == (("arxiv", "math/0611800"), ("doi", "10.1000/abc"))
    assert record.arxiv_id == "math/0611800"
    assert not record.needs_offprint_key


def test_a_doi_that_cannot_stand_in_a_url_needs_a_key_of_ours() -> None:
    assert make_record(identifiers=(("doi", "10.1000/save"),)).needs_offprint_key
    assert not make_record(identifiers=(("doi", "10.1000/other"),)).needs_offprint_key


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"title": ""}, "no title"),
        ({"title": " \u200b\n"}, "no title"),
        ({"title": "\0"}, "no title"),
        *(({"title": title}, "no title") for title in ("$ $", "$$", "{}", r"$\,$", r"\textbf{}")),
        ({"title": "x" * (MAX_TITLE_LENGTH + 1)}, "title is too long: 2001 characters, 2000"),
        ({"abstract": "x" * (MAX_ABSTRACT_LENGTH + 1)}, "abstract is too long"),
        ({"authors": ("x" * (MAX_NAME_LENGTH + 1),)}, "name of an author is too long"),
        ({"authors": ("Ada",) * (MAX_AUTHORS + 1)}, "too many authors"),
        ({"categories": tuple(f"c{n}" for n in range(51))}, "too many categories"),
        ({"categories": ("c" * 81,)}, "category is too long"),
        ({"note_label": "x" * 81}, "note label is too long"),
        ({"comments": "x" * 2001}, "comment is too long"),
        ({"identifiers": (("arxiv", "2613.00001"),)}, "“2613.00001” cannot be an arXiv id"),
        ({"identifiers": (("arxiv", "2603.00000"),)}, "cannot be an arXiv id"),
        ({"identifiers": (("arxiv", "10.1000/abc"),)}, "cannot be an arXiv id"),
        ({"identifiers": (("doi", "abc"),)}, "“abc” cannot be a DOI"),
        ({"identifiers": (("isbn", "12345"),)}, "“12345” cannot be the id of a paper"),
        (
            {"identifiers": (("arxiv", "2603.00012"), ("arxiv", "2603.00011"))},
            "two arXiv papers at once: 2603.00011, 2603.00012",
        ),
        ({"published_at": datetime(1066, 10, 14, tzinfo=UTC)}, "“1066-10-14 00:00:00.00:00” canno"),
        ({"record_date": date(1, 1, 1)}, "“0001-01-01” cannot be the date"),
        ({"version": 0}, "“0” cannot be a version"),
        ({"version": 40_000}, "“40000” cannot be a version"),
        ({"external_count": -1}, "“-1” cannot be a number of upvotes"),
        ({"external_count": 2**31}, "cannot be a number of upvotes"),
        ({"source_id": ""}, "own id cannot be used"),
        ({"source_id": "a\nb"}, "own id cannot be used"),
        ({"source_id": "x" * 256}, "own id cannot be used"),
    ],
)
def test_a_record_that_cannot_be_is_rejected_with_the_reason(
    fields: dict[str, Any], reason: str
) -> None:
    with pytest.raises(RecordRejected, match=reason) as rejected:
        make_record(**fields)
    assert re.search(reason, rejected.value.reason)


def test_an_instant_without_time_zone_is_a_mistake_of_the_program() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        make_record(published_at=datetime(2026, 3, 2))  # noqa: DTZ001


def test_instants_are_kept_as_utc() -> None:
    record = make_record(published_at=datetime.fromisoformat("2026-03-02T01:00:00+02:00"))
    assert record.published_at == utc("2026-03-01 23:00")
    assert record.published_at.tzinfo is UTC


def test_the_digest_is_of_what_describes_the_paper() -> None:
    record = make_record(title="A", abstract="B")
    same = make_record(
        title=" A ",
        abstract="B",
        source=Source.ARXIV_ATOM,
        source_id="elsewhere",
        record_date=date(2026, 3, 9),
        listed_at=utc("2026-03-09"),
        external_count=7,
    )
    assert same.digest == record.digest
    assert re.fullmatch("[0-9a-f]{64}", record.digest)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"abstract": "Another"},
        {"authors": ("Ada Lovelace", "Charles Babbage")},
        {"published_at": utc("2026-03-01")},
        {"version": 2},
        {"categories": ("cs.LG",)},
        {"comments": "12 pages"},
        {"journal_ref": "Ann. Weav. 3 (2026)"},
        {"code_url": "https://github.com/example/weaving"},
        {"project_url": "https://weaving.example.org/"},
        {"note": "A sentence"},
        {"note_label": "A label"},
        {"withdrawn_at": utc("2026-03-01")},
        {"withdrawal_reason": "An error"},
        {"identifiers": (("arxiv", "2603.00011"), ("doi", "10.1000/abc"))},
    ],
)
def test_every_bibliographic_field_changes_the_digest(change: dict[str, Any]) -> None:
    assert make_record(**change).digest != make_record().digest


def test_fields_that_the_source_does_not_say_are_left_out() -> None:
    record = make_record(authors=("Ada Lovelace",), published_at=utc("2026-02-27 17:50"))
    assert record.fields == {
        "identifiers": [["arxiv", "2603.00011"]],
        "title": "Notes on Weaving Algebra",
        "authors": ["Ada Lovelace"],
        "published_at": "2026-02-27T17:50:00+00:00",
    }


def test_our_own_key_is_the_same_for_both_orders_of_a_name() -> None:
    one = make_record(authors=("Ada Lovelace",), published_at=utc("2026-02-27"))
    other = make_record(authors=("Lovelace, Ada",), published_at=utc("2026-11-11"))
    assert one.offprint_key() == other.offprint_key()
    assert one.offprint_key(1) != one.offprint_key()
    assert make_record(authors=()).offprint_key() != one.offprint_key()


@pytest.mark.parametrize(
    ("journal_ref", "page"),
    [
        ("Journal of Looms 12 (3), 45\N{EN DASH}67 (2020)", "45"),
        ("Journal of Looms 12, L17", "l17"),
        ("Journal of Looms 12 (3), pp. 5-9", "5"),
        ("Journal of Looms 12 (3) (2020)", ""),
        ("", ""),
    ],
)
def test_the_first_page_is_told_by_where_a_work_appeared(journal_ref: str, page: str) -> None:
    assert first_page(journal_ref) == page
