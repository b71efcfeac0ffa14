"""Comparing the ranking with the votes."""

from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.utils import timezone

from accounts.models import User
from papers.models import Paper, PaperHeat, RankingSnapshot, Upvote, VoteOutbox, WeightReason
from papers.ranking import order_check, outbox
from papers.ranking import reconcile as reconciling
from papers.ranking.outbox import queue
from papers.ranking.reconcile import Drift, Reconciliation, reconcile
from papers.ranking.refresh import refresh_all, refresh_pending
from papers.ranking.snapshots import take_snapshots
from tests.factories import make_paper, make_tag, make_upvote, make_user
from tests.ranking.world import World, make_world

pytestmark = pytest.mark.django_db

NOW = timezone.now()
HOUR = timedelta(hours=1)


def ranked() -> World:
    """Three papers with two, one and no votes, all taken in."""
    world = make_world(3)
    world.cast(0, 0, NOW - HOUR)
    world.cast(1, 0, NOW - HOUR)
    world.cast(0, 1, NOW - HOUR)
    refresh_pending(NOW)
    return world


def drifts(found: Reconciliation) -> list[tuple[str, str, str | None, str | None]]:
    return [(drift.key, drift.field, drift.stored, drift.true) for drift in found.examples]


def assert_right(found: Reconciliation) -> None:
    assert (found.drifting_ids, found.examples, found.pending) == (set(), [], 0)


def test_a_ranking_that_is_right_has_no_drift() -> None:
    ranked()
    make_paper(listed=False)
    assert_right(reconcile(NOW))


def test_later_it_is_still_right() -> None:
    ranked()
    assert reconcile(NOW + timedelta(days=3650)).drifting_ids == set()


@pytest.mark.parametrize(
    ("field", "wrong", "stored", "true"),
    [
        ("upvotes", 5, "5", "2"),
        ("visible", False, "false", "true"),
        ("trending", False, "false", "true"),
        ("primary_tag", None, "none", "tag"),
    ],
)
def test_each_field_that_differs_is_found(field: str, wrong: Any, stored: str, true: str) -> None:
    world, tag = ranked(), make_tag()
    world.change(0, primary_tag=tag)
    refresh_pending(NOW)
    wrongs = {field: wrong, **({"trending": False} if field == "visible" else {})}
    PaperHeat.objects.filter(paper=world.papers[0]).update(**wrongs)
    found = reconcile(NOW)
    assert found.drifting_ids == {world.papers[0].pk}
    true = str(tag.pk) if true == "tag" else true
    line = f"{world.papers[0].key} {field}: stored {stored}, true {true}"
    assert line in [str(drift) for drift in found.examples]


def test_a_wrong_listing_instant_is_found() -> None:
    world = ranked()
    PaperHeat.objects.filter(paper=world.papers[1]).update(listed_at=NOW - 9 * HOUR)
    (drift,) = reconcile(NOW).examples
    assert (drift.key, drift.field) == (world.papers[1].key, "listed_at")


@pytest.mark.parametrize("field", ["h_now", "h_week", "h_month"])
def test_heat_may_be_off_by_a_billionth_and_no_more(field: str) -> None:
    world = ranked()
    row = PaperHeat.objects.get(paper=world.papers[0])
    right = getattr(row, field)
    for off, drifting in [(5e-10, set()), (3e-9, {row.paper_id}), (-3e-9, {row.paper_id})]:
        PaperHeat.objects.filter(pk=row.pk).update(**{field: right + off})
        assert reconcile(NOW).drifting_ids == drifting


def test_heat_that_is_no_number_is_found() -> None:
    world = ranked()
    PaperHeat.objects.filter(paper=world.papers[0]).update(h_week=float("nan"))
    (drift,) = reconcile(NOW).examples
    assert (drift.field, drift.stored) == ("h_week", "NaN")


def test_papers_without_the_row_they_need_are_found() -> None:
    listed, voted, catalogue = make_paper(), make_paper(listed=False), make_paper(listed=False)
    make_upvote(make_user(), voted)
    make_upvote(make_user(), catalogue, weight=0.0)
    found = reconcile(NOW)
    assert drifts(found) == [
        (listed.key, "row", "missing", "present"),
        (voted.key, "row", "missing", "present"),
    ]


def test_a_vote_that_bypassed_the_outbox_is_found() -> None:
    world = ranked()
    make_upvote(make_user(), world.papers[2])
    found = reconcile(NOW)
    assert found.drifting_ids == {world.papers[2].pk}
    assert (world.papers[2].key, "upvotes", "0", "1") in drifts(found)


def test_papers_that_wait_in_the_outbox_are_counted_and_not_compared() -> None:
    world = ranked()
    PaperHeat.objects.update(upvotes=9)
    queue([world.papers[0].pk, world.papers[0].pk, world.papers[1].pk], +1)
    found = reconcile(NOW)
    assert found.pending == 2
    assert found.drifting_ids == {world.papers[2].pk}


