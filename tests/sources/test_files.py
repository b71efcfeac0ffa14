import gzip
import lzma
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from papers.sources import files
from papers.sources.files import (
    FileRefused,
    SourceContent,
    SourceFile,
    UnknownFormat,
    find_files,
)


def file_of(folder: Path, content: bytes, name: str = "day.json") -> SourceFile:
    path = folder / name
    path.write_bytes(content)
    return SourceFile(path)


def reason_of(file: SourceFile) -> str:
    with pytest.raises(FileRefused) as refused:
        _ = file.json
    return refused.value.reason


def test_a_file_reads_the_same_plain_and_compressed(tmp_path: Path) -> None:
    plain = file_of(tmp_path, b'["\xc3\x84"]')
    # Compression is told by the content, not by the name.
    packed = file_of(tmp_path, gzip.compress(b'["\xc3\x84"]'), "packed.json")
    assert plain.json == packed.json == ["Ä"]
    assert plain.head == packed.head == b'["\xc3\x84"]'


def test_a_byte_order_mark_is_no_obstacle(tmp_path: Path) -> None:
    assert file_of(tmp_path, b"\xef\xbb\xbf[1]").json == [1]


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    assert reason_of(SourceFile(tmp_path / "none")) == (
        "It cannot be read: No such file or directory."
    )


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert reason_of(SourceFile(tmp_path / "pipe")) == "It is not a file."


def test_compressed_data_that_ends_early_is_cut_short(tmp_path: Path) -> None:
    whole = gzip.compress(os.urandom(100_000))
    file = file_of(tmp_path, whole[:-1000])
    assert len(file.head) == files.HEAD_BYTES
    assert reason_of(file) == "It is cut short: the compressed data ends in the middle."


def test_compressed_data_with_a_wrong_byte_is_damaged(tmp_path: Path) -> None:
    broken = bytearray(gzip.compress(b'["' + b"x" * 1000 + b'"]'))
    broken[-6] ^= 0xFF  # its checksum
    assert reason_of(file_of(tmp_path, bytes(broken))).startswith("Its compressed data is damaged")


def test_what_unpacks_to_more_than_allowed_is_refused(tmp_path: Path) -> None:
    bomb = file_of(tmp_path, gzip.compress(b"[" + b" " * (files.MAX_WHOLE_BYTES + 1) + b"]"))
    assert bomb.path.stat().st_size < 40_000
    assert reason_of(bomb) == "It is too large: unpacked it has more than 32 MB."


def test_a_limit_is_the_last_size_that_is_read(tmp_path: Path) -> None:
    file = file_of(tmp_path, b"x" * 1000)
    assert len(file.read(limit=1000)) == 1000
    with pytest.raises(FileRefused, match="too large"):
        file.read(limit=999)


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
def test_lines_come_one_by_one_plain_and_compressed(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    file = file_of(tmp_path, pack(b"one\n\ntwo"))
    assert list(file.lines()) == [b"one\n", b"\n", b"two"]


def test_a_line_that_is_too_long_is_given_cut_and_the_next_ones_whole(tmp_path: Path) -> None:
    file = file_of(tmp_path, b"x" * 100 + b"\nnext\n" + b"y" * 9 + b"\n" + b"z" * 30)
    assert list(file.lines(limit=9)) == [b"x" * 10, b"next\n", b"y" * 9 + b"\n", b"z" * 10]


def test_it_is_known_how_much_of_a_file_has_been_read(tmp_path: Path) -> None:
    file = file_of(tmp_path, gzip.compress(os.urandom(1_000_000).hex(sep="\n").encode()))
    assert file.bytes_read == 0
    lines = file.lines()
    next(lines)
    at_first = file.bytes_read
    assert 0 < at_first < file.path.stat().st_size
    for _number in range(500_000):
        next(lines)
    assert at_first < file.bytes_read < file.path.stat().st_size
    assert len(list(lines)) == 499_999
    assert file.bytes_read == 0


def test_xz_data_that_ends_early_or_is_damaged_is_refused(tmp_path: Path) -> None:
    whole = lzma.compress(os.urandom(100_000))
    with pytest.raises(FileRefused, match="cut short: the compressed data ends in the middle"):
        list(file_of(tmp_path, whole[:-1000]).lines())
    damaged = bytearray(whole)
    damaged[5_000:5_100] = bytes(100)
    with pytest.raises(FileRefused, match="Its compressed data is damaged"):
        list(file_of(tmp_path, bytes(damaged)).lines())


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'[{"paper": {"id": "26', "It is cut short: the JSON ends in the middle, in line 1."),
        (b'[\n{"paper":\n', "It is cut short: the JSON ends in the middle, in line 3."),
        (b"[{'paper': {}}]", "It is not JSON but a Python value as `print` shows it"),
        (b'[\n  {"a": 1 "b"}]', "Expecting ',' delimiter in line 2, column 11"),
        (b'["\xff"]', "It is not valid JSON: byte 2 is not UTF-8 text."),
        (b"[" * 100_000, "It is not usable JSON: it is nested too deeply."),
        (b"[" + b"9" * 5000 + b"]", "It is not valid JSON: Exceeds the limit"),
        (b"[NaN]", "It is not valid JSON: NaN is no JSON number."),
    ],
)
def test_what_is_not_json_says_where_and_why(tmp_path: Path, content: bytes, reason: str) -> None:
    assert reason in reason_of(file_of(tmp_path, content))


