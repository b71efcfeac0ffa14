"""/settings/preferences/, and that every page follows them."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from accounts.models import User
from accounts.preferences import time_zone_names
from papers.services.moderation import hide_paper
from tests.accounts.page import Page
from tests.factories import make_moderator, make_paper, make_user

pytestmark = pytest.mark.django_db

PREFERENCES = "/settings/preferences/"
CHOSEN = {
    "theme": "dark",
    "density": "compact",
    "language": "en-us",
    "time_zone": "Asia/Tokyo",
}


@pytest.fixture
def alice(client: Client) -> User:
    alice = make_user("alice")
    client.force_login(alice)
    return alice


def test_choices_are_kept_and_shown(client: Client, alice: User) -> None:
    assert client.post(PREFERENCES, CHOSEN).status_code == 302
    alice.refresh_from_db()
    assert {name: getattr(alice, name) for name in CHOSEN} == CHOSEN
    page = Page(client.get(PREFERENCES))
    chosen = [option.attributes["value"] for option in page.all("option", selected="")]
    assert chosen == list(CHOSEN.values())


def test_a_page_says_theme_and_density_to_the_browser_before_it_is_painted(
    client: Client, alice: User
) -> None:
    html = Page(client.get("/")).one("html").attributes
    assert "data-theme" not in html
    assert "data-density" not in html
    client.post(PREFERENCES, CHOSEN)
    html = Page(client.get("/")).one("html").attributes
    assert (html["data-theme"], html["data-density"]) == ("dark", "compact")
    assert html["lang"] == "en-us"


def test_dates_are_written_as_chosen(client: Client, alice: User) -> None:
    paper = make_paper(published_at=datetime(2026, 3, 9, 23, 30, tzinfo=UTC), listed=False)
    expected = {"": "9 Mar 2026", "en-gb": "9 Mar 2026", "en-us": "Mar 9, 2026"}
    for language, text in {**expected, "en-se": "2026-03-09"}.items():
        # Far in the east it was the next day; days of papers are those of UTC.
        client.post(PREFERENCES, {**CHOSEN, "language": language})
        page = Page(client.get(paper.get_absolute_url()))
        assert text in page.text, language


def test_times_of_day_are_the_member_s_own(client: Client, alice: User) -> None:
    with time_machine.travel(datetime(2026, 3, 9, 23, 30, tzinfo=UTC), tick=False):
        hide_paper(paper=make_paper(), moderator=make_moderator(), reason="Spam.")
    assert "9 Mar 2026, 23:30 UTC" in Page(Client().get("/moderation/log/")).text
    client.post(PREFERENCES, CHOSEN)
    assert "Mar 10, 2026, 8:30 AM JST" in Page(client.get("/moderation/log/")).text


def test_numbers_are_grouped_as_chosen(client: Client, alice: User) -> None:
    page = Page(client.get(PREFERENCES))
    labels = [" ".join(option.text.split()) for option in page.all("option")]
    assert "English: 22 Nov 2026, 14:05; 1,234,567" in labels
    assert "English, United States: Nov 22, 2026, 2:05 PM; 1,234,567" in labels
    assert "English, India: 22 Nov 2026, 2:05 PM; 12,34,567" in labels
    assert "English, ISO 8601: 2026-11-22 14:05; 1 234 567" in labels


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("theme", "sepia"),
        ("density", "roomy"),
        ("language", "tlh"),
        ("language", "de"),
        ("time_zone", "Mars/Olympus_Mons"),
        ("time_zone", "../../etc/passwd"),
        ("time_zone", "x" * 10_000),
        ("time_zone", "UTC\x00"),
    ],
)
def test_what_is_no_choice_is_refused_at_its_field(
    client: Client, alice: User, name: str, value: str
) -> None:
    response = client.post(PREFERENCES, {**CHOSEN, name: value})
    assert response.status_code == 400
    page = Page(response)
    assert page.one("select", name=name).attributes["aria-invalid"] == "true"
    alice.refresh_from_db()
    assert getattr(alice, name) == ""


def test_every_time_zone_can_be_chosen(client: Client, alice: User) -> None:
    page = Page(client.get(PREFERENCES))
    offered = {option.attributes["value"] for option in page.all("option")}
    assert set(time_zone_names()) - {"UTC"} <= offered
    assert {"Europe/Berlin", "America/Argentina/Ushuaia", "Etc/GMT+12"} <= offered


def test_a_zone_or_language_that_is_no_longer_known_is_the_site_s(
    client: Client, alice: User
) -> None:
    User.objects.update(time_zone="Europe/Atlantis", language="xx")
    response = client.get("/")
    assert response.status_code == 200
    assert response.headers["Content-Language"] == "en"


def test_preferences_cost_no_query(client: Client, alice: User) -> None:
    def queries() -> int:
        client.get("/")
        with CaptureQueriesContext(connection) as counted:
            client.get("/")
        return len(counted)

    before = queries()
    client.post(PREFERENCES, CHOSEN)
    assert queries() == before


def test_nothing_of_one_request_is_left_for_the_next(client: Client, alice: User) -> None:
    client.post(PREFERENCES, CHOSEN)
    client.get("/")
    assert translation.get_language() == "en"
    assert timezone.get_current_timezone_name() == "UTC"


def test_a_visitor_s_page_does_not_depend_on_what_their_browser_asks_for() -> None:
    pages = [
        Client().get("/", headers={"Accept-Language": language})
        for language in ("", "en-US", "de-DE,de", "en-GB;q=0.5, en-SE")
    ]
    assert len({page.content for page in pages}) == 1
    for page in pages:
        assert page.headers["Content-Language"] == "en"
        assert "Accept-Language" not in page.headers.get("Vary", "")
        assert not page.cookies


def test_days_are_those_of_utc_and_the_page_says_so(client: Client, alice: User) -> None:
    assert "midnight UTC" in Page(client.get(PREFERENCES)).text
