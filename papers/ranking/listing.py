"""How a paper of the catalogue gets listed by people: once, and at one instant."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Least, Now

from papers.models import Paper, PaperState
from papers.querysets import PaperQuerySet
from papers.ranking import outbox

# A source may date a paper by a clock or a time zone that is ahead of ours.
AHEAD = timedelta(days=1)


@transaction.atomic
def list_from_catalogue(papers: PaperQuerySet, at: datetime) -> list[int]:
    """List those of `papers` that only the catalogue has, and return their ids.

    `at` becomes their listing instant, or the database's time where that is earlier: a clock that
    is ahead lists nothing in the future.
    """
    rows = papers.filter(state=PaperState.CATALOGUE).order_by("pk")
    # Read and then written under the lock: another who lists the same paper finds it listed.
    ids = list(rows.select_for_update(no_key=True).values_list("pk", flat=True))
    if ids:
        instant = Least(Value(at), Now())
        Paper.objects.filter(pk__in=ids).update(
            listed_at=instant, listed_by_person_at=instant, updated_at=Now()
        )
        outbox.queue(ids)
    return ids


def list_by_votes(paper_ids: Iterable[int], at: datetime) -> list[int]:
    """List the recently published ones of these papers, each of which has an eligible upvote.

    Returns the ids of those that were not listed before. A paper whose date nobody knows waits
    for a person or an import that lists it.
    """
    oldest = at - timedelta(days=settings.LISTING_BY_VOTE_DAYS)
    recent = Paper.objects.filter(
        pk__in=list(paper_ids), published_at__gte=oldest, published_at__lte=at + AHEAD
    )
    return list_from_catalogue(recent, at)
