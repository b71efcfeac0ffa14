import time
import tracemalloc

import pytest

from papers.sources.bibtex_entries import (
    MAX_BROKEN,
    BibEntry,
    TooManyBroken,
    Unreadable,
    entries,
)


def read(text: str) -> list[BibEntry]:
    found = list(entries(text))
    assert all(isinstance(entry, BibEntry) for entry in found), found
    return [entry for entry in found if isinstance(entry, BibEntry)]


def keys(text: str) -> list[str]:
    return [entry.key for entry in read(text)]


def value(source: str, macros: str = "") -> str:
    (entry,) = read(f"{macros}\n@misc{{key,\n  title = {source}\n}}\n")
    return entry.fields["title"]


def test_every_entry_is_read_and_nothing_else() -> None:
    text = r"""
A history of this file, by ada@example.org (Ada).
@preamble{ "\@ifundefined{url}{\newcommand{\url}[1]{#1}}{}" }
@string{looms = "Journal of Looms"}
@comment{jabref-meta: groups:1 {Looms}; }
@Article{one, title = {One}, journal = looms}
% a remark
@BOOK(two, TITLE = "Two (2)")  @misc{three, title = {Three @ {LOOM}}}
@misc{four}
"""
    found = read(text)
    assert [(entry.kind, entry.key) for entry in found] == [
        ("article", "one"),
        ("book", "two"),
        ("misc", "three"),
        ("misc", "four"),
    ]
    assert found[0].fields == {"title": "One", "journal": "Journal of Looms"}
    assert found[1].fields == {"title": "Two (2)"}
    assert found[3].fields == {}


def test_entries_with_the_same_key_are_all_read() -> None:
    text = "@misc{a, title={1}}\n@misc{a, title={2}}\n@misc{a, title={3}, title={4}}\n"
    assert [entry.fields["title"] for entry in read(text)] == ["1", "2", "3"]


def test_of_a_field_that_comes_twice_the_first_that_says_something_is_kept() -> None:
    (entry,) = read("@misc{a, note = {}, Note = {one}, NOTE = {two}}")
    assert entry.fields == {"note": "one"}


@pytest.mark.parametrize(
    "start",
    [
        "@article{\n",
        "\t@article {\n",
        "@article\n{key,\n",
        "@ article{key,\n",
        "@data-set{key,\n",
        "@article{a key (with) 10.1000/blanks,\n",
    ],
)
def test_starts_that_the_parser_passes_over_are_starts(start: str) -> None:
    (entry,) = read(f"{start} title = {{On Looms}},\n year = 1843\n}}\n")
    assert entry.fields == {"title": "On Looms", "year": "1843"}


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{A {B} C}", "A {B} C"),
        ('"A {"}B{"} C"', 'A {"}B{"} C'),
        (r'"Kurt G\"odel"', r"Kurt G\"odel"),
        ("1843", "1843"),
        ('looms # " and " # {more} # undefined', "Looms and moreundefined"),
        ("LOOMS", "Looms"),
        ('"1~" # jan', "1~jan"),
        (r"{C:\\}", "C:\\\\ "),
        (r"{\{a\}}", r"\{a\}"),
    ],
)
def test_values_are_put_together(source: str, expected: str) -> None:
    assert value(source, '@string{looms = {Loo} # "ms"}') == expected


def test_a_macro_has_the_value_that_was_given_last() -> None:
    text = """@string{j = {One}} @misc{a, title = j}
@string{j = {Two}} @misc{b, title = j}"""
    assert [entry.fields["title"] for entry in read(text)] == ["One", "Two"]


def test_a_brace_behind_a_backslash_closes_when_nothing_else_does() -> None:
    text = "@misc{a, file = {C:\\looms\\},\n title = {A}}\n@misc{b, title = {B}}\n"
    first, second = read(text)
    assert (first.fields["title"], second.fields["title"]) == ("A", "B")


@pytest.mark.parametrize(
    "fields",
    [
        "title = {A}\n year = 1843\n month = jan",
        "title = {A} year = {1843}, month = {jan}",
        'title = "A"\n year = "1843"\n month = jan',
        "title = {A}, year = 1843 month = jan,",
    ],
)
def test_a_comma_that_is_missing_between_two_fields_loses_nothing(fields: str) -> None:
    first, second = read(f"@misc{{a,\n {fields}\n}}\n@misc{{b, title = {{B}}}}\n")
    assert first.fields == {"title": "A", "year": "1843", "month": "jan"}
    assert second.key == "b"


def test_an_entry_that_makes_no_sense_is_reported_and_its_neighbours_are_read() -> None:
    text = "@misc{a, title = {A}}\n\n@misc{b,\n title = {B {unclosed},\n}\n\n@misc{c, title={C}}\n"
    first, broken, last = entries(text)
    assert isinstance(first, BibEntry)
    assert broken == Unreadable("misc", "b", line=3, at_end=False)
    assert isinstance(last, BibEntry)
    assert last.fields == {"title": "C"}


def test_a_file_that_ends_within_an_entry_is_told_so() -> None:
    first, cut = entries("@misc{a, title = {A}}\n@misc{b, title = {B")
    assert isinstance(first, BibEntry)
    assert cut == Unreadable("misc", "b", line=2, at_end=True)


def test_macros_and_comments_that_are_broken_are_no_entries() -> None:
    assert keys("@string{a = {b\n@comment{x\n@misc{a, title = {A}}\n") == ["a"]


@pytest.mark.parametrize("start", ["@a{b,", "@a{b,\n", "@string{b,\n", "@comment{b,\n"])
def test_a_file_that_is_mostly_broken_is_given_up_soon(start: str) -> None:
    began = time.process_time()
    with pytest.raises(TooManyBroken):
        list(entries(start * 100_000))
    assert time.process_time() - began < 5


def test_what_is_broken_takes_no_more_memory_than_its_neighbours() -> None:
    tracemalloc.start()
    try:
        found = list(entries("@a{b,\n" * MAX_BROKEN))
        _now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(found) == MAX_BROKEN
    assert peak < 1_500 * MAX_BROKEN


def test_many_broken_entries_among_more_good_ones_are_each_reported() -> None:
    good = "@a{b, title = {A}}\n" * (MAX_BROKEN + 10)
    found = list(entries(good + "@a{b,\n" * (MAX_BROKEN + 5)))
    assert sum(isinstance(entry, Unreadable) for entry in found) == MAX_BROKEN + 5


def test_a_text_without_entries_has_none() -> None:
    assert read("Dear all,\n") == []
