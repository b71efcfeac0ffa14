"""How many papers carry each tag: `Tag.paper_count`, counted now and then.

Counting with every import and every paper that is hidden would make the tag a row that everything
waits for; a count that is ten minutes old is good enough.
"""

from collections import Counter

from django.db import connection, transaction

from papers.models import Tag
from papers.querysets import STATES_FOR_STRANGERS, Place

# Papers by the set of tags that they carry: there are far fewer such sets than papers, and each
# needs to meet the tree only once. One walk along the index of papers and their tags.
_TAG_SETS = """
select tags, count(*)
from (
    select array_agg(papers_papertag.tag_id order by papers_papertag.tag_id) as tags
    from papers_papertag join papers_paper on papers_paper.id = papers_papertag.paper_id
    where papers_paper.state = any(%s)
    group by papers_papertag.paper_id
) as of_paper
group by tags
"""
_ROWS_AT_ONCE = 5_000


def count_papers_of_tags() -> int:
    """Bring `paper_count` of all tags up to date; return how many changed.

    Counted are papers that tag pages show to strangers, once for a tag, however many tags below
    it they carry. Run beside itself it does no harm: both write the same.
    """
    stored = list(Tag.objects.only("pk", "paper_count"))
    counts = _counts(Tag.objects.lineages())
    changed = []
    for tag in stored:
        if tag.paper_count != counts[tag.pk]:
            tag.paper_count = counts[tag.pk]
            changed.append(tag)
    Tag.objects.bulk_update(changed, ["paper_count"])
    return len(changed)


def _counts(lineages: dict[int, frozenset[int]]) -> Counter[int]:
    """Number of papers by tag; `lineages` has each tag's own number and those above it."""
    counts: Counter[int] = Counter()
    # Transaction: rows come from a cursor on the server, millions of papers not at once.
    with transaction.atomic(), connection.chunked_cursor() as cursor:
        cursor.execute(_TAG_SETS, [list(STATES_FOR_STRANGERS[Place.TAGS])])
        while rows := cursor.fetchmany(_ROWS_AT_ONCE):
            for tags, papers in rows:
                for tag_id in frozenset().union(*(lineages.get(tag, ()) for tag in tags)):
                    counts[tag_id] += papers
    return counts
