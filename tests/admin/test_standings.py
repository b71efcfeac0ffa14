"""Closed rankings in the admin: the preview of a correction, and the button that makes it."""

import re
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from papers.models import ModerationLogEntry, Paper, Standing, StandingCorrection, Upvote
from papers.periods import CalendarPeriod
from papers.ranking.standings import close
from tests.admin.pages import messages_of, rows_of, text_of
from tests.factories import at, make_paper, make_upvote, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/papers/standing/"
NOON = at("2025-03-11 12:00")


@pytest.fixture
def papers(db: None) -> tuple[Paper, Paper]:
    """The second and the first of a day that was closed with them the other way round."""
    bought, honest = make_paper("Bought", listed_at=NOON), make_paper("Honest", listed_at=NOON)
    for paper, number in ((bought, 2), (honest, 1)):
        for _ in range(number):
            make_upvote(make_user(), paper, first_cast_at=NOON)
    close(CalendarPeriod.parse("day", "2025-03-11"))
    Upvote.objects.filter(paper=bought).update(weight=0, weight_reason="quarantined")
    return bought, honest


def page_url() -> str:
    return f"{LIST}{Standing.objects.get().pk}/change/"


def seen_by(client: Client) -> str:
    found = re.search(r'name="seen" value="(\w+)"', client.get(page_url()).content.decode())
    assert found is not None
    return found[1]


def press(client: Client, reason: str = "A ring of accounts.", **sent: str) -> Any:
    return client.post(page_url(), {"reason": reason, **sent}, follow=True)


def ranking() -> list[str]:
    places = Standing.objects.get().places.order_by("rank")
    return list(places.values_list("paper__title_text", flat=True))


def test_the_list_finds_a_ranking_by_its_day(
    moderator: Client, papers: tuple[Paper, Paper]
) -> None:
    assert rows_of(moderator, LIST)[0].startswith("11 March 2025 day")
    assert len(rows_of(moderator, f"{LIST}?q=2025-03-11")) == 1
    for term in ("2025-03-12", "2025-W11", "2025-03", "no day", "9999-99-99"):
        assert rows_of(moderator, f"{LIST}?q={term}") == [], term


def test_the_page_shows_what_would_change_and_changes_nothing(
    moderator: Client, papers: tuple[Paper, Paper]
) -> None:
    bought, honest = papers
    text = text_of(moderator.get(page_url()).content.decode())
    assert f"2 1 1 1 1.00 1.00 {honest.key} Honest" in text
    assert f"1 2 2 0 2.00 0.00 {bought.key} Bought" in text
    assert ranking() == ["Bought", "Honest"]


def test_with_a_reason_the_ranking_is_corrected_and_the_page_says_so(
    moderator: Client, papers: tuple[Paper, Paper]
) -> None:
    response = press(moderator, seen=seen_by(moderator))
    assert messages_of(response) == ["success: Corrected: 2 papers have another rank."]
    assert ranking() == ["Honest", "Bought"]
    text = text_of(response.content.decode())
    assert "a correction would change nothing" in text
    assert "carol: A ring of accounts. (2 papers have another rank)" in text
    assert rows_of(moderator, LIST)[0].endswith(" 1")


def test_without_a_reason_the_page_asks_for_one(
    moderator: Client, papers: tuple[Paper, Paper]
) -> None:
    assert press(moderator, reason=" ").status_code == 400
    assert ranking() == ["Bought", "Honest"]


def test_what_has_changed_since_the_look_is_not_done(
    moderator: Client, papers: tuple[Paper, Paper]
) -> None:
    seen = seen_by(moderator)
    make_upvote(make_user(), papers[1], first_cast_at=NOON)
    (told,) = messages_of(press(moderator, seen=seen))
    assert told == "warning: Something else would change by now. Look at it again."
    assert ranking() == ["Bought", "Honest"]


def test_pressed_twice_the_second_is_told_that_it_is_right(
    moderator: Client, papers: tuple[Paper, Paper]
) -> None:
    press(moderator)
    (told,) = messages_of(press(moderator))
    assert told == "warning: The ranking is right as it stands: nothing would change."
    assert StandingCorrection.objects.count() == 1


def test_members_are_refused(client: Client, papers: tuple[Paper, Paper]) -> None:
    client.force_login(make_user("bob"))
    assert client.get(page_url(), follow=True).status_code == 403
    assert press(client).status_code == 403
    assert ranking() == ["Bought", "Honest"]


def test_an_unknown_ranking_is_not_found(moderator: Client) -> None:
    for number in ("0", "x", "%00", "9" * 25):
        assert moderator.get(f"{LIST}{number}/change/").status_code == 404, number


def test_the_log_of_the_admin_names_the_ranking(
    moderator: Client, papers: tuple[Paper, Paper], carol: User
) -> None:
    press(moderator)
    (row,) = rows_of(moderator, "/admin/papers/moderationlogentry/")
    assert "standing corrected 11 March 2025 carol A ring of accounts." in row
    assert ModerationLogEntry.objects.get().actor == carol
