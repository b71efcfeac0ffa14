"""How many papers carry each tag."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from papers import tag_counts
from papers.models import PaperTag, Tag
from papers.tag_counts import count_papers_of_tags
from papers.tasks import count_tags
from tests.factories import make_paper, make_tag

pytestmark = pytest.mark.django_db


def counts() -> dict[str, int]:
    """The counts that are not zero, by slug."""
    return dict(Tag.objects.filter(paper_count__gt=0).values_list("slug", "paper_count"))


def test_a_paper_counts_once_for_each_tag_above_those_it_carries() -> None:
    make_paper(tags=[make_tag("astro-ph.GA"), make_tag("astro-ph.CO"), make_tag("cs.LG")])
    make_paper(tags=[make_tag("astro-ph.GA")])
    make_paper()
    count_papers_of_tags()
    assert counts() == {
        "astro-ph-ga": 2,
        "astro-ph-co": 1,
        "astro-ph": 2,
        "all-physics": 2,
        "cs-lg": 1,
        "cs": 1,
    }


def test_only_papers_that_tag_pages_show_count() -> None:
    tags, now = [make_tag("cs.LG")], timezone.now()
    make_paper(tags=tags, listed=False)
    for field in ("withdrawn_at", "hidden_at", "pending_since"):
        make_paper(tags=tags, **{field: now})  # type: ignore[arg-type]
    count_papers_of_tags()
    assert counts() == {"cs-lg": 1, "cs": 1}


def test_counts_go_down_to_nothing_too() -> None:
    make_paper(tags=[make_tag("cs.LG")])
    count_papers_of_tags()
    PaperTag.objects.all().delete()
    assert count_papers_of_tags() == 2
    assert counts() == {}


def test_only_what_changed_is_written() -> None:
    make_paper(tags=[make_tag("cs.LG")])
    assert count_papers_of_tags() == 2
    with CaptureQueriesContext(connection) as queries:
        assert count_papers_of_tags() == 0
    assert not [query for query in queries if query["sql"].lower().startswith("update")]


def test_more_sets_of_tags_than_are_read_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tag_counts, "_ROWS_AT_ONCE", 2)
    for code in ("cs.LG", "cs.CV", "cs.CL", "math.AG", "stat.ML"):
        make_paper(tags=[make_tag(code), make_tag("cs.AI")])
    count_papers_of_tags()
    assert counts()["cs-ai"] == counts()["cs"] == 5


def test_the_workers_count_now_and_then() -> None:
    make_paper(tags=[make_tag("cs.LG")])
    count_tags()
    assert counts() == {"cs-lg": 1, "cs": 1}
