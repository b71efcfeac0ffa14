"""/@user/: a member's page, and who sees what of it."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Profile, User
from papers.member_page import LISTS_SHOWN, VOTES_SHOWN
from papers.models import LibraryEntry, Paper, Visibility
from tests.accounts.page import Page
from tests.factories import make_list, make_moderator, make_paper, make_upvote, make_user

pytestmark = pytest.mark.django_db

NOW = timezone.now()
ALICE = "/@alice/"


@pytest.fixture
def alice() -> User:
    return make_user("alice", date_joined=NOW.replace(year=2020, month=5, day=3))


def describe(member: User, **values: Any) -> Profile:
    return Profile.objects.create(
        user=member,
        **{"display_name": "Alice Example", "about": "I read *everything*."} | values,
    )


def show_votes(member: User) -> None:
    User.objects.filter(pk=member.pk).update(votes_public=True)


def read(member: User, paper: Paper, status: str = "reading") -> None:
    LibraryEntry.objects.update_or_create(
        owner=member, paper=paper, defaults={"status": status, "added_at": NOW, "changed_at": NOW}
    )


def page(client: Client, url: str = ALICE) -> Page:
    response = client.get(url)
    assert response.status_code == 200
    return Page(response)


def is_indexed(found: Page) -> bool:
    return not found.all("meta", name="robots")


def test_a_page_says_what_the_member_says(client: Client, alice: User) -> None:
    describe(alice, affiliation="Somewhere", homepage="https://alice.example.org/")
    found = page(client)
    assert found.heading == "Alice Example"
    for text in ("@alice", "Somewhere", "Member since May 2020", "I read everything."):
        assert text in found.text
    link = found.one("a", href="https://alice.example.org/").attributes
    assert {"me", "nofollow", "noopener", "ugc"} <= set(link["rel"].split())
    assert is_indexed(found)


def test_a_page_of_which_nothing_is_said_is_there_but_not_for_search_engines(
    client: Client, alice: User
) -> None:
    found = page(client)
    assert found.heading == "@alice"
    assert "Nothing to see here yet." in found.text
    assert not is_indexed(found)


def test_hostile_text_is_text(client: Client, alice: User) -> None:
    describe(
        alice,
        display_name="<script>alert(1)</script>",
        about="<img src=x onerror=alert(1)> [x](javascript:alert(1)) ![x](https://a.example/x)",
    )
    source = page(client).source
    assert "<script>alert" not in source
    assert "<img" not in source
    assert 'href="javascript' not in source


def test_public_lists_are_shown_and_no_others(client: Client, alice: User) -> None:
    papers = [make_paper(), make_paper(hidden_at=NOW)]
    make_list(alice, "A public list", visibility=Visibility.PUBLIC, papers=papers)
    make_list(alice, "A private list")
    found = page(client)
    assert "A public list" in found.text
    assert "1 paper" in found.text
    assert "private" not in found.text
    profile = describe(alice)
    assert "A public list" in page(client).text
    profile.shows_lists = False
    profile.save()
    assert "A public list" not in page(client).text


def test_a_list_in_which_others_see_nothing_is_shown_to_its_owner_alone(
    client: Client, alice: User
) -> None:
    papers = [make_paper(hidden_at=NOW)]
    make_list(alice, "All hidden", visibility=Visibility.PUBLIC, papers=papers)
    make_list(alice, "Still empty", visibility=Visibility.PUBLIC)
    for viewer, expected in ((None, False), (make_moderator(), False), (alice, True)):
        if viewer:
            client.force_login(viewer)
        text = page(client).text
        assert [title in text for title in ("All hidden", "Still empty")] == [expected] * 2


def test_upvotes_are_private_by_default(client: Client, alice: User) -> None:
    make_upvote(alice, paper := make_paper())
    for answer, expected in ((None, False), (False, False), (True, True)):
        User.objects.update(votes_public=answer)
        assert (paper.title in page(client).text) is expected, answer


def test_upvotes_are_newest_first_and_leave_out_what_others_may_not_see(
    client: Client, alice: User
) -> None:
    show_votes(alice)
    older, newer = make_paper("The older one"), make_paper("The newer one")
    make_upvote(alice, newer, first_cast_at=NOW - timedelta(minutes=1))
    make_upvote(alice, older, first_cast_at=NOW - timedelta(minutes=2))
    hidden = make_paper("A hidden one", hidden_at=NOW)
    pending = make_paper("A pending one", listed=False, pending_since=NOW)
    taken_back = make_paper("One taken back")
    make_upvote(alice, taken_back, removed_at=timezone.now())
    for paper in (hidden, pending):
        make_upvote(alice, paper)
    for viewer in (None, alice):
        if viewer:
            client.force_login(viewer)
        keys = [row.attributes["data-paper"] for row in page(client).all("article")]
        assert keys == [newer.key, older.key]


def test_upvotes_are_paged_and_each_comes_once(client: Client, alice: User) -> None:
    show_votes(alice)
    for number in range(VOTES_SHOWN + 5):
        make_upvote(alice, make_paper(), first_cast_at=NOW - timedelta(minutes=number // 2))
    first = page(client)
    (more,) = first.all("a", rel="next")
    second = page(client, ALICE + more.attributes["href"])
    keys = [row.attributes["data-paper"] for half in (first, second) for row in half.all("article")]
    assert len(keys) == len(set(keys)) == VOTES_SHOWN + 5
    assert not second.all("a", rel="next")
    assert not is_indexed(second)


@pytest.mark.parametrize("cursor", ["x", "1", "1-", "9" * 30, "1-1\x00", "-1-1-1", "9" * 18 + "-1"])
def test_what_is_no_cursor_is_400(client: Client, alice: User, cursor: str) -> None:
    show_votes(alice)
    assert client.get(ALICE, {"after": cursor}).status_code == 400


def test_what_one_reads_is_private_unless_chosen(client: Client, alice: User) -> None:
    reading, done = make_paper("Being read"), make_paper("Read")
    hidden = make_paper("Hidden since", hidden_at=NOW)
    read(alice, reading)
    read(alice, hidden)
    read(alice, done, "read")
    assert "Being read" not in page(client).text
    describe(alice, shows_reading=True)
    found = page(client)
    assert "Reading now" in found.text
    assert "Being read" in found.text
    assert "Hidden since" not in found.text
    assert not found.all("a", href=done.get_absolute_url())


def test_the_owner_sees_what_others_see_and_the_way_to_change_it(
    client: Client, alice: User
) -> None:
    describe(alice)
    make_upvote(alice, paper := make_paper())
    client.force_login(alice)
    found = page(client)
    assert found.all("a", href="/settings/profile/")
    assert paper.title not in found.text
    assert "Your upvotes are private" in found.text
    client.force_login(make_user("bob"))
    found = page(client)
    assert not found.all("a", href="/settings/profile/")
    assert "private" not in found.text


def test_moderators_find_the_member_in_the_admin(client: Client, alice: User) -> None:
    admin = f"/admin/accounts/user/{alice.pk}/change/"
    client.force_login(make_user("bob"))
    assert not page(client).all("a", href=admin)
    client.force_login(make_moderator())
    assert page(client).all("a", href=admin)


def test_a_suspended_member_s_page_shows_nothing(client: Client, alice: User) -> None:
    describe(alice)
    make_list(alice, "A public list", visibility=Visibility.PUBLIC, papers=[make_paper()])
    User.objects.update(suspended_until=NOW + timedelta(days=1))
    found = page(client)
    assert found.heading == "@alice"
    assert "This page shows nothing at present." in found.text
    assert not is_indexed(found)
    client.force_login(alice)
    assert "Your account is suspended" in page(client).text
    for viewer in (make_user("bob"), alice):
        client.force_login(viewer)
        assert "everything" not in page(client).text
        assert "A public list" not in page(client).text
    client.force_login(make_moderator())
    assert "A public list" in page(client).text


def test_a_quarantined_member_notices_nothing(client: Client, alice: User) -> None:
    describe(alice)
    User.objects.filter(pk=alice.pk).update(quarantined_at=NOW)
    assert "everything" not in page(client).text
    client.force_login(alice)
    assert "everything" in page(client).text


def test_a_closed_account_and_nobody_s_name_are_404(client: Client, alice: User) -> None:
    User.objects.update(is_active=False)
    assert client.get(ALICE).status_code == 404
    for name in ("nobody-there", "a", "x" * 31, "al%20ice", "al%00ice", "%E2%80%AEalice"):
        assert client.get(f"/@{name}/").status_code == 404, name


def test_queries_do_not_grow_with_what_there_is(client: Client, alice: User) -> None:
    show_votes(alice)
    describe(alice, shows_reading=True)
    client.force_login(make_user("bob"))

    def fill(number: int) -> None:
        for _paper in range(number):
            make_upvote(alice, paper := make_paper())
            read(alice, paper)
            make_list(alice, visibility=Visibility.PUBLIC, papers=[paper])

    def queries() -> int:
        client.get(ALICE)
        with CaptureQueriesContext(connection) as counted:
            client.get(ALICE)
        return len(counted)

    fill(2)
    before = queries()
    fill(10)
    assert queries() == before


def test_no_more_lists_are_shown_than_fit(client: Client, alice: User) -> None:
    paper = make_paper()
    for _number in range(LISTS_SHOWN + 2):
        make_list(alice, visibility=Visibility.PUBLIC, papers=[paper])
    links = [a for a in page(client).all("a") if a.attributes["href"].startswith("/@alice/list-")]
    assert len(links) == LISTS_SHOWN
