"""`manage.py reconcile`."""

from datetime import timedelta
from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core.management import call_command
from django.utils import timezone

from papers.models import DriftCheck, PaperHeat, Upvote, VoteOutbox
from papers.ranking import outbox
from papers.ranking.refresh import refresh_all, refresh_pending
from tests.factories import make_paper, make_upvote, make_user
from tests.ranking.world import World, make_world

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def reconcile(*arguments: str) -> tuple[int, list[str]]:
    """Run the command; return its exit status and the lines that it printed."""
    stdout, status = StringIO(), 0
    try:
        call_command("reconcile", *arguments, stdout=stdout, stderr=StringIO())
    except SystemExit as error:
        status = int(str(error.code))
    return status, stdout.getvalue().splitlines()


def ranked(papers: int = 3) -> World:
    world = make_world(papers)
    world.cast(0, 0, NOW - timedelta(minutes=5))
    refresh_pending(NOW)
    return world


def test_without_a_drift_it_prints_its_last_line_and_succeeds() -> None:
    ranked()
    assert reconcile() == (0, ["drift=0 pending=0"])


def test_a_drift_is_told_by_paper_field_and_both_values_and_fails() -> None:
    world = ranked()
    PaperHeat.objects.filter(paper=world.papers[0]).update(upvotes=9)
    assert reconcile() == (
        1,
        [f"{world.papers[0].key} upvotes: stored 9, true 1", "drift=1 pending=0"],
    )
    assert PaperHeat.objects.get(paper=world.papers[0]).upvotes == 9


def test_what_waits_in_the_outbox_is_pending_and_no_failure() -> None:
    world = ranked()
    outbox.queue([world.papers[0].pk], +1)
    assert reconcile() == (0, ["drift=0 pending=1"])


def test_each_comparison_is_written_down_for_everybody_to_read() -> None:
    world = ranked(papers=3)
    PaperHeat.objects.filter(paper=world.papers[0]).update(upvotes=9)
    outbox.queue([world.papers[1].pk], +1)
    reconcile("--fix")
    told = DriftCheck.objects.order_by("pk").values_list("papers", "drifting", "pending")
    assert list(told) == [(2, 1, 1), (3, 0, 0)]


def test_after_twenty_papers_the_others_are_counted() -> None:
    ranked(22)
    PaperHeat.objects.update(upvotes=7)
    status, lines = reconcile()
    assert (status, len(lines)) == (1, 22)
    assert lines[-2:] == ["and 2 more papers", "drift=22 pending=0"]


def test_fix_computes_the_drifting_papers_anew() -> None:
    world = ranked()
    PaperHeat.objects.filter(paper__in=world.papers[:2]).update(upvotes=9)
    status, lines = reconcile("--fix")
    assert status == 0
    assert lines[2:] == ["Computed 2 papers anew.", "drift=0 pending=0"]
    assert not VoteOutbox.objects.exists()
    assert reconcile() == (0, ["drift=0 pending=0"])


def test_fix_has_nothing_to_say_when_nothing_drifts() -> None:
    ranked()
    assert reconcile("--fix") == (0, ["drift=0 pending=0"])


def test_fix_also_gives_votes_the_weight_that_their_account_deserves() -> None:
    alice, paper = make_user("alice"), make_paper()
    make_upvote(alice, paper)
    refresh_all(NOW)
    EmailAddress.objects.filter(user=alice).update(verified=False)
    assert reconcile() == (0, ["drift=0 pending=0"])
    told = f"{paper.key} vote of member {alice.pk}: stored counted, true unverified"
    assert reconcile("--accounts") == (1, [told, "drift=1 pending=0"])
    status, lines = reconcile("--accounts", "--fix")
    assert (status, lines[-1]) == (0, "drift=0 pending=0")
    assert Upvote.objects.get().weight == 0
    assert PaperHeat.objects.get().upvotes == 0