def test_the_first_twenty_papers_are_told_and_all_are_counted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reconciling, "PAPERS_A_CHUNK", 7)
    world = make_world(25)
    refresh_pending(NOW)
    PaperHeat.objects.update(upvotes=1)
    steps: list[tuple[int, int]] = []
    found = reconcile(NOW, lambda done, total: steps.append((done, total)))
    assert found.drifting_ids == {paper.pk for paper in world.papers}
    assert [drift.paper_id for drift in found.examples] == [p.pk for p in world.papers[:20]]
    assert steps == [(7, 25), (14, 25), (21, 25), (25, 25)]


def test_a_paper_of_the_future_waits_and_is_no_drift() -> None:
    world = ranked()
    world.change(0, listed_at=timezone.now() + timedelta(days=1))
    refresh_pending(NOW)
    found = reconcile(NOW)
    assert (found.drifting_ids, found.pending) == (set(), 1)


# --- Votes against accounts -------------------------------------------------------------------


def judged() -> list[Upvote]:
    """A vote for each way in which an account may stand, all with the weight they deserve."""
    paper, submitter = make_paper(), make_user("submitter")
    Paper.objects.filter(pk=paper.pk).update(submitted_by=submitter)
    accounts = {
        WeightReason.COUNTED: make_user("counted"),
        WeightReason.UNVERIFIED: make_user("unverified", verified=False),
        WeightReason.SUSPENDED: make_user("suspended", suspended_until=timezone.now() + HOUR),
        WeightReason.QUARANTINED: make_user("quarantined", quarantined_at=NOW),
        WeightReason.SUBMITTER: submitter,
    }
    votes = [
        make_upvote(user, paper, weight=float(reason == "counted"), weight_reason=reason)
        for reason, user in accounts.items()
    ]
    refresh_all(NOW)
    return votes


def test_votes_with_the_weight_that_their_account_deserves_are_no_drift() -> None:
    judged()
    assert_right(reconcile(NOW, accounts=True))


def test_a_vote_with_a_weight_that_its_account_does_not_deserve_is_found_when_asked() -> None:
    votes = judged()
    EmailAddress.objects.filter(user__username="counted").update(verified=False)
    assert reconcile(NOW).drifting_ids == set()
    found = reconcile(NOW, accounts=True)
    vote = votes[0]
    expected = Drift(
        vote.paper_id, vote.paper.key, f"vote of member {vote.user_id}", "counted", "unverified"
    )
    assert found.examples == [expected]
    assert found.misjudged_members == {vote.user_id}
    assert found.drifting_ids == {vote.paper_id}


def test_a_suspension_that_the_sweep_has_yet_to_end_is_no_drift() -> None:
    judged()
    # Cast after the suspension ran out, so it counts already; the older votes do not yet.
    make_upvote(User.objects.get(username="suspended"), make_paper())
    later = NOW + 2 * HOUR
    refresh_all(later)
    assert reconcile(later, accounts=True).drifting_ids == set()


@pytest.mark.parametrize("balance", ["", "fields"])
def test_a_snapshot_with_another_order_than_that_by_heat_is_found_when_asked(
    balance: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(order_check, "SECONDS_BETWEEN", 0)
    world = ranked()
    world.cast(1, 1, NOW)
    refresh_all(NOW)
    RankingSnapshot.objects.all().delete()
    take_snapshots(NOW)
    assert_right(reconcile(NOW, orders=True))
    wrong = RankingSnapshot.objects.filter(window="now", balance=balance)
    best, second = wrong.get().paper_ids
    wrong.update(paper_ids=[second])
    assert reconcile(NOW).drifting_ids == set()
    found = reconcile(NOW, orders=True)
    assert found.drifting_ids == {best, second}
    keys = dict(Paper.objects.values_list("pk", "key"))
    name = f"place in now {balance}".strip()
    assert drifts(found) == [(keys[best], name, None, "1"), (keys[second], name, "1", "2")]
    # What waits may be the reason.
    queue([world.papers[2].pk])
    assert reconcile(NOW, orders=True).drifting_ids == set()


def test_an_order_without_a_snapshot_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(order_check, "SECONDS_BETWEEN", 0)
    world = ranked()
    RankingSnapshot.objects.filter(window="week").delete()
    assert reconcile(NOW, orders=True).drifting_ids == {world.papers[0].pk}


def test_nothing_is_changed() -> None:
    world = ranked()
    PaperHeat.objects.update(upvotes=9)
    outbox.queue([world.papers[0].pk])
    reconcile(NOW, accounts=True)
    assert set(PaperHeat.objects.values_list("upvotes", flat=True)) == {9}
    assert VoteOutbox.objects.count() == 1
