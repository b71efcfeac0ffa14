"""`manage.py refresh_rankings`."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from papers.models import PaperHeat, VoteOutbox
from tests.ranking.world import assert_same_rows, expected_rows, make_world, rows

pytestmark = pytest.mark.django_db

NOW = timezone.now()


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def refresh_rankings(*arguments: str, stderr: StringIO | None = None) -> str:
    stdout = StringIO()
    call_command("refresh_rankings", *arguments, stdout=stdout, stderr=stderr or StringIO())
    return stdout.getvalue()


def test_it_ranks_what_waits_and_says_what_it_did() -> None:
    world = make_world(3)
    world.cast(0, 0, NOW)
    assert refresh_rankings() == "outbox=4 papers=3 changed=0 inserted=3\n"
    assert not VoteOutbox.objects.exists()
    assert refresh_rankings() == "outbox=0 papers=0 changed=0 inserted=0\n"


def test_full_puts_right_what_no_outbox_row_names() -> None:
    make_world(3)
    refresh_rankings()
    PaperHeat.objects.update(upvotes=9)
    assert refresh_rankings() == "outbox=0 papers=0 changed=0 inserted=0\n"
    assert refresh_rankings("--full") == "outbox=0 papers=3 changed=3 inserted=0\n"
    assert_same_rows(rows(), expected_rows(timezone.now()))


def test_full_shows_its_progress_on_a_terminal_and_is_silent_elsewhere() -> None:
    make_world(3)
    terminal, file = Terminal(), StringIO()
    refresh_rankings("--full", stderr=terminal)
    assert "3 of 3 papers" in terminal.getvalue()
    assert terminal.getvalue().endswith("\n")
    refresh_rankings("--full", stderr=file)
    assert file.getvalue() == ""


def test_a_vote_of_a_moment_ago_is_ranked() -> None:
    world = make_world(1)
    world.cast(0, 0, timezone.now() - timedelta(milliseconds=1))
    refresh_rankings()
    assert_same_rows(rows(), expected_rows(timezone.now()))
