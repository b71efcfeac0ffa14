from datetime import date

import pytest

from papers.models import Precision, Source
from papers.sources.arxiv_rss import parse, recognises
from papers.sources.detect import find_format
from papers.sources.files import FileRefused, SourceContent
from papers.sources.record import PaperRecord, Parsed, Rejection
from tests.sources.feeds import (
    announcing_entry,
    announcing_feed,
    atom_entry,
    atom_feed,
    cut,
    description,
    rss_feed,
    rss_item,
)
from tests.sources.records import utc


def only(content: SourceContent) -> Parsed:
    (parsed,) = parse(content)
    assert isinstance(parsed, Parsed), parsed
    return parsed


def record_of(item: str) -> PaperRecord:
    return only(rss_feed(item)).record


def test_an_item_becomes_a_record_with_all_that_the_feed_says() -> None:
    extra = (
        "<arxiv:DOI>10.1000/weaving.3</arxiv:DOI>"
        "<arxiv:journal_reference>Ann. Weav. 3 (2026) 1</arxiv:journal_reference>"
    )
    said = description(
        "2603.00011v1", "new", "We say $a<b$.\n  See https://github.com/example/loom"
    )
    parsed = only(rss_feed(rss_item(extra=extra, description=said)))
    record = parsed.record
    assert (parsed.position, parsed.announcement) == (1, "new")
    assert record.source is Source.ARXIV_RSS
    assert record.source_id == record.arxiv_id == "2603.00011"
    assert record.identifiers == (("arxiv", "2603.00011"), ("doi", "10.1000/weaving.3"))
    assert record.title == "On the matter of 2603.00011v1"
    assert record.abstract == "We say $a<b$.\n\nSee https://github.com/example/loom"
    assert record.authors == ("Ada Weaver", "Ben Carder")
    assert record.categories == ("cs.LG", "stat.ML")
    assert record.journal_ref == "Ann. Weav. 3 (2026) 1"
    assert record.code_url == "https://github.com/example/loom"
    assert record.listed_at is None


def test_the_feed_as_atom_says_the_same() -> None:
    in_atom, in_rss = only(announcing_feed(announcing_entry())), only(rss_feed(rss_item()))
    assert in_atom == in_rss


@pytest.mark.parametrize("announcement", ["new", "cross", "replace", "replace-cross"])
def test_it_is_kept_how_a_paper_was_announced(announcement: str) -> None:
    assert only(rss_feed(rss_item(announcement=announcement))).announcement == announcement


def test_a_feed_without_the_element_still_says_it_before_the_abstract() -> None:
    item = rss_item(announcement="cross", **{"arxiv:announce_type": ""})
    assert only(rss_feed(item)).announcement == "cross"


def test_an_announcement_that_arxiv_does_not_have_is_none() -> None:
    assert only(rss_feed(rss_item(announcement="rejoice"))).announcement == ""


@pytest.mark.parametrize(
    ("stamp", "day"),
    [
        ("Wed, 04 Mar 2026 00:00:00 -0500", date(2026, 3, 4)),
        # Still the fourth where arXiv is, the fifth in UTC.
        ("Wed, 04 Mar 2026 20:00:00 -0500", date(2026, 3, 4)),
        ("Wed, 04 Mar 2026 13:00:00 -0000", date(2026, 3, 4)),
        ("Wed, 04 Mar 2026 05:00:00 GMT", date(2026, 3, 4)),
    ],
)
def test_the_day_is_the_one_at_arxiv(stamp: str, day: date) -> None:
    assert record_of(rss_item(pubDate=stamp)).record_date == day


def test_an_item_without_a_day_has_that_of_its_feed() -> None:
    assert record_of(rss_item(pubDate="")).record_date == date(2026, 3, 4)


def test_a_new_paper_was_published_on_the_day_of_its_announcement() -> None:
    record = record_of(rss_item(announcement="new"))
    assert (record.published_at, record.published_precision) == (utc("2026-03-04"), Precision.DAY)


@pytest.mark.parametrize(
    ("arxiv_id", "announcement"),
    [("2603.00011v1", "cross"), ("2512.00011v3", "replace"), ("2512.00011v2", "replace-cross")],
)
def test_a_paper_that_is_not_new_has_no_date_of_publication(
    arxiv_id: str, announcement: str
) -> None:
    record = record_of(rss_item(arxiv_id, announcement))
    assert (record.published_at, record.published_precision) == (None, "")


def test_a_replacement_tells_the_number_of_the_version_and_not_when_it_was_submitted() -> None:
    record = record_of(rss_item("2512.00011v3", "replace"))
    assert (record.version, record.versions) == (3, ((3, None),))


@pytest.mark.parametrize(
    ("fields", "arxiv_id", "version"),
    [
        ({"guid": "oai:arXiv.org:math/0611800v2"}, "math/0611800", 2),
        ({"guid": "OAI:ARXIV.ORG:math.CA/0611800v2"}, "math/0611800", 2),
        ({"guid": "https://arxiv.org/abs/2603.00012v4"}, "2603.00012", 4),
        ({"guid": ""}, "2603.00011", 1),
        ({"guid": "1"}, "2603.00011", 1),
        ({"guid": "", "description": "We say little."}, "2603.00011", None),
    ],
)
def test_the_id_stands_in_one_of_three_places(
    fields: dict[str, str], arxiv_id: str, version: int | None
) -> None:
    record = record_of(rss_item(**fields))
    assert record.source_id == record.arxiv_id == arxiv_id
    assert record.version == version


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Ada Weaver", ("Ada Weaver",)),
        ("Ada Weaver, Ben Carder, Jr., Chloe Dyer", ("Ada Weaver", "Ben Carder Jr.", "Chloe Dyer")),
        (
            "Paulo Andr\\'e Lima (Leeds, UK),\n  Zo{\\\"e} Ox",
            ("Paulo André Lima", "Zoë Ox"),
        ),
        ("D&#39;Arcy Loom, José Ox", ("D'Arcy Loom", "José Ox")),
        ("", ()),
    ],
)
def test_names_stand_in_one_line(line: str, names: tuple[str, ...]) -> None:
    assert record_of(rss_item(**{"dc:creator": line})).authors == names


