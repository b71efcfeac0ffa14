import json
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from papers.models import Paper, ReadingList, ReadingListEntry
from tests.commands.test_import_papers import Run, totals
from tests.factories import make_list, make_paper, make_user

pytestmark = pytest.mark.django_db


def write_papers(folder: Path, *titles: str, name: str = "papers.json", **fields: Any) -> Path:
    path = folder / name
    papers = [{"title": title, "abstract": f"All about {title}."} | fields for title in titles]
    path.write_text(json.dumps(papers))
    return path


def titles_on(reading_list: ReadingList) -> list[str]:
    entries = ReadingListEntry.objects.filter(reading_list=reading_list).order_by("position")
    return list(entries.values_list("paper__title", flat=True))


@pytest.fixture
def weekend() -> ReadingList:
    return make_list(make_user("alice"), slug="weekend-reading", papers=[make_paper("Shuttles")])


def test_papers_go_to_the_end_of_the_list_in_the_order_of_the_files(
    tmp_path: Path, weekend: ReadingList
) -> None:
    second = write_papers(tmp_path, "Zebras", "Apples", name="b.json")
    first = write_papers(tmp_path, "Yarns", "Looms", name="a.json")
    run = Run(first, second, "--list", weekend.slug, "--user", "alice")
    assert (run.status, run.err) == (0, "")
    assert titles_on(weekend) == ["Shuttles", "Yarns", "Looms", "Zebras", "Apples"]
    assert run.out.splitlines() == [
        "4 papers were put on the list “Weekend reading”, 0 were on it already.",
        totals(created=4),
    ]


def test_each_paper_goes_on_the_list_once(tmp_path: Path, weekend: ReadingList) -> None:
    path = write_papers(tmp_path, "Looms", "Yarns", "Looms")
    arguments = (path, path, "--list", weekend.slug, "--user", "@Alice")
    assert Run(*arguments).status == 0
    assert titles_on(weekend) == ["Shuttles", "Looms", "Yarns"]
    run = Run(*arguments)
    assert run.out.splitlines()[0].startswith("0 papers were put on the list")
    assert "2 were on it already" in run.out
    assert titles_on(weekend) == ["Shuttles", "Looms", "Yarns"]


def test_a_paper_that_was_there_before_the_import_goes_on_the_list_too(
    tmp_path: Path, weekend: ReadingList
) -> None:
    Run(write_papers(tmp_path, "Looms", doi="10.5555/1"))
    run = Run(
        write_papers(tmp_path, "Looms", doi="10.5555/1"), "--list", weekend.slug, "--user", "alice"
    )
    assert run.last_line == totals(unchanged=1)
    assert titles_on(weekend) == ["Shuttles", "Looms"]


def test_rejected_entries_do_not_go_on_the_list(tmp_path: Path, weekend: ReadingList) -> None:
    path = write_papers(tmp_path, "", "Looms")
    run = Run(path, "--list", weekend.slug, "--user", "alice")
    assert (run.status, run.last_line) == (0, totals(created=1, rejected=1))
    assert titles_on(weekend) == ["Shuttles", "Looms"]


@pytest.mark.parametrize("since", ["hidden_at", "pending_since"])
def test_a_paper_that_the_member_could_not_save_is_named(
    tmp_path: Path, weekend: ReadingList, since: str
) -> None:
    path = write_papers(tmp_path, "Looms", "Yarns")
    Run(path)
    Paper.objects.filter(title="Looms").update(**{since: timezone.now()})
    run = Run(path, "--list", weekend.slug, "--user", "alice")
    assert run.status == 0
    assert run.err == ("“Looms” is not put on the list: this paper is not there to be saved.\n")
    assert titles_on(weekend) == ["Shuttles", "Yarns"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (("--list", "weekend-reading", "--user", "bob"), "There is no member “bob”."),
        (
            ("--list", "winter", "--user", "alice"),
            "alice has no list “winter”. The lists of this member: weekend-reading.",
        ),
        (("--list", "weekend-reading"), "--list and --user belong together"),
        (("--user", "alice"), "--list and --user belong together"),
    ],
)
def test_an_unknown_list_imports_nothing(
    tmp_path: Path, weekend: ReadingList, arguments: tuple[str, ...], reason: str
) -> None:
    run = Run(write_papers(tmp_path, "Looms"), *arguments)
    assert (run.status, run.out) == (2, totals() + "\n")
    assert reason in run.err
    assert not Paper.objects.filter(title="Looms").exists()


def test_the_list_of_a_closed_account_is_unknown(tmp_path: Path, weekend: ReadingList) -> None:
    weekend.owner.is_active = False
    weekend.owner.save()
    run = Run(write_papers(tmp_path, "Looms"), "--list", weekend.slug, "--user", "alice")
    assert run.status == 2
    assert "There is no member" in run.err


def test_a_full_list_takes_no_more_and_the_papers_are_imported_all_the_same(
    tmp_path: Path, weekend: ReadingList, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("papers.services.library_bulk.MAX_ENTRIES", 2)
    run = Run(write_papers(tmp_path, "Looms", "Yarns"), "--list", weekend.slug, "--user", "alice")
    assert (run.status, run.last_line) == (2, totals(created=2))
    assert "The list is not filled any further: " in run.err
    assert titles_on(weekend) == ["Shuttles"]
