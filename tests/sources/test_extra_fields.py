import pytest

from papers.sources.extra_fields import fields_in_extra, ids_in_extra


def test_each_line_is_a_field() -> None:
    extra = "Citation Key: weaver2021\ntex.eprint: 2103.00012\nread it again!\nissued: 2021"
    assert fields_in_extra(extra) == {
        "citation key": "weaver2021",
        "eprint": "2103.00012",
        "issued": "2021",
    }


@pytest.mark.parametrize(
    ("extra", "ids"),
    [
        ("arXiv: 2103.00012 [cs.LG]", ["arXiv:2103.00012 [cs.LG]"]),
        ("tex.arxivid = 2103.00012", ["arXiv:2103.00012"]),
        ("eprint: arXiv:2103.00012", ["arXiv:2103.00012"]),
        ("DOI: 10.5555/1\nURL: https://example.org/", ["10.5555/1", "https://example.org/"]),
        ("OCLC: 85829252\nPMID: 17", []),
        ("", []),
    ],
)
def test_ids_are_told_by_the_names_of_their_lines(extra: str, ids: list[str]) -> None:
    assert list(ids_in_extra(extra)) == ids
