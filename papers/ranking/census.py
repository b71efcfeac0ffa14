"""How many upvotes stand on the whole site, by why they count or not."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Sum
from django.db.models.functions import Coalesce

from papers.models import Upvote, VoteCensus, WeightReason


@transaction.atomic
def take_census(now: datetime) -> int:
    """Count the upvotes that stand and write the numbers down; return how many there are.

    Reads every upvote: for a worker, now and then.
    """
    groups = Upvote.objects.active().order_by().values("weight_reason")
    found = {
        group["weight_reason"]: group
        for group in groups.annotate(votes=Count("pk"), sum=Coalesce(Sum("weight"), 0.0))
    }
    nothing = {"votes": 0, "sum": 0.0}
    for reason in WeightReason.values:
        group = found.get(reason, nothing)
        VoteCensus.objects.update_or_create(
            weight_reason=reason,
            defaults={"votes": group["votes"], "weight": group["sum"], "counted_at": now},
        )
    return sum(group["votes"] for group in found.values())
