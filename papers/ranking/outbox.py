"""How the ranking learns of a change: rows written in the transaction of the change."""

from collections.abc import Iterable

from papers.models import VoteOutbox


def queue(paper_ids: Iterable[int], delta: int = 0) -> None:
    """Have the ranking look at these papers again, once the present transaction has committed.

    `delta` is what the change does to each paper's counted upvotes: +1, -1, or 0 for anything
    else, such as a listing or a new tag.
    """
    VoteOutbox.objects.bulk_create(VoteOutbox(paper_id=pk, delta=delta) for pk in paper_ids)
