import json
from typing import Any

import pytest

from papers.sources import zotero
from papers.sources.files import FileRefused, SourceContent
from papers.sources.record import PaperRecord, Parsed, Rejection


def make_item(**fields: Any) -> dict[str, Any]:
    """An article; a field given as None is left out."""
    item: dict[str, Any] = {
        "itemType": "journalArticle",
        "title": "On Looms",
        "creators": [{"creatorType": "author", "firstName": "Ada", "lastName": "Weaver"}],
        "date": "2021-03-14",
    }
    return {name: value for name, value in (item | fields).items() if value is not None}


def content(*items: Any, **rest: Any) -> SourceContent:
    """Better BibTeX's export of these items."""
    export = {"config": {"label": "BetterBibTeX JSON"}, "collections": {}, "items": list(items)}
    return SourceContent("library.json", json.dumps(export | rest).encode())


def record(**fields: Any) -> PaperRecord:
    return zotero.parse_item(make_item(**fields))


def test_an_item_is_read_whole() -> None:
    found = record(
        DOI="10.5555/LOOM.2021.7",
        url="https://arxiv.org/abs/2103.00012",
        abstractNote="We say little, see https://github.com/ada/looms.",
        publicationTitle="Journal of Looms",
        volume="12",
        issue="3",
        pages="45-67",
        notes=["<p>Bought in Leeds</p>"],
        attachments=[{"itemType": "attachment", "title": "PDF"}],
    )
    assert found.title == "On Looms"
    assert found.authors == ("Ada Weaver",)
    assert found.identifiers == (("arxiv", "2103.00012"), ("doi", "10.5555/loom.2021.7"))
    assert found.abstract == "We say little, see https://github.com/ada/looms."
    assert found.code_url == "https://github.com/ada/looms"
    assert found.journal_ref == "Journal of Looms 12 (3), 45-67 (2021)"
    assert found.published_at is not None
    # What the owner of the library noted is nobody else's business.
    assert (found.comments, found.note) == ("", "")


@pytest.mark.parametrize(
    "fields",
    [
        {"extra": ["arXiv: 2103.00012 [cs.LG]", "Citation Key: weaver2021"]},
        {"extra": "OCLC: 85829252\narXiv:2103.00012"},
        {"extra": ["tex.eprint: 2103.00012", "tex.archiveprefix: arXiv"]},
        {"extra": ["tex.arxivid= 2103.00012v2"]},
        {"extra": ["DOI: 10.48550/arXiv.2103.00012"]},
        {"archiveID": "arXiv:2103.00012"},
        {"number": "arXiv:2103.00012"},
        {"publicationTitle": "arXiv:2103.00012 [cs]"},
    ],
)
def test_an_arxiv_id_is_found_wherever_it_stands(fields: dict[str, Any]) -> None:
    found = record(**fields)
    assert found.identifiers == (("arxiv", "2103.00012"),)
    assert found.journal_ref == ""


def test_extra_may_hold_a_doi_and_the_date() -> None:
    found = record(extra=["DOI: 10.5555/LOOM.2021.7", "issued: 2021-03"], date=None)
    assert found.identifiers == (("doi", "10.5555/loom.2021.7"),)
    assert found.published_precision == "month"


def test_authors_are_those_who_made_the_work() -> None:
    creators = [
        {"creatorType": "editor", "firstName": "Ed", "lastName": "Dyer"},
        {"creatorType": "programmer", "firstName": "Ada", "lastName": "Weaver"},
        {"creatorType": "author", "name": "The Loom Consortium"},
        {"creatorType": "author", "lastName": "Plato"},
        {"creatorType": "author", "name": "Carder, Ben"},
        {"creatorType": "author"},
        {"creatorType": "translator", "firstName": "Tess", "lastName": "Dyer"},
    ]
    assert record(creators=creators).authors == (
        "Ada Weaver",
        "The Loom Consortium",
        "Plato",
        "Ben Carder",
    )


def test_comments_are_kept_only_where_arxiv_gave_them() -> None:
    comment = ["Comment: 8 pages, 3 figures"]
    assert record(notes=comment, libraryCatalog="arXiv.org").comments == "8 pages, 3 figures"
    assert record(notes=["<p>mine</p>"], libraryCatalog="arXiv.org").comments == ""
    assert record(notes=comment).comments == ""


