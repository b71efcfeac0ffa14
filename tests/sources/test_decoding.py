import pytest

from papers.sources.decoding import decoded, start_of_text, text_of_file
from papers.sources.files import FileRefused, SourceContent


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_text_is_read_in_the_encodings_of_reference_managers(encoding: str) -> None:
    file = SourceContent("library.ris", "Béron\r\nÅngström\rDyer\n".encode(encoding))
    assert text_of_file(file) == "Béron\nÅngström\nDyer\n"
    if encoding != "cp1252":
        assert start_of_text(file) == "Béron\nÅngström\nDyer\n"


def test_a_character_that_is_cut_in_the_middle_is_told() -> None:
    with pytest.raises(FileRefused, match="cut short"):
        decoded("Béron é".encode()[:-1])
    with pytest.raises(FileRefused, match="cut short"):
        decoded("Beron …".encode()[:-1])


def test_an_older_text_may_end_in_an_accented_letter() -> None:
    assert decoded("A loom by René".encode("latin-1")) == "A loom by René"


def test_a_byte_that_windows_leaves_undefined_spoils_nothing_else() -> None:
    undefined = b"\x81\x8d"
    content = "“Béron” ".encode("cp1252") + undefined + " Ångström".encode("cp1252")
    assert decoded(content) == "“Béron” \x81\x8d Ångström"


@pytest.mark.parametrize("content", [b"\xff\0\x01PNG", b"\xff\xfea"])
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(FileRefused, match="text"):
        decoded(content)
