from datetime import date

import pytest

from papers.models import Source
from papers.sources.oai import read_page
from papers.sources.record import PaperRecord, Parsed, Rejection
from tests.sources.oai import answer, element, record
from tests.sources.records import utc


def version(number: str, day: str, size: str = "12kb", source_type: str = "") -> str:
    return (
        f'<version version="{number}"><date>{day}</date><size>{size}</size>'
        f"{element('source_type', source_type)}</version>"
    )


FIRST = version("v1", "Mon, 2 Mar 2026 19:18:42 GMT", source_type="D")
SECOND = version("v2", "Tue, 24 Mar 2026 20:10:27 GMT")


def raw_paper(versions: str = FIRST + SECOND, **fields: str) -> str:
    made = {
        "id": "2603.00011",
        "submitter": "Ada Weaver",
        "title": "Looms with &#34;ideal&#34; $n^2$ shuttles",
        "authors": "Ada Weaver (Leeds), Ben \\c{C}arder, Jr. and Carl Dyer for the Loom Collaboration",
        "categories": "cs.LG stat.ML",
        "comments": "12 pages",
        "journal_ref": "Ann. Weav. 3 (2026) 1",
        "doi": "10.1000/weaving.3",
        "abstract": "  We say little, and prove\nit.\n",
    }
    return versions + "".join(
        element(name.replace("_", "-"), text) for name, text in (made | fields).items()
    )


def entry_of(metadata: str) -> Parsed | Rejection:
    (entry,) = read_page(
        answer(record(metadata, metadata_format="arXivRaw"), prefix="arXivRaw")
    ).entries
    assert isinstance(entry, Parsed | Rejection)
    return entry


def read(metadata: str) -> PaperRecord:
    entry = entry_of(metadata)
    assert isinstance(entry, Parsed)
    return entry.record


def test_a_record_has_all_that_the_format_says() -> None:
    made = read(raw_paper())
    assert made.source is Source.ARXIV_RAW
    assert made.source_id == made.arxiv_id == "2603.00011"
    assert made.record_date == date(2026, 3, 25)
    assert made.title == 'Looms with "ideal" $n^2$ shuttles'
    assert made.authors == ("Ada Weaver", "Ben Çarder Jr.", "Carl Dyer", "Loom Collaboration")
    assert made.abstract == "We say little, and prove it."
    assert made.categories == ("cs.LG", "stat.ML")
    assert made.comments == "12 pages"
    assert made.journal_ref == "Ann. Weav. 3 (2026) 1"
    assert ("doi", "10.1000/weaving.3") in made.identifiers
    assert made.withdrawn_at is None


def test_the_first_version_is_the_publication_and_all_are_kept_in_order() -> None:
    made = read(raw_paper(SECOND + FIRST))
    assert made.published_at == utc("2026-03-02 19:18:42")
    assert made.version == 2
    assert made.versions == ((1, utc("2026-03-02 19:18:42")), (2, utc("2026-03-24 20:10:27")))


def test_no_other_version_stands_for_a_first_one_that_is_missing() -> None:
    assert read(raw_paper(SECOND)).published_at is None
    bare = read(raw_paper(""))
    assert (bare.published_at, bare.version, bare.versions) == (None, None, ())


@pytest.mark.parametrize(
    ("versions", "reason"),
    [
        (version("2", "soon"), "Its date is no date: “soon”."),
        (version("", "Mon, 2 Mar 2026 19:18:42 GMT"), "“” cannot be a version."),
        (version("v0", "Mon, 2 Mar 2026 19:18:42 GMT"), "“0” cannot be a version."),
        (version("v²", "Mon, 2 Mar 2026 19:18:42 GMT"), "“v²” cannot be a version."),
    ],
)
def test_a_version_that_is_none_rejects_the_record(versions: str, reason: str) -> None:
    entry = entry_of(raw_paper(versions))
    assert isinstance(entry, Rejection)
    assert entry.reason == reason


@pytest.mark.parametrize(
    ("last", "withdrawn"),
    [
        (version("v3", "Wed, 25 Mar 2026 08:00:00 GMT", "0kb", "I"), True),
        # The source is hidden, or there is little of it.
        (version("v3", "Wed, 25 Mar 2026 08:00:00 GMT", "12kb", "SI"), False),
        (version("v3", "Wed, 25 Mar 2026 08:00:00 GMT", "0kb", "D"), False),
    ],
)
def test_an_empty_latest_version_withdraws_the_paper(last: str, withdrawn: bool) -> None:
    made = read(raw_paper(last + FIRST))
    assert made.withdrawn_at == (utc("2026-03-25 08:00") if withdrawn else None)
    assert made.withdrawal_reason == ("12 pages" if withdrawn else "")


def test_an_empty_version_that_was_replaced_withdraws_nothing() -> None:
    empty = version("v1", "Mon, 2 Mar 2026 19:18:42 GMT", "0kb", "I")
    assert read(raw_paper(empty + SECOND)).withdrawn_at is None


def test_comments_withdraw_the_paper_at_the_time_of_the_latest_version() -> None:
    made = read(raw_paper(comments="Withdrawn: Lemma 2 is wrong"))
    assert made.withdrawn_at == utc("2026-03-24 20:10:27")
    assert made.withdrawal_reason == "Withdrawn: Lemma 2 is wrong"
    undated = read(raw_paper("", comments="Withdrawn: Lemma 2 is wrong"))
    assert undated.withdrawn_at == utc("2026-03-25")
