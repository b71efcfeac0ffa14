from datetime import date
from pathlib import Path

import pytest

from papers.models import Source
from papers.sources.detect import find_format
from papers.sources.files import FileRefused, SourceContent, SourceFile
from papers.sources.oai import OaiError, parse, read_page, recognises
from papers.sources.record import Deletion, Entry, Parsed, ParsedDeletion, Rejection
from tests.sources import oai
from tests.sources.oai import answer, arxiv_paper, record, refusal
from tests.sources.records import utc
from tests.sources.snapshots import PACKERS


def kinds(entries: list[Entry]) -> list[tuple[int, type]]:
    return [(entry.position, type(entry)) for entry in entries]


def content(text: str) -> SourceContent:
    return SourceContent("cut.xml", text.encode())


@pytest.mark.parametrize("packing", PACKERS)
def test_a_page_is_known_by_its_content_packed_or_not(tmp_path: Path, packing: str) -> None:
    path = tmp_path / "page"
    path.write_bytes(PACKERS[packing](answer(record(arxiv_paper())).read()))
    assert find_format(SourceFile(path)).name == "oai"


@pytest.mark.parametrize(
    ("text", "known"),
    [
        ("<?xml version='1.0'?><!-- <feed> --><oai:OAI-PMH xmlns:oai='x'/>", True),
        ("<ListRecords></ListRecords>", True),
        (record(arxiv_paper()), True),
        ("<record><leader>01142cam</leader></record>", False),
        ("<feed xmlns='http://www.w3.org/2005/Atom'><id>oai</id></feed>", False),
        ("OAI-PMH", False),
    ],
)
def test_other_xml_is_not_taken_for_a_page(text: str, known: bool) -> None:
    assert recognises(content(text)) is known


def test_every_record_of_a_page_is_an_entry_deleted_or_unreadable_ones_too() -> None:
    page = read_page(
        answer(
            record(arxiv_paper()),
            oai.deleted("oai:arXiv.org:2603.00012"),
            f"<record>{oai.header('')}</record>",
            record(arxiv_paper("2603.00014"), oai.header("oai:arXiv.org:2603.00014")),
        )
    )
    assert kinds(page.entries) == [
        (1, Parsed),
        (2, ParsedDeletion),
        (3, Rejection),
        (4, Parsed),
    ]
    assert list(parse(answer(record(arxiv_paper())))) == page.entries[:1]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        ("<record><metadata/></record>", "It has no header, so nothing says which record it is."),
        (f"<record>{oai.header('')}</record>", "Its header has no identifier."),
        (f"<record>{oai.header(datestamp='')}</record>", "Its header has no datestamp."),
        (
            f"<record>{oai.header(datestamp='soon')}</record>",
            "Its datestamp is no date: “soon”.",
        ),
        (
            f"<record>{oai.header()}</record>",
            "It has no metadata, and is not marked as deleted.",
        ),
        (
            f"<record>{oai.header()}<metadata> </metadata></record>",
            "It has no metadata, and is not marked as deleted.",
        ),
        (
            f"<record>{oai.header()}<metadata><marc/></metadata></record>",
            "Its metadata format “marc” cannot be imported; ask for arXiv, arXivRaw, oai_dc.",
        ),
        (f"<record>{oai.header('', deleted=True)}</record>", "Its header has no identifier."),
    ],
)
def test_what_is_no_record_is_rejected_with_the_reason(broken: str, reason: str) -> None:
    (entry,) = read_page(answer(broken)).entries
    assert isinstance(entry, Rejection)
    assert entry.reason == reason


def test_a_rejected_record_is_named_by_its_identifier_or_else_its_title() -> None:
    untitled = record(arxiv_paper(title=""))
    headless = "<record><metadata><arXiv><title>Looms</title></arXiv></metadata></record>"
    assert [
        entry.name
        for entry in read_page(answer(untitled, headless)).entries
        if isinstance(entry, Rejection)
    ] == ["oai:arXiv.org:2603.00011", "Looms"]


@pytest.mark.parametrize(
    ("prefix", "source"),
    [
        ("arXiv", Source.ARXIV_OAI),
        ("arXivRaw", Source.ARXIV_RAW),
        ("oai_dc", Source.OAI_DC),
        ("", Source.ARXIV_OAI),
    ],
)
def test_a_deletion_is_of_the_format_that_was_asked_for(prefix: str, source: Source) -> None:
    (entry,) = parse(answer(oai.deleted("oai:arXiv.org:math/0611800", "2026-03-24"), prefix=prefix))
    assert isinstance(entry, ParsedDeletion)
    assert entry.deletion == Deletion(source, "math/0611800", date(2026, 3, 24))


def test_an_archive_need_not_repeat_the_format_that_was_asked_for() -> None:
    gone = oai.deleted("oai:arXiv.org:2603.00012")
    (entry,) = read_page(answer(gone, prefix=""), metadata_prefix="arXivRaw").entries
    assert isinstance(entry, ParsedDeletion)
    assert entry.deletion.source is Source.ARXIV_RAW
    # Else the records before it tell.
    raw = record("<id>2603.00011</id><title>Looms</title>", metadata_format="arXivRaw")
    entries = read_page(answer(raw, gone, prefix="")).entries
    assert isinstance(entries[1], ParsedDeletion)
    assert entries[1].deletion.source is Source.ARXIV_RAW


