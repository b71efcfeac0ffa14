"""The tags of a paper."""

import pytest

from papers.models import VoteOutbox
from papers.services.tagging import set_tags
from tests.factories import make_paper, make_tag

pytestmark = pytest.mark.django_db


def test_a_paper_carries_exactly_the_tags_that_are_set() -> None:
    paper = make_paper(tags=[make_tag("cs.LG"), make_tag("cs.CL")])
    set_tags(paper=paper, tags=[make_tag("cs.CL"), make_tag("cs.CV")])
    assert {tag.code for tag in paper.tags.all()} == {"cs.CL", "cs.CV"}


def test_no_tags_can_be_set() -> None:
    paper = make_paper(tags=[make_tag("cs.LG")])
    set_tags(paper=paper, tags=[])
    assert not paper.tags.exists()


def test_the_ranking_learns_of_a_change() -> None:
    paper = make_paper(tags=[make_tag("cs.LG")])
    set_tags(paper=paper, tags=[make_tag("cs.CL")])
    assert VoteOutbox.objects.filter(paper=paper, delta=0).count() == 1


def test_setting_what_is_there_changes_nothing() -> None:
    paper = make_paper(tags=[make_tag("cs.LG")])
    kept = paper.paper_tags.get()
    set_tags(paper=paper, tags=[make_tag("cs.LG")])
    assert paper.paper_tags.get() == kept
    assert not VoteOutbox.objects.exists()