def test_several_json_values_are_another_format_not_a_broken_one(tmp_path: Path) -> None:
    with pytest.raises(UnknownFormat, match=r"more than one JSON value .* in line 2"):
        _ = file_of(tmp_path, b'{"id": 1}\n{"id": 2}\n').json


@pytest.mark.parametrize("pack", [bytes, gzip.compress, lzma.compress])
def test_content_in_memory_reads_as_a_file_does(
    tmp_path: Path, pack: Callable[[bytes], bytes]
) -> None:
    packed = pack(b'[1,\n"\xc3\x84"]')
    for file in (file_of(tmp_path, packed), SourceContent("day.json", packed)):
        assert file.name == "day.json"
        assert file.head == file.read() == b'[1,\n"\xc3\x84"]'
        assert list(file.lines()) == [b"[1,\n", b'"\xc3\x84"]']
        assert file.json == [1, "Ä"]


def test_content_in_memory_is_read_from_its_start_each_time_and_asks_no_disk(
    tmp_path: Path,
) -> None:
    content = SourceContent(str(tmp_path / "none"), b"one\ntwo\n")
    lines = content.lines()
    assert next(lines) == b"one\n"
    assert content.read() == b"one\ntwo\n"
    assert list(lines) == [b"two\n"]
    with content.opened() as stream:
        assert stream.readline() == b"one\n"
    assert SourceContent("answer", b"").read() == b""


def test_content_in_memory_is_refused_for_the_same_reasons() -> None:
    whole = gzip.compress(os.urandom(100_000))
    assert reason_of(SourceContent("answer", whole[:-1000])) == (
        "It is cut short: the compressed data ends in the middle."
    )
    bomb = gzip.compress(b"[" + b" " * (files.MAX_WHOLE_BYTES + 1) + b"]")
    assert reason_of(SourceContent("answer", bomb)) == (
        "It is too large: unpacked it has more than 32 MB."
    )
    assert reason_of(SourceContent("answer", b"<html>")).startswith("It is not valid JSON")


def test_a_folder_names_its_files_in_order_and_follows_no_links_to_folders(tmp_path: Path) -> None:
    for name in ("b/2.json", "b/1.json", "a/c/3.json", "0.json"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "a" / "round").symlink_to(tmp_path)
    found = [path.relative_to(tmp_path).as_posix() for path in find_files(tmp_path, _never)]
    assert found == ["0.json", "a/c/3.json", "b/1.json", "b/2.json"]


def test_a_file_names_itself_whether_it_exists_or_not(tmp_path: Path) -> None:
    assert list(find_files(tmp_path / "none", _never)) == [tmp_path / "none"]


def test_files_can_be_left_out_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "day.json").touch()
    (tmp_path / "rejects.jsonl").touch()
    left_out = [tmp_path / "." / "rejects.jsonl"]
    assert list(find_files(tmp_path, _never, left_out)) == [tmp_path / "day.json"]


def _never(path: Path, reason: str) -> None:
    raise AssertionError(f"{path}: {reason}")
