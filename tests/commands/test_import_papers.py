import gzip
import json
import os
import signal
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from papers.models import ExternalCount, Paper, PaperState, SourceRecord
from papers.sources.detect import FORMATS
from tests.digests import papers_digest
from tests.factories import make_tag
from tests.sources import snapshots
from tests.sources.daily import entries, entry, write_day
from tests.sources.records import utc

SAMPLE = Path(__file__).parent.parent / "data" / "daily_papers_2026-03-02.json"

pytestmark = pytest.mark.django_db


class Run:
    """One run of the command: its exit status, its totals and what it said."""

    def __init__(self, *arguments: Any, err: StringIO | None = None) -> None:
        out, err = StringIO(), err or StringIO()
        self.status = 0
        try:
            call_command("import_papers", *map(str, arguments), stdout=out, stderr=err)
        except SystemExit as end:
            self.status = int(end.code or 0)
        self.out, self.err = out.getvalue(), err.getvalue()
        self.last_line = self.out.splitlines()[-1]


def totals(created: int = 0, updated: int = 0, unchanged: int = 0, rejected: int = 0) -> str:
    return f"created={created} updated={updated} unchanged={unchanged} rejected={rejected}"


def test_a_day_becomes_papers_listed_on_that_day() -> None:
    run = Run(SAMPLE)
    assert (run.status, run.out, run.err) == (0, totals(created=2) + "\n", "")
    paper = Paper.objects.get(key="2603.00011")
    assert paper.listed_at == utc("2026-03-02")
    assert paper.authors == ["Ada Lovelace", "Charles Babbage"]
    assert ExternalCount.objects.get(paper=paper).count == 82


def test_the_four_numbers_add_up_to_the_entries(tmp_path: Path) -> None:
    day = write_day(tmp_path, "2026-03-02", [*entries(3), entry("2613.00001"), entry("2603.00001")])
    assert Run(day).last_line == totals(created=3, unchanged=1, rejected=1)


def test_a_second_run_changes_nothing(tmp_path: Path) -> None:
    write_day(tmp_path, "2026-03-02", entries(4))
    write_day(tmp_path, "2026-03-03", entries(6, "2602"), packed=True)
    assert Run(tmp_path).last_line == totals(created=10)
    before = papers_digest()
    assert Run(tmp_path).last_line == totals(unchanged=10)
    assert papers_digest() == before


def test_the_order_of_the_files_does_not_matter(tmp_path: Path) -> None:
    days = [
        write_day(tmp_path, "2026-03-02", [entry(upvotes=29), entry("2603.00012")]),
        write_day(tmp_path, "2026-03-03", [entry("2603.00012", title="Corrected")]),
        write_day(tmp_path, "2026-03-16", [entry(upvotes=82)]),
    ]
    assert Run(*days).last_line == totals(created=2, updated=2)
    expected = papers_digest()
    Paper.objects.all().delete()
    assert Run(*reversed(days)).last_line == totals(created=2, updated=2)
    assert papers_digest() == expected


def test_a_paper_on_two_days_is_listed_on_the_first_with_the_count_of_the_last(
    tmp_path: Path,
) -> None:
    for day, count in (("2026-03-16", 82), ("2026-03-02", 29)):
        assert Run(write_day(tmp_path, day, [entry(upvotes=count)])).status == 0
    assert Paper.objects.get().listed_at == utc("2026-03-02")
    assert ExternalCount.objects.get().count == 82


def test_a_count_that_has_grown_is_an_update(tmp_path: Path) -> None:
    Run(write_day(tmp_path, "2026-03-02", [entry(upvotes=3)]))
    run = Run(write_day(tmp_path, "2026-03-02", [entry(upvotes=30)]))
    assert run.last_line == totals(updated=1)


def test_a_folder_is_walked_and_what_is_no_data_is_named_and_skipped(tmp_path: Path) -> None:
    (tmp_path / "2026-03").mkdir()
    write_day(tmp_path / "2026-03", "2026-03-02", entries(2))
    (tmp_path / "README.md").write_text("Days of papers.")
    (tmp_path / "empty.json").touch()
    run = Run(tmp_path)
    assert (run.status, run.last_line) == (0, totals(created=2))
    assert run.err.splitlines() == [
        f"{tmp_path}/README.md is skipped: It is in no format that can be imported.",
        f"{tmp_path}/empty.json is skipped: It is empty.",
    ]


