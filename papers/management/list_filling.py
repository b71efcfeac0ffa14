"""Put the papers of an import on a member's reading list, as the member could."""

from collections.abc import Callable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from papers.access import present_name
from papers.models import Paper, ReadingList
from papers.querysets import Place
from papers.services.entries import UNSAVEABLE
from papers.services.errors import Refused
from papers.services.library_bulk import add_to_list
from papers.services.list_locks import lock_list_to_publish
from papers.sources.cleaning import shown
from papers.sources.record import PaperRecord
from papers.sources.whereabouts import paper_ids_of


class NoSuchList(Exception):  # noqa: N818 - what was asked for, not a defect
    """There is no such member or list, or nothing may be put on it; the message says which."""


def find_list(username: str, slug: str) -> ReadingList:
    """Return the member's list with this address, on which papers may be put.

    Raises NoSuchList.
    """
    name = username.removeprefix("@")
    owner = User.objects.filter(is_active=True, username=present_name(name) or name).first()
    if owner is None:
        raise NoSuchList(_("There is no member “%(name)s”.") % {"name": shown(name)})
    found = ReadingList.objects.filter(owner=owner, slug=slug).select_related("owner").first()
    if found is None:
        slugs = ReadingList.objects.filter(owner=owner).order_by("slug")
        own = ", ".join(slugs.values_list("slug", flat=True)[:20]) or _("none")
        raise NoSuchList(
            _("%(name)s has no list “%(slug)s”. The lists of this member: %(lists)s.")
            % {"name": owner.username, "slug": shown(slug), "lists": own}
        )
    try:
        with transaction.atomic():
            lock_list_to_publish(found)
    except Refused as refused:
        raise NoSuchList(refused.message) from refused
    return found


class ListFiller:
    """Takes the records of an import batch by batch; `refused` once no more can be put on the list.

    Each paper goes to the end of the list once, in the order of its first record; one that is on
    the list stays where it is. `say` is told, in sentences, what does not go on it.
    """

    def __init__(self, reading_list: ReadingList, say: Callable[[str], None]) -> None:
        self.reading_list = reading_list
        self.added = 0
        self.already_there = 0
        self.refused = False
        self._say = say
        self._seen: set[int] = set()

    def take(self, records: Sequence[PaperRecord]) -> None:
        """Put the papers of these records on the list; they must be in the database."""
        fresh: dict[int, PaperRecord] = {}
        for record, paper_id in zip(records, paper_ids_of(records), strict=True):
            if paper_id is not None and paper_id not in self._seen:
                fresh.setdefault(paper_id, record)
        self._seen.update(fresh)
        if self.refused or not fresh:
            return
        visible = Paper.objects.visible_to(self.reading_list.owner, Place.PAGE)
        found = visible.filter(pk__in=fresh).exclude(state__in=UNSAVEABLE)
        savable = set(found.values_list("pk", flat=True))
        for paper_id, record in fresh.items():
            if paper_id not in savable:
                self._say(
                    _("“%(title)s” is not put on the list: this paper is not there to be saved.")
                    % {"title": shown(record.title)}
                )
        paper_ids = [paper_id for paper_id in fresh if paper_id in savable]
        try:
            added = add_to_list(reading_list=self.reading_list, paper_ids=paper_ids)
        except Refused as refused:
            self.refused = True
            self._say(_("The list is not filled any further: %(why)s") % {"why": refused.message})
            return
        self.added += added
        self.already_there += len(paper_ids) - added

    def summary(self) -> str:
        """Return a sentence about what was put on the list."""
        sentence = ngettext(
            "%(added)d paper was put on the list “%(title)s”, %(there)d were on it already.",
            "%(added)d papers were put on the list “%(title)s”, %(there)d were on it already.",
            self.added,
        )
        return sentence % {
            "added": self.added,
            "there": self.already_there,
            "title": shown(self.reading_list.title),
        }
