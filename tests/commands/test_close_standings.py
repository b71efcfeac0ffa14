"""`manage.py close_standings`."""

from io import StringIO

import pytest
from django.core.management import call_command

from papers.models import Standing
from tests.factories import at, make_paper

pytestmark = pytest.mark.django_db


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def close_standings(stderr: StringIO | None = None) -> str:
    stdout = StringIO()
    call_command("close_standings", stdout=stdout, stderr=stderr or StringIO())
    return stdout.getvalue()


def test_it_closes_what_is_over_and_says_how_much_that_was() -> None:
    make_paper(listed_at=at("2025-03-11 12:00"))
    make_paper(listed_at=at("2025-03-12 12:00"))
    make_paper()
    assert close_standings() == "closed=4 papers=6\n"
    assert Standing.objects.count() == 4
    assert close_standings() == "closed=0 papers=0\n"


def test_it_shows_its_progress_on_a_terminal_and_is_silent_elsewhere() -> None:
    make_paper(listed_at=at("2025-03-11 12:00"))
    terminal, file = Terminal(), StringIO()
    close_standings(terminal)
    assert "3 of 3 periods" in terminal.getvalue()
    make_paper(listed_at=at("2024-03-11 12:00"))
    close_standings(file)
    assert file.getvalue() == ""
