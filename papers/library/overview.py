"""What stands around the papers of a library: numbers that cost the same whatever its size."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, OuterRef
from django.utils.translation import gettext as _

from accounts.models import User
from papers.library.filters import NONE, LibraryForm
from papers.models import LibraryEntry, ReadingList, ReadingListEntry, ReadingStatus, Tag
from papers.paging import COUNT_LIMIT
from papers.querysets import STATES_FOR_OWNERS, CountOf, LibraryEntryQuerySet

# Lists beside the library that say how long they are, and the length beyond which they do not.
LISTS_WITH_SIZES = 12
SIZE_LIMIT = 100
# Subjects that are offered as a filter are those of the papers that came last.
LATELY, SUBJECTS = 200, 12


@dataclass(frozen=True)
class Number:
    """How many there are, exactly up to a limit."""

    number: int
    is_capped: bool = False

    @classmethod
    def up_to(cls, limit: int, counted: int) -> "Number":
        return cls(min(counted, limit), counted > limit)


@dataclass(frozen=True)
class StatusCount:
    """A reading status as the address names it, and how many papers have it."""

    value: str
    label: str
    count: Number


def count_up_to_limit(entries: LibraryEntryQuerySet) -> Number:
    return Number.up_to(COUNT_LIMIT, entries.order_by()[: COUNT_LIMIT + 1].count())


def few_or_all(
    form: LibraryForm, entries: LibraryEntryQuerySet
) -> tuple[LibraryEntryQuerySet, Number]:
    """The entries that the form leaves, and how many; named by their ids where they are few.

    So what is asked for is looked up once, not for the number and for the page. Papers and notes
    are looked up apart: "or" over two tables would read every paper of the library.
    """
    narrowed, query = form.narrowed(entries), form.query
    parts = [narrowed.about(query), narrowed.noting(query)] if query else [narrowed]
    ids = {
        pk
        for part in parts
        for pk in part.order_by().values_list("pk", flat=True)[: COUNT_LIMIT + 1]
    }
    if len(ids) <= COUNT_LIMIT:
        return entries.filter(pk__in=ids), Number(len(ids))
    return (narrowed.about_or_noting(query) if query else narrowed), Number(
        COUNT_LIMIT, is_capped=True
    )


def status_counts(owner: User) -> list[StatusCount]:
    """How many papers have each status, in one query; those without any come last."""
    own = LibraryEntry.objects.of_owner(owner).order_by()
    statuses = [*ReadingStatus.choices, ("", _("No status"))]
    counts = (
        CountOf(own.filter(status=value).values("pk")[: COUNT_LIMIT + 1])
        for value, _label in statuses
    )
    counted = User.objects.filter(pk=owner.pk).values_list(*counts).get()
    return [
        StatusCount(value or NONE, str(label), Number.up_to(COUNT_LIMIT, number))
        for (value, label), number in zip(statuses, counted, strict=True)
    ]


def all_of(counts: Sequence[StatusCount]) -> Number:
    """How many papers there are altogether."""
    capped = any(status.count.is_capped for status in counts)
    total = sum(status.count.number for status in counts)
    return Number.up_to(COUNT_LIMIT, COUNT_LIMIT + 1 if capped else total)


@dataclass(frozen=True)
class ListSize:
    """A list, and what its owner sees in it."""

    reading_list: ReadingList
    size: Number


def sizes_of(lists: Sequence[ReadingList]) -> list[ListSize]:
    """The first of the lists with their sizes, in one query."""
    first = lists[:LISTS_WITH_SIZES]
    seen = ReadingListEntry.objects.filter(
        reading_list=OuterRef("pk"), paper__state__in=STATES_FOR_OWNERS
    )
    size = CountOf(seen.order_by().values("pk")[: SIZE_LIMIT + 1])
    sizes = dict(
        ReadingList.objects.filter(pk__in=[own.pk for own in first]).values_list("pk", size)
    )
    return [ListSize(own, Number.up_to(SIZE_LIMIT, sizes[own.pk])) for own in first]


def recent_subjects(owner: User) -> list[Tag]:
    """Primary tags of the papers that came into the library last, the most frequent first."""
    lately = LibraryEntry.objects.of_owner(owner).order_by("-added_at", "-pk")[:LATELY]
    return list(Tag.objects.filter(pk__in=_primary_tags(lately)).order_by("code")[:SUBJECTS])


def _primary_tags(entries: LibraryEntryQuerySet) -> list[int]:
    named = (
        LibraryEntry.objects.filter(pk__in=entries.values("pk"), paper__primary_tag__isnull=False)
        .values("paper__primary_tag")
        .annotate(papers=Count("pk"))
        .order_by("-papers")
    )
    return [row["paper__primary_tag"] for row in named[:SUBJECTS]]
