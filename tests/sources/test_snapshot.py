import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from papers.models import Source
from papers.sources.detect import find_format
from papers.sources.files import MAX_LINE_BYTES, FileRefused, SourceFile
from papers.sources.record import Parsed, RecordRejected, Rejection
from papers.sources.snapshot import parse, parse_paper
from tests.sources.records import utc
from tests.sources.snapshots import PACKERS, paper, papers, write_snapshot


def read(path: Path) -> list[Parsed | Rejection]:
    return list(parse(SourceFile(path)))


def positions(entries: list[Parsed | Rejection], kind: type) -> list[int]:
    return [each.position for each in entries if isinstance(each, kind)]


def test_a_line_becomes_a_record_with_all_that_the_snapshot_says() -> None:
    record = parse_paper(
        paper(
            title="Looms with $n^2$\n  shuttles",
            journal_ref="Ann. Weav. 3 (2026) 1",
            doi="10.1000/weaving.3",
        )
    )
    assert record.source is Source.ARXIV_SNAPSHOT
    assert record.source_id == record.arxiv_id == "2603.00011"
    assert record.record_date == date(2026, 3, 25)
    assert record.title == "Looms with $n^2$ shuttles"
    assert record.abstract == "We say little, and prove it."
    assert record.authors == ("Ada Weaver", "Ben Carder")
    assert record.published_at == utc("2026-03-02 19:18:42")
    assert record.version == 2
    assert record.versions == (
        (1, utc("2026-03-02 19:18:42")),
        (2, utc("2026-03-24 20:10:27")),
    )
    assert record.categories == ("cs.LG", "stat.ML")
    assert record.comments == "12 pages"
    assert record.journal_ref == "Ann. Weav. 3 (2026) 1"
    assert ("doi", "10.1000/weaving.3") in record.identifiers
    assert (record.withdrawn_at, record.withdrawal_reason) == (None, "")
    assert record.listed_at is None


def test_a_line_may_leave_out_what_is_not_needed() -> None:
    bare = {"id": "2603.00011", "title": "Bare", "update_date": "2026-03-25"}
    record = parse_paper(bare)
    assert (record.published_at, record.version, record.authors) == (None, None, ())
    assert record.versions == ()
    nulls = dict.fromkeys(paper(), None) | bare
    assert parse_paper(nulls).digest == record.digest


def test_without_a_day_of_update_the_last_version_dates_the_record() -> None:
    assert parse_paper(paper(update_date=None)).record_date == date(2026, 3, 24)


def test_an_old_id_loses_its_subject_class() -> None:
    record = parse_paper(paper("math.CA/0611800"))
    assert record.source_id == record.arxiv_id == "math/0611800"


def test_paragraphs_of_an_abstract_stay_apart_and_its_line_breaks_go() -> None:
    record = parse_paper(paper(abstract="  First, wrapped\nhere.\n  Second\n\nthird $a\n<b$.\n"))
    assert record.abstract == "First, wrapped here.\n\nSecond\n\nthird $a <b$."


def test_all_dois_of_the_journal_are_taken_and_what_is_none_is_dropped() -> None:
    record = parse_paper(paper(doi="10.1000/A 10.1000/b\n  n/a 1904.04794 10.48550/arXiv.2603.9"))
    assert record.identifiers == (
        ("arxiv", "2603.00011"),
        ("doi", "10.1000/a"),
        ("doi", "10.1000/b"),
    )


def test_the_number_of_a_version_is_its_own_where_the_list_leaves_some_out() -> None:
    listed = [
        {"version": "v1", "created": "Mon, 2 Mar 2026 19:18:42 GMT"},
        {"version": "v4", "created": "Tue, 24 Mar 2026 20:10:27 GMT"},
    ]
    record = parse_paper(paper(versions=listed))
    assert [number for number, _instant in record.versions] == [1, 4]
    assert record.version == 4


def test_names_are_put_together_in_order_with_suffix_and_without_affiliation() -> None:
    names = [
        ["Weaver", "A. -B.", "Jr."],
        ["Dyers' Collaboration", "", ""],
        ["Garc{\\'\\i}a", 'Zo\\"e', ""],
        ["Carder", "Ben", "", "Leeds"],
        ["Spinner"],
        [],
    ]
    assert parse_paper(paper(authors_parsed=names)).authors == (
        "A.-B. Weaver Jr.",
        "Dyers' Collaboration",
        "Zoë García",
        "Ben Carder",
        "Spinner",
    )


