"""Every look-up that needs a permission: what is returned may be shown, what may not raises.

Views never fetch a paper or a list in another way, so a permission cannot be forgotten. Nothing
private is ever told apart from nothing at all: both are 404.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import SuspiciousOperation
from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User, Viewer
from papers import secret_links
from papers.authors import Author, find_author
from papers.identifiers import Identifier, author_name_key, parse_identifier
from papers.models import (
    LibraryEntry,
    ModerationLogEntry,
    Paper,
    PaperIdentifier,
    ReadingList,
    ReadingListEntry,
    RemovedEntry,
    Tag,
    Visibility,
)
from papers.querysets import LibraryEntryQuerySet, PaperQuerySet, Place, ReadingListQuerySet
from papers.querysets.places import STATES_FOR_STRANGERS
from papers.querysets.reading_list import SIZE_LIMIT


@dataclass
class MovedError(Exception):
    """The thing has another address now; go there. `key` is a paper's or a tag's."""

    url: str
    key: str


@dataclass
class GoneError(Exception):
    """A moderator hid the paper; `entry` is the public log's word on it, if it has one."""

    paper: Paper
    entry: ModerationLogEntry | None


@dataclass
class LogInFirstError(Exception):
    """Only members may do this; `next_url` is where to go after the log-in."""

    next_url: str


def member(viewer: Viewer, *, next_url: str) -> User:
    """The signed-in member; raises LogInFirstError for a visitor."""
    if not isinstance(viewer, User):
        raise LogInFirstError(next_url)
    return viewer


def paper_for_page(viewer: Viewer, raw_key: str) -> Paper:
    """The paper that `raw_key` names, with what its page shows.

    Raises MovedError for another spelling, a version or a former key, GoneError for a hidden
    paper, and Http404 for one that does not exist or that the viewer may not see.
    """
    return _paper(viewer, raw_key, Paper.objects.known_to(viewer).for_paper_page())


def paper_for_vote(viewer: Viewer, raw_key: str, *, even_hidden: bool = False) -> Paper:
    """As `paper_for_action`, without what only its page shows: votes come by the hundred."""
    # Nearly always it is a paper that everybody may see. Asked for by itself this takes a third of
    # the time of making the question who else may see which.
    public = Paper.objects.for_vote().filter(
        key=raw_key, state__in=STATES_FOR_STRANGERS[Place.PAGE]
    )
    for paper in public:
        return paper
    papers = Paper.objects.known_to(viewer).for_vote()
    return _acted_on(lambda key: _paper(viewer, key, papers), raw_key, even_hidden=even_hidden)


def paper_for_action(viewer: Viewer, raw_key: str, *, even_hidden: bool = False) -> Paper:
    """The paper that a member acts on: the one of the page, under any of its ids.

    A form on a page that was open while the paper got another key still works. `even_hidden` is
    for taking back what one did before a moderator hid the paper. Raises as `paper_for_page`.
    """
    return _acted_on(lambda key: paper_for_page(viewer, key), raw_key, even_hidden=even_hidden)


def _acted_on(find: Callable[[str], Paper], raw_key: str, *, even_hidden: bool) -> Paper:
    try:
        return find(raw_key)
    except MovedError as moved:
        return _acted_on(find, moved.key, even_hidden=even_hidden)
    except GoneError as gone:
        if even_hidden:
            return gone.paper
        raise


def _paper(viewer: Viewer, raw_key: str, papers: PaperQuerySet) -> Paper:
    identifier = parse_identifier(raw_key)
    if identifier is None:
        raise Http404(_("This is not the id of a paper."))
    paper = _named(identifier, papers)
    if paper is None:
        raise Http404(_("No paper with this id is here."))
    if paper.key != raw_key:
        raise MovedError(paper.get_absolute_url(), paper.key)
    if paper.state == "hidden" and not (viewer.is_authenticated and viewer.is_moderator):
        raise GoneError(paper, last_log_entry(paper))
    return paper


