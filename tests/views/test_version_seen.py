"""POST /papers/<key>/version/seen/, and where a new version is shown"""

from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from papers.models import LibraryEntry, Paper
from papers.services.moderation import hide_paper
from tests.factories import make_moderator, make_paper, make_user
from tests.views.libraries import keep, keys_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def alice(client: Client) -> User:
    """Alice, logged in."""
    alice = make_user("alice")
    client.force_login(alice)
    return alice


def with_new(owner: User, number: int = 3, title: str = "", **fields: Any) -> Paper:
    """A paper that the member keeps, of which a version has come."""
    paper = keep(owner, title, **fields)
    LibraryEntry.objects.filter(owner=owner, paper=paper).update(new_version=number)
    return paper


def mark(owner: User, paper: Paper) -> int | None:
    return LibraryEntry.objects.get(owner=owner, paper=paper).new_version


def test_it_takes_the_mark_away_and_leads_back_to_where_one_was(
    client: Client, alice: User
) -> None:
    paper, other = with_new(alice), with_new(alice)
    bob = make_user("bob")
    LibraryEntry.objects.create(
        owner=bob,
        paper=paper,
        new_version=3,
        status="read",
        added_at=paper.created_at,
        changed_at=paper.created_at,
    )
    response = client.post(
        f"/papers/{paper.key}/version/seen/", {"version": 3, "next": "/library/?status=to_read"}
    )
    assert response.status_code == 302
    assert response["Location"] == f"/library/?status=to_read#paper-{paper.pk}"
    assert (mark(alice, paper), mark(alice, other), mark(bob, paper)) == (None, 3, 3)
    assert LibraryEntry.objects.get(owner=alice, paper=paper).status == "to_read"


def test_a_version_that_came_since_the_page_was_opened_stays_marked(
    client: Client, alice: User
) -> None:
    paper = with_new(alice, 4)
    client.post(f"/papers/{paper.key}/version/seen/", {"version": 3})
    assert mark(alice, paper) == 4
    client.post(f"/papers/{paper.key}/version/seen/")
    assert mark(alice, paper) is None


@pytest.mark.parametrize("version", ["x", "0", "-1", "99999999", "3\x00", "1.5"])
def test_what_is_no_version_is_refused(client: Client, alice: User, version: str) -> None:
    paper = with_new(alice)
    response = client.post(f"/papers/{paper.key}/version/seen/", {"version": version})
    assert response.status_code == 400
    assert mark(alice, paper) == 3


def test_a_paper_that_one_does_not_keep_stays_out_of_the_library(
    client: Client, alice: User
) -> None:
    response = client.post(f"/papers/{make_paper().key}/version/seen/", {"version": 2})
    assert response.status_code == 302
    assert not LibraryEntry.objects.exists()


def test_it_works_for_a_paper_that_was_hidden_since(client: Client, alice: User) -> None:
    paper = with_new(alice)
    hide_paper(paper=paper, moderator=make_moderator(), reason="Not a paper.")
    client.post(f"/papers/{paper.key}/version/seen/", {"version": 3})
    assert mark(alice, paper) is None


def test_getting_changes_nothing_and_a_visitor_is_sent_to_the_log_in(
    client: Client, alice: User
) -> None:
    paper = with_new(alice)
    url = f"/papers/{paper.key}/version/seen/"
    assert client.get(url).status_code == 405
    client.logout()
    assert client.post(url)["Location"].startswith("/accounts/login/?next=")
    assert mark(alice, paper) == 3


def test_a_form_without_its_token_is_refused(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    paper = with_new(alice)
    assert client.post(f"/papers/{paper.key}/version/seen/").status_code == 403


def test_the_library_and_the_paper_show_it_to_its_keeper_alone(client: Client, alice: User) -> None:
    paper = with_new(alice, key="2503.01234")
    keep(alice)
    for url in ("/library/", "/papers/2503.01234/"):
        html = client.get(url).content.decode()
        assert html.count("v3 is new") == 1
        assert 'href="https://arxiv.org/abs/2503.01234v3"' in html
        assert html.count('action="/papers/2503.01234/version/seen/"') == 1
        assert f'name="next" value="{url}"' in html
    client.logout()
    assert "is new" not in client.get("/papers/2503.01234/").content.decode()
    client.force_login(make_user("bob"))
    assert "is new" not in client.get("/papers/2503.01234/").content.decode()
    assert paper.key == "2503.01234"


def test_the_library_is_narrowed_to_papers_with_a_new_version(client: Client, alice: User) -> None:
    new = with_new(alice, title="Looms")
    keep(alice, "Looms, too")
    with_new(alice, title="Kilns")
    with_new(make_user("bob"), title="Looms of Bob")
    response = client.get("/library/?new_version=1&q=looms")
    assert keys_of(response) == [new.key]
    html = response.content.decode()
    assert 'class="chip chip--off" href="?q=looms"' in " ".join(html.split())
    assert "With a new version" in html
