"""What a curator can do to a paper's tags."""

from collections.abc import Iterable

from django.db import transaction

from papers.models import Paper, PaperTag, Tag
from papers.ranking import outbox


@transaction.atomic
def set_tags(*, paper: Paper, tags: Iterable[Tag]) -> None:
    """Make the paper carry exactly `tags`; the ranking learns of it when anything changes."""
    # The paper's row is the lock: of two editors the later one wins wholly.
    Paper.objects.select_for_update(no_key=True).only("pk").get(pk=paper.pk)
    wanted = {tag.pk for tag in tags}
    carried = set(PaperTag.objects.filter(paper=paper).values_list("tag_id", flat=True))
    if wanted == carried:
        return
    PaperTag.objects.filter(paper=paper, tag__in=carried - wanted).delete()
    PaperTag.objects.bulk_create(PaperTag(paper=paper, tag_id=pk) for pk in wanted - carried)
    outbox.queue([paper.pk])