def _named(identifier: Identifier, known: PaperQuerySet) -> Paper | None:
    """The paper among `known` that has the id, or into which the one that has it was merged."""
    paper = known.filter(key=identifier.key).first()
    if paper is None:
        ids = PaperIdentifier.objects.filter(kind=identifier.kind, value=identifier.value)
        paper = known.filter(pk__in=ids.values("paper")).first()
    while paper is not None and paper.merged_into_id is not None:
        paper = known.filter(pk=paper.merged_into_id).first()
    return paper


def last_log_entry(paper: Paper) -> ModerationLogEntry | None:
    """The log's newest entry on the paper."""
    return ModerationLogEntry.objects.filter(paper=paper).order_by("-id").first()


def paper_by_identifier(viewer: Viewer, text: str) -> Paper | None:
    """The paper that a pasted id, DOI or URL names, if it is here and the viewer may see it."""
    identifier = parse_identifier(text)
    if identifier is None:
        return None
    paper = _named(identifier, Paper.objects.known_to(viewer))
    return None if paper is None or paper.state == "hidden" else paper


def reading_list_for_page(viewer: Viewer, username: str, slug: str) -> ReadingList:
    """A list that the viewer may read; Http404 for any other, whether or not it exists."""
    reading_list = (
        _lists_for_pages(for_owner=viewer.get_username() == username)
        .visible_to(viewer)
        .filter(owner__username=username, slug=slug)
        .first()
    )
    if reading_list is None:
        raise Http404(_("There is no such list, or it is private."))
    return reading_list


def reading_list_by_link(token: str) -> ReadingList:
    """The unlisted list that has this secret link; Http404 for a link that is no longer one.

    The links of a closed account are none.
    """
    reading_list = (
        _lists_for_pages(for_owner=False)
        .filter(
            link_digest=secret_links.digest_of(token),
            visibility=Visibility.UNLISTED,
            owner__is_active=True,
        )
        .first()
    )
    if reading_list is None:
        raise Http404(_("There is no such list, or its link was replaced."))
    return reading_list


def reading_list_to_change(member: User, username: str, slug: str) -> ReadingList:
    """A list of the member's own; Http404 for those of others, also for public ones."""
    reading_list = _lists_for_pages(for_owner=True).filter(owner=member, slug=slug).first()
    if reading_list is None or member.username != username:
        raise Http404(_("You have no such list."))
    return reading_list


def _lists_for_pages(*, for_owner: bool) -> ReadingListQuerySet:
    lists = ReadingList.objects.select_related("copied_from__owner")
    return lists.with_sizes(for_owner=for_owner)


def copied_from(viewer: Viewer, reading_list: ReadingList) -> ReadingList | None:
    """What the list is a copy of, where the viewer may still read that."""
    source = reading_list.copied_from
    if source is None:
        return None
    is_public = source.visibility == Visibility.PUBLIC and source.owner.is_active
    return source if is_public or source.owner == viewer else None


@dataclass(frozen=True)
class EntriesPage:
    """Entries of a list in their order, each with a paper that is ready for a row."""

    entries: list[ReadingListEntry]
    next_cursor: str | None
    # How many entries the viewer sees on the pages before.
    passed: int
    # The entries that the viewer sees right before the first and after the last, by their ids.
    above: int | None
    below: int | None


def entries_page(viewer: Viewer, reading_list: ReadingList, after: str, size: int) -> EntriesPage:
    """The entries after the place `after` ("" is the beginning) that the viewer may see.

    Raises SuspiciousOperation when `after` is not a place.
    """
    if after and not (after.isascii() and after.isdigit() and len(after) <= 10):
        raise SuspiciousOperation(_("This is not a place in the list."))
    visible = Paper.objects.visible_in_list(viewer, reading_list.owner_id)
    seen = reading_list.entries.filter(paper__in=visible)
    entries = list(seen.filter(position__gt=int(after or 0)).order_by("position")[: size + 1])
    papers = Paper.objects.for_rows().in_bulk([entry.paper_id for entry in entries])
    for entry in entries:
        entry.paper = papers[entry.paper_id]
    more = len(entries) > size
    passed, above = 0, None
    if after:
        # Counted anew, at the cost of the pages before: the numbers are right after every move.
        before = seen.filter(position__lte=int(after))
        passed = before.count()
        above = before.order_by("-position").values_list("pk", flat=True).first()
    return EntriesPage(
        entries[:size],
        next_cursor=str(entries[size - 1].position) if more else None,
        passed=passed,
        above=above,
        below=entries[size].pk if more else None,
    )