def test_each_name_may_stand_in_an_element_of_its_own() -> None:
    extra = "<dc:creator>Ada Weaver</dc:creator><dc:creator>Ben Carder</dc:creator>"
    record = record_of(rss_item(extra=extra, **{"dc:creator": ""}))
    assert record.authors == ("Ada Weaver", "Ben Carder")


def test_entities_of_html_are_undone_and_signs_of_mathematics_stay() -> None:
    said = description(
        "2603.00011v1", "new", "Weaver &amp; sons: $a &lt; b$, &quot;so&quot; &#8212;"
    )
    record = record_of(rss_item(title="Warp &amp; weft in $A&notB$, Q&A", description=said))
    assert record.title == "Warp & weft in $A&notB$, Q&A"
    assert record.abstract == 'Weaver & sons: $a < b$, "so" —'


def test_an_abstract_without_its_heading_is_taken_whole() -> None:
    assert record_of(rss_item(description="We say little.")).abstract == "We say little."


@pytest.mark.parametrize(
    ("item", "reason", "name"),
    [
        (
            rss_item(guid="", link="", description="We say little."),
            "It has no id.",
            "On the matter of 2603.00011v1",
        ),
        (
            rss_item("2613.00011v1"),
            "“2613.00011v1” cannot be an arXiv id.",
            "oai:arXiv.org:2613.00011v1",
        ),
        (rss_item(title=""), "It has no title.", "oai:arXiv.org:2603.00011v1"),
        (
            rss_item(pubDate="soon"),
            "“soon” is no date of an announcement.",
            "oai:arXiv.org:2603.00011v1",
        ),
    ],
)
def test_a_bad_item_is_rejected_with_its_name_and_reason_and_the_others_are_read(
    item: str, reason: str, name: str
) -> None:
    first, rejected, third = parse(
        rss_feed(rss_item("2603.00001v1"), item, rss_item("2603.00003v1"))
    )
    assert isinstance(first, Parsed)
    assert rejected == Rejection(2, reason, name)
    assert isinstance(third, Parsed)
    assert third.position == 3


def test_an_item_of_a_feed_without_any_date_is_rejected() -> None:
    (rejected,) = parse(rss_feed(rss_item(pubDate=""), date=""))
    assert isinstance(rejected, Rejection)
    assert rejected.reason == "Its day is unknown: neither it nor its feed has a date."


@pytest.mark.parametrize("content", [rss_feed(), announcing_feed()])
def test_a_feed_of_a_day_off_has_no_items_and_is_valid(content: SourceContent) -> None:
    assert find_format(content).name == "arxiv_rss"
    assert list(parse(content)) == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (
            rss_feed(
                title="Feed error for query: http://rss.arxiv.org/rss/cs.XX",
                about="Bad archive 'cs.XX'. Valid archives are: cs, math.",
            ),
            "Bad archive 'cs.XX'. Valid archives are: cs, math.",
        ),
        (
            announcing_feed(title="Feed error for query: http://rss.arxiv.org/atom/cs.XX"),
            "cs.XX is no category.",
        ),
        (rss_feed(title="Feed error for query: x", about=""), "no reason given"),
    ],
)
def test_an_error_of_arxiv_is_no_empty_feed(content: SourceContent, message: str) -> None:
    with pytest.raises(FileRefused) as refused:
        list(parse(content))
    assert refused.value.reason == f"arXiv answered with an error: “{message}”."


@pytest.mark.parametrize("at", ["tle>", "</item>", "</channel>"])
def test_a_feed_that_is_cut_gives_what_was_whole_and_is_refused(at: str) -> None:
    entries = parse(cut(rss_feed(rss_item("2603.00001v1"), rss_item("2603.00002v1")), at))
    first = next(entries)
    assert isinstance(first, Parsed)
    assert first.record.source_id == "2603.00001"
    with pytest.raises(FileRefused, match="ends in the middle"):
        list(entries)


def test_feeds_are_known_by_their_content() -> None:
    for content in (rss_feed(rss_item()), announcing_feed(announcing_entry())):
        assert find_format(content).name == "arxiv_rss"
    assert find_format(atom_feed(atom_entry())).name == "arxiv_atom"
    for other in (
        atom_feed(atom_entry(summary="See rss.arxiv.org/rss/cs.LG and announce_type.")),
        SourceContent("blog.rss", b"<rss version='2.0'><channel/></rss>"),
    ):
        assert not recognises(other)


@pytest.mark.parametrize("content", [b"<html><p>arxiv</p></html>", b"prose", b"{}"])
def test_what_is_no_feed_at_all_is_refused_when_it_is_named_as_such(content: bytes) -> None:
    with pytest.raises(FileRefused, match="neither RSS nor Atom"):
        list(parse(SourceContent("file", content)))
