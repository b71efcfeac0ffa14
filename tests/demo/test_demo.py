"""`manage.py demo`: what it puts into the database, and when it refuses."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import product
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F, Q
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from accounts.demo_logins import DEMO_PASSWORD, DEMO_USERNAMES
from accounts.models import User
from papers.demo.build import NOTE_LABEL
from papers.demo.facts import HIDDEN_PAPER, HIDING_REASON, WITHDRAWAL_REASON, WITHDRAWN_PAPER
from papers.demo.past import orders_at, past_papers
from papers.history import history_of
from papers.models import (
    ArchivedRank,
    Balance,
    DriftCheck,
    LibraryEntry,
    ModerationLogEntry,
    Paper,
    RankingDelay,
    RankingSnapshot,
    ReadingList,
    ReadingListEntry,
    ReadingStatus,
    Tag,
    Upvote,
    Visibility,
    VoteCensus,
    VoteOutbox,
    Window,
)
from papers.ranking.archive import read_day
from papers.ranking.levels import freeze_levels
from papers.ranking.parameters import current_settings
from papers.ranking.reconcile import reconcile
from papers.ranking.snapshots import read_page, take_snapshots
from papers.ranking.weights import revalue_votes
from tests.factories import make_paper, make_upvote, make_user

UNTIL = datetime(2026, 6, 7, 15, 30, tzinfo=UTC)


def demo(**options: Any) -> str:
    """Run the command and return what it printed."""
    out = StringIO()
    call_command("demo", stdout=out, **{"until": UNTIL.isoformat(), **options})
    return out.getvalue()


@pytest.fixture(scope="module")
def built(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The community, made once for this module; what the command printed.

    Each test's own transaction is nested in the one that holds it.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        yield demo()
        transaction.set_rollback(True)


@pytest.fixture
def community(built: str, db: None) -> str:
    return built


def front_ids(window: str) -> list[int]:
    return read_page(window, None, 50).paper_ids


def front_page(window: str) -> list[str]:
    """The keys of the first papers, best first."""
    ids = front_ids(window)
    papers = Paper.objects.in_bulk(ids)
    return [papers[pk].key for pk in ids]


def everything() -> list[list[Any]]:
    """All that is made, without the ids of rows and the hashes of passwords."""
    tables: list[Any] = [
        Paper.objects.order_by("key").values_list(
            "key", "title_html", "state", "listed_at", "submitted_by__username", "created_at",
            "withdrawn_at", "note", "primary_tag__code", "heat__upvotes",
        ),
        User.objects.order_by("username").values_list(
            "username", "email", "date_joined", "is_staff", "is_superuser"
        ),
        EmailAddress.objects.order_by("email").values_list("email", "verified", "primary"),
        Upvote.objects.order_by("user__username", "paper__key").values_list(
            "user__username", "paper__key", "first_cast_at", "removed_at", "weight",
            "weight_reason",
        ),
        ReadingList.objects.order_by("owner__username", "slug").values_list(
            "owner__username", "slug", "title", "visibility", "created_at", "updated_at"
        ),
        ReadingListEntry.objects.order_by(
            "reading_list__owner__username", "reading_list__slug", "position"
        ).values_list("paper__key", "note", "added_at"),
        [front_page(window) for window in Window.values],
    ]  # fmt: skip
    return [list(table) for table in tables]


def test_it_says_what_it_made_and_how_to_log_in(community: str) -> None:
    assert "254 papers, 240 of them listed; 120 members; " in community
    assert f"{Upvote.objects.count()} upvotes; 14 reading lists" in community
    assert "Log in as reader, curator, moderator, admin; the password is offprint-demo" in community


def test_papers_of_every_kind_can_be_looked_at(community: str) -> None:
    states = list(Paper.objects.values_list("state", flat=True))
    assert {state: states.count(state) for state in set(states)} == {
        "listed": 240, "catalogue": 12, "withdrawn": 1, "hidden": 1,
    }  # fmt: skip
    assert Paper.objects.get(key=WITHDRAWN_PAPER).withdrawal_reason == WITHDRAWAL_REASON
    entry = ModerationLogEntry.objects.get(paper__key=HIDDEN_PAPER)
    assert (entry.action, entry.reason) == ("hide", HIDING_REASON)
    assert entry.actor == User.objects.get(username="moderator")


def test_notes_are_labelled_and_never_pass_for_abstracts(community: str) -> None:
    assert not Paper.objects.exclude(abstract="").exists()
    assert not Paper.objects.filter(note="").exists()
    assert not Paper.objects.exclude(note_label=NOTE_LABEL).exists()


def test_every_paper_has_a_primary_tag_that_is_in_use(community: str) -> None:
    tags = Tag.objects.in_use()
    assert not Paper.objects.exclude(primary_tag__in=tags).exists()


def test_no_vote_is_before_its_listing_its_voter_or_after_the_end(community: str) -> None:
    out_of_time = (
        Q(first_cast_at__lt=F("paper__listed_at"))
        | Q(first_cast_at__lt=F("user__date_joined"))
        | Q(paper__listed_at=None)
        | Q(first_cast_at__gt=UNTIL)
        | Q(removed_at__gt=UNTIL)
    )
    assert not Upvote.objects.filter(out_of_time).exists()


def test_votes_weigh_what_their_voters_deserve(community: str) -> None:
    reasons = Counter(Upvote.objects.values_list("weight_reason", flat=True))
    assert set(reasons) == {"counted", "submitter", "unverified"}
    assert max(reasons, key=reasons.__getitem__) == "counted"
    of_no_weight = Upvote.objects.filter(weight=0).order_by("weight_reason", "user")
    voters = list(dict.fromkeys(of_no_weight.values_list("user", flat=True)))
    log_ins = User.objects.filter(username__in=DEMO_USERNAMES).values_list("pk", flat=True)
    changed = [revalue_votes(pk, timezone.now()) for pk in [*voters[:5], *voters[-5:], *log_ins]]
    assert sum(changed) == 0


def test_the_ranking_is_complete_at_once(community: str) -> None:
    found = reconcile(timezone.now())
    assert not found.drifting_ids
    assert found.pending == 0
    for window in Window.values:
        page = read_page(window, None, 30)
        assert len(page.paper_ids) == 30
        assert len(page.new_ids) >= 2


def test_the_past_days_are_those_of_the_ranking_itself(community: str) -> None:
    """The orders that are computed for past days, at the end: as the ranking has them."""
    freeze_levels(UNTIL)
    RankingSnapshot.objects.all().delete()
    take_snapshots(UNTIL, at_once=True)
    listed = [paper for paper in past_papers() if paper.pk != hidden_id()]
    for (window, balance), paper_ids in orders_at(UNTIL, listed, current_settings()).items():
        assert read_page(window, None, 1_000, balance).paper_ids == paper_ids


def hidden_id() -> int:
    return Paper.objects.get(key=HIDDEN_PAPER).pk


def test_the_archive_reaches_back_to_the_first_days_and_papers_have_a_history(
    community: str,
) -> None:
    last = UNTIL.date() - timedelta(days=1)
    days = set(ArchivedRank.objects.filter(day__lte=last).values_list("day", flat=True))
    assert len(days) >= 54
    for window, balance in product(Window.values, Balance.values):
        assert read_day(last, window, balance, offset=0, size=30).paper_ids
    paper = Paper.objects.for_paper_page().get(pk=front_ids("month")[0])
    history = history_of(paper, UNTIL)
    assert history is not None
    assert history.rank_chart is not None


def test_no_past_day_ranks_what_was_not_there_yet(community: str) -> None:
    ranked = ArchivedRank.objects.filter(day__lt=F("paper__listed_on"))
    assert not ranked.exists()
    assert not ArchivedRank.objects.filter(day__gt=F("paper__withdrawn_at__date")).exists()


def test_it_is_compared_and_counted_and_no_delay_is_made_up(community: str, client: Client) -> None:
    check = DriftCheck.objects.get()
    assert (check.drifting, check.pending, check.papers) == (0, 0, 254)
    assert VoteCensus.objects.get(weight_reason="counted").votes > 1_000
    assert not RankingDelay.objects.exists()
    assert "Nothing was measured" in client.get("/about/ranking/").content.decode()


def test_the_front_page_mixes_sciences_and_days(community: str) -> None:
    for window in Window.values:
        papers = Paper.objects.filter(pk__in=read_page(window, None, 30).paper_ids)
        archives = [
            code.partition(".")[0] for code in papers.values_list("primary_tag__code", flat=True)
        ]
        assert len(set(archives)) >= 6
        assert archives.count("cs") <= 24
        listed = [at for at in papers.values_list("listed_at", flat=True) if at]
        assert len({at.date() for at in listed}) >= 6
        assert min(listed) > UNTIL - timedelta(days=28)


@pytest.mark.parametrize("username", DEMO_USERNAMES)
def test_the_demo_log_ins_work_with_full_weight(
    community: str, client: Client, username: str
) -> None:
    assert client.login(username=username, password=DEMO_PASSWORD)
    user = User.objects.get(username=username)
    assert user.is_staff == (username in ("moderator", "admin"))
    assert user.is_superuser == (username == "admin")
    assert EmailAddress.objects.get(user=user).verified
    assert user.date_joined < UNTIL - timedelta(days=365)
    assert Upvote.objects.counted().filter(user=user).exists()


def test_nobody_else_can_log_in(community: str) -> None:
    others = User.objects.exclude(username__in=DEMO_USERNAMES)
    assert others.count() == 116
    assert not any(user.has_usable_password() for user in others)
    assert EmailAddress.objects.filter(user__in=others, verified=False).count() == 3


def test_the_moderator_may_do_a_moderators_work(community: str) -> None:
    moderator = User.objects.get(username="moderator")
    for permission in ("papers.change_paper", "papers.change_tag", "accounts.change_user"):
        assert moderator.has_perm(permission)
    assert not moderator.has_perm("papers.delete_paper")


def test_reader_keeps_a_private_list_the_default_and_an_unlisted_one(community: str) -> None:
    lists = ReadingList.objects.filter(owner__username="reader")
    assert set(lists.values_list("title", "visibility", "is_default")) == {
        ("My list", Visibility.PRIVATE, True),
        ("Chapter two", Visibility.UNLISTED, False),
    }
    saved = ReadingListEntry.objects.filter(reading_list__in=lists)
    assert {"hidden", "withdrawn", "listed"} <= set(saved.values_list("paper__state", flat=True))


def test_reader_has_read_and_noted_some_of_them(community: str) -> None:
    library = LibraryEntry.objects.filter(owner__username="reader")
    assert set(library.values_list("status", flat=True)) == {"", *ReadingStatus.values}
    noted = library.with_note()
    assert noted.count() >= 5
    assert noted.filter(paper__state="hidden").exists()


def test_curator_publishes_three_lists_with_a_word_on_every_paper(community: str) -> None:
    lists = ReadingList.objects.filter(owner__username="curator")
    assert lists.count() == 3
    for reading_list in lists:
        assert reading_list.visibility == Visibility.PUBLIC
        assert reading_list.description
        assert all(reading_list.entries.values_list("note", flat=True))
    assert ReadingList.objects.filter(visibility=Visibility.PUBLIC).count() == 12


def test_fresh_makes_the_same_community_again_and_leaves_nothing_else(
    community: str, client: Client
) -> None:
    first = everything()
    tags = set(Tag.objects.values_list("code", flat=True))
    client.login(username="reader", password=DEMO_PASSWORD)
    paper = make_paper("Somebody's own paper")
    make_upvote(make_user("somebody"), paper)
    VoteOutbox.objects.create(paper=paper)
    assert everything() != first

    demo(fresh=True)

    assert everything() == first
    assert ModerationLogEntry.objects.count() == 1
    assert VoteOutbox.objects.count() == 0
    assert set(Tag.objects.values_list("code", flat=True)) == tags
    assert "_auth_user_id" not in client.session


def test_it_refuses_to_add_to_what_is_there(community: str) -> None:
    with pytest.raises(CommandError, match="--fresh"):
        demo()
