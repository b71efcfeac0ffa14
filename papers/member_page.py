"""What a member's own page shows to one viewer, in as many queries whatever there is to show."""

import re
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import OuterRef, Q

from accounts.models import Profile, User, Viewer
from papers.models import (
    LibraryEntry,
    Paper,
    ReadingList,
    ReadingListEntry,
    ReadingStatus,
    Upvote,
    Visibility,
)
from papers.paging import cursor_parts, instant_of, microseconds_of
from papers.querysets.counting import CountOf
from papers.querysets.places import STATES_FOR_STRANGERS, Place
from papers.viewer import PaperRow, rows

LISTS_SHOWN = 30
READING_SHOWN = 30
VOTES_SHOWN = 30
# Beyond this the number of a list's papers is "1,000+".
SIZE_LIMIT = 1000

_CURSOR = re.compile(r"(-?[0-9]{1,18})-([0-9]{1,18})", re.ASCII)


@dataclass(frozen=True)
class MemberPage:
    """A member's page. Where `is_closed`, a moderator has seen to it that it shows nothing."""

    owner: User
    profile: Profile
    is_own: bool
    is_closed: bool
    lists: list[ReadingList] = field(default_factory=list)
    reading: list[Paper] = field(default_factory=list)
    votes: list[PaperRow] = field(default_factory=list)
    next_cursor: str | None = None

    @property
    def says_something(self) -> bool:
        """Whether there is anything to find here for a search engine."""
        profile = self.profile
        text = (profile.display_name, profile.affiliation, profile.homepage, profile.about)
        return not self.is_closed and bool(any(text) or self.lists or self.reading or self.votes)


def member_page(viewer: Viewer, owner: User, after: str, now: datetime) -> MemberPage:
    """The page of `owner`; `after` is the cursor of its upvotes, "" for the newest.

    A suspended member's page shows nothing to anybody, a quarantined one's nothing to others;
    moderators see both. Raises SuspiciousOperation when `after` is no cursor.
    """
    profile = getattr(owner, "profile", None) or Profile(user=owner)
    is_own = viewer == owner
    closed = owner.is_suspended(now) or (owner.quarantined_at is not None and not is_own)
    if closed and not (viewer.is_authenticated and viewer.is_moderator):
        return MemberPage(owner, profile, is_own, is_closed=True)
    lists = _public_lists(owner, is_own=is_own) if profile.shows_lists else []
    reading = _reading_now(viewer, owner) if profile.shows_reading else []
    votes = _votes(viewer, owner, after) if owner.votes_public else []
    more, votes = len(votes) > VOTES_SHOWN, votes[:VOTES_SHOWN]
    cursor = f"{microseconds_of(votes[-1].first_cast_at)}-{votes[-1].pk}" if more else None
    ids = [vote.paper_id for vote in votes]
    papers = Paper.objects.for_rows().in_bulk({*reading, *ids})
    return MemberPage(
        owner,
        profile,
        is_own,
        is_closed=False,
        lists=lists,
        reading=[papers[pk] for pk in reading],
        votes=rows(viewer, [papers[pk] for pk in ids]),
        next_cursor=cursor,
    )


def _public_lists(owner: User, *, is_own: bool) -> list[ReadingList]:
    """The lists changed last, each with `papers_shown`, counted no further than SIZE_LIMIT + 1.

    Those in which others see nothing are shown to their owner alone.
    """
    entries = ReadingListEntry.objects.filter(
        reading_list=OuterRef("pk"), paper__state__in=STATES_FOR_STRANGERS[Place.LISTS]
    )
    public = ReadingList.objects.filter(owner=owner, visibility=Visibility.PUBLIC)
    if not is_own:
        public = public.with_something_to_see()
    sized = public.select_related("owner").annotate(
        papers_shown=CountOf(entries.order_by().values("pk")[: SIZE_LIMIT + 1])
    )
    return list(sized.order_by("-updated_at", "-pk")[:LISTS_SHOWN])


def _reading_now(viewer: Viewer, owner: User) -> list[int]:
    """Ids of what the member reads, the last begun first."""
    entries = LibraryEntry.objects.filter(
        owner=owner,
        status=ReadingStatus.READING,
        paper__in=Paper.objects.visible_to(viewer, Place.LISTS),
    )
    return list(
        entries.order_by("-added_at", "-pk").values_list("paper", flat=True)[:READING_SHOWN]
    )


def _votes(viewer: Viewer, owner: User, after: str) -> list[Upvote]:
    """Upvotes that stand, newest first: one more than the page shows, if there are so many."""
    votes = Upvote.objects.active().filter(
        user=owner, paper__in=Paper.objects.visible_to(viewer, Place.LISTS)
    )
    if after:
        instant, number = cursor_parts(_CURSOR, after)
        cast_at = instant_of(instant)
        votes = votes.filter(
            Q(first_cast_at__lt=cast_at) | Q(first_cast_at=cast_at, pk__lt=int(number))
        )
    return list(votes.order_by("-first_cast_at", "-pk")[: VOTES_SHOWN + 1])
