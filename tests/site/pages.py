"""One address of every kind of page, with what must be there for it to be shown."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from accounts.models import Profile, User
from papers.mathtext import render_abstract
from papers.models import (
    LibraryEntry,
    Paper,
    PaperVersion,
    RankingSnapshot,
    ReadingList,
    ReadingStatus,
    RemovedEntry,
    Visibility,
)
from papers.ranking.refresh import refresh_all
from papers.ranking.standings import close_due
from papers.secret_links import token_for
from papers.services import library
from papers.services.entries import remove_entry, save_paper, write_note
from papers.services.moderation import hide_paper
from tests.factories import (
    at,
    make_list,
    make_moderator,
    make_paper,
    make_tag,
    make_upvote,
    make_user,
)

LONG_OVER = at("2025-03-11 12:00")
MARKDOWN = "Read *these*:\n\n1. [one](https://example.org/)\n2. `two`\n\n> In that order.\n\n```\ncode\n```"


@dataclass(frozen=True)
class Community:
    """Alice has lists and submitted a pending paper, Bob is a stranger, Carol moderates."""

    alice: User
    bob: User
    carol: User
    papers: list[Paper]
    catalogue: Paper
    pending: Paper
    withdrawn: Paper
    hidden: Paper
    winner: Paper
    public_list: ReadingList
    private_list: ReadingList
    unlisted_list: ReadingList
    removed: RemovedEntry

    @property
    def link(self) -> str:
        """The secret link of the unlisted list."""
        token = token_for(self.unlisted_list.pk, self.unlisted_list.link_nonce)
        return f"/lists/s/{token}/"


def make_community(*, papers: int = 3) -> Community:
    alice, bob, carol = make_user("alice"), make_user("bob"), make_moderator("carol")
    tag = make_tag("cs.LG")
    now = timezone.now()
    listed = [
        make_paper(
            f"Learning to rank, part {number}", tags=[tag], listed_at=now - timedelta(hours=1)
        )
        for number in range(1, papers + 1)
    ]
    # A formula wider than a telephone, and one that must be shown as source.
    formula = " + ".join(f"x_{{{number}}}^2" for number in range(1, 25))
    abstract = render_abstract(
        f"We bound ${formula}$ and $$\\sum_i {formula}.$$ Also $\\nosuch x$."
    )
    listed[0].abstract_html, listed[0].abstract_text = abstract.html, abstract.text
    listed[0].save()
    for paper in listed:
        make_upvote(alice, paper)
        make_upvote(bob, paper)
    hidden = make_paper("A paper that was hidden", tags=[tag])
    winner = make_paper("The paper of a day long over", tags=[tag], listed_at=LONG_OVER)
    make_upvote(alice, winner, first_cast_at=LONG_OVER)
    unlisted, removed = make_unlisted(alice, [*listed, winner])
    community = Community(
        alice=alice,
        bob=bob,
        carol=carol,
        papers=listed,
        catalogue=make_paper("A paper of the catalogue", listed=False, tags=[tag]),
        pending=make_paper("A pending paper", listed=False, pending_since=now, submitted_by=alice),
        withdrawn=make_paper(
            "A withdrawn paper", withdrawn_at=now, withdrawal_reason="Lemma 3 is wrong."
        ),
        hidden=hidden,
        winner=winner,
        public_list=make_list(
            alice,
            "W" * 120,
            slug="public-reading",
            visibility=Visibility.PUBLIC,
            papers=listed,
            description=MARKDOWN,
        ),
        private_list=make_list(alice, "Private reading", slug="private-reading", papers=listed),
        unlisted_list=unlisted,
        removed=removed,
    )
    make_paper("A new paper", tags=[tag])
    library.set_status(owner=alice, paper=listed[0], status="not_interested", now=now)
    library.set_status(owner=alice, paper=hidden, status="read", now=now)
    library.write_note(owner=alice, paper=listed[1], note=MARKDOWN, now=now)
    show_everything(alice, listed[0])
    PaperVersion.objects.bulk_create(
        PaperVersion(paper=listed[0], number=number, submitted_at=submitted_at)
        for number, submitted_at in ((1, LONG_OVER), (2, None), (3, now))
    )
    LibraryEntry.objects.filter(owner=alice, paper=listed[0]).update(new_version=3)
    hide_paper(paper=hidden, moderator=carol, reason="Spam, not a paper.")
    refresh_all(timezone.now())
    close_due(timezone.now())
    RankingSnapshot.objects.create(
        window="week", taken_at=now - timedelta(days=1), paper_ids=[paper.pk for paper in listed]
    )
    # Too late for the ranking of its day.
    make_paper("A paper that came late", tags=[tag], listed_at=LONG_OVER)
    return community


def show_everything(member: User, reads: Paper) -> None:
    """Fill the member's page: text, upvotes, and a paper that they are reading."""
    User.objects.filter(pk=member.pk).update(votes_public=True)
    Profile.objects.create(
        user=member,
        display_name="W" * 80,
        affiliation="Institute of " + "W" * 100,
        homepage="https://example.org/" + "w" * 200,
        about="I read *everything*, and keep [lists](https://example.org/).",
        shows_reading=True,
    )
    now = timezone.now()
    LibraryEntry.objects.update_or_create(
        owner=member,
        paper=reads,
        defaults={"status": ReadingStatus.READING, "added_at": now, "changed_at": now},
    )


