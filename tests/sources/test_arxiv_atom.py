from datetime import date

import pytest

from papers.models import Source
from papers.sources import arxiv_rss, snapshot
from papers.sources.arxiv_atom import parse, recognises
from papers.sources.files import FileRefused, SourceContent
from papers.sources.record import PaperRecord, Parsed, Rejection
from tests.sources.feeds import (
    ENTRY_OF_2026,
    ERROR_ENTRY,
    LEGACY_ENTRY,
    announcing_feed,
    atom_entry,
    atom_feed,
    cut,
    rss_feed,
)
from tests.sources.records import utc

LAYOUTS = {"legacy": LEGACY_ENTRY, "2026": ENTRY_OF_2026}


def only_record(entry: str) -> PaperRecord:
    (parsed,) = parse(atom_feed(entry))
    assert isinstance(parsed, Parsed), parsed
    assert (parsed.position, parsed.announcement) == (1, "")
    return parsed.record


def only_rejection(entry: str) -> Rejection:
    (rejected,) = parse(atom_feed(entry))
    assert isinstance(rejected, Rejection), rejected
    return rejected


@pytest.mark.parametrize("layout", LAYOUTS)
def test_an_entry_becomes_a_record_with_all_that_the_api_says(layout: str) -> None:
    record = only_record(LAYOUTS[layout])
    assert record.source is Source.ARXIV_ATOM
    assert record.source_id == record.arxiv_id == "2603.00011"
    assert record.identifiers == (("arxiv", "2603.00011"), ("doi", "10.1000/weaving.3"))
    assert record.title == "Looms with $n^2$ shuttles"
    assert record.abstract == (
        "We say little, and prove it.\n\nCode is at https://github.com/example/loom."
    )
    assert record.authors == ("Ada Weaver", "Ben Carder")
    assert record.published_at == utc("2026-03-02 19:18:42")
    assert record.version == 2
    assert record.categories == ("stat.ML", "cs.LG")
    assert record.comments == "12 pages, 3 figures"
    assert record.journal_ref == "Ann. Weav. 3 (2026) 1"
    assert record.code_url == "https://github.com/example/loom"
    assert (record.withdrawn_at, record.listed_at) == (None, None)


def test_both_layouts_say_the_same() -> None:
    assert only_record(LEGACY_ENTRY).digest == only_record(ENTRY_OF_2026).digest


def test_of_the_versions_the_first_and_the_latest_are_known() -> None:
    record = only_record(atom_entry("2603.00011v4", updated="2026-03-24T20:10:27Z"))
    assert record.versions == ((1, utc("2026-03-02 19:18:42")), (4, utc("2026-03-24 20:10:27")))
    assert record.version == 4


def test_a_paper_of_one_version_has_one() -> None:
    record = only_record(atom_entry("2603.00011v1"))
    assert (record.version, record.versions) == (1, ((1, utc("2026-03-02 19:18:42")),))


def test_an_id_without_version_leaves_the_latest_one_unknown() -> None:
    record = only_record(atom_entry("2603.00011"))
    assert (record.version, record.versions) == (None, ((1, utc("2026-03-02 19:18:42")),))


def test_the_latest_answer_is_believed_because_entries_keep_their_date() -> None:
    (parsed,) = parse(atom_feed(atom_entry(), updated="2026-03-30T00:00:00-04:00"))
    assert isinstance(parsed, Parsed)
    assert parsed.record.record_date == date(2026, 3, 30)


@pytest.mark.parametrize("updated", ["", "soon", "2026-03-01T00:00:00Z"])
def test_without_a_later_date_of_the_answer_the_latest_version_dates_the_record(
    updated: str,
) -> None:
    (parsed,) = parse(atom_feed(atom_entry(), updated=updated))
    assert isinstance(parsed, Parsed)
    assert parsed.record.record_date == date(2026, 3, 2)


@pytest.mark.parametrize(
    ("name", "arxiv_id"),
    [
        ("http://arxiv.org/abs/math.CA/0611800v2", "math/0611800"),
        ("https://arxiv.org/abs/astro-ph/0601001v1", "astro-ph/0601001"),
        ("https://arxiv.org/abs/0704.0001v2", "0704.0001"),
    ],
)
def test_old_ids_and_both_schemes_are_understood(name: str, arxiv_id: str) -> None:
    record = only_record(atom_entry(id=name))
    assert record.source_id == record.arxiv_id == arxiv_id


@pytest.mark.parametrize(
    "extra",
    [
        "<arxiv:doi>10.1000/A 10.1000/b</arxiv:doi>",
        "<arxiv:doi>10.1000/a</arxiv:doi><arxiv:doi>10.1000/B</arxiv:doi>",
        "<arxiv:doi>\n10.1000/a\nn/a 10.1000/b 10.48550/arXiv.2603.00012</arxiv:doi>",
    ],
)
def test_all_dois_of_the_journal_are_taken_and_what_is_none_is_dropped(extra: str) -> None:
    assert only_record(atom_entry(extra=extra)).identifiers == (
        ("arxiv", "2603.00011"),
        ("doi", "10.1000/a"),
        ("doi", "10.1000/b"),
    )