def test_a_court_s_case_has_its_name_for_a_title() -> None:
    assert record(title=None, itemType="case", caseName="Weaver v. Carder").title == (
        "Weaver v. Carder"
    )


def test_notes_and_attachments_are_no_entries_and_keep_their_places() -> None:
    file = content(
        {"itemType": "note", "note": "mine"},
        make_item(),
        {"itemType": "attachment", "title": "PDF"},
        {"itemType": "annotation", "title": "p. 3"},
        make_item(title=None, citationKey="weaver2021"),
        "no item",
    )
    first, *rejected = zotero.parse(file)
    assert isinstance(first, Parsed)
    assert first.position == 2
    assert rejected == [
        Rejection(5, "It has no title.", "weaver2021"),
        Rejection(6, "It is no Zotero item: it has no “itemType”.", ""),
    ]


def test_creators_of_another_type_are_a_reason_to_reject() -> None:
    (found,) = zotero.parse(content(make_item(creators=["Ada"])))
    assert isinstance(found, Rejection)
    assert "creators" in found.reason


def test_values_of_any_type_are_rejected_and_no_crash() -> None:
    creators = [{"creatorType": ["author"], "lastName": "Weaver"}]
    entries = list(
        zotero.parse(content(make_item(itemType={}), make_item(creators=creators), None))
    )
    assert [type(entry) for entry in entries] == [Rejection, Parsed, Rejection]


def test_the_list_of_the_web_api_is_read_too() -> None:
    page = [{"key": "A", "version": 3, "data": make_item()}]
    file = SourceContent("page.json", json.dumps(page).encode())
    assert zotero.recognises(file)
    (found,) = zotero.parse(file)
    assert isinstance(found, Parsed)
    assert found.record.title == "On Looms"


def test_an_export_of_nothing_is_a_valid_file() -> None:
    assert zotero.recognises(content())
    assert list(zotero.parse(content())) == []


def test_a_file_without_items_is_refused_when_it_is_named_zotero() -> None:
    with pytest.raises(FileRefused, match="no list of items"):
        list(zotero.parse(content(items=None)))


@pytest.mark.parametrize(
    "value", [[], {}, {"items": []}, {"items": [{"type": "book"}]}, [{"data": {"type": "book"}}]]
)
def test_what_may_be_something_else_is_not_taken_for_zotero(value: Any) -> None:
    assert not zotero.recognises(SourceContent("any.json", json.dumps(value).encode()))


def test_an_export_written_as_yaml_is_read() -> None:
    file = SourceContent(
        "library.yaml",
        b"config:\n  label: BetterBibTeX JSON\nitems:\n  - itemType: journalArticle\n"
        b"    title: On Looms\n    date: 2021-03-14\n    volume: 12\n"
        b"    publicationTitle: Journal of Looms\n",
    )
    assert zotero.recognises(file)
    (entry,) = zotero.parse(file)
    assert isinstance(entry, Parsed)
    assert entry.record.title == "On Looms"
    assert entry.record.journal_ref == "Journal of Looms 12 (2021)"


@pytest.mark.parametrize("broken", [b"config: {\n", b"config: x\n\tlabel", b"config: \xff\xfe\n"])
def test_yaml_that_is_broken_is_refused(broken: bytes) -> None:
    with pytest.raises(FileRefused, match="not valid YAML"):
        zotero.recognises(SourceContent("library.yaml", broken))


def test_yaml_that_refers_to_itself_is_refused() -> None:
    lines = ["config:", "  label: BetterBibTeX JSON", "items:", "  - &a0 {itemType: book}"]
    lines += [f"  - &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    lines += ["  - itemType: book", "    title: *a29"]
    with pytest.raises(FileRefused, match="references to other places"):
        zotero.recognises(SourceContent("library.yaml", "\n".join(lines).encode()))


@pytest.mark.parametrize("depth", [100, 50_000])
def test_yaml_within_yaml_within_yaml_is_refused(depth: int) -> None:
    nested = b"config: {}\nitems: " + b"[" * depth + b"]" * depth
    with pytest.raises(FileRefused, match="nested too deeply"):
        zotero.recognises(SourceContent("library.yaml", nested))
