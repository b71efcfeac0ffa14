"""Puts the demo community into the database."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group, Permission
from django.db import connection, transaction
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from accounts.demo_logins import DEMO_PASSWORD, DEMO_USERNAMES
from accounts.models import User
from papers.demo.community import Community, imagine
from papers.demo.facts import HIDDEN_PAPER, HIDING_REASON, WITHDRAWAL_REASON, PaperFacts
from papers.demo.keeping import READER, Kept
from papers.demo.past import write_past
from papers.demo.people import Member
from papers.demo.schedule import DAYS, Listing
from papers.demo.shelves import Shelf
from papers.models import (
    Paper,
    RankingDelay,
    RankingSettings,
    ReadingList,
    ReadingListEntry,
    Source,
    Upvote,
    WeightReason,
)
from papers.ranking import outbox
from papers.ranking.archive import archive_due
from papers.ranking.census import take_census
from papers.ranking.levels import freeze_levels
from papers.ranking.locking import refresh_lock
from papers.ranking.reconcile import reconcile, record_check
from papers.ranking.refresh import refresh_all
from papers.ranking.snapshots import take_snapshots
from papers.ranking.standings import close_due
from papers.search.words import refresh_words
from papers.services.library import set_status, write_note
from papers.services.lists import create_list, default_list
from papers.services.moderation import hide_paper
from papers.services.places import spaced
from papers.sources.record import PaperRecord
from papers.sources.upsert import upsert
from papers.tag_counts import count_papers_of_tags

NOTE_LABEL = "Demo note, not the abstract"

# All that members and papers bring with them; other tables that refer to these go with them. What
# a log of moderation refuses otherwise is allowed here, because its papers and members go too.
EMPTY = """
truncate papers_paper, papers_upvote, papers_voteoutbox, papers_rankingsnapshot,
    papers_rankingsettings, papers_suspectedring, papers_networksecret, papers_driftcheck,
    papers_rankingdelay, papers_votecensus, papers_standing, papers_readinglist, papers_moderationlogentry, accounts_user, django_session
restart identity cascade
"""

# What the build fills and the ranking then reads.
FILLED = (
    "accounts_user",
    "account_emailaddress",
    "papers_paper",
    "papers_paperheat",
    "papers_papertag",
    "papers_upvote",
    "papers_voteoutbox",
)

# Staff may look at everything but the votes; these let a moderator of the demo do the work too.
MODERATOR_PERMISSIONS = (
    "papers.change_paper",
    "papers.add_tag",
    "papers.change_tag",
    "papers.view_upvote",
    "papers.change_readinglist",
    "accounts.view_user",
    "accounts.change_user",
    "account.view_emailaddress",
    "account.change_emailaddress",
)

Step = Callable[[str], None]


class NotEmpty(Exception):  # noqa: N818  # an ordinary state of things, not a defect
    """There are papers or members already."""


@dataclass(frozen=True)
class Built:
    """How much there is now."""

    papers: int
    listed: int
    members: int
    votes: int
    lists: int


def is_empty() -> bool:
    return not Paper.objects.exists() and not User.objects.exists()


def build(seed: int, until: datetime, now: datetime, *, fresh: bool, step: Step) -> Built:
    """Build the community of `seed` as it stands at `until`, and rank it as of `now`.

    With `fresh`, all papers and members that are there go first. Otherwise raises NotEmpty when
    there are any. It is there wholly or not at all. `step` is told what comes next.
    """
    step("inventing eight weeks")
    community = imagine(seed, until)
    # The lock keeps a second build, and the worker, away until the ranking is complete.
    with refresh_lock(wait=True):
        with transaction.atomic():
            if fresh:
                step("emptying the database")
                _empty()
            elif not is_empty():
                raise NotEmpty
            _write(community, step)
            _write_ranking_settings(now)
            _count_rows()
        step("ranking")
        refresh_all(now)
        _count_rows()
        # Nobody waited for these votes to be ranked.
        RankingDelay.objects.all().delete()
        freeze_levels(now)
        step("ranking the past days")
        write_past(community.until, now)
        take_snapshots(now, at_once=True)
        archive_due(now)
        step("closing standings")
        close_due(now)
        step("comparing the ranking with the votes")
        record_check(reconcile(now), now)
        take_census(now)
    step("counting words")
    refresh_words()
    step("counting papers of tags")
    count_papers_of_tags()
    return Built(
        papers=Paper.objects.count(),
        listed=Paper.objects.in_listings().count(),
        members=User.objects.count(),
        votes=Upvote.objects.count(),
        lists=ReadingList.objects.count(),
    )


def _count_rows() -> None:
    """Have the database look at how much there is now, before it plans what reads all of it.

    It may remember that these tables were empty, and walk through one for each row of another.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"analyze {', '.join(FILLED)}")


def _empty() -> None:
    """Empty the tables and count ids from 1 again.

    Log-ins end with the members: a session must not become another member's of the same id.
    """
    with connection.cursor() as cursor:
        # No table can be truncated while checks of its rows are put off.
        cursor.execute("set constraints all immediate")
        cursor.execute("set constraints all deferred")
        cursor.execute(EMPTY)


def _write(community: Community, step: Step) -> None:
    step("members")
    users = _write_members(community.members)
    step("papers")
    papers = _write_papers(community, users)
    step("votes")
    _write_votes(community, users, papers)
    step("reading lists")
    for shelf in community.shelves:
        _write_shelf(shelf, users[shelf.owner], papers)
    for kept in community.kept:
        _write_kept(kept, users[READER], papers)
    hide_paper(paper=papers[HIDDEN_PAPER], moderator=users["moderator"], reason=HIDING_REASON)


