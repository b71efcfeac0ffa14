import gzip
from pathlib import Path

import pytest

from papers.models import Source
from papers.sources import bibtex
from papers.sources.detect import find_format
from papers.sources.files import FileRefused, SourceContent, SourceFile, UnknownFormat
from papers.sources.record import PaperRecord, Parsed, Rejection
from tests.sources.records import utc

LOOMS = r"""
@article{weaver:looms,
  title = {On {Looms} and $\mathbb{Z}_2$},
  author = {Weaver, Ad{\'e}le and others},
  journal = "Journal of Looms",
  volume = 12, number = {3}, pages = {45--67},
  year = 1843, month = jan,
  doi = {10.1000/LOOMS\_12},
  archivePrefix = {arXiv}, eprint = {1901.00012v2}, primaryClass = {cs.GR},
  abstract = {We punch cards.

    See https://github.com/adele/looms.},
  note = {Must read},
  keywords = {looms}
}
"""


def content(text: str | bytes) -> SourceContent:
    return SourceContent("anything", text if isinstance(text, bytes) else text.encode())


def read(text: str | bytes) -> list[Parsed | Rejection]:
    return list(bibtex.parse(content(text)))


def records(text: str | bytes) -> list[PaperRecord]:
    found = read(text)
    assert all(isinstance(entry, Parsed) for entry in found), found
    return [entry.record for entry in found if isinstance(entry, Parsed)]


def record(*fields: str) -> PaperRecord:
    """The record of an entry with these fields, and a title before them."""
    (found,) = records("@misc{key,\n title = {On Looms},\n " + ",\n ".join(fields) + "\n}\n")
    return found


def test_an_entry_becomes_a_record() -> None:
    (found,) = records(LOOMS)
    assert found.source is Source.BIBLIOGRAPHY
    assert found.title == r"On Looms and $\mathbb{Z}_2$"
    assert found.authors == ("Adéle Weaver",)
    assert found.identifiers == (("arxiv", "1901.00012"), ("doi", "10.1000/looms_12"))
    assert found.abstract == "We punch cards.\n\nSee https://github.com/adele/looms."
    assert found.code_url == "https://github.com/adele/looms"
    assert (found.published_at, found.published_precision) == (utc("1843-01-01"), "month")
    assert found.journal_ref == "Journal of Looms 12 (3), 45\N{EN DASH}67 (1843)"


def test_what_somebody_noted_for_themselves_is_not_published() -> None:
    for fields in ("note = {Must read}", "annote = {Dull}", "annotation = {Dull}"):
        found = record(fields)
        assert (found.comments, found.note, found.abstract) == ("", "", "")


def test_the_authors_comments_that_zotero_found_on_arxiv_are_kept() -> None:
    assert record("note = {Comment: 12 pages, 3 {looms}}").comments == "12 pages, 3 looms"


@pytest.mark.parametrize(
    "fields",
    [
        "eprint = {1901.00012}",
        "eprint = {arXiv:1901.00012v3}, archiveprefix = {arXiv}",
        "eprint = {1901.00012}, eprinttype = {arxiv}, eprintclass = {cs}",
        "arxivid = {1901.00012v1}",
        "arxiv = {1901.00012 [cs]}",
        "number = {arXiv:1901.00012}, publisher = {{arXiv}}",
        "journal = {arXiv preprint arXiv:1901.00012}",
        "journal = {CoRR}, volume = {abs/1901.00012}",
        r"note = {\url{http://arxiv.org/abs/1901.00012}}",
        r"howpublished = {\url{https://arxiv.org/abs/1901.00012}}",
        "url = {https://arxiv.org/pdf/1901.00012v2.pdf}",
        "doi = {10.48550/arXiv.1901.00012}",
    ],
)
def test_an_arxiv_id_is_found_wherever_programs_put_it(fields: str) -> None:
    found = record(fields)
    assert found.identifiers == (("arxiv", "1901.00012"),)
    assert found.journal_ref in ("", "arXiv")


