"""The queue of accounts whose upvotes look arranged, and what a moderator makes of each."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from papers.models import ModerationLogEntry, Pattern, RingDecision, SuspectedRing
from papers.rings.suspicions import Finding, store
from tests.admin.pages import messages_of, rows_of, text_of
from tests.factories import make_paper, make_upvote, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/papers/suspectedring/"
NOW = timezone.now()


def make_ring(accounts: int = 3, papers: int = 1, **evidence: Any) -> SuspectedRing:
    """A suspicion of lockstep at so many papers, unless another pattern is named."""
    members = [make_user() for _number in range(accounts)]
    pattern = evidence.pop("pattern", Pattern.LOCKSTEP)
    named = [
        {"id": make_paper(f"Paper {number}").pk, "accounts": accounts, "others": 2, "minutes": 40}
        for number in range(papers)
    ]
    told = {"papers": named, "papers_in_all": papers, "together": 6, "upvotes": 24, **evidence}
    store([Finding(pattern, frozenset(member.pk for member in members), told)], NOW)
    return SuspectedRing.objects.latest("pk")


def page_of(ring: SuspectedRing) -> str:
    return f"{LIST}{ring.pk}/change/"


def press(client: Client, ring: SuspectedRing, button: str, reason: str = "A ring.") -> Any:
    values = {button: "1", "reason": reason, "shown": ring.fingerprint}
    return client.post(page_of(ring), values, follow=True)


def apart() -> int:
    return User.objects.filter(quarantined_at__isnull=False).count()


def test_the_queue_says_of_each_suspicion_what_speaks_for_it(moderator: Client) -> None:
    make_ring(20, papers=3)
    (row,) = rows_of(moderator, LIST)
    assert "20 accounts that upvote the same papers at the same time" in row
    assert "They met at 3 papers" in row
    assert "6 of their 24 upvotes of the last 30 days were cast there: 25 %." in row


@pytest.mark.parametrize(
    ("evidence", "sentences"),
    [
        (
            {"at_one_hour_of_the_week": True},
            ["it may be people who meet, such as a journal club."],
        ),
        (
            {"pattern": Pattern.NEWCOMERS, "joined_within_minutes": 90, "minutes": 300},
            [
                "3 new accounts that upvoted one paper",
                "All of these accounts were made within 90 minutes.",
                "Their upvotes came within 5 hours.",
                "3 of the 5 who upvoted the paper meanwhile were these accounts.",
            ],
        ),
        (
            {"pattern": Pattern.NETWORK, "day": "2026-03-01"},
            [
                "3 accounts that upvoted one paper from one network",
                "On 1 Mar 2026 their upvotes came from one network.",
                "A household, an office or a university may be one network too.",
            ],
        ),
    ],
)
def test_the_evidence_stands_in_words(
    moderator: Client, evidence: dict[str, Any], sentences: list[str]
) -> None:
    text = text_of(moderator.get(page_of(make_ring(**evidence))).content.decode())
    for sentence in sentences:
        assert sentence in text


def test_the_page_shows_papers_and_accounts(moderator: Client) -> None:
    ring = make_ring()
    account = ring.members.earliest("pk")
    make_upvote(account, make_paper())
    text = text_of(moderator.get(page_of(ring)).content.decode())
    assert "Paper 0 3 2" in text
    assert "40 minutes" in text
    for member in ring.members.all():
        assert member.username in text


def test_the_page_shows_the_strongest_pairs_of_those_who_are_still_here(
    moderator: Client,
) -> None:
    ring = make_ring()
    one, other, third = ring.members.order_by("pk")
    ring.evidence["pairs"] = [
        {"accounts": [one.pk, other.pk], "papers": 7, "similarity": 0.8125},
        {"accounts": [one.pk, third.pk], "papers": 6, "similarity": 0.5},
    ]
    ring.save()
    User.objects.get(pk=third.pk).delete()
    text = text_of(moderator.get(page_of(ring)).content.decode())
    assert f"{one.username} and {other.username} 7 0.81" in text
    assert "0.50" not in text


def test_looking_changes_nothing(moderator: Client) -> None:
    ring = make_ring()
    for path in (LIST, page_of(ring), f"{page_of(ring)}?quarantine=1&reason=Ring"):
        assert moderator.get(path).status_code == 200
    assert apart() == 0
    assert not SuspectedRing.objects.exclude(decision="").exists()


def test_with_a_reason_all_are_quarantined_and_released_again(
    moderator: Client, carol: User
) -> None:
    ring = make_ring()
    response = press(moderator, ring, "quarantine")
    assert messages_of(response) == [
        "success: 3 accounts are quarantined. Their upvotes do not count until they are released."
    ]
    assert apart() == 3
    assert rows_of(moderator, LIST) == []
    assert len(rows_of(moderator, f"{LIST}?decision=quarantined")) == 1
    assert "Quarantined by carol" in text_of(moderator.get(page_of(ring)).content.decode())
    response = press(moderator, ring, "release", "It was none.")
    assert messages_of(response) == [
        "success: 3 accounts are released. Their upvotes count as before."
    ]
    assert apart() == 0
    actions = ModerationLogEntry.objects.filter(actor=carol).values_list("action", flat=True)
    assert sorted(actions) == ["quarantine"] * 3 + ["release"] * 3


@pytest.mark.parametrize("button", ["quarantine", "clear"])
def test_nothing_is_decided_of_accounts_that_were_not_shown(moderator: Client, button: str) -> None:
    seen = make_ring(6)
    assert f'value="{seen.fingerprint}"' in moderator.get(page_of(seen)).content.decode()
    newcomer = make_user("newcomer").pk
    members = frozenset(seen.members.values_list("pk", flat=True)) | {newcomer}
    store([Finding(Pattern.LOCKSTEP, members, seen.evidence)], NOW)
    response = press(moderator, seen, button, "They work as one.")
    assert response.status_code == 409
    (message,) = messages_of(response)
    assert message.startswith("warning: Other accounts are suspected now than were shown to you")
    text = response.content.decode()
    assert "newcomer" in text
    assert "They work as one." in text
    assert apart() == 0
    ring = SuspectedRing.objects.get()
    assert ring.decision == ""
    # What is shown now can be decided.
    assert f'value="{ring.fingerprint}"' in text
    assert press(moderator, ring, button).status_code == 200
    assert SuspectedRing.objects.exclude(decision="").exists()


def test_the_moderator_is_told_who_stays_with_another_ring(moderator: Client) -> None:
    first = make_ring(4)
    members = frozenset(first.members.values_list("pk", flat=True)) | {make_user().pk}
    store([Finding(Pattern.NETWORK, members, first.evidence)], NOW)
    second = SuspectedRing.objects.latest("pk")
    press(moderator, first, "quarantine")
    press(moderator, second, "quarantine")
    (message,) = messages_of(press(moderator, first, "release"))
    assert message.startswith("success: 0 accounts are released.")
    assert "4 stay quarantined: they belong to another ring that is." in message
    press(moderator, second, "release")
    assert apart() == 0


def test_that_nothing_was_wrong_stands_in_the_history_of_the_admin_alone(
    moderator: Client, carol: User
) -> None:
    ring = make_ring()
    press(moderator, ring, "clear", "They work together.")
    ring.refresh_from_db()
    assert (ring.decision, ring.decided_by) == (RingDecision.INNOCENT, carol)
    assert not ModerationLogEntry.objects.exists()
    assert "They work together." in LogEntry.objects.get().change_message
    assert 'name="quarantine"' in moderator.get(page_of(ring)).content.decode()


def test_without_a_reason_nothing_is_done(moderator: Client) -> None:
    ring = make_ring()
    response = moderator.post(page_of(ring), {"quarantine": "1", "reason": " "})
    assert response.status_code == 400
    assert apart() == 0


def test_what_was_decided_meanwhile_is_said(moderator: Client) -> None:
    ring = make_ring()
    press(moderator, ring, "clear")
    (message,) = messages_of(press(moderator, ring, "clear"))
    assert message == "warning: This was decided meanwhile."


def test_a_button_that_there_is_not_does_nothing(moderator: Client) -> None:
    ring = make_ring()
    assert press(moderator, ring, "delete").status_code == 200
    assert SuspectedRing.objects.get().decision == ""


def test_members_see_none_of_it(client: Client) -> None:
    ring = make_ring()
    client.force_login(make_user("alice"))
    for path in (LIST, page_of(ring)):
        assert client.get(path).status_code == 302
    assert client.post(page_of(ring), {"quarantine": "1", "reason": "Ring"}).status_code == 302
    assert apart() == 0


def test_a_suspicion_that_is_not_there_is_404(moderator: Client) -> None:
    assert moderator.get(f"{LIST}999/change/").status_code == 404
    assert moderator.get(f"{LIST}nonsense/change/").status_code == 404


def test_the_page_asks_as_much_for_40_accounts_and_papers_as_for_5(moderator: Client) -> None:
    def queries(ring: SuspectedRing) -> int:
        moderator.get(page_of(ring))
        with CaptureQueriesContext(connection) as captured:
            moderator.get(page_of(ring))
        return len(captured)

    assert queries(make_ring(5, papers=2)) == queries(make_ring(40, papers=10))


def test_the_newest_suspicion_stands_first(moderator: Client) -> None:
    first, second = make_ring(3), make_ring(4)
    SuspectedRing.objects.filter(pk=first.pk).update(last_seen_at=NOW + timedelta(days=1))
    rows = rows_of(moderator, LIST)
    assert ["3 accounts" in rows[0], "4 accounts" in rows[1]] == [True, True]
    assert second.pk > first.pk