def make_unlisted(owner: User, papers: list[Paper]) -> tuple[ReadingList, RemovedEntry]:
    """An unlisted list with notes, and its last paper, which was just taken out of it."""
    made = make_list(owner, "By its link", slug="by-its-link", visibility=Visibility.UNLISTED)
    for paper in papers:
        entry = save_paper(reading_list=made, paper=paper)
        write_note(reading_list=made, entry_id=entry.pk, note=MARKDOWN)
    return made, remove_entry(reading_list=made, entry_id=entry.pk, now=timezone.now())


def readable_pages(community: Community) -> dict[str, str]:
    """Pages that a visitor may read, by what they are."""
    today = timezone.now().date().isoformat()
    yesterday = (timezone.now() - timedelta(days=1)).date()
    week, month = f"{timezone.now():%G-W%V}", f"{timezone.now():%Y-%m}"
    return {
        "front": "/",
        "front, now": "/?window=now",
        "front, month": "/?window=month",
        "front, balanced between fields": "/?balance=fields",
        "archived day": f"/archive/{yesterday}/",
        "archived day before the first": "/archive/2001-01-01/?window=now&balance=fields",
        "daily": f"/daily/{today}/",
        "an empty day": "/daily/2001-01-01/",
        "a closed day": "/daily/2025-03-11/",
        "weekly": f"/weekly/{week}/",
        "a closed week": "/weekly/2025-W11/",
        "monthly": f"/monthly/{month}/",
        "an empty month": "/monthly/2001-01/",
        "winners": "/winners/2025-03/",
        "winners of a month without any": "/winners/2001-01/",
        "new": "/new/",
        "top": "/top/",
        "top of all time": "/top/?window=all",
        "paper with badges": community.winner.get_absolute_url(),
        "paper": community.papers[0].get_absolute_url(),
        "catalogue paper": community.catalogue.get_absolute_url(),
        "withdrawn paper": community.withdrawn.get_absolute_url(),
        "catalogue": "/papers/",
        "catalogue, filtered": "/papers/?q=rank&tag=cs-lg&not_tag=math&author=Ada+Lovelace&sort=oldest",
        "catalogue, nothing found": f"/papers/?q={'W' * 200}&author={'W' * 150}",
        "index of tags": "/tags/",
        "index of tags, searched": "/tags/?q=learning",
        "index of tags, nothing found": f"/tags/?q={'W' * 100}",
        "author": "/authors/ada-lovelace/",
        "tag": "/tags/cs-lg/",
        "tag, trending": "/tags/cs-lg/?sort=trending",
        "author, trending": "/authors/ada-lovelace/?sort=trending&window=now",
        "list, trending": f"{community.public_list.get_absolute_url()}?sort=trending",
        "tag of a group": "/tags/cs/",
        "search": "/search/?q=learning",
        "search, nothing asked": "/search/",
        "search, newest first, filtered": "/search/?q=learning+after:2001&sort=newest",
        "search, nothing found": f"/search/?q={'W' * 200}",
        "search, half understood": "/search/?q=lerning+tag:nothing+before:yesterday",
        "public list": community.public_list.get_absolute_url(),
        "list by its link": community.link,
        "directory of lists": "/lists/",
        "directory, nothing found": f"/lists/?q={'W' * 200}",
        "why a paper is here": f"{community.papers[0].get_absolute_url()}why/?balance=fields",
        "why a paper is not here": f"{community.catalogue.get_absolute_url()}why/",
        "about the ranking": "/about/ranking/",
        "moderation log": "/moderation/log/",
        "profile": "/@alice/",
        "profile with nothing on it": "/@bob/",
    }