@pytest.mark.parametrize(
    "fields",
    [
        "eprint = {astro-ph/9901012}",
        "eprint = {9901012}, archivePrefix = {arXiv}, primaryClass = {astro-ph.GA}",
        "eprint = {9901012}, archivePrefix = {astro-ph}",
        "arxiv = {9901012 [astro-ph]}",
    ],
)
def test_old_arxiv_ids_get_their_archive(fields: str) -> None:
    assert record(fields).arxiv_id == "astro-ph/9901012"


@pytest.mark.parametrize(
    ("fields", "dois"),
    [
        ("doi = {https://doi.org/10.1000/A}", ["10.1000/a"]),
        ("doi = {10.1000/a 10.1000/b}", ["10.1000/a", "10.1000/b"]),
        ("url = {http://dx.doi.org/10.1000/a}", ["10.1000/a"]),
        (r"doi = {10.1000/(SICI)1{$<$}2::A3{$>$}4}", ["10.1000/(sici)1<2::a3>4"]),
        ("eprint = {1901.00012}, eprinttype = {jstor}", []),
        ("doi = {none}, url = {https://example.org/}", []),
    ],
)
def test_dois_are_read_from_their_field_and_from_addresses(fields: str, dois: list[str]) -> None:
    assert [value for _kind, value in record(fields).identifiers] == dois


@pytest.mark.parametrize(
    ("fields", "published", "precision"),
    [
        ("year = {1843}", "1843-01-01", "year"),
        ("year = 1843, month = {09}", "1843-09-01", "month"),
        ('year = 1843, month = "1~" # sep', "1843-09-01", ""),
        ("year = 1843, month = {{SEP 1}}", "1843-09-01", ""),
        ("year = 1843, month = sep, day = 7", "1843-09-07", ""),
        ("year = 1843, month = 9, day = 7", "1843-09-07", ""),
        ("year = 1843, month = {Lent}", "1843-01-01", "year"),
        ("year = {[1843?]}", "1843-01-01", "year"),
        ("date = {1843-09-07}", "1843-09-07", ""),
        ("date = {1843-09/1844}, year = 1850", "1843-09-01", "month"),
        ("year = {in press}", None, ""),
    ],
)
def test_dates_are_read_as_far_as_they_are_sure(
    fields: str, published: str | None, precision: str
) -> None:
    found = record(fields)
    assert found.published_at == (utc(published) if published else None)
    assert found.published_precision == precision


@pytest.mark.parametrize(
    ("fields", "reference"),
    [
        ("journaltitle = {J. Looms}, volume = 1, issue = 2, date = {1843}", "J. Looms 1 (2) (1843)"),
        ("booktitle = {All Looms}, pages = {4-5}, publisher = {P}, year = 1843",
         "All Looms, 4-5 (1843)"),
        ("publisher = {Weaver \\& Sons}, year = 1843", "Weaver & Sons (1843)"),
        ("school = {Leeds}", "Leeds"),
        (r"journal = {\mnras}, volume = 3",
         "Monthly Notices of the Royal Astronomical Society 3"),
        ("volume = 3", ""),
    ],
)  # fmt: skip
def test_the_reference_names_the_journal_else_the_book_else_the_publisher(
    fields: str, reference: str
) -> None:
    assert record(fields).journal_ref == reference


def test_a_subtitle_belongs_to_the_title() -> None:
    assert record("subtitle = {A {History}}").title == "On Looms: A History"


def test_a_part_has_place_and_year_from_its_whole_but_nothing_that_names_the_whole() -> None:
    text = """
@incollection{part, title = {Shuttles}, crossref = {Whole}, pages = {3}}
@incollection{other, title = {Cards}, booktitle = {Other}, year = 1850, xdata = {nothing, whole}}
@book{whole, title = {Of Looms}, author = {Ada Weaver}, doi = {10.1000/whole}, year = 1843,
  abstract = {All.}}
@misc{self, title = {Self}, crossref = {self}}
"""
    part, other, whole, _self = records(text)
    assert (part.title, part.journal_ref) == ("Shuttles", "Of Looms, 3 (1843)")
    assert part.published_at == utc("1843-01-01")
    assert (part.identifiers, part.authors, part.abstract) == ((), (), "")
    assert (other.title, other.journal_ref) == ("Cards", "Other (1850)")
    assert whole.identifiers == (("doi", "10.1000/whole"),)


