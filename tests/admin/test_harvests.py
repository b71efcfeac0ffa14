"""Harvests, their runs and the providers in the admin: what they say, and their buttons."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from pytest_django import Settings

from accounts.models import User
from papers.models import Harvest, HarvestRun, SourceState
from tests.admin.pages import messages_of, rows_of, text_of

pytestmark = pytest.mark.django_db

LIST = "/admin/papers/harvest/"


@pytest.fixture(autouse=True)
def _harvesting(settings: Settings) -> None:
    settings.HARVEST = True


@pytest.fixture
def allowed(moderator: Client, carol: User) -> Client:
    """Carol, who may change harvests and the states of sources."""
    names = ["change_harvest", "change_sourcestate"]
    carol.user_permissions.set(Permission.objects.filter(codename__in=names))
    return moderator


def harvest_of(name: str = "arxiv_oai", **fields: Any) -> Harvest:
    return Harvest.objects.update_or_create(name=name, defaults=fields)[0]


def make_run(harvest: Harvest, hours_ago: float = 1, **fields: Any) -> HarvestRun:
    begun = timezone.now() - timedelta(hours=hours_ago)
    fields.setdefault("finished_at", begun + timedelta(minutes=3))
    return HarvestRun.objects.create(
        harvest=harvest, started_at=begun, active_at=begun + timedelta(minutes=3), **fields
    )


def page_of(row: Harvest | SourceState) -> str:
    return f"/admin/papers/{row._meta.model_name}/{row.pk}/change/"


def text_at(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return text_of(response.content.decode().split("<main")[1])


def row_of(client: Client, beginning: str) -> str:
    [row] = [row for row in rows_of(client, LIST) if row.startswith(beginning)]
    return row


# --- The list ---------------------------------------------------------------------------------


def test_the_list_tells_of_the_last_run_in_words_and_numbers(moderator: Client) -> None:
    harvest = harvest_of(progress={"day": "2026-03-06", "sets": ["cs:cs:LG"], "token": "x"})
    make_run(harvest, 30, created=99)
    make_run(harvest, 1, created=11, updated=22, unchanged=33, rejected=44, error="No such set.")
    row = row_of(moderator, "arXiv: what was added and changed")
    assert " failed " in row
    assert " 11 22 33 44 No such set. within a minute " in row
    assert "at the records of 2026-03-06, still to read: cs:cs:LG" in row
    assert "99" not in row


def test_harvests_that_never_ran_wait_for_their_time(moderator: Client) -> None:
    harvest_of(next_run_at=timezone.now() + timedelta(hours=5))
    assert "waiting never" in row_of(moderator, "arXiv: what was added")
    assert "when somebody runs fetch_arxiv" in row_of(moderator, "arXiv: what somebody asked")


def test_a_site_that_does_not_harvest_says_so(moderator: Client, settings: Settings) -> None:
    settings.HARVEST = False
    assert "never: HARVEST is off" in row_of(moderator, "arXiv: what was added")


def test_a_harvest_of_another_release_is_shown_and_can_do_nothing(root: Client) -> None:
    harvest = harvest_of("gopher")
    assert "this release does not have it" in row_of(root, "gopher")
    assert "<form method" not in root.get(page_of(harvest)).content.decode().split("<main")[1]


# --- The page ---------------------------------------------------------------------------------


def test_the_page_shows_the_last_twenty_runs_with_what_they_rejected(moderator: Client) -> None:
    harvest = harvest_of()
    for number in range(1, 22):
        make_run(harvest, number, created=1000 + number)
    make_run(
        harvest,
        0.5,
        finished_at=None,
        rejected=1,
        rejections=[{"position": 3, "name": "2603.00011", "reason": "It has no <title>."}],
    )
    text = text_at(moderator, page_of(harvest))
    assert "State running" in text
    assert "running, last active" in text
    assert "2603.00011: It has no <title>." in text
    assert ("1019" in text, "1020" in text) == (True, False)
    assert "read to its end" in text


def silent_run(name: str, minutes: float) -> HarvestRun:
    """An open run that has shown no sign for so long."""
    run = make_run(harvest_of(name), finished_at=None)
    run.active_at = timezone.now() - timedelta(minutes=minutes)
    run.save()
    return run


def test_a_command_that_shows_no_sign_for_ten_minutes_is_interrupted(moderator: Client) -> None:
    run = silent_run("fetch_arxiv", 11)
    text = text_at(moderator, page_of(run.harvest))
    assert "State interrupted" in text
    assert "interrupted, last active" in text
    assert "the same command goes on" in text
    assert " interrupted " in row_of(moderator, "arXiv: what somebody asked")
    (row,) = rows_of(moderator, "/admin/papers/harvestrun/")
    assert "interrupted, last active" in row


def test_a_command_that_works_or_waits_is_running(moderator: Client) -> None:
    run = silent_run("fetch_arxiv", 9)
    assert "State running" in text_at(moderator, page_of(run.harvest))
    run.active_at = timezone.now() - timedelta(hours=2)
    run.save()
    # It was left alone until five minutes ago, and asks again by now.
    SourceState.objects.create(
        provider="arxiv", back_off_until=timezone.now() - timedelta(minutes=5)
    )
    assert "State running" in text_at(moderator, page_of(run.harvest))


def test_a_harvest_that_goes_on_by_itself_is_never_interrupted(moderator: Client) -> None:
    run = silent_run("arxiv_oai", 60)
    text = text_at(moderator, page_of(run.harvest))
    assert "State running" in text
    assert "running, last active" in text


def test_a_provider_that_is_left_alone_is_named(moderator: Client) -> None:
    SourceState.objects.create(
        provider="arxiv", back_off_until=timezone.now() + timedelta(minutes=9), refusals=3
    )
    assert "arXiv is left alone until" in text_at(moderator, page_of(harvest_of()))
    assert "left alone" not in text_at(moderator, page_of(harvest_of("biorxiv")))


def test_the_page_asks_as_much_for_many_runs_as_for_few(moderator: Client) -> None:
    harvest = harvest_of()
    counts = set()
    for number in (1, 29):
        for hours_ago in range(number):
            make_run(harvest, hours_ago)
        moderator.get(page_of(harvest))
        with CaptureQueriesContext(connection) as queries:
            moderator.get(page_of(harvest))
        counts.add(len(queries))
    assert len(counts) == 1


# --- The buttons ------------------------------------------------------------------------------


def press(client: Client, row: Harvest | SourceState, name: str) -> list[str]:
    """Send the button; return what the page then says happened."""
    response = client.post(page_of(row), {name: "1"}, follow=True)
    assert response.redirect_chain
    return messages_of(response)


def logged() -> list[tuple[str, str]]:
    rows = LogEntry.objects.order_by("pk").values_list("user__username", "change_message")
    return [(name, message) for name, message in rows]


def test_run_now_makes_it_due(allowed: Client) -> None:
    harvest = harvest_of(
        next_run_at=timezone.now() + timedelta(hours=5), progress={"day": "2026-03-06"}
    )
    assert press(allowed, harvest, "run") == [
        "success: It is asked for. It begins within a minute, or goes on where it stopped."
    ]
    harvest.refresh_from_db()
    assert harvest.run_requested_at is not None
    assert harvest.progress == {"day": "2026-03-06"}
    assert logged() == [("carol", "Run now")]
    history = page_of(harvest).replace("change", "history")
    assert "Run now" in text_at(allowed, history)
    assert 'name="run"' not in allowed.get(page_of(harvest)).content.decode()


def test_pause_and_resume(allowed: Client) -> None:
    harvest = harvest_of()
    press(allowed, harvest, "pause")
    harvest.refresh_from_db()
    assert harvest.paused
    assert "State paused Next run when it is resumed" in text_at(allowed, page_of(harvest))
    # Not while it is paused.
    assert press(allowed, harvest, "run")[0].startswith("warning: That cannot be done")
    press(allowed, harvest, "resume")
    harvest.refresh_from_db()
    assert (harvest.paused, harvest.run_requested_at) == (False, None)
    assert logged() == [("carol", "Pause"), ("carol", "Resume")]


def test_a_site_that_does_not_harvest_promises_nothing(allowed: Client, settings: Settings) -> None:
    settings.HARVEST = False
    harvest = harvest_of()
    assert press(allowed, harvest, "run") == [
        "success: It is asked for. It begins, or goes on where it stopped, once HARVEST is on."
    ]
    make_run(harvest, finished_at=None)
    press(allowed, harvest, "pause")
    assert press(allowed, harvest, "resume") == [
        "success: It is resumed. It begins, or goes on where it stopped, once HARVEST is on."
    ]


def test_what_is_asked_of_a_provider_that_is_left_alone_waits(allowed: Client) -> None:
    until = timezone.now() + timedelta(minutes=9)
    SourceState.objects.create(provider="arxiv", back_off_until=until, refusals=3)
    (said,) = press(allowed, harvest_of(), "run")
    assert said.endswith("It begins, or goes on where it stopped, when arXiv may be asked again.")


def test_resumed_says_what_goes_on_and_who_has_to_do_it(allowed: Client) -> None:
    for name, is_open, said in (
        ("arxiv_oai", False, "It begins when it is due."),
        ("arxiv_oai", True, "It begins within a minute, or goes on where it stopped."),
        ("fetch_arxiv", False, "The command can be run again."),
        (
            "fetch_arxiv",
            True,
            "Whoever runs the same command again goes on where it stopped.",
        ),
    ):
        harvest = harvest_of(name, paused=True)
        if is_open:
            make_run(harvest, finished_at=None)
        assert press(allowed, harvest, "resume") == [f"success: It is resumed. {said}"]


def test_what_only_a_command_starts_can_be_paused_but_not_run(allowed: Client) -> None:
    harvest = harvest_of("fetch_arxiv")
    page = allowed.get(page_of(harvest)).content.decode()
    assert 'name="pause"' in page
    assert 'name="run"' not in page


def test_ask_again_now_ends_the_back_off(allowed: Client) -> None:
    asked = timezone.now() - timedelta(minutes=1)
    state = SourceState.objects.create(
        provider="arxiv",
        last_request_at=asked,
        back_off_until=timezone.now() + timedelta(minutes=9),
        refusals=3,
    )
    assert press(allowed, state, "ask") == ["success: It may be asked again, within a minute."]
    state.refresh_from_db()
    assert (state.back_off_until, state.refusals, state.last_request_at) == (None, 0, asked)
    assert logged() == [("carol", "Ask again now")]
    assert 'name="ask"' not in allowed.get(page_of(state)).content.decode()


@pytest.mark.parametrize("button", ["run", "pause"])
def test_who_may_not_change_harvests_sees_no_button_and_is_refused(
    moderator: Client, button: str
) -> None:
    harvest = harvest_of()
    page = moderator.get(page_of(harvest)).content.decode()
    assert f'name="{button}"' not in page
    assert "needs a permission" in page
    assert moderator.post(page_of(harvest), {button: "1"}).status_code == 403
    harvest.refresh_from_db()
    assert (harvest.paused, harvest.run_requested_at) == (False, None)
    assert logged() == []


def test_nothing_happens_without_a_button_or_on_get(allowed: Client) -> None:
    harvest = harvest_of()
    for name in ("run", "pause"):
        allowed.get(page_of(harvest), {name: "1"})
    assert press(allowed, harvest, "paws")[0].startswith("warning: ")
    harvest.refresh_from_db()
    assert (harvest.paused, harvest.run_requested_at) == (False, None)
    assert logged() == []


def test_a_form_without_its_token_is_refused(carol: User) -> None:
    carol.user_permissions.set(Permission.objects.filter(codename="change_harvest"))
    client = Client(enforce_csrf_checks=True)
    client.force_login(carol)
    assert client.post(page_of(harvest_of()), {"pause": "1"}).status_code == 403


@pytest.mark.parametrize("name", ["harvest", "sourcestate"])
def test_rows_are_neither_added_nor_deleted(root: Client, name: str) -> None:
    row = harvest_of() if name == "harvest" else SourceState.objects.create(provider="arxiv")
    path = f"/admin/papers/{name}/"
    assert root.get(f"{path}add/").status_code == 403
    assert root.post(f"{path}{row.pk}/delete/", {"post": "yes"}).status_code == 403


# --- Runs -------------------------------------------------------------------------------------


def test_runs_are_narrowed_by_harvest_and_outcome(moderator: Client) -> None:
    oai, rss = harvest_of(), harvest_of("arxiv_rss")
    make_run(oai, 1, finished_at=None)
    make_run(oai, 2, error="No such set.")
    make_run(rss, 3)
    make_run(rss, 4, rejected=2)
    path = "/admin/papers/harvestrun/"
    for query, number in (
        ("", 4),
        (f"harvest={oai.pk}", 2),
        ("harvest=nonsense", 4),
        ("outcome=running", 1),
        ("outcome=failed", 1),
        ("outcome=complete", 2),
        ("outcome=rejected", 1),
        (f"outcome=complete&harvest={rss.pk}", 2),
        ("outcome=nonsense", 4),
    ):
        assert len(rows_of(moderator, f"{path}?{query}")) == number, query


def test_the_page_of_a_run_names_what_it_rejected(moderator: Client) -> None:
    run = make_run(
        harvest_of(), rejections=[{"position": 1, "name": "<b>x</b>", "reason": "It has no title."}]
    )
    text = text_at(moderator, f"/admin/papers/harvestrun/{run.pk}/change/")
    assert "<b>x</b>: It has no title." in text
