"""Listing a paper: it then stands in the daily pages and may trend."""

from datetime import datetime

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Least, Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from papers.models import Paper, PaperState
from papers.ranking.listing import list_from_catalogue
from papers.services.errors import Refused

WHY_NOT: dict[str, str | Promise] = {
    PaperState.PENDING: gettext_lazy("This paper waits for a moderator and cannot be listed yet."),
    PaperState.WITHDRAWN: gettext_lazy("This paper was withdrawn and cannot be listed."),
    PaperState.HIDDEN: gettext_lazy("This paper is hidden. Restore it first."),
    PaperState.MERGED: gettext_lazy("This paper was merged into another. List that one."),
}


@transaction.atomic
def list_paper(*, paper: Paper, now: datetime) -> None:
    """Record that a person listed the paper; listing it again changes nothing.

    A paper of the catalogue is listed from `now` on. One that an import has listed keeps that
    instant. `paper` is brought up to date. Raises Refused when its state does not allow it.
    """
    this = Paper.objects.filter(pk=paper.pk)
    if not list_from_catalogue(this, now):
        state = this.values_list("state", flat=True).get()
        if state in WHY_NOT:
            raise Refused(WHY_NOT[state])
        this.filter(listed_by_person_at=None).update(
            listed_by_person_at=Least(Value(now), Now()), updated_at=Now()
        )
    paper.refresh_from_db(
        fields=["listed_at", "listed_on", "listed_by_person_at", "state", "updated_at"]
    )
