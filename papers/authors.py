"""What a page tells about the name of an author.

A name is not a person: two people may share one, and one may publish under several. Nothing here
pretends to know better.
"""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Min

from accounts.models import Viewer
from papers.models import Authorship, Paper, Tag
from papers.paging import COUNT_LIMIT
from papers.querysets import Place
from papers.sorting import Selection, select

# Whom and what somebody writes with and about is read from so many of the newest papers, and not
# from those of large collaborations: their thousands of names say nothing about one of them.
PAPERS_READ = 200
AUTHORS_OF_A_TEAM = 50
COAUTHORS_SHOWN = 12
TAGS_SHOWN = 8
SPELLINGS_SHOWN = 10


@dataclass(frozen=True)
class Author:
    """A name as the papers print it, the most frequent spelling first, and their numbers.

    `paper_ids` are the papers that the viewer may see, the last imported first, and no more than
    COUNT_LIMIT + 1 of them.
    """

    name_key: str
    spellings: tuple[str, ...]
    paper_ids: tuple[int, ...]

    @property
    def name(self) -> str:
        return self.spellings[0]


@dataclass(frozen=True)
class Coauthor:
    name: str
    papers: int


def find_author(viewer: Viewer, name_key: str) -> Author | None:
    """The author of this key, or None where the viewer may see no paper by one."""
    printed = list(
        Authorship.objects.filter(
            name_key=name_key, paper__in=Paper.objects.visible_to(viewer, Place.TAGS)
        )
        .order_by("-paper")
        .values_list("name", "paper")[: COUNT_LIMIT + 1]
    )
    if not printed:
        return None
    # Of equally frequent spellings the first by its letters, so that the page stays the same.
    counts = Counter(name for name, _paper in sorted(printed))
    spellings = tuple(name for name, _count in counts.most_common(SPELLINGS_SHOWN))
    return Author(name_key, spellings, tuple(dict.fromkeys(paper for _name, paper in printed)))


def papers_of(viewer: Viewer, author: Author) -> Selection:
    visible = Paper.objects.visible_to(viewer, Place.TAGS)
    if len(author.paper_ids) <= COUNT_LIMIT:
        papers = visible.filter(pk__in=author.paper_ids)
        number = len(author.paper_ids)
        return Selection(papers, total=number, estimate=number)
    return select(visible.by_author(author.name_key))


def coauthors_of(author: Author) -> list[Coauthor]:
    """Names that stand most often beside the author's."""
    beside = (
        Authorship.objects.filter(
            paper__in=author.paper_ids[:PAPERS_READ],
            paper__authors__len__lte=AUTHORS_OF_A_TEAM,
        )
        .exclude(name_key=author.name_key)
        .values("name_key")
        .annotate(printed=Min("name"), together=Count("paper", distinct=True))
        .order_by("-together", "name_key")[:COAUTHORS_SHOWN]
    )
    return [Coauthor(row["printed"], row["together"]) for row in beside]


def tags_of(author: Author) -> list[Tag]:
    """The tags that the author's papers carry most often."""
    carried = Tag.objects.filter(paper_tags__paper__in=author.paper_ids[:PAPERS_READ])
    return list(
        carried.annotate(carried=Count("paper_tags")).order_by("-carried", "code")[:TAGS_SHOWN]
    )
