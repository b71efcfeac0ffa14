"""Keyset paging: a page says where the last one ended, so depth costs nothing and nothing repeats.

A cursor is the key of the last paper shown. If that paper has vanished since, the address still
means the same place for as long as the paper's row exists; otherwise paging starts anew.
"""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import SuspiciousOperation
from django.db.models import Q
from django.utils.translation import gettext as _

from papers.models import Paper
from papers.querysets import PaperQuerySet

# Beyond this a total is "1,000+": counting everything would cost more than the page.
COUNT_LIMIT = 1000


@dataclass(frozen=True)
class Page:
    papers: list[Paper]
    next_cursor: str | None


def newest_page(papers: PaperQuerySet, after: str, size: int) -> Page:
    """A page of `papers`, newest first, after the paper with the key `after` (from the top if "").

    Raises SuspiciousOperation when no paper has that key.
    """
    ordered = papers.for_rows().newest_first()
    if after:
        last = _cursor_paper(Paper.objects.newest_first(), after)
        ordered = ordered.filter(
            Q(shown_date__lt=last.shown_date) | Q(shown_date=last.shown_date, pk__lt=last.pk)
        )
    return _cut(list(ordered[: size + 1]), size)


def day_page(day: date, after: str, size: int) -> Page:
    """A page of a day's papers by counted upvotes, after the paper with the key `after`.

    Raises SuspiciousOperation when no paper has that key.
    """
    papers = Paper.objects.for_daily_page(day)
    if after:
        last = _cursor_paper(Paper.objects.with_shown_upvotes(), after)
        tied = Q(shown_upvotes=last.shown_upvotes)
        papers = papers.filter(
            Q(shown_upvotes__lt=last.shown_upvotes)
            | tied & Q(listed_at__gt=last.listed_at)
            | tied & Q(listed_at=last.listed_at, key__gt=last.key)
        )
    return _cut(list(papers[: size + 1]), size)


def capped_count(papers: PaperQuerySet) -> int:
    """How many papers there are, at most COUNT_LIMIT + 1."""
    return papers.order_by()[: COUNT_LIMIT + 1].count()


def _cursor_paper(papers: PaperQuerySet, key: str) -> Paper:
    paper = papers.filter(key=key).first() if "\x00" not in key else None
    if paper is None:
        raise SuspiciousOperation(_("This page does not exist any more. Start from the first."))
    return paper


def _cut(papers: list[Paper], size: int) -> Page:
    more = len(papers) > size
    return Page(papers[:size], papers[size - 1].key if more else None)
