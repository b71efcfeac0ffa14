"""GET /moderation/log/"""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import User
from papers.models import ModerationLogEntry
from papers.services.members import suspend_member
from papers.services.moderation import hide_paper, restore_paper
from papers.views.moderation import PAGE_SIZE
from tests.factories import make_moderator, make_paper, make_user

pytestmark = pytest.mark.django_db

URL = "/moderation/log/"


def text_of(client: Client, url: str = URL) -> str:
    """What the page says, its entries apart and their spaces single."""
    response = client.get(url)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", main_of(response)))


def main_of(response: Any) -> str:
    return str(response.content.decode().split("<main", 1)[1].split("</main>", 1)[0])


def numbers_of(client: Client, url: str) -> list[int]:
    """The numbers of the page's entries, in the page's order."""
    page = main_of(client.get(url))
    return [int(number) for number in re.findall(r'id="entry-(\d+)"', page)]


def log(reason: str = "Spam.", **fields: Any) -> ModerationLogEntry:
    fields.setdefault("action", "hide")
    if fields["action"] == "hide":
        fields.setdefault("paper", make_paper())
    return ModerationLogEntry.objects.create(reason=reason, **fields)


def test_an_empty_log_says_so(client: Client) -> None:
    assert "Nothing yet." in text_of(client)


def test_it_says_who_did_what_to_what_and_why(client: Client) -> None:
    paper = make_paper("On the making of logs")
    carol = make_moderator("carol")
    hide_paper(paper=paper, moderator=carol, reason="Spam.")
    restore_paper(paper=paper, moderator=carol, reason="Looked at it again.")
    text = text_of(client)
    assert "Restored : On the making of logs · by carol Looked at it again." in text
    assert "Hidden : On the making of logs · by carol Spam." in text


def test_the_newest_comes_first_and_each_entry_once_over_the_pages(client: Client) -> None:
    paper = make_paper()
    made = [log(paper=paper).pk for _ in range(2 * PAGE_SIZE + 1)]
    seen: list[int] = []
    url = URL
    while url:
        seen += numbers_of(client, url)
        older = re.search(r'href="(\?before=\d+)"', main_of(client.get(url)))
        url = f"{URL}{older[1]}" if older else ""
    assert seen == made[::-1]


def test_a_full_last_page_leads_to_no_empty_one(client: Client) -> None:
    paper = make_paper()
    for _ in range(PAGE_SIZE):
        log(paper=paper)
    assert "?before=" not in main_of(client.get(URL))


def test_past_the_end_it_says_that_there_is_nothing_older(client: Client) -> None:
    entry = log()
    assert "There is nothing older." in text_of(client, f"{URL}?before={entry.pk}")


@pytest.mark.parametrize("before", ["x", "-1", "1.5", "9" * 19, "²", "%00"])
def test_a_place_that_is_none_is_a_bad_request(client: Client, before: str) -> None:
    response = client.get(f"{URL}?before={before}")
    assert response.status_code == 400
    assert "not a place in the log" in response.content.decode()


def test_a_hidden_paper_is_named_by_its_key_for_the_title_may_be_the_reason(
    client: Client,
) -> None:
    paper = make_paper("Buy cheap watches")
    hide_paper(paper=paper, moderator=make_moderator(), reason="Advertising.")
    page = main_of(client.get(URL))
    assert f'<a href="{paper.get_absolute_url()}">{paper.key}</a>' in page
    assert "watches" not in page


def test_a_pending_paper_is_not_named_for_the_public_may_not_know_of_it(client: Client) -> None:
    paper = make_paper("Not yet seen", listed=False, pending_since=timezone.now())
    carol = make_moderator("carol")
    hide_paper(paper=paper, moderator=carol, reason="Spam.")
    restore_paper(paper=paper, moderator=carol, reason="Looked at it again.")
    text = text_of(client)
    assert "Restored : a pending paper · by carol Looked at it again." in text
    assert "Hidden : a pending paper · by carol Spam." in text
    page = main_of(client.get(URL))
    assert paper.key not in page
    assert "Not yet seen" not in page


def test_a_member_is_named(client: Client) -> None:
    suspend_member(
        member=make_user("bob"),
        until=timezone.now() + timedelta(days=30),
        moderator=make_moderator("carol"),
        reason="Abuse.",
    )
    assert "Suspended : bob · by carol Abuse." in text_of(client)


def test_members_who_are_no_longer_here_are_not_named(client: Client) -> None:
    bob, carol = make_user("bob"), make_moderator("carol")
    log(action="suspend", member=bob, actor=carol)
    User.objects.filter(pk__in=[bob.pk, carol.pk]).delete()
    assert "Suspended : deleted member · by a deleted member Spam." in text_of(client)


def test_what_nobody_did_the_site_did(client: Client) -> None:
    log(action="unsuspend", member=make_user("bob"), reason="The suspension ran out.")
    assert "Suspension ended : bob · by the site itself" in text_of(client)


def test_a_removed_reason_is_said_to_be_removed(client: Client) -> None:
    entry = log("Bob lives in Elm Street.")
    ModerationLogEntry.objects.filter(pk=entry.pk).update(reason="")
    text = text_of(client)
    assert "(reason removed)" in text
    assert "Elm Street" not in text


def test_a_reason_is_text_not_markup(client: Client) -> None:
    log("<script>alert(1)</script>")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in main_of(client.get(URL))


def test_all_entries_are_read_in_one_query(client: Client) -> None:
    for number in range(20):
        paper = make_paper(hidden_at=timezone.now() if number % 2 else None)
        log(paper=paper, actor=make_user(), action="hide", member=make_user())
    with CaptureQueriesContext(connection) as queries:
        client.get(URL)
    assert len(queries) == 1
