import pytest

from papers.sources.arxiv_people import people


@pytest.mark.parametrize(
    ("listed", "authors"),
    [
        (["Ada Weaver", "Ben Carder"], ["Ada Weaver", "Ben Carder"]),
        (["Loom Collaboration", ":", "Ada Weaver"], ["Loom Collaboration", "Ada Weaver"]),
        (["Ada Weaver for the Loom Collaboration"], ["Ada Weaver", "Loom Collaboration"]),
        (["Ada Weaver for Loom Collaboration"], ["Ada Weaver", "Loom Collaboration"]),
        (["Ada Weaver, on behalf of the Loom team"], ["Ada Weaver", "Loom team"]),
        (["Ada Weaver (for the Loom Collaboration)"], ["Ada Weaver", "Loom Collaboration"]),
        (["for the Loom Collaboration"], ["Loom Collaboration"]),
        # Parted at “and”: for the Loom and Shuttle collaborations.
        (
            ["Ada Weaver for the Loom", "Shuttle collaborations"],
            ["Ada Weaver", "Loom", "Shuttle collaborations"],
        ),
        (["Institute for Weaving"], ["Institute for Weaving"]),
        (["Ford Forster"], ["Ford Forster"]),
    ],
)
def test_people_and_collaborations_are_authors_each(listed: list[str], authors: list[str]) -> None:
    assert list(people(listed)) == authors
