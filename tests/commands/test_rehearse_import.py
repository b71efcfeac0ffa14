from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from papers.management.rehearsal import (
    FileResult,
    LeaveOut,
    broken_promises,
    import_one,
    left_out,
    materials,
    rejections,
    table,
    told,
)
from papers.management.scratch_database import created_database, working_in
from papers.models import Paper
from papers.sources.catalogue_digest import Difference
from papers.sources.record import Rejection
from tests.sources.daily import entries, entry, write_day
from tests.sources.records import utc

NOW = utc("2026-04-01")
BROKEN = LeaveOut("broken/*", "what must be refused")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two days that share papers, one of them with an entry that is rejected; and a broken file."""
    days = tmp_path / "days"
    days.mkdir()
    write_day(days, "2026-03-02", [*entries(3), entry("2613.00001")])
    write_day(days, "2026-03-03", entries(5))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "cut.json").write_text('[{"paper": ')
    return tmp_path


def databases() -> set[str]:
    with connection.cursor() as cursor:
        # Other test runs come and go on the same server.
        home = connection.settings_dict["NAME"]
        cursor.execute("select datname from pg_database where starts_with(datname, %s)", [home])
        return {name for (name,) in cursor.fetchall()}


class Run:
    """One run of the command: its exit status and what it said."""

    def __init__(self, *arguments: Any) -> None:
        out, err = StringIO(), StringIO()
        self.status = 0
        try:
            call_command("rehearse_import", *map(str, arguments), stdout=out, stderr=err)
        except SystemExit as end:
            self.status = int(end.code or 0)
        self.out, self.err = out.getvalue(), err.getvalue()


@pytest.mark.django_db(transaction=True)
def test_a_rehearsal_keeps_its_promises_and_leaves_nothing_behind(folder: Path) -> None:
    before, report = databases(), folder / "report.md"
    report.write_text(
        "# Sources\n\n<!-- rehearse_import: begin -->\nold\n<!-- rehearse_import: end -->\n\nEnd.\n"
    )
    run = Run(folder, "--leave-out", "broken/*=broken", "--leave-out", "*.md=ours",
              "--orders", 1, "--output", report)  # fmt: skip
    assert run.status == 0, run.err
    assert "| `days/daily_papers_2026-03-02.json` | huggingface | 4 | 3 | 0 | 0 | 1 |" in run.out
    assert "| **2 files** |  | 9 | 5 | 3 | 0 | 1 |" in run.out
    assert "Second pass: 0 created, 0 updated." in run.out
    orders = ("| by name", "| random")
    digests = [line.split("`")[1] for line in run.out.splitlines() if line.startswith(orders)]
    assert len(digests) == 2
    assert len(set(digests)) == 1
    text = report.read_text()
    assert text.startswith("# Sources\n\n<!-- rehearse_import: begin -->\n\n| file |")
    assert text.endswith("<!-- rehearse_import: end -->\n\nEnd.\n")
    assert "old" not in text
    # The configured database was not touched, and the scratch ones are gone.
    assert databases() == before
    assert not Paper.objects.exists()


def test_a_refused_file_and_a_second_pass_that_changes_something_break_promises() -> None:
    first = [result_with("a.bib", created=1), result_with("b.bib", refusal="It is cut short.")]
    second = [result_with("a.bib", updated=1), result_with("c.bib", unchanged=3)]
    assert list(broken_promises(first, second)) == [
        "b.bib: It is cut short.",
        "The second pass changed something, with: a.bib.",
    ]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["--leave-out", "*=all of it"], "There is no file to import"),
        (["--leave-out", "votes/*=no papers"], "“votes/\\*” names no file"),
        (["--leave-out", "broken/*"], "the reason are needed"),
    ],
)
def test_a_rehearsal_that_cannot_begin_says_why(
    folder: Path, arguments: list[str], reason: str
) -> None:
    with pytest.raises(CommandError, match=reason):
        call_command("rehearse_import", str(folder), *arguments, stdout=StringIO())


@pytest.mark.django_db(transaction=True)
def test_a_scratch_database_is_dropped_whatever_happens_in_it() -> None:
    before, home = databases(), connection.settings_dict["NAME"]
    name = f"{home}_scratch"

    def fail() -> None:
        with created_database(name), working_in(name), connection.cursor() as cursor:
            cursor.execute("select current_database()")
            assert cursor.fetchone() == (name,)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert connection.settings_dict["NAME"] == home
    assert databases() == before


def test_files_come_in_order_of_name_without_those_left_out(folder: Path) -> None:
    kept, left = materials([folder], [BROKEN])
    assert [each.name for each in kept] == [
        "days/daily_papers_2026-03-02.json",
        "days/daily_papers_2026-03-03.json",
    ]
    assert left == {BROKEN: ["broken/cut.json"]}
    assert list(left_out(left))[-1] == "| `broken/*` | 1 | what must be refused |"


@pytest.mark.django_db
def test_a_file_says_what_it_became(folder: Path) -> None:
    (first, second), _left = materials([folder], [BROKEN])
    result = import_one(first, NOW)
    assert (result.format, result.read, result.created, result.rejected) == ("huggingface", 4, 3, 1)
    assert import_one(first, NOW).unchanged == 3
    assert import_one(second, NOW).created == 2
    (cut,) = materials([folder / "broken"], [])[0]
    assert "cut short" in import_one(cut, NOW).refusal


def result_with(name: str, **fields: Any) -> FileResult:
    return FileResult(name, "snapshot", **fields)


def test_many_files_of_one_folder_share_a_line() -> None:
    days = [result_with(f"days/{number}.json", created=2) for number in range(3)]
    lines = list(table([result_with("a.json", updated=1), *days], fold=2))
    assert lines[2:] == [
        "| `a.json` | snapshot | 1 | 0 | 1 | 0 | 0 |",
        "| days/ (3 files) | snapshot | 6 | 6 | 0 | 0 | 0 |",
        "| **4 files** |  | 7 | 6 | 1 | 0 | 0 |",
    ]
    assert days[0].created == 2


def test_rejections_are_counted_by_reason_with_an_example() -> None:
    found = [
        Rejection(1, "“x” cannot be a DOI.", "Looms | <b>"),
        Rejection(2, "It has no title."),
        Rejection(3, "“y” cannot be a DOI."),
    ]
    lines = list(rejections([result_with("a.bib", rejections=found)]))
    assert lines[2:] == [
        "| 2 | “…” cannot be a DOI. | `a.bib`, entry 1 (Looms \\| &lt;b>): “x” cannot be a DOI. |",
        "| 1 | It has no title. | `a.bib`, entry 2 |",
    ]


def test_a_difference_is_told_in_short() -> None:
    found = Difference("2603.00001", {"title": ("a" * 300, None), "version": (1, 2)})
    lines = list(told(found, length=10))
    assert lines == [
        "2603.00001:",
        f"  title: {'a' * 9}…  instead of  nothing",
        "  version: 1  instead of  2",
    ]
