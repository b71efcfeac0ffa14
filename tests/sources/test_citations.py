import pytest

from papers.sources.citations import appeared_in, arxiv_mentions


def test_a_reference_says_as_much_as_is_known() -> None:
    assert appeared_in("Journal of  Looms") == "Journal of Looms"
    whole = appeared_in("Journal of Looms", volume="12", issue="3", pages="45-67", year=2020)
    assert whole == "Journal of Looms 12 (3), 45-67 (2020)"
    assert appeared_in("Looms", pages="45", year=2020) == "Looms, 45 (2020)"


def test_a_year_is_not_said_twice() -> None:
    assert appeared_in("Proceedings of Looms 2020", year=2020) == "Proceedings of Looms 2020"


@pytest.mark.parametrize(
    "container",
    [
        "",
        " ",
        "12",
        "arXiv",
        "ArXiv e-prints",
        "arXiv preprint arXiv:2411.13560",
        "CoRR",
        "bioRxiv",
    ],
)
def test_what_appeared_on_a_server_of_preprints_only_has_no_journal(container: str) -> None:
    assert appeared_in(container, volume="12", year=2020) == ""


def test_a_journal_whose_name_begins_alike_is_one() -> None:
    assert appeared_in("Correspondences") == "Correspondences"


@pytest.mark.parametrize(
    ("text", "mentions"),
    [
        ("arXiv preprint arXiv:2411.13560", ["arXiv:2411.13560"]),
        ("arXiv: 1401.2910 [quant-ph]", ["arXiv: 1401.2910"]),
        ("Journal of Looms", []),
    ],
)
def test_arxiv_ids_are_found_in_what_people_call_a_journal(text: str, mentions: list[str]) -> None:
    assert list(arxiv_mentions(text)) == mentions
