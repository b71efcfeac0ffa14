import json
from pathlib import Path
from typing import Any

import pytest

from papers.sources.detect import FORMATS, Format, find_format
from papers.sources.files import FileRefused, SourceContent, SourceFile, UnknownFormat
from tests.sources import feeds, oai, snapshots, test_csl_json, test_zotero, works
from tests.sources.daily import entry, write_day


def file_of(folder: Path, content: bytes) -> SourceFile:
    path = folder / "anything"
    path.write_bytes(content)
    return SourceFile(path)


RIS = "TY  - JOUR\nTI  - On Looms\nER  - \n"
BIBTEX = "@article{weaver2021,\n  title = {On Looms},\n  doi = {10.5555/1}\n}\n"
PLAIN = {"title": "On Looms", "abstract": "Brief.", "authors": ["Ada Weaver"], "doi": "10.5555/1"}
WORK_LIST = {"status": "ok", "message-type": "work-list", "message": {"items": [works.make_work()]}}
WORK = {"status": "ok", "message-type": "work", "message": works.make_work()}


def lines(*values: Any) -> str:
    return "".join(f"{json.dumps(value)}\n" for value in values)


def as_file(content: Any) -> SourceFile:
    if isinstance(content, SourceFile):
        return content
    text = content if isinstance(content, str) else json.dumps(content)
    return SourceContent("anything", text.encode())


def says_yes(each: Format, file: SourceFile) -> bool:
    try:
        return each.recognises(file)
    except FileRefused:
        return False


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("snapshot", lines(snapshots.paper(), snapshots.paper("2603.00012"))),
        ("snapshot", "{bad}\n" + lines(snapshots.paper())),
        ("huggingface", [entry()]),
        ("huggingface", []),
        ("arxiv_atom", feeds.atom_feed(feeds.LEGACY_ENTRY)),
        ("arxiv_atom", feeds.atom_feed(feeds.ENTRY_OF_2026)),
        ("arxiv_atom", feeds.atom_feed()),
        ("arxiv_rss", feeds.rss_feed(feeds.rss_item())),
        ("arxiv_rss", feeds.rss_feed()),
        ("oai", oai.answer(oai.record(oai.arxiv_paper()))),
        ("oai", oai.refusal("badResumptionToken")),
        ("crossref", WORK),
        ("crossref", WORK_LIST),
        ("crossref", works.make_work()),
        ("crossref", [works.make_work()]),
        ("crossref", lines(works.make_work(), works.make_work())),
        ("biorxiv", works.make_answer(works.make_version())),
        ("bibtex", BIBTEX),
        ("bibtex", "% my library\n\n" + BIBTEX),
        ("bibtex", BIBTEX.replace("On Looms", "{title}, {abstract}, {authors}")),
        ("ris", RIS),
        ("ris", "\ufeffProvider: Loom Library\n\n" + RIS),
        ("zotero", test_zotero.content(test_zotero.make_item())),
        ("zotero", test_zotero.content()),
        ("zotero", [{"key": "A", "version": 1, "data": test_zotero.make_item()}]),
        ("csl_json", [test_csl_json.make_item()]),
        ("csl_json", [test_csl_json.make_item(id=None)]),
        ("csl_json", [test_csl_json.make_item(author=None, issued=None)]),
        ("csl_json", test_csl_json.make_item(DOI="10.5555/1", abstract="Brief.")),
        ("plain", [PLAIN]),
        ("plain", [PLAIN | {"id": "2103.00012", "type": "article", "year": 2021}]),
        ("plain", PLAIN),
        ("plain", lines(PLAIN, PLAIN)),
        ("plain", json.dumps(PLAIN, indent=2)),
        ("plain", "title,abstract,authors,url\nOn Looms,Brief.,Ada Weaver,\n"),
        ("plain", "Title;Abstract\nOn Looms;Brief.\n"),
    ],
)
def test_no_format_is_taken_for_another(name: str, content: Any) -> None:
    file = as_file(content)
    assert find_format(file).name == name
    # Whatever the order in which they are asked; only the last takes what others may know better.
    others = [each for each in FORMATS if each.name not in (name, "plain")]
    assert [each.name for each in others if says_yes(each, file)] == []