def form_pages() -> dict[str, str]:
    """Pages of visitors that hold a form that posts, and so may set the CSRF cookie."""
    return {
        "log-in": "/accounts/login/",
        "sign-up": "/accounts/signup/",
        "password reset": "/accounts/password/reset/",
    }


def member_pages(community: Community) -> dict[str, str]:
    """Pages of a signed-in member; the list is Alice's."""
    return {
        "library": "/library/",
        "library, filtered": "/library/?q=learning&tag=cs.LG&note=1&sort=title",
        "library, new versions": "/library/?new_version=1",
        "library, by title": "/library/?status=read&sort=title",
        "new list": "/lists/new/",
        "private list": community.private_list.get_absolute_url(),
        "unlisted list": community.unlisted_list.get_absolute_url(),
        "a paper just removed": (
            f"{community.unlisted_list.get_absolute_url()}?removed={community.removed.pk}"
        ),
        "editing a list": f"{community.unlisted_list.get_absolute_url()}edit/",
        "deleting a list": f"{community.private_list.get_absolute_url()}delete/",
        "log-out": "/accounts/logout/",
        "e-mail addresses": "/accounts/email/",
        "password change": "/accounts/password/change/",
        "settings": "/settings/",
        "profile settings": "/settings/profile/",
        "preferences": "/settings/preferences/",
        "user name": "/settings/username/",
        "sessions": "/settings/sessions/",
        "second factors": "/accounts/2fa/",
        "passkeys": "/accounts/2fa/webauthn/",
        "own profile": "/@alice/",
    }


def failing_pages(community: Community) -> dict[str, tuple[str, int]]:
    """Addresses that answer a visitor with an error page, and its status."""
    return {
        "nothing there": ("/no/such/page/", 404),
        "a paper that is not here": ("/papers/2501.00001/", 404),
        "a paper that cannot be": ("/papers/2513.00001/", 404),
        "a pending paper": (community.pending.get_absolute_url(), 404),
        "a hidden paper": (community.hidden.get_absolute_url(), 410),
        "a private list": (community.private_list.get_absolute_url(), 404),
        "an unknown tag": ("/tags/no-such-tag/", 404),
        "an unknown order of a tag": ("/tags/cs-lg/?sort=best", 400),
        "too long a search for a tag": (f"/tags/?q={'x' * 101}", 400),
        "an unknown author": ("/authors/no-such-author/", 404),
        "filters that mean nothing": (
            "/papers/?tag=no-such-tag&tag=cs-lg&author=...&listed_after=never&has_code=x&sort=x",
            400,
        ),
        "tomorrow": (f"/daily/{(timezone.now() + timedelta(days=1)).date()}/", 404),
        "an impossible day": ("/daily/2025-02-30/", 404),
        "an impossible week": ("/weekly/2025-W53/", 404),
        "an impossible month": ("/monthly/2025-13/", 404),
        "winners to come": ("/winners/2999-01/", 404),
        "no date to go to": ("/daily/?on=soon", 400),
        "an unknown window of the top": ("/top/?window=now", 400),
        "an unknown window": ("/?window=year", 400),
        "an unknown balance": ("/?balance=authors", 400),
        "a day of the archive that is not over": (f"/archive/{timezone.now().date()}/", 404),
        "no place in the archive": ("/archive/2025-03-11/?after=xyz", 400),
        "why, in no such window": (
            f"{community.papers[0].get_absolute_url()}why/?window=year",
            400,
        ),
        "why, of a hidden paper": (f"{community.hidden.get_absolute_url()}why/", 410),
        "a malformed cursor": ("/?after=xyz", 400),
        "too long a search": (f"/search/?q={'x' * 251}", 400),
        "a NUL in a search": ("/search/?q=a%00b", 400),
        "an unknown order": ("/search/?q=learning&sort=price", 400),
        "a cursor that names nothing": ("/search/?q=learning&after=nothing", 400),
    }
