"""The papers that answer a query best, page by page."""

import re

from django.core.exceptions import SuspiciousOperation
from django.utils.translation import gettext as _

from papers.models import Paper
from papers.paging import Page
from papers.search.candidates import Candidates
from papers.search.language import Query
from papers.search.ranking import BLEND, Blend, scores

_CURSOR = re.compile(r"([0-9]{1,12})-([0-9]{1,18})", re.ASCII)


def ranking(query: Query, ids: list[int], blend: Blend = BLEND) -> list[tuple[int, int]]:
    """Score and id of each paper, best first; of equally good ones the later arrival first."""
    scored = scores(query, ids, blend)
    return sorted(((scored.get(pk, 0), pk) for pk in ids), reverse=True)


def ranked_page(query: Query, found: Candidates, after: str, size: int) -> Page:
    """A page of the candidates, best first, after the cursor `after` (from the top if "").

    A cursor names the score and id of the last paper shown: papers that come or go meanwhile do
    not make others appear twice or not at all. Raises SuspiciousOperation when `after` is none.
    """
    ranked = ranking(query, found.ids)
    if after:
        last = _CURSOR.fullmatch(after)
        if last is None:
            raise SuspiciousOperation(_("This page does not exist. Start from the first."))
        place = (int(last[1]), int(last[2]))
        ranked = [entry for entry in ranked if entry < place]
    shown = ranked[:size]
    papers = Paper.objects.for_rows().in_bulk([pk for _score, pk in shown])
    more = len(ranked) > size
    return Page(
        [papers[pk] for _score, pk in shown if pk in papers],
        f"{shown[-1][0]}-{shown[-1][1]}" if more else None,
    )
