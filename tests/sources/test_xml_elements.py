import gzip
import tracemalloc
from collections.abc import Collection, Iterator
from itertools import islice

import pytest

from papers.sources.files import FileRefused, SourceContent
from papers.sources.xml_elements import elements, line_of, root_name, starts_as_xml

NAMESPACE = "{http://example.org/looms}"
BOMB = b"""<?xml version="1.0"?>
<!DOCTYPE looms [
  <!ENTITY a "warp weft">
  <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
  <!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
]>
<looms><loom>&c;</loom></looms>"""
DECLARES = "It declares entities or a document type, which a data file has no use for."


def content(text: str | bytes) -> SourceContent:
    return SourceContent("looms.xml", text.encode() if isinstance(text, str) else text)


def texts(text: str | bytes, names: Collection[str] = ("loom",)) -> list[str]:
    """The found elements as lines: each is emptied when the next one is asked for."""
    return [line_of(element) for element in elements(content(text), names)]


def reason_of(text: str | bytes) -> str:
    with pytest.raises(FileRefused) as refused:
        texts(text)
    return refused.value.reason


def test_elements_come_in_the_order_of_the_file_whatever_is_around_them() -> None:
    text = "<a><loom>1</loom><b><shed/><loom>2</loom></b>text<dye>3</dye><loom>4</loom></a>"
    assert texts(text) == ["1", "2", "4"]
    assert texts(text, {"loom", "dye"}) == ["1", "2", "3", "4"]


def test_an_element_comes_whole_and_one_within_it_not_again() -> None:
    text = "<a><loom x='1'>warp <b>and</b>\n  <loom>weft</loom></loom><loom>2</loom></a>"
    assert texts(text) == ["warp and weft", "2"]


def test_the_root_can_be_asked_for() -> None:
    assert texts("<loom>warp<b/> weft</loom>") == ["warp weft"]


def test_elements_are_told_by_their_namespace_not_by_their_prefix() -> None:
    text = """<a xmlns:l="http://example.org/looms" xmlns:o="http://example.org/others">
      <l:loom>1</l:loom><o:loom>2</o:loom><loom>3</loom>
      <loom xmlns="http://example.org/looms">4</loom></a>"""
    assert texts(text, {f"{NAMESPACE}loom"}) == ["1", "4"]


def test_no_element_is_no_mistake() -> None:
    assert texts("<looms/>") == []


@pytest.mark.parametrize("left", ["<lo", "<loom", "<loom>3</lo", "<loom>3</loom>", ""])
def test_a_file_that_is_cut_gives_what_was_whole_and_is_refused(left: str) -> None:
    found = elements(content(f"<a><loom>1</loom><loom>2</loom>{left}"), {"loom"})
    assert [line_of(element) for element in islice(found, 2)] == ["1", "2"]
    with pytest.raises(FileRefused, match=r"^It is not well-formed XML, or ends in the middle: "):
        list(found)


@pytest.mark.parametrize(
    "text",
    [
        "prose",
        "",
        "<a><loom>1</a>",
        "<a>&nbsp;</a>",
        "<a>1 < 2</a>",
        "<a/><a/>",
        b"<a>\xff</a>",
        b"<a>\0</a>",
    ],
)
def test_what_is_not_well_formed_is_refused(text: str | bytes) -> None:
    assert reason_of(text).startswith("It is not well-formed XML, or ends in the middle: ")