@pytest.mark.parametrize("parsed", [None, []])
def test_without_parsed_names_the_line_of_authors_is_split(parsed: Any) -> None:
    line = 'A. Weaver (Leeds, (UK)), B. Carder, Jr., Zo\\"e Spinner\n  and C. Dyer'
    record = parse_paper(paper(authors=line, authors_parsed=parsed))
    assert record.authors == ("A. Weaver", "B. Carder Jr.", "Zoë Spinner", "C. Dyer")


def test_a_repository_in_the_abstract_or_the_comments_is_the_code() -> None:
    said = "Code: https://github.com/example/loom."
    assert parse_paper(paper(abstract=said)).code_url == "https://github.com/example/loom"
    assert parse_paper(paper(comments=said)).code_url == "https://github.com/example/loom"


@pytest.mark.parametrize(
    "comments",
    [
        "This paper has been withdrawn by the authors\n  due to a sign error",
        " This submission is withdrawn",
        "Withdrawn. See another paper.",
    ],
)
def test_a_comment_on_the_latest_version_withdraws_the_paper(comments: str) -> None:
    record = parse_paper(paper(comments=comments))
    assert record.withdrawn_at == utc("2026-03-24 20:10:27")
    assert record.withdrawal_reason == record.comments == " ".join(comments.split())


def test_a_withdrawal_without_versions_is_dated_by_the_record() -> None:
    record = parse_paper(paper(comments="Withdrawn", versions=None))
    assert record.withdrawn_at == utc("2026-03-25")


@pytest.mark.parametrize("packing", PACKERS)
def test_a_snapshot_is_known_by_its_content_and_read_line_by_line(
    tmp_path: Path, packing: str
) -> None:
    path = write_snapshot(tmp_path, papers(3), packing)
    assert find_format(SourceFile(path)).name == "snapshot"
    assert positions(read(path), Parsed) == [1, 2, 3]


def test_a_single_line_and_one_without_its_end_are_a_snapshot_too(tmp_path: Path) -> None:
    path = write_snapshot(tmp_path, [json.dumps(paper()).encode()])
    assert find_format(SourceFile(path)).name == "snapshot"
    assert positions(read(path), Parsed) == [1]


def test_a_snapshot_is_known_behind_bad_lines_and_a_byte_order_mark(tmp_path: Path) -> None:
    path = write_snapshot(tmp_path, [b'\xef\xbb\xbf{"id": oops}\n', paper()])
    assert find_format(SourceFile(path)).name == "snapshot"
    assert positions(read(path), Rejection) == [1]
    marked = write_snapshot(tmp_path, [b"\xef\xbb\xbf" + json.dumps(paper()).encode()])
    assert positions(read(marked), Parsed) == [1]


