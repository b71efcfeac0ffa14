from pathlib import Path

import pytest

from papers.sources.detect import find_format
from papers.sources.files import FileRefused, SourceFile, UnknownFormat
from tests.sources.daily import entry, write_day


def file_of(folder: Path, content: bytes) -> SourceFile:
    path = folder / "anything"
    path.write_bytes(content)
    return SourceFile(path)


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
        (b"Dear all,\n", "It is in no format that can be imported."),
        (b'[{"title": "T", "abstract": "A"}]', "It is in no format that can be imported."),
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