def test_a_deletion_of_another_archive_is_known_by_its_whole_identifier() -> None:
    (entry,) = parse(answer(oai.deleted("oai:looms.example:7"), prefix="marcxml"))
    assert isinstance(entry, ParsedDeletion)
    assert entry.deletion == Deletion(Source.OAI_DC, "oai:looms.example:7", date(2026, 3, 25))


def test_the_token_says_how_to_go_on() -> None:
    token = (
        '<resumptionToken expirationDate="2026-03-27T00:00:00Z" completeListSize="1090"'
        ' cursor="0">6460044|1001</resumptionToken>'
    )
    page = read_page(answer(record(arxiv_paper()), around=token))
    assert page.token == "6460044|1001"
    assert page.expires == utc("2026-03-27")
    assert page.total == 1090
    assert page.response_date == utc("2026-03-26 06:00")
    assert page.error is None


def test_the_token_of_arxivs_present_server_expires_under_another_name() -> None:
    token = "<resumptionToken expires='2026-03-27T00:00:00Z'>verb%3DListRecords</resumptionToken>"
    page = read_page(answer(around=token))
    assert (page.token, page.expires) == ("verb%3DListRecords", utc("2026-03-27"))


@pytest.mark.parametrize(
    "token", ["", "<resumptionToken/>", '<resumptionToken cursor="9" completeListSize="x"/>']
)
def test_the_last_page_has_no_token(token: str) -> None:
    page = read_page(answer(record(arxiv_paper()), around=token))
    assert (page.token, page.expires, page.total) == (None, None, None)


def test_no_match_is_an_answer_without_records() -> None:
    assert list(parse(refusal("noRecordsMatch"))) == []
    page = read_page(refusal("noRecordsMatch"))
    assert page.entries == []
    assert page.error == OaiError("noRecordsMatch", "")


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (
            "The token\n has expired.",
            "The archive gives no records: The token has expired (badResumptionToken).",
        ),
        ("", "The archive gives no records: it does not say why (badResumptionToken)."),
    ],
)
def test_an_error_of_the_protocol_refuses_the_file_and_is_a_value_of_the_page(
    message: str, reason: str
) -> None:
    with pytest.raises(FileRefused) as refused:
        list(parse(refusal("badResumptionToken", message)))
    assert refused.value.reason == reason
    page = read_page(refusal("badResumptionToken", message))
    assert page.error == OaiError("badResumptionToken", " ".join(message.split()))
    assert (page.entries, page.token) == ([], None)


@pytest.mark.parametrize(
    ("verb", "inside", "name"),
    [
        ("Identify", "<repositoryName>Looms</repositoryName>", "(Identify)"),
        ("ListIdentifiers", oai.header(), "(ListIdentifiers)"),
        ("ListSets", "<set><setSpec>cs</setSpec></set>", "(ListSets)"),
        (
            "ListMetadataFormats",
            "<metadataFormat><metadataPrefix>arXiv</metadataPrefix></metadataFormat>",
            "(ListMetadataFormats)",
        ),
    ],
)
def test_an_answer_to_another_question_is_refused_for_what_it_is(
    verb: str, inside: str, name: str
) -> None:
    for read in (lambda file: list(parse(file)), read_page):
        with pytest.raises(FileRefused) as refused:
            read(answer(inside, verb=verb))
        assert name in refused.value.reason


def test_a_page_that_ends_in_the_middle_gives_what_was_whole_and_is_refused() -> None:
    whole = answer(record(arxiv_paper()), record(arxiv_paper("2603.00012"))).read()
    cut = SourceContent("cut.xml", whole[: whole.rindex(b"<abstract>")])
    entries = parse(cut)
    assert isinstance(next(entries), Parsed)
    with pytest.raises(FileRefused, match="ends in the middle"):
        next(entries)
    with pytest.raises(FileRefused):
        read_page(cut)


def test_a_page_cannot_define_entities() -> None:
    with pytest.raises(FileRefused):
        read_page(content('<!DOCTYPE r [<!ENTITY a "b">]><OAI-PMH>&a;</OAI-PMH>'))


@pytest.mark.parametrize(
    "text",
    [
        record(arxiv_paper()),
        f"<records>{record(arxiv_paper())}</records>",
        f"<GetRecord>{record(arxiv_paper())}</GetRecord>",
        record(arxiv_paper()).replace(
            "<record>", '<record xmlns="http://www.openarchives.org/OAI/2.0/">'
        ),
    ],
)
def test_records_cut_out_of_a_page_are_read_as_well(text: str) -> None:
    (entry,) = parse(content(text))
    assert isinstance(entry, Parsed)
    assert entry.record.record_key == ("arxiv_oai", "2603.00011")
    assert entry.record.record_date == date(2026, 3, 25)
    assert entry.record.authors == ("Ada Weaver", "Ben Carder")