def test_a_line_longer_than_the_head_is_recognised(tmp_path: Path) -> None:
    many = [["Weaver", f"A. {number}", ""] for number in range(3_000)]
    path = write_snapshot(tmp_path, [paper(authors_parsed=many, authors="W" * 90_000)])
    assert find_format(SourceFile(path)).name == "snapshot"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"prose\n", "It is not valid JSON: Expecting value in column 1."),
        (b'{"id": "2603.00011", "title": "x\n', "It is not valid JSON: Unterminated string"),
        (b'{"id": "\xff"}\n', "It is not valid JSON: byte 8 is not UTF-8 text."),
        (b"\0\0\n", "It is not valid JSON"),
        (b"[" * 100_000 + b"\n", "It is not usable JSON"),
        (b'{"id": ' + b"9" * 5_000 + b"}\n", "It is not usable JSON: Exceeds the limit"),
        (b'{"id": "' + b"x" * MAX_LINE_BYTES + b'"}\n', "The line is too long: 1 MB are allowed."),
        ([1], "It is no paper: the line is not a JSON object."),
        ("text", "It is no paper"),
        (None, "It is no paper"),
        ({}, "It has no id."),
        (paper(id=None), "It has no id."),
        (paper(id=2603.00011), "Its id cannot be read"),
        (paper("2613.00001"), "“2613.00001” cannot be an arXiv id."),
        (paper("10.1000/abc"), "“10.1000/abc” cannot be an arXiv id."),
        (paper(title=None), "It has no title."),
        (paper(title=" \0 "), "It has no title."),
        (paper(title="x" * 10_000), "The title is too long"),
        (paper(abstract=7), "Its abstract cannot be read"),
        (paper(categories=["cs.LG"]), "Its categories cannot be read"),
        (paper(versions={"v1": 1}), "Its versions cannot be read"),
        (paper(versions=["v1"]), "Its versions cannot be read"),
        (paper(versions=[{"version": "v1", "created": 7}]), "Its created cannot be read"),
        (paper(versions=[{"version": "v1"}]), "Its created is no date: “”."),
        (
            paper(versions=[{"version": "v1", "created": "soon"}]),
            "Its created is no date: “soon”.",
        ),
        (
            paper(versions=[{"version": "v0", "created": "Mon, 2 Mar 2026 19:18:42 GMT"}]),
            "“0” cannot be a version.",
        ),
        (
            paper(versions=[{"version": "v²", "created": "Mon, 2 Mar 2026 19:18:42 GMT"}]),
            "“v²” cannot be a version.",
        ),
        (
            paper(
                versions=[
                    {"version": "", "created": "Mon, 2 Mar 2026 19:18:42 GMT"},
                    {"version": "v2", "created": "Tue, 24 Mar 2026 20:10:27 GMT"},
                ]
            ),
            "“” cannot be a version.",
        ),
        (
            paper(versions=[{"version": "v1", "created": "Fri, 31 Dec 9999 23:18:42 -1400"}]),
            "Its created is no date",
        ),
        (paper(update_date="25/03/2026"), "Its update_date is no date: “25/03/2026”."),
        (paper(update_date=None, versions=[]), "Its day is unknown"),
        (paper(authors_parsed="Weaver"), "Its authors_parsed cannot be read"),
        (paper(authors_parsed=["Weaver"]), "Its authors_parsed cannot be read"),
        (paper(authors_parsed=[["Weaver", None]]), "Its authors_parsed cannot be read"),
    ],
)
def test_a_bad_line_is_rejected_with_its_number_and_reason_and_the_others_are_read(
    tmp_path: Path, bad: Any, reason: str
) -> None:
    entries = read(write_snapshot(tmp_path, [paper("2603.00001"), bad, paper("2603.00003")]))
    assert positions(entries, Parsed) == [1, 3]
    (rejected,) = (each for each in entries if isinstance(each, Rejection))
    assert rejected.position == 2
    assert reason in rejected.reason


def test_a_rejected_line_is_named_by_its_id_or_its_title(tmp_path: Path) -> None:
    path = write_snapshot(tmp_path, [paper("2613.00001"), paper(id=None), b"prose\n", [1]])
    names = [each.name for each in read(path) if isinstance(each, Rejection)]
    assert names == ["2613.00001", "On the matter of 2603.00011", "", ""]


def test_blank_lines_are_passed_over_and_counted(tmp_path: Path) -> None:
    assert positions(read(write_snapshot(tmp_path, [b"\n", paper(), b" \r\n"])), Parsed) == [2]


@pytest.mark.parametrize("left", [1, 8, 40, 200])
def test_a_file_that_ends_in_the_middle_of_a_line_is_cut_short(tmp_path: Path, left: int) -> None:
    last = json.dumps(paper("2603.00002")).encode()
    entries = parse(SourceFile(write_snapshot(tmp_path, [paper("2603.00001"), last[:left]])))
    assert isinstance(next(entries), Parsed)
    with pytest.raises(FileRefused, match=r"^It is cut short: line 2 ends in the middle\.$"):
        next(entries)


@pytest.mark.parametrize("last", [b'{"doi": nu', b'{"title": "\\u00', b'{"title": "\xc3'])
def test_a_file_may_be_cut_within_a_word_an_escape_or_a_character(
    tmp_path: Path, last: bytes
) -> None:
    with pytest.raises(FileRefused, match="cut short"):
        read(write_snapshot(tmp_path, [paper(), last]))


def test_a_bad_last_line_without_its_end_is_not_taken_for_a_cut(tmp_path: Path) -> None:
    assert positions(read(write_snapshot(tmp_path, [paper(), b"{'id': 1}"])), Rejection) == [2]


@pytest.mark.parametrize("packing", [".gz", ".xz"])
def test_compressed_data_that_ends_early_is_cut_short_after_what_was_whole(
    tmp_path: Path, packing: str
) -> None:
    path = write_snapshot(tmp_path, papers(20_000), packing)
    path.write_bytes(path.read_bytes()[:-2_000])
    entries = parse(SourceFile(path))
    assert isinstance(next(entries), Parsed)
    with pytest.raises(FileRefused, match=r"cut short: the compressed data ends in the middle"):
        list(entries)


def test_a_record_is_checked_like_any_other() -> None:
    with pytest.raises(RecordRejected, match="too many categories"):
        parse_paper(paper(categories=" ".join(f"cs.{number}" for number in range(60))))