def test_names_lose_their_tex_and_a_colon_is_no_author() -> None:
    names = ["Dyers' Collaboration", ":", 'C. -P. Yu\\"an', "Paulo Andr\\'e Lima", " Zoë\n  Ox "]
    extra = "".join(f"<author><name>{name}</name></author>" for name in names)
    assert only_record(atom_entry(extra=extra)).authors == (
        "Dyers' Collaboration",
        "C.-P. Yuän",
        "Paulo André Lima",
        "Zoë Ox",
    )


def test_an_answer_that_was_encoded_twice_is_read_as_it_was_meant() -> None:
    # The second letter of "à" is a no-break space by then, that of "Θ" a control character.
    author = "<author><name>Aurora Ramírez à Ångström</name></author>"
    content = atom_feed(atom_entry(title="Testing in $Θ(n)$, naïvely", extra=author))
    twice = SourceContent("answer.xml", content.read().decode("latin-1").encode())
    (once_read,), (twice_read,) = parse(content), parse(twice)
    assert isinstance(once_read, Parsed)
    assert isinstance(twice_read, Parsed)
    assert twice_read.record.title == "Testing in $Θ(n)$, naïvely"
    assert twice_read.record.authors == ("Aurora Ramírez à Ångström",)
    assert twice_read.record.digest == once_read.record.digest


def test_a_comment_on_the_latest_version_withdraws_the_paper() -> None:
    comment = "<arxiv:comment>This paper has been withdrawn\n  by its authors</arxiv:comment>"
    record = only_record(atom_entry("2603.00011v2", extra=comment, updated="2026-03-24T20:10:27Z"))
    assert record.withdrawn_at == utc("2026-03-24 20:10:27")
    assert record.withdrawal_reason == "This paper has been withdrawn by its authors"


def test_an_error_is_rejected_with_what_arxiv_said_and_the_papers_beside_it_are_read() -> None:
    entries = list(parse(atom_feed(ERROR_ENTRY, atom_entry())))
    assert entries[0] == Rejection(
        1,
        "arXiv answered with an error: “incorrect id format for abc”.",
        "http://arxiv.org/api/errors#incorrect_id_format_for_abc",
    )
    assert isinstance(entries[1], Parsed)
    assert entries[1].position == 2


@pytest.mark.parametrize(
    ("entry", "reason", "name"),
    [
        (atom_entry(id=""), "It has no id.", "On the matter of 2603.00011v1"),
        (
            atom_entry("2613.00011v1"),
            "“http://arxiv.org/abs/2613.00011v1” cannot be an arXiv id.",
            "http://arxiv.org/abs/2613.00011v1",
        ),
        (
            atom_entry(id="https://doi.org/10.1000/a"),
            "“https://doi.org/10.1000/a” cannot be an arXiv id.",
            "https://doi.org/10.1000/a",
        ),
        (atom_entry(title=""), "It has no title.", "http://arxiv.org/abs/2603.00011v1"),
        (
            atom_entry(updated="soon"),
            "Its updated is no date: “soon”.",
            "http://arxiv.org/abs/2603.00011v1",
        ),
        (
            atom_entry(published="2026-02-30"),
            "Its published is no date: “2026-02-30”.",
            "http://arxiv.org/abs/2603.00011v1",
        ),
        (
            atom_entry(published="", updated=""),
            "Its day is unknown: it has neither “published” nor “updated”.",
            "http://arxiv.org/abs/2603.00011v1",
        ),
    ],
)
def test_a_bad_entry_is_rejected_with_its_name_and_reason(
    entry: str, reason: str, name: str
) -> None:
    assert only_rejection(entry) == Rejection(1, reason, name)


def test_a_feed_without_entries_is_valid() -> None:
    assert recognises(atom_feed())
    assert list(parse(atom_feed())) == []


def test_a_feed_that_is_cut_gives_what_was_whole_and_is_refused() -> None:
    entries = parse(cut(atom_feed(atom_entry("2603.00011v1"), atom_entry("2603.00012v1")), "e>"))
    first = next(entries)
    assert isinstance(first, Parsed)
    assert first.record.source_id == "2603.00011"
    with pytest.raises(FileRefused, match="ends in the middle"):
        list(entries)


def test_the_api_is_known_by_its_content_and_not_taken_for_another_format() -> None:
    assert recognises(atom_feed(LEGACY_ENTRY))
    for other in (snapshot, arxiv_rss):
        assert not other.recognises(atom_feed(LEGACY_ENTRY))
    for content in (
        rss_feed(),
        SourceContent("blog.atom", b"<feed xmlns='http://www.w3.org/2005/Atom'><id>a</id></feed>"),
        SourceContent("prose.txt", b"arxiv.org has a <feed >"),
    ):
        assert not recognises(content)


@pytest.mark.parametrize("content", [b"<rss version='2.0'/>", b"prose of arxiv.org", b"{}"])
def test_what_is_no_atom_at_all_is_refused_when_it_is_named_as_such(content: bytes) -> None:
    with pytest.raises(FileRefused, match=r"^It is no Atom feed\.$"):
        list(parse(SourceContent("file", content)))


def test_a_feed_of_the_day_is_recognised_before_the_api() -> None:
    assert arxiv_rss.recognises(announcing_feed())