def test_an_empty_day_is_read_to_its_end(tmp_path: Path) -> None:
    run = Run(write_day(tmp_path, "2026-03-02", []))
    assert (run.status, run.last_line, run.err) == (0, totals(), "")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "It is empty."),
        (b"Dear all,\n", "in no format that can be imported"),
        (b"<!doctype html><h1>503</h1>", "web page (HTML)"),
        (b'[{"paper": {"id": "2603.0', "cut short"),
        (gzip.compress(b"[]", mtime=0)[:-4], "cut short"),
        (b"""["{'paper': {'id': '2603.00011'}}"]""", "texts of Python values"),
    ],
)
def test_a_file_that_cannot_be_imported_is_named_and_the_rest_is_done(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    bad = tmp_path / "bad_2026-03-01.json"
    bad.write_bytes(content)
    run = Run(bad, write_day(tmp_path, "2026-03-02", entries(2)))
    assert (run.status, run.last_line) == (2, totals(created=2))
    (line,) = run.err.splitlines()
    assert line.startswith(f"{bad}: ")
    assert reason in line


def test_a_missing_file_is_named_and_the_rest_is_done(tmp_path: Path) -> None:
    run = Run(tmp_path / "none.json", write_day(tmp_path, "2026-03-02", entries(2)))
    assert (run.status, run.last_line) == (2, totals(created=2))
    assert run.err == f"{tmp_path}/none.json: It cannot be read: No such file or directory.\n"


def test_a_broken_or_unreadable_file_in_a_folder_is_no_success(tmp_path: Path) -> None:
    write_day(tmp_path, "2026-03-02", entries(2))
    (tmp_path / "daily_2026-03-03.json").write_text('[{"paper": ')
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    run = Run(tmp_path)
    assert (run.status, run.last_line) == (2, totals(created=2))
    assert len(run.err.splitlines()) == 2


def test_each_rejection_is_printed_and_written_as_a_line_of_its_own(tmp_path: Path) -> None:
    day = write_day(tmp_path, "2026-03-02", [entry("2613.00001"), *entries(1), {"paper": None}])
    rejects = tmp_path / "rejects.jsonl"
    run = Run(tmp_path, "--rejects", rejects)
    assert (run.status, run.last_line) == (0, totals(created=1, rejected=2))
    first, second = (json.loads(line) for line in rejects.read_text().splitlines())
    assert first == {
        "file": str(day),
        "position": 1,
        "name": "2613.00001",
        "reason": "“2613.00001” cannot be an arXiv id.",
    }
    assert (second["position"], second["name"]) == (3, "")
    assert run.err.splitlines() == [
        f"{day}, entry 1 (2613.00001): “2613.00001” cannot be an arXiv id.",
        f"{day}, entry 3: It is no daily paper: it has no “paper” object.",
    ]


def test_what_is_printed_of_a_bad_entry_cannot_steer_the_terminal(tmp_path: Path) -> None:
    run = Run(write_day(tmp_path, "2026-03-02", [entry("2603.1\x1b[2J\n")]))
    assert run.last_line == totals(rejected=1)
    assert "\x1b" not in run.err
    assert len(run.err.splitlines()) == 1


def test_the_file_of_rejects_may_not_be_one_that_is_imported(tmp_path: Path) -> None:
    day = write_day(tmp_path, "2026-03-02", entries(1))
    before = day.read_bytes()
    run = Run(day, "--rejects", tmp_path / "." / day.name)
    assert (run.status, run.last_line) == (2, totals())
    assert "need another file" in run.err
    assert day.read_bytes() == before


def test_a_file_of_rejects_that_cannot_be_written_stops_the_import_before_it_begins(
    tmp_path: Path,
) -> None:
    run = Run(write_day(tmp_path, "2026-03-02", entries(1)), "--rejects", tmp_path / "no" / "file")
    assert (run.status, run.last_line) == (2, totals())
    assert "cannot be written: No such file or directory" in run.err


def test_the_format_can_be_named(tmp_path: Path) -> None:
    day = write_day(tmp_path, "2026-03-02", [{"title": "No daily paper"}])
    run = Run(day, "--format", "huggingface")
    assert (run.status, run.last_line) == (0, totals(rejected=1))
    unknown = Run(day, "--format", "klingon")
    assert (unknown.status, unknown.last_line) == (2, totals())
    known = ", ".join(each.name for each in FORMATS)
    assert unknown.err == f"There is no format “klingon”. Known formats: {known}.\n"


def test_an_empty_path_is_not_taken_for_the_current_folder() -> None:
    with pytest.raises(CommandError, match="a path is empty"):
        call_command("import_papers", "")


def test_what_the_database_refuses_is_one_rejected_record_not_a_failed_batch(
    tmp_path: Path,
) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "alter table papers_paper add constraint no_cats check (title_text not like '%cat%')"
        )
    day = write_day(
        tmp_path,
        "2026-03-02",
        [*entries(5), entry("2603.00099", title="On cats"), *entries(9, "2602")],
    )
    run = Run(day)
    assert (run.status, run.last_line) == (0, totals(created=14, rejected=1))
    (line,) = run.err.splitlines()
    assert line.startswith(f"{day}, entry 6 (2603.00099): The database refuses it: ")
    assert "no_cats" in line