@pytest.mark.parametrize(
    "text",
    [
        BOMB,
        "<!DOCTYPE a><a><loom>1</loom></a>",
        '<!DOCTYPE a SYSTEM "http://127.0.0.1:1/a.dtd"><a/>',
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>',
    ],
)
def test_a_document_type_is_refused_before_anything_comes_of_it(text: str | bytes) -> None:
    assert reason_of(text) == DECLARES


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1", "windows-1252"])
def test_the_encoding_that_a_file_declares_is_the_one_it_is_read_in(encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?><a><loom>Zoë</loom></a>'
    assert texts(text.encode(encoding)) == ["Zoë"]


def test_an_encoding_that_nobody_knows_is_refused() -> None:
    reason = reason_of('<?xml version="1.0" encoding="klingon-8"?><a/>')
    assert reason.startswith("It is not usable XML: ")
    assert "klingon-8" in reason or "encoding" in reason


def test_a_compressed_file_is_read_and_one_whose_data_ends_early_is_cut_short() -> None:
    packed = gzip.compress(b"<a>" + b"".join(_looms(20_000)) + b"</a>")
    assert sum(1 for _element in elements(content(packed), {"loom"})) == 20_000
    found = elements(content(packed[:-5_000]), {"loom"})
    assert line_of(next(found)) == "0"
    with pytest.raises(FileRefused, match="cut short: the compressed data ends in the middle"):
        list(found)


@pytest.mark.parametrize("name", ["loom", "spindle"])
def test_memory_does_not_grow_with_the_file(name: str) -> None:
    """Neither with the elements that are asked for, nor with those that are not."""
    file = content(b"<a>" + b"".join(_looms(20_000)) + b"</a>")
    found = elements(file, {name})
    tracemalloc.start()
    try:
        for _element in found:
            pass
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 1_000_000


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (b"<b>%s</b>" % (b"warp " * 300_000), "One text or tag of it is too large"),
        (b"<b %s/>" % b" ".join(b'c%d="weft"' % n for n in range(100_000)), "One text or tag"),
        ((b"<b>%s</b>" % (b"warp " * 100_000)) * 20, "unpacked it has more than 8 MB"),
        (b"<b/>" * 250_001, "it has more than 250000 elements"),
        (b"<b>" * 100 + b"</b>" * 100, "nested more than 100 deep"),
    ],
    ids=["text", "tag", "texts", "elements", "depth"],
)
@pytest.mark.parametrize("name", ["loom", "spindle"])
def test_what_takes_too_much_memory_is_refused_after_what_was_before_it(
    record: bytes, reason: str, name: str
) -> None:
    """Within an element that is asked for, and within one that is not."""
    packed = gzip.compress(b"<a><%s>1</%s><loom>%s</loom></a>" % (*[name.encode()] * 2, record))
    found = elements(content(packed), {name})
    assert line_of(next(found)) == "1"
    with pytest.raises(FileRefused, match=reason):
        next(found)


def test_the_limits_are_those_of_one_record_not_of_the_file() -> None:
    texts_of_one = b"<b>%s</b>" % (b"warp " * 180_000)
    record = b"<loom>" + texts_of_one * 3 + b"<c/>" * 65_000 + b"</loom>"
    text = b"<a>" + record * 4 + b"</a>"
    assert sum(1 for _element in elements(content(text), {"loom"})) == 4


def test_an_element_is_emptied_once_the_next_is_asked_for() -> None:
    found = elements(content("<a><loom>1</loom><loom>2</loom></a>"), {"loom"})
    first = next(found)
    assert line_of(first) == "1"
    next(found)
    assert line_of(first) == ""


@pytest.mark.parametrize(
    ("text", "name"),
    [
        (b"<feed>", "feed"),
        (b"\xef\xbb\xbf\n<?xml version='1.0'?>\n<!-- looms -->\n<rss version='2.0'>", "rss"),
        (b"<oai:OAI-PMH xmlns:oai='http://example.org/'>", "OAI-PMH"),
        (b"<loom/>", "loom"),
        (BOMB, "looms"),
        (b"<!DOCTYPE html><html><body>", "html"),
        (b"<?xml version='1.0'?>", ""),
        (b"<", ""),
        (b"prose with a <feed>", ""),
        (b'{"a": "<feed>"}', ""),
        (b"", ""),
    ],
)
def test_the_root_is_named_even_where_a_file_is_broken_or_dangerous(text: bytes, name: str) -> None:
    assert root_name(content(text)) == name


def test_xml_is_told_by_its_first_sign() -> None:
    assert starts_as_xml(content("\n <a"))
    assert starts_as_xml(content(b"\xef\xbb\xbf<a/>"))
    assert not starts_as_xml(content("[1]"))
    assert not starts_as_xml(content(""))


def test_the_text_of_an_element_is_one_line() -> None:
    element = next(elements(content("<a> Warp <b>and\n weft</b> &amp; dye </a>"), {"a"}))
    assert line_of(element) == "Warp and weft & dye"
    assert line_of(None) == ""


def _looms(count: int) -> Iterator[bytes]:
    """So many elements of 100 bytes and more, with an element inside."""
    for number in range(count):
        yield b"<loom><b>%d</b><c>%s</c></loom>\n" % (number, b" " * 100)
