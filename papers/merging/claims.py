"""Who wrote both papers claims one work once they are merged, and may withdraw that claim."""

from collections.abc import Collection

from papers.merging.relations import CLAIMS
from papers.merging.rows import Pair, twins
from papers.models import PaperClaim


def twin_claims(pair: Pair) -> list[int]:
    """Return the claims of the paper that goes whose authors have claimed the kept one too.

    They stay with it, out of sight.
    """
    return [other.pk for _claim, other in twins(CLAIMS, pair)]


def withdraw_twins(pair: Pair, claims: Collection[int]) -> None:
    """Withdraw those of `twin_claims` whose authors no longer claim the one work.

    As a vote for it that was taken back is taken back for both papers. To be called before
    anything is given back.
    """
    still = PaperClaim.objects.filter(paper=pair.kept).order_by().values("user")
    PaperClaim.objects.filter(pk__in=claims).exclude(user__in=still).delete()