def _write_members(members: Iterable[Member]) -> dict[str, User]:
    # Hashed once for all four: a hash is slow by design.
    password = make_password(DEMO_PASSWORD)
    users = {
        member.username: User(
            username=member.username,
            email=f"{member.username}@example.org",
            password=password if member.username in DEMO_USERNAMES else make_password(None),
            date_joined=member.joined_at,
            is_staff=member.username in ("moderator", "admin"),
            is_superuser=member.username == "admin",
        )
        for member in members
    }
    User.objects.bulk_create(users.values())
    EmailAddress.objects.bulk_create(
        EmailAddress(
            user=users[member.username],
            email=users[member.username].email,
            verified=member.verified,
            primary=True,
        )
        for member in members
    )
    users["moderator"].groups.add(_moderators())
    return users


def _moderators() -> Group:
    named = Q()
    for permission in MODERATOR_PERMISSIONS:
        app, _, codename = permission.partition(".")
        named |= Q(content_type__app_label=app, codename=codename)
    group, _ = Group.objects.get_or_create(name="Moderators")
    group.permissions.set(Permission.objects.filter(named))
    return group


def _write_papers(community: Community, users: dict[str, User]) -> dict[str, Paper]:
    upsert(_records(community))
    papers = {paper.key: paper for paper in Paper.objects.all()}
    submitted = []
    for listing in community.listings:
        paper = papers[listing.arxiv_id]
        paper.submitted_by = users[listing.submitter.username]
        submitted.append(paper)
    Paper.objects.bulk_update(submitted, ["submitted_by"])
    # The rows are as old as they seem: the admin shows and sorts by this.
    known_since = Coalesce(F("listed_at"), Value(community.until - timedelta(days=DAYS)))
    Paper.objects.update(created_at=known_since, updated_at=known_since)
    return papers


def _records(community: Community) -> Iterator[PaperRecord]:
    """The catalogue's papers, then the others in the order in which they were listed."""
    facts = {paper.arxiv_id: paper for paper in community.papers}
    listed = {listing.arxiv_id for listing in community.listings}
    for paper in community.papers:
        if paper.arxiv_id not in listed:
            yield _record(paper, None)
    for listing in community.listings:
        yield _record(facts[listing.arxiv_id], listing)


def _record(paper: PaperFacts, listing: Listing | None) -> PaperRecord:
    withdrawn_at = listing.withdrawn_at if listing else None
    return PaperRecord(
        source=Source.DEMO,
        source_id=paper.arxiv_id,
        record_date=paper.published,
        identifiers=(("arxiv", paper.arxiv_id),),
        title=paper.title,
        authors=paper.authors,
        categories=paper.categories,
        published_at=datetime.combine(paper.published, time(), UTC),
        note=paper.note,
        note_label=NOTE_LABEL,
        listed_at=listing.listed_at if listing else None,
        withdrawn_at=withdrawn_at,
        withdrawal_reason=WITHDRAWAL_REASON if withdrawn_at else "",
    )


def _write_ranking_settings(now: datetime) -> None:
    """Have the upvotes of those who sign up to look around weigh as much as all others."""
    RankingSettings.objects.create(
        newcomer_weight=1.0,
        reason="In the demo community a new account has its full weight at once.",
        applied_at=now,
    )


def _write_votes(community: Community, users: dict[str, User], papers: dict[str, Paper]) -> None:
    """Insert the votes at once.

    Casting them through the service would take minutes and could not cast them in the past. What
    it promises holds all the same: the weight that each voter's account deserves, one vote a
    member and paper, and a row in the outbox for every vote that counts.
    """
    verified = {member.username for member in community.members if member.verified}
    votes = []
    for vote in community.votes:
        user, paper = users[vote.username], papers[vote.arxiv_id]
        reason = WeightReason.COUNTED
        if paper.submitted_by_id == user.pk:
            reason = WeightReason.SUBMITTER
        elif vote.username not in verified:
            reason = WeightReason.UNVERIFIED
        votes.append(
            Upvote(
                user=user,
                paper=paper,
                first_cast_at=vote.cast_at,
                removed_at=vote.removed_at,
                weight=1.0 if reason is WeightReason.COUNTED else 0.0,
                weight_reason=reason,
            )
        )
    Upvote.objects.bulk_create(votes, batch_size=2_000)
    counted = [vote for vote in votes if vote.weight > 0 and vote.removed_at is None]
    outbox.queue((vote.paper_id for vote in counted), +1)


def _write_shelf(shelf: Shelf, owner: User, papers: dict[str, Paper]) -> None:
    facts = shelf.facts
    if facts.is_default:
        reading_list = default_list(owner=owner)
    else:
        reading_list = create_list(
            owner=owner,
            title=facts.title,
            description=facts.description,
            visibility=facts.visibility,
        )
    ReadingListEntry.objects.bulk_create(
        ReadingListEntry(
            reading_list=reading_list,
            paper=papers[entry.arxiv_id],
            position=position,
            note=entry.note,
            added_at=entry.added_at,
        )
        for position, entry in zip(spaced(len(shelf.entries)), shelf.entries, strict=True)
    )
    ReadingList.objects.filter(pk=reading_list.pk).update(
        created_at=shelf.created_at,
        updated_at=max(entry.added_at for entry in shelf.entries),
    )


def _write_kept(kept: Kept, owner: User, papers: dict[str, Paper]) -> None:
    facts = kept.facts
    paper = papers[facts.arxiv_id]
    set_status(owner=owner, paper=paper, status=facts.status, now=kept.at)
    write_note(owner=owner, paper=paper, note=facts.note, now=kept.at)
