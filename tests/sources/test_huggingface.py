from datetime import date
from pathlib import Path
from typing import Any

import pytest

from papers.models import Source
from papers.sources.files import FileRefused, SourceFile
from papers.sources.huggingface import day_in_name, parse, parse_entry
from papers.sources.record import Parsed, RecordRejected, Rejection
from tests.sources.daily import entry, write_day
from tests.sources.records import utc

DAY = date(2026, 3, 2)
SAMPLE = Path(__file__).parent.parent / "data" / "daily_papers_2026-03-02.json"


def test_a_day_as_the_api_answers_it_is_read_whole() -> None:
    first, second = (parsed for parsed in parse(SourceFile(SAMPLE)) if isinstance(parsed, Parsed))
    assert (first.position, second.position) == (1, 2)
    record = first.record
    assert record.source is Source.HUGGINGFACE
    assert record.source_id == record.arxiv_id == "2603.00011"
    assert record.title == (
        r"Notes on Weaving Algebra: Bernoulli Numbers by $\mathcal{O}(n^2)$ Cards"
    )
    assert record.abstract == (
        "We punch cards. The cards carry $n$ holes.\n  A second paragraph says why."
    )
    assert record.authors == ("Ada Lovelace", "Charles Babbage")
    assert record.published_at == utc("2026-02-27 17:50:01")
    assert record.code_url == "https://github.com/example/weaving"
    assert record.project_url == "https://weaving.example.org/"
    assert record.record_date == DAY
    assert record.listed_at == utc("2026-03-02")
    assert record.external_count == 82
    assert second.record.abstract == ""
    assert second.record.external_count == 0
    assert second.record.listed_at == utc("2026-03-02")


@pytest.mark.parametrize(
    ("submitted", "listed_on"),
    [
        ("2026-03-01T00:00:00.000Z", date(2026, 3, 1)),
        ("2026-03-01T23:30:00-02:00", date(2026, 3, 2)),
        (None, date(2026, 3, 5)),
    ],
)
def test_the_listing_day_is_the_entry_s_own_else_the_file_s(
    submitted: str | None, listed_on: date
) -> None:
    record = parse_entry(entry(submittedOnDailyAt=submitted), date(2026, 3, 5))
    assert record.record_date == listed_on
    assert record.listed_at == utc(listed_on.isoformat())


def test_without_any_day_an_entry_is_rejected_and_the_reason_says_what_to_do() -> None:
    with pytest.raises(RecordRejected, match=r"Name the file like daily_papers_2025-03-11\.json"):
        parse_entry(entry(), None)
    assert parse_entry(entry(submittedOnDailyAt="2026-03-02T00:00:00Z"), None).record_date == DAY


@pytest.mark.parametrize(
    ("name", "day"),
    [
        ("daily_papers_2026-03-02.json.gz", DAY),
        ("2026-03-02", DAY),
        ("fetched_2026-03-09_daily_2026-03-02.json", DAY),
        ("daily_papers.json", None),
        ("daily_2026-02-30.json", None),
        ("daily_12026-03-02.json", None),
        ("daily_2026-03-021.json", None),
    ],
)
def test_the_day_of_a_file_is_the_last_date_in_its_name(name: str, day: date | None) -> None:
    assert day_in_name(name) == day


def test_what_the_inner_object_lacks_is_taken_from_the_outer() -> None:
    sparse = entry(title=None, summary=None)
    sparse |= {"title": "Outer", "summary": "Of the outer.", "githubRepo": "https://a.example/b"}
    record = parse_entry(sparse, DAY)
    assert (record.title, record.abstract) == ("Outer", "Of the outer.")
    assert record.code_url == "https://a.example/b"


def test_the_publication_is_the_inner_date_never_the_outer_time_of_listing() -> None:
    undated = entry(publishedAt=None)
    undated["publishedAt"] = "2026-03-02T03:44:01.558Z"
    assert parse_entry(undated, DAY).published_at is None


def test_a_withdrawn_paper_is_marked() -> None:
    record = parse_entry(entry(withdrawnAt="2026-03-04T10:00:00Z"), DAY)
    assert record.withdrawn_at == utc("2026-03-04 10:00")


def test_links_that_are_none_are_dropped_and_the_paper_kept() -> None:
    record = parse_entry(entry(githubRepo="not a link", projectPage="javascript:alert(1)"), DAY)
    assert (record.code_url, record.project_url) == ("", "")


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (None, "no “paper” object"),
        ("a text", "no “paper” object"),
        ({"title": "Only outer"}, "no “paper” object"),
        ({"paper": []}, "no “paper” object"),
        (entry(id=None), "It has no id"),
        (entry(id=26.03), "Its id cannot be read"),
        (entry("2613.00001"), "“2613.00001” cannot be an arXiv id"),
        (entry("10.1000/abc"), "“10.1000/abc” cannot be an arXiv id"),
        (entry(title=None), "It has no title"),
        (entry(title=["a"]), "Its title cannot be read"),
        (entry(summary={"a": 1}), "Its summary cannot be read"),
        (entry(authors="Ada"), "Its authors cannot be read"),
        (entry(authors=["Ada"]), "Its authors cannot be read"),
        (entry(authors=[{"name": 7}]), "Its name cannot be read"),
        (entry(publishedAt="soon"), "Its publishedAt is no date: “soon”"),
        (entry(publishedAt=1772000000), "Its publishedAt cannot be read"),
        (entry(submittedOnDailyAt="2026-02-30"), "Its submittedOnDailyAt is no date"),
        (entry(upvotes="many"), "Its upvotes cannot be read"),
        (entry(upvotes=True), "Its upvotes cannot be read"),
        (entry(upvotes=1.5), "Its upvotes cannot be read"),
        (entry(upvotes=-1), "“-1” cannot be a number of upvotes"),
    ],
)
def test_a_bad_entry_is_rejected_with_position_and_reason_and_the_others_are_read(
    tmp_path: Path, bad: Any, reason: str
) -> None:
    path = write_day(tmp_path, "2026-03-02", [entry("2603.00001"), bad, entry("2603.00003")])
    first, rejected, last = parse(SourceFile(path))
    assert isinstance(first, Parsed)
    assert isinstance(last, Parsed)
    assert isinstance(rejected, Rejection)
    assert rejected.position == 2
    assert reason in rejected.reason


def test_a_rejected_entry_is_named_by_its_id_or_its_title(tmp_path: Path) -> None:
    bad = [entry("2613.00001"), entry(id=None, title="Nameless"), {"paper": 3}]
    path = write_day(tmp_path, "2026-03-02", bad)
    names = [each.name for each in parse(SourceFile(path)) if isinstance(each, Rejection)]
    assert names == ["2613.00001", "Nameless", ""]


def test_authors_may_be_none() -> None:
    assert parse_entry(entry(authors=None), DAY).authors == ()
    assert parse_entry(entry(authors=[{"name": None}]), DAY).authors == ()


@pytest.mark.parametrize("content", [{"papers": []}, "text", None])
def test_what_is_no_list_is_refused(tmp_path: Path, content: Any) -> None:
    path = write_day(tmp_path, "2026-03-02", content)
    with pytest.raises(FileRefused, match="not a list of daily papers"):
        list(parse(SourceFile(path)))