def test_references_that_quote_bibtex_are_ris() -> None:
    quoting = RIS.replace("ER", "N1  - cited as\n@article{weaver,\n\nER")
    assert find_format(as_file(quoting)).name == "ris"


def test_a_bad_first_line_does_not_hide_the_papers_behind_it() -> None:
    assert find_format(as_file("{bad}\n" + lines(PLAIN))).name == "plain"


def test_lines_of_something_else_are_in_no_format() -> None:
    with pytest.raises(UnknownFormat, match="more than one JSON value"):
        find_format(as_file(lines({"a": 1}, {"b": 2})))


def test_every_format_can_be_told() -> None:
    (mark,) = test_no_format_is_taken_for_another.pytestmark
    assert {name for name, _content in mark.args[1]} == {each.name for each in FORMATS}


@pytest.mark.parametrize("packed", [False, True])
def test_daily_papers_are_known_by_their_content(tmp_path: Path, packed: bool) -> None:
    path = write_day(tmp_path, "2026-03-02", [entry()], packed=packed)
    assert find_format(SourceFile(path)).name == "huggingface"


def test_an_empty_day_is_a_day(tmp_path: Path) -> None:
    assert find_format(file_of(tmp_path, b"[]\n")).name == "huggingface"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "It is empty."),
        (b" \n\n", "It is empty."),
        (b"<!DOCTYPE html><title>503</title>", "It is a web page (HTML), not data."),
        (b"\n<html>", "It is a web page (HTML), not data."),
        (
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            "It is not text, and in no format that can be imported.",
        ),
        *(
            (
                text.encode(encoding),
                "It is UTF-16 text, which only lists and bibliographies may be. Save it as UTF-8.",
            )
            for text in ('[{"title": "Loom"}]', "<?xml version='1.0'?><feed/>")
            for encoding in ("utf-16", "utf-16-le", "utf-16-be")
        ),
        (b"Dear all,\n", "It is in no format that can be imported."),
        (b'[{"title": "T", "url": "https://a.b"}]', "It is in no format that can be imported."),
        (b"id,title,url,author\n", "It is in no format that can be imported."),
        (b'{"items": []}', "It is in no format that can be imported."),
        (b'{"error": "Invalid date"}', "It is in no format that can be imported."),
        (b"[1, null]", "It is in no format that can be imported."),
    ],
)
def test_anything_else_is_in_no_known_format(tmp_path: Path, content: bytes, reason: str) -> None:
    with pytest.raises(UnknownFormat) as unknown:
        find_format(file_of(tmp_path, content))
    assert unknown.value.reason == reason


def test_a_format_can_be_named_but_not_for_an_empty_file(tmp_path: Path) -> None:
    assert find_format(file_of(tmp_path, b"Dear all,"), "huggingface").name == "huggingface"
    with pytest.raises(UnknownFormat, match="empty"):
        find_format(file_of(tmp_path, b""), "huggingface")
    with pytest.raises(KeyError):
        find_format(file_of(tmp_path, b"[]"), "klingon")


@pytest.mark.parametrize(
    "content",
    [
        b"""["{'paper': {'id': '2603.00011'}}"]""",
        b"""{"status": "success", "data": ["{'paper': {'id': '2603.00011'}}"]}""",
    ],
)
def test_days_that_were_written_as_python_values_are_refused(
    tmp_path: Path, content: bytes
) -> None:
    with pytest.raises(FileRefused, match="texts of Python values") as refused:
        find_format(file_of(tmp_path, content))
    assert not isinstance(refused.value, UnknownFormat)
