"""`manage.py demo`: when it refuses, and what it leaves when it is interrupted."""

from collections.abc import Callable

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from papers.demo.build import NotEmpty, build, is_empty
from papers.models import Paper, Upvote, VoteOutbox
from papers.ranking.reconcile import reconcile
from papers.ranking.refresh import refresh_pending
from papers.ranking.snapshots import read_page
from tests.factories import at, make_paper, make_user

UNTIL = at("2026-06-07 15:30")


def test_if_empty_leaves_a_database_with_members_and_says_so(
    db: None, capsys: pytest.CaptureFixture[str]
) -> None:
    make_user()
    call_command("demo", if_empty=True)
    assert capsys.readouterr().out == (
        "There are papers or members already: no demo community was made.\n"
    )
    assert (Paper.objects.count(), User.objects.count()) == (0, 1)


def test_if_empty_leaves_a_database_with_papers(db: None) -> None:
    make_paper()
    call_command("demo", if_empty=True)
    assert (Paper.objects.count(), User.objects.count()) == (1, 0)


def test_a_build_that_waited_for_another_adds_nothing_to_it(db: None) -> None:
    make_user()
    with pytest.raises(NotEmpty):
        build(1, UNTIL, timezone.now(), fresh=False, step=interrupt_at("members"))


def test_outside_development_it_refuses(db: None, settings: Settings) -> None:
    settings.DEVELOPMENT = False
    with pytest.raises(CommandError, match="DEBUG=on"):
        call_command("demo", if_empty=True)
    assert is_empty()


@pytest.mark.parametrize(
    ("until", "complaint"),
    [
        ("2999-01-01T00:00Z", "future"),
        ("yesterday", "2026-06-01T12:00Z"),
        ("2020-01-01", "earliest"),
    ],
)
def test_an_end_that_cannot_be_is_refused(db: None, until: str, complaint: str) -> None:
    with pytest.raises(CommandError, match=complaint):
        call_command("demo", until=until)
    assert is_empty()


def interrupt_at(step: str) -> Callable[[str], None]:
    def tell(what: str) -> None:
        if what == step:
            raise InterruptedError

    return tell


def test_interrupted_while_writing_it_leaves_nothing(db: None) -> None:
    with pytest.raises(InterruptedError):
        build(1, UNTIL, timezone.now(), fresh=False, step=interrupt_at("votes"))
    assert is_empty()


def test_interrupted_before_ranking_the_worker_catches_up(db: None) -> None:
    with pytest.raises(InterruptedError):
        build(1, UNTIL, timezone.now(), fresh=False, step=interrupt_at("ranking"))
    paper = Paper.objects.with_shown_upvotes().filter(state="listed").earliest("listed_at")
    assert paper.shown_upvotes == Upvote.objects.counted().filter(paper=paper).count()
    now = timezone.now()
    refresh_pending(now)
    assert not reconcile(now).drifting_ids
    assert not VoteOutbox.objects.exists()
    assert read_page("week", None, 30).total > 200
