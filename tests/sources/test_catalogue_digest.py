from pathlib import Path
from typing import Any

import pytest

from papers.models import ExternalCount, Paper, PaperIdentifier, PaperTag, PaperVersion
from papers.sources.catalogue_digest import differences, write_catalogue
from tests.factories import make_paper, make_tag
from tests.sources.records import utc

pytestmark = pytest.mark.django_db


DATES: dict[str, Any] = {"published_at": utc("2026-03-01"), "listed_at": None}


@pytest.fixture
def paper() -> Paper:
    make_paper(key="2603.00002", title="Other looms", **DATES)
    return make_paper(key="2603.00001", title="Looms", **DATES)


def test_what_a_catalogue_says_decides_its_digest(paper: Paper, tmp_path: Path) -> None:
    path = tmp_path / "catalogue"
    seen = {write_catalogue(path)}
    tag = make_tag("cs.LG")

    def change() -> None:
        assert write_catalogue(path) not in seen
        seen.add(write_catalogue(path))

    Paper.objects.filter(pk=paper.pk).update(title="Looms again")
    change()
    Paper.objects.filter(pk=paper.pk).update(listed_at=utc("2026-03-02"))
    change()
    Paper.objects.filter(pk=paper.pk).update(primary_tag=tag)
    change()
    PaperTag.objects.create(paper=paper, tag=tag)
    change()
    PaperIdentifier.objects.create(paper=paper, kind="doi", value="10.5555/looms")
    change()
    PaperVersion.objects.create(paper=paper, number=1)
    change()
    ExternalCount.objects.create(
        paper=paper, source="huggingface", count=7, taken_on=utc("2026-03-02").date()
    )
    change()


def test_how_a_catalogue_came_about_does_not_change_its_digest(
    paper: Paper, tmp_path: Path
) -> None:
    before = write_catalogue(tmp_path / "before")
    # Made in another order, at another time, from a paper that was merged, under other keys once.
    Paper.objects.all().delete()
    first = make_paper(key="2603.00001", title="Looms", **DATES)
    make_paper(key="2603.00002", title="Other looms", **DATES)
    make_paper(key="op:abcdefghij", merged_into=first)
    for kind, value in (("doi", "10.5555/once"), ("op", "klmnopqrst")):
        PaperIdentifier.objects.create(
            paper=first, kind=kind, value=value, former_key=kind == "doi"
        )
    assert write_catalogue(tmp_path / "after") == before


def test_a_former_key_that_is_the_key_again_is_told(paper: Paper, tmp_path: Path) -> None:
    identifiers = PaperIdentifier.objects.filter(paper=paper, kind="arxiv")
    identifiers.delete()
    without = write_catalogue(tmp_path / "without")
    PaperIdentifier.objects.create(paper=paper, kind="arxiv", value="2603.00001", former_key=True)
    assert write_catalogue(tmp_path / "with") != without


def test_differences_name_the_papers_and_their_fields(paper: Paper, tmp_path: Path) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    write_catalogue(one)
    assert list(differences(one, one)) == []
    Paper.objects.filter(pk=paper.pk).update(title="Looms again", version=2)
    Paper.objects.filter(key="2603.00002").delete()
    make_paper(key="2603.00003", title="New looms")
    write_catalogue(other)
    found = {each.key: each.fields for each in differences(one, other)}
    assert list(found) == ["2603.00001", "2603.00002", "2603.00003"]
    assert found["2603.00001"] == {"title": ("Looms", "Looms again"), "version": (None, 2)}
    assert found["2603.00002"] == {"paper": ("Other looms", None)}
    assert found["2603.00003"] == {"paper": (None, "New looms")}