class Interrupting(StringIO):
    """An output that sends this process a signal when the text appears in it."""

    def __init__(self, text: str, number: signal.Signals) -> None:
        super().__init__()
        self.text, self.number = text, number

    def write(self, text: str) -> int:
        written = super().write(text)
        if self.text in text:
            signal.raise_signal(self.number)
        return written


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
def test_an_interrupted_import_says_what_it_did_and_goes_on_from_there(
    tmp_path: Path, number: signal.Signals, status: int
) -> None:
    before = signal.getsignal(signal.SIGTERM)
    write_day(tmp_path, "2026-03-02", entries(500))
    write_day(tmp_path, "2026-03-03", [*entries(10, "2602"), entry("2613.00001")])
    run = Run(tmp_path, err=Interrupting("2613.00001", number))
    assert (run.status, run.last_line) == (status, totals(created=500, rejected=1))
    assert Paper.objects.count() == 500
    assert signal.getsignal(signal.SIGTERM) is before
    assert Run(tmp_path).last_line == totals(created=10, unchanged=500, rejected=1)


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_sees_progress_with_count_rate_and_time_left(tmp_path: Path) -> None:
    write_day(tmp_path, "2026-03-02", entries(20))
    run = Run(tmp_path, err=Terminal())
    assert "\r\x1b[K20 entries, " in run.err
    assert " a second, 0:00 left" in run.err
    assert run.err.endswith("\r\x1b[K")


def test_the_time_left_is_not_guessed_before_the_first_file_is_done(tmp_path: Path) -> None:
    write_day(tmp_path, "2026-03-02", entries(501))
    run = Run(tmp_path, err=Terminal())
    first = run.err.split("\r\x1b[K")[1]
    assert first.startswith("500 entries, ")
    assert "left" not in first


def test_a_snapshot_becomes_papers_of_the_catalogue_with_their_tags(tmp_path: Path) -> None:
    lines = [snapshots.paper(categories="math.MP cs.LG"), b"prose\n", *snapshots.papers(3, "2602")]
    run = Run(snapshots.write_snapshot(tmp_path, lines, ".xz"))
    assert (run.status, run.last_line) == (0, totals(created=4, rejected=1))
    assert "entry 2: It is not valid JSON" in run.err
    paper = Paper.objects.get(key="2603.00011")
    assert paper.state == PaperState.CATALOGUE
    assert paper.primary_tag == make_tag("math-ph")
    assert {tag.code for tag in paper.tags.all()} == {"math-ph", "cs.LG"}
    assert [each.name for each in paper.authorships.order_by("position")] == paper.authors
    assert Run(tmp_path).last_line == totals(unchanged=4, rejected=1)


def test_a_snapshot_that_is_cut_short_keeps_what_was_whole_and_goes_on_when_it_is_whole(
    tmp_path: Path,
) -> None:
    path = snapshots.write_snapshot(tmp_path, snapshots.papers(600))
    whole = path.read_bytes()
    path.write_bytes(whole[:-100])
    run = Run(path)
    assert (run.status, run.last_line) == (2, totals(created=599))
    assert run.err == f"{path}: It is cut short: line 600 ends in the middle.\n"
    path.write_bytes(whole)
    assert Run(path).last_line == totals(created=1, unchanged=599)


def test_a_withdrawal_in_a_later_snapshot_is_taken_and_taken_back_by_a_later_one(
    tmp_path: Path,
) -> None:
    def state_after(**fields: Any) -> tuple[str, str]:
        run = Run(snapshots.write_snapshot(tmp_path, [snapshots.paper(**fields)]))
        assert run.status == 0
        paper = Paper.objects.get()
        return paper.state, paper.withdrawal_reason

    why = "This paper has been withdrawn by the authors due to a knot in eq. 3"
    assert state_after() == (PaperState.CATALOGUE, "")
    assert state_after(comments=why, update_date="2026-04-01") == (PaperState.WITHDRAWN, why)
    # An older snapshot does not undo what a newer one said.
    assert state_after() == (PaperState.WITHDRAWN, why)
    assert state_after(comments="13 pages, untangled", update_date="2026-04-09") == (
        PaperState.CATALOGUE,
        "",
    )


def test_the_time_left_of_a_long_snapshot_is_known_before_its_end(tmp_path: Path) -> None:
    run = Run(snapshots.write_snapshot(tmp_path, snapshots.papers(700)), err=Terminal())
    first = run.err.split("\r\x1b[K")[1]
    assert first.startswith("500 entries, ")
    assert first.endswith(" left")


def test_the_days_of_a_file_in_the_future_are_listed_now(tmp_path: Path) -> None:
    run = Run(write_day(tmp_path, "2199-03-02", entries(1)))
    assert run.last_line == totals(created=1)
    paper = Paper.objects.get()
    assert paper.listed_at is not None
    assert paper.listed_at <= paper.created_at
    assert SourceRecord.objects.get().record_date.year < 2199


def test_a_file_name_that_is_no_text_is_shown_all_the_same(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.json"
    Path(os.fsdecode(path)).write_text("prose")
    run = Run(tmp_path)
    assert (
        run.err.encode().decode().startswith(f"{tmp_path}/\N{REPLACEMENT CHARACTER}.json is skip")
    )


def test_statements_a_batch_do_not_grow_with_the_number_of_files(
    tmp_path: Path, django_assert_num_queries: Callable[..., Any]
) -> None:
    for day in range(1, 10):
        write_day(tmp_path, f"2026-03-{day:02d}", entries(2, f"26{day:02d}"))
    Run(tmp_path)
    # A savepoint and its release, the lock, and what is stored of the records.
    with django_assert_num_queries(5):
        assert Run(tmp_path).last_line == totals(unchanged=18)
