from datetime import UTC, datetime

import pytest

from papers.sources.cleaning import (
    clean_block,
    clean_line,
    has_visible_character,
    read_instant,
    shown,
    undo_double_encoding,
    usable_url,
)


def test_a_line_keeps_its_words_and_one_space_between_them() -> None:
    assert clean_line("  State\n  Space\t Duality \r\n") == "State Space Duality"


def test_a_block_keeps_its_lines_whatever_ended_them() -> None:
    assert clean_block("one  \r\ntwo\rthree\u2028four\n") == "one\ntwo\nthree\nfour"


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("a\0b", "ab"),
        ("bell\a and escape\x1b[31m", "bell and escape[31m"),
        ("a\x85b", "a b"),
        ("\ufeffWith a mark", "With a mark"),
        ("half \ud835 a letter", "half \N{REPLACEMENT CHARACTER} a letter"),
        ("right \u202eot tfel", "right ot tfel"),
        ("Cafe\u0301", "Café"),
        ("数学 и 🎲", "数学 и 🎲"),
    ],
)
def test_what_cannot_be_stored_or_seen_is_taken_out(given: str, kept: str) -> None:
    assert clean_line(given) == kept
    clean_line(given).encode()


@pytest.mark.parametrize("text", ["", " ", "\u200b\u2060", "\u00a0"])
def test_blanks_and_zero_width_characters_cannot_be_seen(text: str) -> None:
    assert not has_visible_character(text)


@pytest.mark.parametrize("text", ["?", "\u200bx", "数"])
def test_one_visible_character_is_enough(text: str) -> None:
    assert has_visible_character(text)


@pytest.mark.parametrize(
    "url",
    [
        "https://github.com/example/weaving",
        "http://www.example.org/a?b=c#d",
        "https://例え.jp/",
    ],
)
def test_a_web_address_is_kept(url: str) -> None:
    assert usable_url(f" {url}\n") == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "github.com/example/weaving",
        "javascript:alert(1)",
        "ftp://example.org/",
        "https://",
        "https://exa mple.org/",
        "https://[::1/",
        "https://arxiv.org@elsewhere.example/",
        f"https://example.org/{'x' * 500}",
    ],
)
def test_what_we_would_not_link_to_is_dropped(url: str) -> None:
    assert usable_url(url) == ""


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-02T03:44:01.558Z", datetime(2026, 3, 2, 3, 44, 1, 558000, tzinfo=UTC)),
        ("2026-03-02T01:00:00+02:00", datetime(2026, 3, 1, 23, tzinfo=UTC)),
        ("2026-03-02T03:44", datetime(2026, 3, 2, 3, 44, tzinfo=UTC)),
        (" 2026-03-02 ", datetime(2026, 3, 2, tzinfo=UTC)),
    ],
)
def test_an_iso_time_is_read_as_utc(text: str, instant: datetime) -> None:
    assert read_instant(text) == instant


@pytest.mark.parametrize(
    "text",
    ["", "yesterday", "2026-02-30", "0001-01-01T00:00:00+14:00", "9999-12-31", "1399-12-31"],
)
def test_what_is_no_date_of_a_paper_reads_as_none(text: str) -> None:
    assert read_instant(text) is None


def test_a_value_is_shown_on_one_printable_line_of_limited_length() -> None:
    assert shown("a\x1b[2Jb\n") == "a\N{REPLACEMENT CHARACTER}[2Jb\N{REPLACEMENT CHARACTER}"
    assert len(shown("x" * 1000)) == 80
    assert shown({"id": 1}) == "{'id': 1}"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("JosÃ© RaÃºl", "José Raúl"),
        ("WeiÃ\x9fl, Ã\xa0 la $Î\x98$", "Weißl, à la $Θ$"),
        ("José Raúl", "José Raúl"),
        ("Ada Weaver", "Ada Weaver"),
        # One letter that Latin-1 does not have, so this never was taken for it.
        ("Dvořák and JosÃ©", "Dvořák and JosÃ©"),
        ("São Tomé, 20 °C", "São Tomé, 20 °C"),
        ("", ""),
    ],
)
def test_text_that_was_encoded_twice_is_read_as_it_was_meant(text: str, meant: str) -> None:
    assert undo_double_encoding(text) == meant