def removed_entries(owner: User, reading_list: ReadingList) -> QuerySet[RemovedEntry]:
    """What the owner lately took out of the list and would see in it again, the last first."""
    visible = Paper.objects.visible_in_list(owner, owner.pk)
    removed = reading_list.removed_entries.filter(paper__in=visible).select_related("paper")
    return removed.only(
        "note", "removed_at", "reading_list", "paper__key", "paper__title_html", "paper__title_text"
    ).order_by("-removed_at", "-pk")


@dataclass(frozen=True)
class PublicLists:
    """The public lists that a paper is in: those changed last, and the number of all."""

    lists: list[ReadingList]
    # Counted to SIZE_LIMIT + 1.
    number: int


def public_lists_with(paper: Paper, number: int, now: datetime) -> PublicLists:
    """The public lists that hold the paper, `number` of them by name; the same for everybody."""
    found = ReadingList.objects.in_directory(now).with_paper(paper)
    shown = found.select_related("owner").last_changed_first()[:number]
    return PublicLists(list(shown), found.values("pk")[: SIZE_LIMIT + 1].count())


def library_of(owner: User) -> LibraryEntryQuerySet:
    """All that the member keeps, with what a moderator hid: it was theirs to keep."""
    return LibraryEntry.objects.of_owner(owner)


def library_entry(viewer: Viewer, paper: Paper) -> LibraryEntry | None:
    """What the viewer alone knows of the paper: status and note; None where it is not kept."""
    if not isinstance(viewer, User):
        return None
    return LibraryEntry.objects.filter(owner=viewer, paper=paper).first()


def list_papers(viewer: Viewer, reading_list: ReadingList) -> PaperQuerySet:
    """The papers of a list that may be read, those of them that the viewer may see there."""
    entries = reading_list.entries.values("paper")
    return Paper.objects.visible_in_list(viewer, reading_list.owner_id).filter(pk__in=entries)


def member_for_page(username: str) -> User:
    """The member of this name, with their profile if they have one; Http404 for closed accounts."""
    members = User.objects.select_related("profile").filter(is_active=True, username=username)
    if (found := members.first()) is None:
        raise Http404(_("There is no member of this name."))
    return found


def present_name(username: str) -> str | None:
    """The name under which the member who is called or was once called `username` is found.

    None when that is the name as it stands, or nobody's.
    """
    name = username.lower()
    if name != username and User.objects.filter(username=name).exists():
        return name
    renamed = User.objects.filter(former_usernames__username=name)
    return renamed.values_list("username", flat=True).first()


def own_list(owner: User, pk: str) -> ReadingList:
    """One of the member's own lists by its number; Http404 for another's or a number that is none."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
        raise Http404(_("You have no such list."))
    reading_list = ReadingList.objects.filter(owner=owner, pk=int(pk)).first()
    if reading_list is None:
        raise Http404(_("You have no such list."))
    return reading_list


def tag_for_page(slug: str) -> Tag:
    """The tag of a page. Raises MovedError for synonyms and other spellings (cs.LG), else 404."""
    wanted = slug.lower().replace(".", "-")
    tag = Tag.objects.select_related("synonym_of", "parent").filter(slug=wanted).first()
    if tag is None:
        raise Http404(_("There is no such tag."))
    if tag.synonym_of is not None:
        raise MovedError(tag.synonym_of.get_absolute_url(), tag.synonym_of.slug)
    if tag.slug != slug:
        raise MovedError(tag.get_absolute_url(), tag.slug)
    return tag


def author_for_page(viewer: Viewer, name: str) -> Author:
    """The author of a page. Raises MovedError for a name as printed (José Ångström), else 404."""
    author = find_author(viewer, name)
    if author is not None:
        return author
    key = author_name_key(name)
    if key != name and find_author(viewer, key) is not None:
        raise MovedError(reverse("papers:author", args=[key]), key)
    raise Http404(_("No paper here has an author of this name."))