def test_an_entry_without_a_title_is_rejected_and_the_others_are_read() -> None:
    text = "@misc{a, year = 1843}\n@misc{b, title = {B}}\n@proceedings{c, booktitle = {C}}\n"
    first, second, third = read(text)
    assert first == Rejection(1, "It has no title.", "a")
    assert isinstance(second, Parsed)
    assert second.position == 2
    assert third == Rejection(3, "It has no title.", "c")


def test_a_broken_entry_is_rejected_with_its_line_and_the_others_are_read() -> None:
    text = "@misc{a, title = {A}}\n\n@misc{b,\n title = {B {x},\n}\n@misc{c, title = {C}}\n@misc{d"
    first, broken, third, cut = read(text)
    assert isinstance(first, Parsed)
    assert broken == Rejection(
        2,
        "The entry that begins in line 3 cannot be read: its braces or quotation marks do not "
        "match, or a comma or “=” is missing.",
        "b",
    )
    assert isinstance(third, Parsed)
    assert cut == Rejection(
        4,
        "The entry that begins in line 7 is not closed: the file ends within it. Is the file "
        "whole?",
        "d",
    )


@pytest.mark.parametrize(
    "encoded",
    [
        LOOMS.encode(),
        b"\xef\xbb\xbf" + LOOMS.encode(),
        LOOMS.replace(r"{\'e}", "é").encode("latin-1"),
        LOOMS.replace(r"{\'e}", "é").encode("utf-16"),
        LOOMS.replace("\n", "\r\n").encode(),
        LOOMS.replace("\n", "\r").encode(),
    ],
    ids=["UTF-8", "with a mark", "Latin 1", "UTF-16", "Windows", "old Macintosh"],
)
def test_files_are_read_in_any_encoding(encoded: bytes) -> None:
    assert find_format(content(encoded)).name == "bibtex"
    (found,) = records(encoded)
    assert found.authors == ("Adéle Weaver",)
    assert found.abstract.startswith("We punch cards.\n\n")


@pytest.mark.parametrize(
    "text",
    [
        LOOMS,
        "% Made by a program\n\n@Comment{jabref-meta: x}\n",
        "@string(a = {b})",
        "@article{\n title = {On Looms}\n}",
        "@inproceedings(weaver,\n title = {On Looms})",
        "A history.\n" * 2_000 + LOOMS,
        "@misc{10.1000/(1),title={A}}",
        "@misc{reference}",
    ],
)
def test_bibtex_is_known_by_its_entries(text: str) -> None:
    assert find_format(content(text)).name == "bibtex"


@pytest.mark.parametrize(
    "text",
    [
        "Dear all,\nwrite to ada@example.org (Ada, the weaver).\n",
        "@dataclass(frozen=True)\nclass Loom:\n    pass\n",
        "@retry(OSError, tries=3)\ndef weave(): ...\n",
        "@media print { body { color: black } }\n",
        "@interface Loom {\n}\n",
    ],
)
def test_other_texts_with_an_at_sign_are_no_bibtex(text: str) -> None:
    with pytest.raises(UnknownFormat):
        find_format(content(text))


def test_a_file_that_is_said_to_be_bibtex_and_is_none_is_refused() -> None:
    with pytest.raises(FileRefused, match="no line begins with an entry"):
        read("Dear all,\n")


def test_a_file_of_which_most_is_broken_is_refused() -> None:
    with pytest.raises(FileRefused, match="Most of its entries"):
        read("@misc{loom,\n" * 6_000)


def test_a_packed_file_is_read_and_one_cut_short_refused(tmp_path: Path) -> None:
    path = tmp_path / "looms.bib.gz"
    path.write_bytes(gzip.compress(LOOMS.encode()))
    assert len(list(bibtex.parse(SourceFile(path)))) == 1
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(FileRefused, match="cut short"):
        list(bibtex.parse(SourceFile(path)))
