"""No page of the admin asks more of the database the more there is to show."""

from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import connection
from django.db.models import Max
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from papers.models import (
    ExternalCount,
    Harvest,
    HarvestRun,
    MergeCandidate,
    MergeRecord,
    ModerationLogEntry,
    Paper,
    PaperHeat,
    PaperIdentifier,
    PaperTag,
    RankingSnapshot,
    ReadingList,
    ReadingListEntry,
    SourceRecord,
    Standing,
    SuspectedRing,
    Tag,
)
from tests.factories import (
    make_list,
    make_moderator,
    make_paper,
    make_ranking_settings,
    make_tag,
    make_upvote,
    make_user,
)

pytestmark = pytest.mark.django_db

CHANGELISTS = [
    "papers/paper",
    "papers/tag",
    "papers/upvote",
    "papers/readinglist",
    "papers/paperheat",
    "papers/rankingsnapshot",
    "papers/rankingsettings",
    "papers/moderationlogentry",
    "papers/standing",
    "papers/sourcerecord",
    "papers/mergecandidate",
    "papers/mergerecord",
    "papers/suspectedring",
    "papers/harvest",
    "papers/harvestrun",
    "papers/sourcestate",
    "accounts/user",
    "account/emailaddress",
    "mfa/authenticator",
]


def grow(number: int) -> None:
    """Add `number` of everything that the admin lists, each with its own paper and member."""
    now = timezone.now()
    carol = User.objects.filter(username="carol").first() or make_moderator()
    for _ in range(number):
        member = make_user()
        paper = make_paper(tags=[make_tag()], submitted_by=member)
        make_upvote(member, paper)
        make_list(member, papers=[paper])
        Authenticator.objects.create(user=member, type=Authenticator.Type.TOTP, data={})
        PaperHeat.objects.create(paper=paper, upvotes=1)
        make_ranking_settings(created_by=make_moderator(f"setter-{paper.pk}"))
        RankingSnapshot.objects.create(window="week", taken_at=now, paper_ids=[paper.pk])
        add_record(paper)
        harvest = Harvest.objects.create(name=f"harvest {paper.pk}")
        for _run in range(2):
            HarvestRun.objects.create(
                harvest=harvest, started_at=now, active_at=now, finished_at=now
            )
        MergeCandidate.objects.create(first=paper, second=make_paper(), found_at=now)
        MergeRecord.objects.create(
            kept=paper, merged=make_paper(), reason="A test.", merged_by=member, merged_at=now
        )
        ModerationLogEntry.objects.create(
            action="hide", actor=carol, paper=paper, member=member, reason="A test."
        )
        day = date(2020, 1, 1) + timedelta(days=Standing.objects.count())
        Standing.objects.create(period="day", starts_on=day, votes_until=now)
        ring = SuspectedRing.objects.create(
            pattern="network", fingerprint=f"{paper.pk}", first_seen_at=now, last_seen_at=now
        )
        ring.members.add(member)
        Tag.objects.create(
            scheme="topic",
            code=f"topic {paper.pk}",
            slug=f"topic-{paper.pk}",
            name=f"Topic {paper.pk}",
            parent=make_tag(),
        )


def add_record(paper: Paper, number: int = 0) -> None:
    SourceRecord.objects.create(
        paper=paper,
        source="huggingface",
        source_id=f"{paper.key}-{number}",
        digest="0" * 64,
        record_date=datetime(2026, 3, 1, tzinfo=UTC).date(),
        fields={},
    )


def queries(client: Client, path: str) -> int:
    client.get(path)  # once for what is looked up once, such as content types
    with CaptureQueriesContext(connection) as captured:
        response = client.get(path)
    assert response.status_code == 200
    return len(captured)


def test_a_list_asks_as_much_for_50_rows_as_for_10(root: Client) -> None:
    paths = [f"/admin/{name}/" for name in CHANGELISTS]
    paths += [
        "/admin/papers/paper/?q=study",
        "/admin/papers/paper/?state=listed&source=huggingface",
    ]
    grow(10)
    with_10 = {path: queries(root, path) for path in paths}
    grow(40)
    assert {path: queries(root, path) for path in paths} == with_10


def test_the_page_of_a_paper_asks_as_much_for_50_rows_of_each_kind_as_for_10(root: Client) -> None:
    paper = make_paper(tags=[make_tag()])
    path = f"/admin/papers/paper/{paper.pk}/change/"
    fill(paper, 10)
    with_10 = queries(root, path)
    fill(paper, 40)
    assert queries(root, path) == with_10


def fill(paper: Paper, number: int) -> None:
    """Add `number` rows to each table that a paper's page shows."""
    carried = Tag.objects.filter(scheme="arxiv").exclude(papers=paper)[:number]
    PaperTag.objects.bulk_create(PaperTag(paper=paper, tag=tag) for tag in list(carried))
    first = PaperIdentifier.objects.filter(paper=paper).count()
    for place in range(first, first + number):
        PaperIdentifier.objects.create(paper=paper, kind="op", value=f"{place:0>10}")
        add_record(paper, place)
        ModerationLogEntry.objects.create(
            action="hide", actor=make_moderator(f"mod-{place}"), paper=paper, reason="A test."
        )
    ExternalCount.objects.get_or_create(
        paper=paper, source="huggingface", count=3, taken_on=timezone.now().date()
    )


def test_the_page_of_a_reading_list_asks_as_much_for_50_entries_as_for_10(root: Client) -> None:
    reading_list = make_list(make_user("alice"))
    path = f"/admin/papers/readinglist/{reading_list.pk}/change/"
    add_entries(reading_list, 10)
    with_10 = queries(root, path)
    add_entries(reading_list, 40)
    assert queries(root, path) == with_10


def add_entries(reading_list: ReadingList, number: int) -> None:
    last = reading_list.entries.aggregate(last=Max("position"))["last"] or 0
    ReadingListEntry.objects.bulk_create(
        ReadingListEntry(reading_list=reading_list, paper=make_paper(), position=last + place)
        for place in range(1, number + 1)
    )


def test_the_page_of_a_member_asks_as_much_for_50_addresses_as_for_10(root: Client) -> None:
    alice = make_user("alice")
    path = f"/admin/accounts/user/{alice.pk}/change/"
    add_addresses(alice, 10)
    with_10 = queries(root, path)
    add_addresses(alice, 40)
    assert queries(root, path) == with_10


def add_addresses(member: User, number: int) -> None:
    first = EmailAddress.objects.filter(user=member).count()
    EmailAddress.objects.bulk_create(
        EmailAddress(user=member, email=f"{member.username}+{place}@example.org")
        for place in range(first, first + number)
    )


def test_the_page_of_a_snapshot_asks_as_much_for_50_papers_as_for_10(root: Client) -> None:
    counts = []
    for number in (10, 50):
        snapshot = RankingSnapshot.objects.create(
            window="week",
            taken_at=timezone.now() + timedelta(seconds=number),
            paper_ids=[make_paper().pk for _ in range(number)],
        )
        counts.append(queries(root, f"/admin/papers/rankingsnapshot/{snapshot.pk}/change/"))
    assert counts[0] == counts[1]
